"""The embedded PostgreSQL after everything that kills, blocks or confuses it: real processes, real signals."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from newsroom import embedded_postgres, postgres_cluster
from newsroom.web import purges


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


@pytest.fixture
def data_dir(folder):
    """The data folder of a server that runs and holds one row."""
    path = folder / "postgres"
    with psycopg.connect(embedded_postgres.start(path)) as connection:
        connection.execute("CREATE TABLE article (headline text)")
        connection.execute("INSERT INTO article VALUES ('شات GPT')")
    yield path
    embedded_postgres.stop(path)


def postmaster(data_dir):
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


def kill(data_dir):
    """End the server as a power cut would, and wait until it is gone."""
    pid = postmaster(data_dir)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_server_that_crashed_is_another_for_who_shares_pages_of_it(data_dir):
    """Numbers of transactions that it has lost may come again, and then say nothing of the pages of before."""
    address = embedded_postgres.database_url(data_dir)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE copy TEMPLATE postgres")

    def life(**options):
        with psycopg.connect(address, **options) as connection:
            return connection.execute(f"SELECT {purges.DATABASE}").fetchone()

    def crash():
        before = life()
        # One of its processes, for which it ends all others and looks through its log.
        with closing(psycopg.connect(address)) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while True:
            try:
                if life() != before:
                    return
            except psycopg.OperationalError:
                pass
            assert time.monotonic() < deadline
            time.sleep(0.05)

    lives = [life(), life(dbname="copy")]
    crash()
    lives.append(life())
    lives.append(life())
    embedded_postgres.stop(data_dir)
    embedded_postgres.start(data_dir)
    lives.append(life())

    assert lives[2] == lives[3]
    assert len(set(lives)) == 4


def rows(data_dir):
    with psycopg.connect(embedded_postgres.database_url(data_dir)) as connection:
        return connection.execute("SELECT headline FROM article").fetchall()


def test_a_killed_server_starts_again_with_its_data(data_dir):
    kill(data_dir)
    assert embedded_postgres.is_running(data_dir) is False

    embedded_postgres.start(data_dir)

    assert rows(data_dir) == [("شات GPT",)]


def test_a_server_killed_under_its_clients_starts_again(data_dir):
    with closing(psycopg.connect(embedded_postgres.database_url(data_dir))) as client:
        client.execute("SELECT 1")
        kill(data_dir)

        embedded_postgres.start(data_dir)

        assert rows(data_dir) == [("شات GPT",)]


def test_the_number_of_a_dead_server_may_belong_to_another_process(data_dir):
    note = (data_dir / "postmaster.pid").read_text()
    embedded_postgres.stop(data_dir)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        number = str(stranger.pid)
        (data_dir / "postmaster.pid").write_text("\n".join([number, *note.split("\n")[1:]]))
        (data_dir / ".s.PGSQL.5432.lock").write_text(f"{number}\n")

        embedded_postgres.start(data_dir)

        assert rows(data_dir) == [("شات GPT",)]
        assert stranger.poll() is None
        stranger.kill()


def test_stop_spares_the_process_that_has_a_dead_servers_number(data_dir):
    embedded_postgres.stop(data_dir)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (data_dir / "postmaster.pid").write_text(f"{stranger.pid}\n")

        embedded_postgres.stop(data_dir)

        time.sleep(0.1)
        assert stranger.poll() is None
        stranger.kill()
    (data_dir / "postmaster.pid").unlink()


def test_the_number_of_a_dead_server_may_belong_to_a_zombie(data_dir):
    note = (data_dir / "postmaster.pid").read_text()
    embedded_postgres.stop(data_dir)
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    (data_dir / "postmaster.pid").write_text("\n".join([str(zombie.pid), *note.split("\n")[1:]]))

    embedded_postgres.start(data_dir)

    assert rows(data_dir) == [("شات GPT",)]
    zombie.wait()


def test_a_copy_of_running_data_is_a_server_of_its_own(data_dir, folder):
    copy = folder / "copy"
    subprocess.run(["cp", "-r", data_dir, copy], check=True)

    embedded_postgres.start(copy)

    try:
        assert postmaster(copy) != postmaster(data_dir)
        assert rows(data_dir) == [("شات GPT",)]
    finally:
        embedded_postgres.stop(copy)


def test_of_six_starts_at_once_one_makes_the_server_and_all_find_it(folder):
    data_dir = folder / "postgres"
    command = [sys.executable, "-m", "newsroom.embedded_postgres", "start", "--data-dir", data_dir]

    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = [start.communicate(timeout=60)[0] for start in starts]

    try:
        assert [start.returncode for start in starts] == [0] * 6
        assert said == [f"{embedded_postgres.database_url(data_dir)}\n"] * 6
        assert (folder / "postgres.log").read_text().count("starting PostgreSQL") == 1
    finally:
        embedded_postgres.stop(data_dir)


def test_a_start_killed_half_way_leaves_nothing_in_the_way(folder):
    data_dir = folder / "postgres"
    command = [sys.executable, "-m", "newsroom.embedded_postgres", "start", "--data-dir", data_dir]
    with subprocess.Popen(command) as start:
        deadline = time.monotonic() + 30
        while not (folder / "postgres.new" / "PG_VERSION").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        start.kill()
    assert not data_dir.exists()

    embedded_postgres.start(data_dir, durable=False)

    assert embedded_postgres.is_running(data_dir)
    embedded_postgres.stop(data_dir)


def test_a_path_too_long_for_a_socket(folder):
    data_dir = folder / ("غرفة الأخبار " * 8) / "postgres"
    url = embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded_postgres.stop(data_dir)
    embedded_postgres._socket_dir(data_dir).rmdir()


def test_a_socket_swept_away_with_old_files_is_made_again(folder):
    data_dir = folder / ("a" * 100) / "postgres"
    url = embedded_postgres.start(data_dir, durable=False)
    socket_dir = embedded_postgres._socket_dir(data_dir)
    (socket_dir / ".s.PGSQL.5432").unlink()

    embedded_postgres.start(data_dir, durable=False)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded_postgres.stop(data_dir)
    socket_dir.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can close a folder to the server's user")
def test_root_below_a_folder_closed_to_all_others(folder):
    folder.chmod(0o700)

    embedded_postgres.start(folder / "var" / "postgres", durable=False)

    assert embedded_postgres.is_running(folder / "var" / "postgres")
    assert folder.stat().st_mode & 0o777 == 0o700
    embedded_postgres.stop(folder / "var" / "postgres")


@pytest.fixture
def small_disk(folder):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", folder]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_new_cluster_on_a_full_disk_is_refused_in_one_sentence(small_disk):
    with pytest.raises(embedded_postgres.EmbeddedPostgresError) as refusal:
        embedded_postgres.start(small_disk / "postgres")

    assert str(refusal.value) == (
        f"The disk is full: {small_disk} has 62 MB free, a new database needs 200 MB."
    )
    assert not (small_disk / "postgres").exists()


def test_a_disk_that_fills_while_the_cluster_is_made(small_disk, monkeypatch):
    monkeypatch.setattr(postgres_cluster, "FREE_BYTES_FOR_A_NEW_CLUSTER", 0)
    (small_disk / "ballast").write_bytes(b"\0" * 40_000_000)

    with pytest.raises(
        embedded_postgres.EmbeddedPostgresError, match=r"^PostgreSQL could not .* disk is full\.$"
    ):
        embedded_postgres.start(small_disk / "postgres")

    assert {path.name for path in small_disk.iterdir()} == {"ballast", "postgres.lock"}


def test_an_existing_cluster_on_a_full_disk(small_disk, monkeypatch):
    monkeypatch.setattr(postgres_cluster, "FREE_BYTES_FOR_A_NEW_CLUSTER", 0)
    data_dir = small_disk / "postgres"
    embedded_postgres.start(data_dir, durable=False)
    embedded_postgres.stop(data_dir)
    try:
        (small_disk / "ballast").write_bytes(b"\0" * 60_000_000)
    except OSError:
        full = True

    assert full
    with pytest.raises(
        embedded_postgres.EmbeddedPostgresError, match=r"^PostgreSQL did not .* disk is full\.$"
    ):
        embedded_postgres.start(data_dir)
    (small_disk / "ballast").unlink()
    embedded_postgres.start(data_dir)
    embedded_postgres.stop(data_dir)
