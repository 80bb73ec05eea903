"""The supervisor of the embedded PostgreSQL: what it answers without a server, and the life of one server."""

import os
import socket
import stat
import subprocess
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest

from newsroom import embedded_postgres, postgres_cluster
from newsroom.embedded_postgres import EmbeddedPostgresError, database_url

pytestmark = pytest.mark.slow


@pytest.fixture
def data_dir():
    """A data folder with a short path: that of tmp_path can be too long for a socket, which is a test of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "غرفة الأخبار" / "postgres"
        yield path
        embedded_postgres.stop(path)


def test_database_url_names_the_data_folder():
    url = database_url(Path("/srv/أخبار اليوم/var/postgres"))

    folder = "/srv/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1%20%D8%A7%D9%84%D9%8A%D9%88%D9%85/var/postgres"
    assert url == f"postgresql://postgres@/postgres?host={folder}&port=5432"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(Path("/srv") / ("a" * 100) / "postgres", id="too long for a socket"),
        pytest.param(
            Path("/srv/مقالات كثيرة جدا في هذا المجلد الطويل من مجلدات الموقع/postgres"),
            id="too long in bytes only",
        ),
        pytest.param(Path("/srv/site,two/postgres"), id="comma, which separates hosts"),
    ],
)
def test_database_url_names_a_short_folder_for_an_unfit_path(path):
    assert database_url(path).startswith("postgresql://postgres@/postgres?host=/tmp/nashra-postgres-")


def test_database_url_differs_for_each_data_folder():
    one, other = Path("/srv", "a" * 100), Path("/srv", "b" * 100)

    assert database_url(one) != database_url(other)


def test_database_url_touches_no_file(tmp_path):
    database_url(tmp_path / "var" / "postgres")

    assert list(tmp_path.iterdir()) == []


def test_is_running_without_a_cluster(tmp_path):
    assert embedded_postgres.is_running(tmp_path / "postgres") is False


def test_is_running_sees_through_a_note_left_by_a_dead_server(tmp_path):
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n1\n5432\n.\n\n1 2\nready   \n")
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(tmp_path / ".s.PGSQL.5432"))

    assert embedded_postgres.is_running(tmp_path) is False


def test_stop_without_a_cluster(tmp_path):
    assert embedded_postgres.stop(tmp_path / "postgres") is True


def test_start_refuses_a_folder_of_other_files(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "notes.txt").touch()

    with pytest.raises(EmbeddedPostgresError, match="holds something other than a PostgreSQL cluster"):
        embedded_postgres.start(tmp_path / "postgres")


def test_start_refuses_a_cluster_of_another_version(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")

    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 15, this is PostgreSQL 18"):
        embedded_postgres.start(tmp_path / "postgres")


def test_start_without_the_wheel(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_cluster.util, "find_spec", lambda name: None)

    with pytest.raises(EmbeddedPostgresError, match="embedded-postgres is not installed"):
        embedded_postgres.start(tmp_path / "postgres")


def test_start_when_the_disk_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_cluster, "FREE_BYTES_FOR_A_NEW_CLUSTER", 10**18)

    with pytest.raises(EmbeddedPostgresError, match="The disk is full"):
        embedded_postgres.start(tmp_path / "postgres")


def test_start_refuses_a_socket_folder_made_by_somebody_else(tmp_path):
    data_dir = tmp_path / ("a" * 100) / "postgres"
    trap = Path(embedded_postgres._socket_dir(data_dir))
    trap.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
            embedded_postgres.start(data_dir)
    finally:
        trap.unlink()


def test_start_makes_a_server_that_answers(data_dir):
    url = embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 'شات GPT'").fetchone() == ("شات GPT",)


def test_start_is_idempotent(data_dir):
    embedded_postgres.start(data_dir, durable=False)
    before = (data_dir / "postmaster.pid").read_text()

    embedded_postgres.start(data_dir, durable=False)

    assert (data_dir / "postmaster.pid").read_text() == before


def test_only_the_servers_user_reaches_the_socket(data_dir):
    embedded_postgres.start(data_dir, durable=False)

    found = (data_dir / ".s.PGSQL.5432").stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, data_dir.stat().st_uid)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_the_server_listens_on_no_port(data_dir):
    url = embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_every_machine_sorts_alike(data_dir):
    url = embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = 'template1'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "UTF8")


def test_stop_unless_in_use_leaves_clients_alone(data_dir):
    url = embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url):
        assert embedded_postgres.stop(data_dir, unless_in_use=True) is False
    assert embedded_postgres.stop(data_dir, unless_in_use=True) is True
    assert embedded_postgres.is_running(data_dir) is False


def test_stop_unless_in_use_waits_for_a_client_that_is_leaving(data_dir, monkeypatch):
    # However slow the machine is.
    monkeypatch.setattr(embedded_postgres, "LEAVING_SECONDS", 60)
    client = psycopg.connect(embedded_postgres.start(data_dir, durable=False))
    leaving = threading.Timer(0.3, client.close)
    leaving.start()

    stopped = embedded_postgres.stop(data_dir, unless_in_use=True)

    leaving.join()
    assert stopped is True


def test_start_again_leaves_a_server_that_was_told_to_stop(data_dir):
    embedded_postgres.start(data_dir, durable=False)
    embedded_postgres.stop(data_dir)

    assert embedded_postgres.start_again(data_dir) is False
    embedded_postgres.start(data_dir, durable=False)
    embedded_postgres.stop(data_dir, unless_in_use=True)
    assert embedded_postgres.start_again(data_dir) is True


def test_start_again_makes_no_cluster(tmp_path):
    with pytest.raises(EmbeddedPostgresError, match="The database is gone from"):
        embedded_postgres.start_again(tmp_path / "postgres")

    assert not (tmp_path / "postgres").exists()


def test_start_again_does_not_wait_for_another_process(tmp_path):
    with embedded_postgres._locked(tmp_path / "postgres"):
        assert embedded_postgres.start_again(tmp_path / "postgres") is False


def test_a_failed_statement_stays_out_of_the_log(data_dir):
    url = embedded_postgres.start(data_dir, durable=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE reader (email text UNIQUE)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO reader VALUES ('layla@example.com')")
            except psycopg.errors.UniqueViolation:
                refused = True

    assert refused
    log = (data_dir.parent / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "layla@example.com" not in log


def test_a_long_log_is_shortened(data_dir, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "LOG_BYTES", 100)
    embedded_postgres.start(data_dir, durable=False)

    embedded_postgres.start(data_dir, durable=False)

    assert (data_dir.parent / "postgres.log").stat().st_size == 0
    assert (data_dir.parent / "postgres.log.1").stat().st_size == 100


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run the server")
def test_root_hands_copied_data_over(data_dir):
    embedded_postgres.start(data_dir, durable=False)
    embedded_postgres.stop(data_dir)
    subprocess.run(["chown", "-R", "root", data_dir], check=True)

    embedded_postgres.start(data_dir, durable=False)

    assert data_dir.stat().st_uid != 0


def test_a_server_of_debian_has_programs_of_its_own_version(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_cluster, "DEBIAN_VERSIONS", tmp_path)
    own = tmp_path / "15" / "bin" / "pg_restore"
    own.parent.mkdir(parents=True)
    own.touch()

    assert postgres_cluster.program("pg_restore", 15) == own
    assert postgres_cluster.program("pg_restore", 16) == postgres_cluster.binaries(None) / "pg_restore"
