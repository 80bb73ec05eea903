"""A site that is saved, lost and brought back is the same site, row by row and page by page."""

import json
import os
import tarfile
from datetime import timedelta
from pathlib import Path

import psycopg
import pyrage
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from newsroom import backups
from newsroom.web.object_store import ObjectStore
from newsroom.web.whole_files import WholeFiles
from tests import factories

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
    for name in [*names, "nashra-20250101T000000Z.part", "other"]:
        (folder / name).mkdir(parents=True)
    os.utime(folder / "nashra-20250101T000000Z.part", (0, 0))

    gone = backups.forget_old(folder, 2)

    assert {path.name for path in gone} == {*names[:3], "nashra-20250101T000000Z.part"}
    assert {path.name for path in folder.iterdir()} == {*names[3:], "other"}
    assert backups.newest(folder).name == names[-1]


def test_the_check_proves_the_newest(folder, article, capsys):
    backups.make(folder)

    call_command("restore_check", folder=folder)

    assert "2 pages open; 0.0 hours old" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'restore_check_%'")
        assert cursor.fetchone() == (0,)


def test_an_old_one_fails_the_check(folder, article):
    backup = backups.make(folder)
    manifest = json.loads((backup / backups.MANIFEST).read_text())
    made_at = backups.read(backup).moment - backups.OLDEST - timedelta(minutes=1)
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


def test_without_a_backup_the_check_fails(folder, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("restore_check", folder=folder)

    assert ended.value.code == 2
    assert "There is no backup" in capsys.readouterr().err


def test_keys_that_are_missing_are_counted(folder, article, settings):
    backup = backups.make(folder)
    manifest = backups.read(backup)
    assert backups.missing_keys(manifest) == 0

    settings.EMAIL_KEYS = ["another"]

    assert backups.missing_keys(manifest) == 1
    assert not any(key in (backup / backups.MANIFEST).read_text() for key in manifest.keys if len(key) > 16)
