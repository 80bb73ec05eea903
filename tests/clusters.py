"""Servers of PostgreSQL for tests that need one for themselves: a primary and a standby, and data to start from."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.conninfo import make_conninfo

from newsroom import embedded_postgres, postgres_cluster

SITE_DATABASE = "postgres"


BASE_DIR = Path(__file__).resolve().parents[1]
# Below the VAR_DIR of tests.
MIGRATED = "migrated"


def copy_migrated(data_dir: Path) -> None:
    """Put the data of a server there, which is at rest, and whose database is as migrations leave it.

    They are run once for all workers of a run.
    """
    folder = (
        Path(os.environ["VAR_DIR"]) / MIGRATED / os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    )
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is_there").exists():
            url = embedded_postgres.start(folder / "postgres", durable=False)
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(command, cwd=BASE_DIR, env=os.environ | {"DATABASE_URL": url}, check=True)
            embedded_postgres.stop(folder / "postgres")
            (folder / "is_there").touch()
    # With its owner.
    subprocess.run(["cp", "-a", folder / "postgres", data_dir], check=True)


def forget_migrated() -> None:
    shutil.rmtree(Path(os.environ["VAR_DIR"]) / MIGRATED, ignore_errors=True)


class Server:
    """A server on a data directory, which runs."""

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir
        self.start()

    def start(self):
        # What is not written to disk is not sent to a standby.
        embedded_postgres.start(self.data_dir)

    @property
    def account(self):
        return postgres_cluster.account_for(self.data_dir)

    @property
    def host(self):
        return embedded_postgres.database_url(self.data_dir).partition("?host=")[2].partition("&")[0]

    @property
    def url(self):
        return embedded_postgres.database_url(self.data_dir)

    @property
    def processes(self):
        """The postmaster, and last its children."""
        (pid, *_rest) = (self.data_dir / "postmaster.pid").read_text().split("\n")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(pid), *map(int, children)]

    def send(self, number):
        for pid in self.processes:
            os.kill(pid, number)

    def promote(self):
        self._run("pg_ctl", "promote", "--wait", "-D", postgres_cluster.data_argument(self.data_dir))

    def stop(self):
        embedded_postgres.stop(self.data_dir)

    def kill(self):
        """As if the machine had lost its power."""
        self.send(signal.SIGKILL)

    def standby(self, data_dir: Path) -> "Server":
        """A copy of this server that follows it."""
        source = make_conninfo(host=self.host, port=5432, user="postgres")
        command = [postgres_cluster.binaries(None) / "pg_basebackup", "-D", data_dir, "-d", source]
        subprocess.run([*command, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"], check=True)
        # Of the socket, which the site's own servers have in their folder.
        (data_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        return Server(data_dir)

    def _run(self, name, *arguments):
        done = postgres_cluster.run(
            [postgres_cluster.binaries(self.account) / name, *arguments],
            self.data_dir,
            self.account,
            stdout=subprocess.PIPE,
        )
        assert done.returncode == 0, done.stdout

    def ask(self, statement):
        """The first column of the first row that a statement returns."""
        with self.wire() as wire:
            asked = wire.execute(statement)
            return asked.fetchone()[0] if asked.description else None

    def wire(self):
        return psycopg.connect(self.url, autocommit=True)


def fill(server: Server) -> None:
    """Copy the database of the tests, as it is, into the one of a server."""
    of_tests = make_conninfo(
        **{name: value for name, value in connection.get_connection_params().items()
           if name in {"host", "port", "user", "password", "dbname"}}
    )  # fmt: skip
    folder = postgres_cluster.binaries(None)
    with subprocess.Popen(
        [folder / "pg_dump", "--no-owner", "--dbname", of_tests], stdout=subprocess.PIPE
    ) as dump:
        subprocess.run(
            [folder / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", server.url],
            stdin=dump.stdout,
            check=True,
        )
    assert dump.returncode == 0


@contextmanager
def in_place(server: Server):
    """Have what this thread asks of the database asked of that server."""
    own = connections[DEFAULT_DB_ALIAS]
    other = type(own)(
        own.settings_dict | {"NAME": SITE_DATABASE, "HOST": server.host, "PORT": "5432", "USER": "postgres"},
        DEFAULT_DB_ALIAS,
    )
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = own
