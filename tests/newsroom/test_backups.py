"""A site that is saved, lost and brought back is the same site, row by row and page by page."""

import io
import json
import os
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pyrage
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from articles import images
from newsroom import backup_folders, backups
from newsroom.web.object_store import ObjectStore
from newsroom.web.whole_files import WholeFiles
from tests import clusters, factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def article():
    article = factories.published(hero=factories.image(), headline="شركة OpenAI تطلق Mixtral-8x7B")
    factories.approved(article, email="reader@example.org")
    factories.sent(article)
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    (media / "صورة.txt").write_text("نص")
    return article


@pytest.fixture
def key():
    return pyrage.x25519.Identity.generate()


def _pages(article):
    reader = Client()
    return [reader.get(address).content for address in ("/", article.get_absolute_url(), "/feed/")]


def _in(database, work):
    """What `work` returns where the site has this database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database["dbname"]
    try:
        return work()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["clear", "encrypted"])
def test_what_is_restored_is_what_was_saved(folder, article, key, tmp_path, is_encrypted):
    recipients = [str(key.to_public())] if is_encrypted else []
    pages = _pages(article)

    backup = backups.make(folder, recipients=recipients)
    manifest = backups.read(backup)
    with backups.scratch_database() as database:
        backups.restore(
            backup, manifest, database, WholeFiles(location=tmp_path / "media"), identity=str(key)
        )
        restored = _in(database, lambda: _pages(article))

    assert restored == pages
    assert manifest.tables["comments_comment"].rows == 2
    assert manifest.media_files == sum(path.is_file() for path in (tmp_path / "media").rglob("*"))
    assert (tmp_path / "media" / "صورة.txt").read_text() == "نص"
    assert {path.suffix for path in backup.iterdir()} == (
        {".age", ".json"} if is_encrypted else {".dump", ".tar", ".json"}
    )


def test_no_page_of_before_is_right_in_what_is_restored(folder, article):
    with connection.cursor() as cursor:
        # Of a server that has done more.
        cursor.execute("INSERT INTO newsroom_purge (number) VALUES ('9000000000')")
    backup = backups.make(folder)
    with backups.scratch_database() as database:
        backups.restore(backup, backups.read(backup), database, None)
        with psycopg.connect(make_conninfo(**database)) as wire:
            found = wire.execute(
                "SELECT names, pg_visible_in_snapshot(number, pg_current_snapshot()) FROM newsroom_purge"
            ).fetchall()

    assert found == [(None, True)]


def test_nothing_of_an_encrypted_backup_can_be_read(folder, article, key):
    backup = backups.make(folder, recipients=[str(key.to_public())])

    for path in backup.iterdir():
        text = path.read_bytes()
        assert (b"PGDMP" in text, "صورة".encode() in text, b"OpenAI" in text) == (False, False, False), path
    other = str(pyrage.x25519.Identity.generate())
    for identity, told in (("", "encrypted"), (other, "does not open"), ("x", "no secret key")):
        with backups.scratch_database() as database, pytest.raises(backups.BackupError, match=told):
            backups.restore(backup, backups.read(backup), database, None, identity=identity)


def test_a_changed_row_is_named(folder, article):
    backup = backups.make(folder)
    manifest = backups.read(backup)

    with backups.scratch_database() as database:
        backups.restore(backup, manifest, database, None)
        with psycopg.connect(make_conninfo(**database)) as wire:
            wire.execute(
                "UPDATE comments_comment SET author_name = author_name || 'x' WHERE status = 'pending'"
            )
            found = backups.count_rows(wire)

    assert backups.differing(manifest.tables, found) == ["comments_comment"]


@pytest.mark.parametrize("name", [backups.DATABASE, backups.MEDIA])
def test_a_damaged_file_is_found(folder, article, name):
    backup = backups.make(folder)
    damaged = bytearray((backup / name).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (backup / name).write_bytes(damaged)

    with pytest.raises(backups.BackupError, match=name):
        backups.read(backup)


def test_what_is_no_backup_is_called_so(tmp_path):
    with pytest.raises(backups.BackupError, match="no backup"):
        backups.read(tmp_path)
    (tmp_path / backups.MANIFEST).write_text(json.dumps({"files": {}}))
    with pytest.raises(backups.BackupError, match="no backup"):
        backups.read(tmp_path)


def test_a_database_with_rows_is_left_alone(folder, article):
    backup = backups.make(folder)

    with pytest.raises(backups.BackupError, match="not empty"):
        backups.restore(backup, backups.read(backup), backups.database_of_the_site(), None)


def test_a_wrong_recipient_is_told_before_anything_is_made(folder):
    with pytest.raises(backups.BackupError, match="age1"):
        backups.make(folder, recipients=["ssh-rsa AAAA"])

    assert not folder.exists()


def test_a_backup_that_fails_leaves_nothing(folder, article, monkeypatch):
    monkeypatch.setattr(backups.postgres_cluster, "program", lambda name, server: Path("/bin/false"))

    with pytest.raises(backups.BackupError, match="pg_dump failed"):
        backups.make(folder)

    assert list(folder.iterdir()) == []


def test_the_oldest_are_forgotten(folder):
    names = [f"nashra-2026010{day}T000000Z" for day in range(1, 6)]
    others = {"nashra-20250101T000000Z.part", "nashra-old", "nashra-2026011T00000Z", "other"}
    # Of a clock that was wrong, and of no clock that there is.
    others |= {"nashra-20990101T000000Z", "nashra-99991231T235959Z"}
    for name in [*names, *others]:
        (folder / name).mkdir(parents=True)
    moved = folder.parent / "another disk"
    (folder / names[0]).rename(moved)
    (folder / names[0]).symlink_to(moved)
    os.utime(folder / "nashra-20250101T000000Z.part", (0, 0))

    gone = backup_folders.forget_old(folder, 2)

    assert {path.name for path in gone} == {*names[:3], "nashra-20250101T000000Z.part"}
    assert {path.name for path in folder.iterdir()} == {*names[3:], *others} - {
        "nashra-20250101T000000Z.part"
    }
    assert moved.is_dir()
    assert backup_folders.newest(folder).name == names[-1]


def test_the_check_proves_the_newest(folder, article, capsys):
    backups.make(folder)

    call_command("restore_check", folder=folder)

    assert "2 pages open; 0.0 hours old" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'restore_check_%'")
        assert cursor.fetchone() == (0,)


def test_what_a_later_release_notes_besides_is_passed_over(folder, article):
    backup = backups.make(folder)
    path = backup / backups.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"of_a_later_release": 1}))

    call_command("restore_check", folder=folder)


def test_an_old_one_fails_the_check(folder, article):
    backup = backups.make(folder)
    manifest = json.loads((backup / backups.MANIFEST).read_text())
    made_at = backups.read(backup).moment - backup_folders.OLDEST - timedelta(minutes=1)
    (backup / backups.MANIFEST).write_text(json.dumps(manifest | {"made_at": made_at.isoformat()}))

    with pytest.raises(SystemExit) as ended:
        call_command("restore_check", folder=folder)

    assert ended.value.code == 1


@pytest.mark.parametrize("shelf", ["folder", "store", "nowhere"])
@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/outside-nashra.txt", "link"])
def test_nothing_is_unpacked_elsewhere(tmp_path, object_store, name, shelf):
    shelf = {
        "folder": WholeFiles(location=tmp_path / "media"),
        "store": ObjectStore(object_store.place()),
        "nowhere": backups.Nowhere(),
    }[shelf]
    packed = tmp_path / "media.tar"
    with tarfile.open(packed, "w") as tar:
        member = tarfile.TarInfo(name)
        member.type = tarfile.SYMTYPE if name == "link" else tarfile.REGTYPE
        member.linkname = "/etc/passwd"
        tar.addfile(member)

    with tarfile.open(packed, "r|") as tar, pytest.raises(backups.BackupError, match="no file of ours"):
        backups._unpack(tar, shelf)

    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize("kind", ["sparse", "large"])
def test_what_would_fill_the_memory_is_not_unpacked(tmp_path, monkeypatch, kind):
    assert backups.MAX_MEDIA_BYTES == images.MAX_BYTES
    member = tarfile.TarInfo("images/ab/abc.jpg")
    if kind == "sparse":
        # Where it has bytes, and then these.
        content = b"1\n0\n1\n".ljust(512, b"\0") + b"x"
        member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "1000"}
    else:
        content = b"x" * 1_001
        monkeypatch.setattr(backups, "MAX_MEDIA_BYTES", 1_000)
    member.size = len(content)
    packed = tmp_path / "media.tar"
    with tarfile.open(packed, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(member, io.BytesIO(content))

    with tarfile.open(packed, "r|") as tar, pytest.raises(backups.BackupError, match="no file of ours"):
        backups._unpack(tar, backups.Nowhere())


def test_what_the_site_did_not_write_is_left_out_and_told(
    folder, article, settings, monkeypatch, tmp_path, caplog
):
    monkeypatch.setattr(backups, "MAX_MEDIA_BYTES", 100_000)
    media = Path(settings.MEDIA_ROOT)
    strange = {"..\\x.txt": b"x", "film.mp4": b"x" * 100_001}
    for name, content in strange.items():
        (media / name).write_bytes(content)
    try:
        backup = backups.make(folder)
    finally:
        for name in strange:
            (media / name).unlink()
    with backups.scratch_database() as database:
        backups.restore(backup, backups.read(backup), database, WholeFiles(location=tmp_path / "media"))

    restored = {path.name for path in (tmp_path / "media").rglob("*")}
    assert "صورة.txt" in restored
    assert not restored & {*strange}
    # Others have left pictures there that are large by that measure.
    assert set(caplog.messages) >= {
        f"Left out of the backup, for the site writes no such file: {name!a}" for name in strange
    }


def test_while_it_is_restored_nothing_lies_there_in_the_clear(folder, article, key, monkeypatch):
    backup = backups.make(folder, recipients=[str(key.to_public())])
    real, seen = backups._restore_dump, []

    def look(dump, database):
        seen.extend(path.name for path in backup.iterdir())
        seen.append(os.fstat(dump.fileno()).st_nlink)
        real(dump, database)

    monkeypatch.setattr(backups, "_restore_dump", look)
    with backups.scratch_database() as database:
        backups.restore(backup, backups.read(backup), database, None, identity=str(key))

    assert sorted(map(str, seen)) == ["0", "database.dump.age", "manifest.json", "media.tar.age"]


def test_of_several_servers_the_one_that_takes_writes_is_saved(folder, article):
    with TemporaryDirectory() as name:
        # Where root runs this, the servers are somebody else's, and one has to find the other.
        Path(name).chmod(0o755)
        primary = clusters.Server(Path(name) / "primary")
        clusters.fill(primary)
        standby = primary.standby(Path(name) / "standby")
        try:
            standby.ask("SELECT pg_wal_replay_pause()")
            with clusters.in_place(primary):
                # As DATABASE_URL with standby:5432,primary:5432/name?target_session_attrs=read-write has it.
                known = connection.settings_dict
                known.update(HOST=f"{standby.host},{primary.host}", PORT="5432,5432")
                known["OPTIONS"] = known["OPTIONS"] | {"target_session_attrs": "read-write"}
                factories.sent(article)
                manifest = backups.read(backups.make(folder))
        finally:
            for server in (standby, primary):
                server.stop()

    assert manifest.tables["comments_comment"].rows == 3


def test_without_a_backup_the_check_fails(folder, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("restore_check", folder=folder)

    assert ended.value.code == 2
    assert "There is no backup" in capsys.readouterr().err


def test_another_key_than_that_of_a_backup_is_told(folder, article, settings, capsys):
    backup = backups.make(folder)
    manifest = backups.read(backup)
    assert backups.foreign_keys(manifest) == []
    written = (backup / backups.MANIFEST).read_text()
    assert not any(key in written for key in (*settings.EMAIL_KEYS, settings.FINGERPRINT_KEY))

    settings.FINGERPRINT_KEY = "another"
    (told,) = backups.foreign_keys(manifest)
    assert told.startswith("FINGERPRINT_KEY")
    # One that was made before it was noted says nothing of it.
    assert backups.foreign_keys(replace(manifest, fingerprint_key="")) == []

    settings.EMAIL_KEYS = ["another"]
    assert backups.foreign_keys(manifest)[0].startswith("1 of the keys")
    with pytest.raises(SystemExit) as ended:
        call_command("restore_check", folder=folder)
    assert ended.value.code == 2
    assert "without them nobody can be written to" in capsys.readouterr().err
