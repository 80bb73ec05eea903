# shellcheck shell=bash
# What install, upgrade and uninstall have in common. Read by them, not run.

root=/opt/nashra
etc=/etc/nashra
var=/var/lib/nashra
backups=/var/backups/nashra
cache=/var/cache/nginx/nashra
challenges=/var/www/nashra-acme
units=/etc/systemd/system
command=/usr/local/bin/nashra
site=/etc/nginx/sites-available/nashra
site_enabled=/etc/nginx/sites-enabled/nashra
runtime=/run/nashra
names="nashra@.service nashra-worker.service nashra-backup.service nashra-restore-check.service nashra-backup.timer"
# The site takes turns on them.
ports="8000 8001"
# How long a new release may take to begin; static files are compressed before it answers.
begin_seconds=${NASHRA_BEGIN_SECONDS:-180}
# How long processes of nginx that were told to go may still be at a request: as long as it gives who sends one slowly.
drain_seconds=60
kept_releases=3
# 1 where the processes are started by systemd.
systemd=1

say() { printf '%s\n' "· $*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "$*"; exit 1; }

must_be_root() { [ "$(id -u)" = 0 ] || die "Only root may do this: sudo $0"; }

# One of them at a time: run this script anew under a lock, which nothing that it starts inherits.
alone() {
    [ -z "${NASHRA_ALONE:-}" ] || return 0
    local status=0
    install -d /run/lock
    NASHRA_ALONE=1 flock --close --nonblock --conflict-exit-code 99 /run/lock/nashra-deploy \
        "$PWD/deploy/${0##*/}" "$@" || status=$?
    [ "$status" != 99 ] || warn "Another installation, upgrade or removal is under way."
    exit "$status"
}

# The settings

# The value of a setting in /etc/nashra/env.
setting() {
    sed -n "s/^$1=//p" "$etc/env" | tail -n 1 | sed "s/^'\(.*\)'\$/\1/; s/^\"\(.*\)\"\$/\1/"
}

# Settings are written once: an option that says something else would be lost without a word.
as_set() {
    [ -z "$2" ] || [ ! -e "$etc/env" ] || [ "$(setting "$1")" = "$2" ] ||
        die "$etc/env says something else of $1. Change it there, and have the site started anew: systemctl restart 'nashra@*' nashra-worker"
}

host_of_site() {
    "$1/.venv/bin/python" -c '
import sys
from urllib.parse import urlsplit
sys.path.insert(0, sys.argv[1])
from newsroom.text import domain_names
print(domain_names.to_ascii(urlsplit(sys.argv[2]).hostname))' "$1" "$(setting SITE_URL)"
}

# Releases

# What the tree in a folder is called: its version, and a hash of all that is in it, so that no two are called alike.
release_name() {
    local version sum
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$1/pyproject.toml")
    sum=$(cd "$1" && contents | xargs -0 sha256sum | sha256sum | cut -c 1-8)
    printf '%s-%s\n' "$version" "$sum"
}

# The files of a release in the folder that we are in, each ended by a NUL.
contents() {
    find manage.py pyproject.toml LICENSE CHANGELOG.md articles comments newsroom templates static locale requirements \
        deploy docs/operations.md -type f ! -name '*.pyc' ! -name '*.mo' -print0 | LC_ALL=C sort -z
}

# Copy a tree to where releases are, with an environment of its own. Nothing in it is written to later.
build_release() {
    local release=$root/releases/$2
    [ ! -e "$release/.complete" ] || return 0
    say "Building $release"
    rm -rf "$release"
    install -d -m 755 "$root" "$root/releases" "$release"
    (cd "$1" && contents | tar --create --no-recursion --null --files-from=-) |
        tar --extract --directory "$release" --no-same-owner
    chmod -R u=rwX,go=rX "$release"
    python3 -m venv "$release/.venv"
    "$release/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes \
        --only-binary :all: --requirement "$release/requirements/base.txt"
    # The site may not write here, so what it would compile is compiled now.
    "$release/.venv/bin/python" -m compileall -q -j 0 "$release/newsroom" "$release/articles" "$release/comments"
    (cd "$release" && .venv/bin/python -c '
from pathlib import Path
from newsroom import message_catalog
message_catalog.compile_stale(Path("locale"))')
    touch "$release/.complete"
}

# All but the newest, and those in use.
forget_old_releases() {
    local name link
    # shellcheck disable=SC2012  # names of our own making
    ls -t "$root/releases" | tail -n "+$((kept_releases + 1))" | while read -r name; do
        for link in current previous $ports; do
            [ "$(readlink "$root/$link" 2> /dev/null)" != "releases/$name" ] || continue 2
        done
        say "Removing $root/releases/$name"
        rm -rf "${root:?}/releases/${name:?}"
    done
}

# Lead a name to a release, at one moment.
lead() {
    ln -sfn "$2" "$root/.$1.new"
    mv -T "$root/.$1.new" "$root/$1"
}

# The name of the release that a link leads to, nothing without one.
led() {
    readlink "$root/$1" 2> /dev/null | sed 's,^releases/,,' || true
}

# A command of the site, by a release.
manage() {
    local by=$root/releases/$1
    shift
    NASHRA_RELEASE=$by "$by/deploy/nashra" "$@"
}

# Put the units and the configuration of nginx where they belong, as a release has them.
place_files() {
    local from=$root/releases/$1/deploy name
    install -d -m 755 "$units" /etc/nginx/sites-available /etc/nginx/sites-enabled
    for name in $names; do
        install -m 644 "$from/systemd/$name" "$units/$name"
    done
    [ "$systemd" = 0 ] || systemctl daemon-reload
    install -m 644 "$from/nginx.conf" "$site"
    ln -sfn "$site" "$site_enabled"
    ln -sfn "$root/current/deploy/nashra" "$command"
}

# Processes: by systemd, or by the same commands without it

# The command of a unit, for an instance of it.
command_of() {
    sed -n 's/^ExecStart=//p' "$units/$1" | sed "s/%i/${2:-}/g"
}

start_unit() {
    local unit=$1 instance=${2:-} folder pid more
    if [ "$systemd" = 1 ]; then
        systemctl restart "$(with_instance "$unit" "$instance")"
        return
    fi
    stop_unit "$unit" "$instance"
    install -d -m 755 "$runtime"
    folder=$(sed -n 's/^WorkingDirectory=//p' "$units/$unit" | sed "s/%i/$instance/g")
    pid=$runtime/$(with_instance "$unit" "$instance").pid
    # Units set what is theirs alone before the command.
    more=$(sed -n 's/^Environment=//p' "$units/$unit")
    # shellcheck disable=SC2046,SC2086  # words of a unit
    (cd "$folder" && exec && exec setsid "$folder/deploy/nashra" --run /usr/bin/env $more \
        $(command_of "$unit" "$instance") < /dev/null >> "${pid%.pid}.log" 2>&1 & echo $! > "$pid")
}

stop_unit() {
    if [ "$systemd" = 1 ]; then
        systemctl stop "$(with_instance "$1" "${2:-}")" || true
        return
    fi
    local pid number left=40
    pid=$runtime/$(with_instance "$1" "${2:-}").pid
    [ -e "$pid" ] || return 0
    number=$(cat "$pid")
    kill "$number" 2> /dev/null || true
    while kill -0 "$number" 2> /dev/null && [ "$left" -gt 0 ]; do
        sleep 1
        left=$((left - 1))
    done
    rm -f "$pid"
}

runs() {
    local unit
    unit=$(with_instance "$1" "${2:-}")
    if [ "$systemd" = 1 ]; then
        systemctl --quiet is-active "$unit"
    else
        [ -s "$runtime/$unit.pid" ] && kill -0 "$(cat "$runtime/$unit.pid")" 2> /dev/null
    fi
}

# Whether what was started has ended, with systemd again and again.
gave_up() {
    if [ "$systemd" = 1 ]; then
        [ "$(systemctl show --property NRestarts --value "$(with_instance "$1" "$2")")" -ge 3 ]
    else
        ! runs "$1" "$2"
    fi
}

with_instance() {
    printf '%s\n' "$1" | sed "s/@/@${2:-}/"
}

enable_units() {
    [ "$systemd" = 1 ] || return 0
    systemctl enable --quiet "nashra@$1.service" nashra-worker.service
    systemctl enable --quiet --now nashra-backup.timer
}

disable_port() {
    [ "$systemd" = 0 ] || systemctl disable --quiet "nashra@$1.service" || true
}

start_database() {
    if [ "$systemd" = 1 ]; then
        systemctl enable --quiet --now postgresql.service
    else
        pg_lsclusters --no-header | while read -r version cluster _port status _rest; do
            case $status in
                online*) ;;
                *) pg_ctlcluster "$version" "$cluster" start ;;
            esac
        done
    fi
}

# nginx

# What follows would have nginx forget other machines, and stop the site of this one first.
must_serve_alone() {
    others=$(grep '^[[:space:]]*server ' "$etc/nginx/upstream.conf" 2> /dev/null | grep -vc '^server 127\.0\.0\.1:[0-9]*;$') || true
    [ "${others:-0}" = 0 ] ||
        die "$etc/nginx/upstream.conf names other servers than this machine's; see «Many machines» in docs/operations.md."
}

# The port of the site that nginx passes requests on to, nothing without one.
port_in_use() {
    sed -n 's/^server 127\.0\.0\.1:\([0-9]*\);$/\1/p' "$etc/nginx/upstream.conf" 2> /dev/null || true
}

other_port() {
    for one in $ports; do
        if [ "$one" != "$(port_in_use)" ]; then
            printf '%s\n' "$one"
            return
        fi
    done
}

pass_to() {
    printf '%s\n' "# Written by install and upgrade." "server 127.0.0.1:$1;" > "$etc/nginx/.upstream.new"
    mv "$etc/nginx/.upstream.new" "$etc/nginx/upstream.conf"
}

# The processes of nginx that answer now.
nginx_processes() {
    local number
    number=$(cat /run/nginx.pid 2> /dev/null) || return 0
    cat "/proc/$number/task/$number/children" 2> /dev/null || true
}

# Wait until these processes have answered what they had, and ended: until then they pass requests on to where they were
# told to before.
await_end_of() {
    local number until=$((SECONDS + drain_seconds))
    for number in "$@"; do
        while [ -e "/proc/$number" ] && [ "$SECONDS" -lt "$until" ]; do
            sleep 0.1
        done
    done
}

# nginx begins, or goes on by what is written now; requests that it has are answered by what it was.
renew_nginx() {
    nginx -t -q
    if [ "$systemd" = 1 ]; then
        systemctl enable --quiet nginx.service
        systemctl reload-or-restart nginx.service
    else
        { [ -s /run/nginx.pid ] && kill -HUP "$(cat /run/nginx.pid)" 2> /dev/null; } || nginx
    fi
}

# Whether the site answers, by itself or through nginx. It says what is wrong.
answers() {
    local by=$root/releases/$1
    shift
    "$by/.venv/bin/python" "$by/deploy/answers.py" --host "$host" "$@"
}

# Have the site run by a release, and nobody who reads or writes notice: it begins on the port that is free, is asked how
# it is, and nginx turns to it. Where anything fails, all is as it was, and this ends.
switch_to() {
    local processes
    new=$1 old=$(led current) port=$(other_port) before=$(port_in_use)
    host=$(host_of_site "$root/releases/$new")
    trap take_back EXIT
    stop_unit nashra@.service "$port"
    lead "$port" "releases/$new"
    place_files "$new"
    say "Starting $new on port $port"
    start_unit nashra@.service "$port"
    begin
    say "Passing readers on to it"
    pass_to "$port"
    processes=$(nginx_processes)
    renew_nginx
    answers "$new" --seconds 20 --tls 443 /healthz /
    trap - EXIT
    stop_unit nashra-worker.service
    lead current "releases/$new"
    [ -z "$old" ] || [ "$old" = "$new" ] || lead previous "releases/$old"
    start_unit nashra-worker.service
    enable_units "$port"
    if [ -n "$before" ]; then
        # shellcheck disable=SC2086  # numbers
        await_end_of $processes
        disable_port "$before"
        stop_unit nashra@.service "$before"
    fi
}

# Wait until the new release answers, as long as it goes on trying.
begin() {
    local until=$((SECONDS + begin_seconds)) wrong
    until wrong=$(answers "$new" --seconds 2 "$port" /healthz / 2>&1); do
        if [ "$SECONDS" -ge "$until" ] || gave_up nashra@.service "$port"; then
            warn "$wrong"
            return 1
        fi
    done
}

take_back() {
    trap - EXIT
    warn "$new does not run as it should; its log: $(log_of "$port")"
    if [ -n "$before" ] && [ "$(port_in_use)" != "$before" ]; then
        pass_to "$before"
    fi
    if [ -n "$old" ]; then
        place_files "$old"
        renew_nginx
    fi
    stop_unit nashra@.service "$port"
    [ -z "$old" ] || warn "The site goes on with $old."
    exit 1
}

log_of() {
    if [ "$systemd" = 1 ]; then
        printf '%s\n' "journalctl -u nashra@$1"
    else
        printf '%s\n' "$runtime/nashra@$1.service.log"
    fi
}
