"""Backups: the database, the media, and a manifest by which a restored site is proven to be the one that was saved.

Rows are counted and hashed in the snapshot that pg_dump reads, so the manifest tells of exactly what is in the dump.
Files of media never change under their names, and are read after it: there are at least those that the rows name.
"""

import hashlib
import json
import logging
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

import psycopg
import pyrage
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.db import connection
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from newsroom import anonymising, backup_folders, postgres_cluster
from newsroom.web.at_once import at_once
from newsroom.web.whole_files import sync

logger = logging.getLogger(__name__)

DATABASE, MEDIA, MANIFEST = "database.dump", "media.tar", "manifest.json"
ENCRYPTED = ".age"
_OF_LIBPQ = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    # Of several servers that are named, which: a standby, or one that was the primary once, has another past.
    "target_session_attrs",
    "connect_timeout",
]
# The site writes no larger file of media: none is larger than what it takes in (`articles.images.MAX_BYTES`).
MAX_MEDIA_BYTES = 25 * 1024 * 1024
# What each process makes anew, and no restored site needs as it was.
_PASSING = {"django_session", "newsroom_page", "newsroom_purge", "newsroom_rate"}
# The numbers of transactions are those of another database. No page is right that was made before.
_FORGET_PAGES = """
DELETE FROM newsroom_page;
DELETE FROM newsroom_purge;
INSERT INTO newsroom_purge (number) VALUES (pg_current_xact_id())
"""


class BackupError(Exception):
    """Something keeps a backup from being made, read or trusted; the message says what, and what to do."""


@dataclass(frozen=True)
class Table:
    """How many rows a table has, and a hash of all of them, in whatever order they stand."""

    rows: int
    hash: str


@dataclass(frozen=True)
class File:
    """A file of the backup, as it lies on the disk: encrypted, if it is."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. `keys` are fingerprints of the keys that its addresses are encrypted with, and
    `fingerprint_key` of that by which writers are recognized, "" where it was not noted; the keys themselves are in no
    backup."""

    made_at: str
    postgres: str
    keys: list[str]
    tables: Mapping[str, Table]
    media_files: int
    files: Mapping[str, File]
    fingerprint_key: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.moment


class Shelf(Protocol):
    """What files of media are brought back into: the storage of a site, in whichever store it has them."""

    def put(self, name: str, content: ContentFile) -> str: ...


class Nowhere:
    """A shelf for who wants to know whether all files can be read from a backup, and keeps none."""

    def put(self, name: str, content: ContentFile) -> str:
        for _chunk in content.chunks():
            pass
        return validate_file_name(name, allow_relative_path=True)


def make(folder: Path, *, recipients: Iterable[str] = ()) -> Path:
    """Make a backup below `folder` and return its own folder, which is there only when it is whole.

    For `recipients`, public keys of age, its files are encrypted. Raises BackupError.
    """
    to = [_recipient(key) for key in recipients]
    now = timezone.now()
    target = backup_folders.target(folder, now)
    draft = backup_folders.draft(target)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        draft.mkdir(mode=0o700)
    except FileExistsError:
        raise BackupError(f"Another backup is being made in {draft}.") from None
    try:
        _check_room(folder)
        with _snapshot() as (wire, snapshot):
            (version,) = wire.execute("SHOW server_version").fetchone()
            tables = count_rows(wire)
            _dump(draft / DATABASE, snapshot)
        media_files = _pack_media(draft / MEDIA)
        files = {}
        for name in (DATABASE, MEDIA):
            path = _encrypted(draft / name, to) if to else draft / name
            files[path.name] = File(path.stat().st_size, _digest(path))
            sync(path)
        keys, fingerprint_key = _key_names(), _key_name(settings.FINGERPRINT_KEY)
        manifest = Manifest(now.isoformat(), version, keys, tables, media_files, files, fingerprint_key)
        (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        sync(draft / MANIFEST)
        draft.rename(target)
        sync(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def anonymised(target: Path) -> None:
    """Dump the database of the site for developers, into a file that is there only when it is whole; its media are not
    in it. The site itself is only read. Raises BackupError."""
    # What is dumped first is the site as it is: nobody else looks into this folder.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}") as folder:
        draft = Path(folder, target.name)
        try:
            with scratch_database() as database:
                with _snapshot() as (_wire, snapshot):
                    _dump(draft, snapshot)
                with draft.open("rb") as dump:
                    _restore_dump(dump, database)
                with psycopg.connect(make_conninfo(**database)) as wire:
                    anonymising.anonymise(wire)
                _dump(draft, database=database)
        except anonymising.Unnamed as error:
            raise BackupError(
                f"It is not said of these columns whether they may be let out: {error}"
            ) from None
        draft.replace(target)


def read(backup: Path) -> Manifest:
    """The manifest of a backup whose files are all there, as they were made. Raises BackupError."""
    try:
        told = json.loads((backup / MANIFEST).read_text())
        # What a later release notes besides is passed over.
        known = {field.name: told[field.name] for field in fields(Manifest) if field.name in told}
        manifest = Manifest(
            **known
            | {
                "tables": {name: Table(**table) for name, table in told["tables"].items()},
                "files": {name: File(**file) for name, file in told["files"].items()},
            }
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(
            f"{backup} is no backup: its {MANIFEST} cannot be read ({type(error).__name__})."
        ) from None
    for name, file in manifest.files.items():
        path = backup / name
        if not path.is_file() or path.stat().st_size != file.bytes or _digest(path) != file.sha256:
            raise BackupError(f"{path} is missing or not as it was made; take another backup.")
    return manifest


def restore(
    backup: Path,
    manifest: Manifest,
    database: Mapping[str, Any],
    media: Shelf | None,
    *,
    identity: str = "",
) -> None:
    """Bring a backup into an empty database, and its files into `media`, in the place of others of their names.

    `identity` is the secret key of age, for one that is encrypted. Raises BackupError, also where a row is not as it
    was or a file is missing, and OSError where a file cannot be stored."""
    with psycopg.connect(make_conninfo(**database)) as wire:
        if count_rows(wire):
            raise BackupError("The database is not empty; restore into one that is.")
    with _opened(backup, DATABASE, manifest, identity) as dump:
        _restore_dump(dump, database)
    with psycopg.connect(make_conninfo(**database)) as wire:
        if wrong := differing(manifest.tables, count_rows(wire)):
            raise BackupError(f"Restored, but not as it was saved: {', '.join(wrong)}.")
        wire.execute(_FORGET_PAGES)
    if media is not None:
        with (
            _opened(backup, MEDIA, manifest, identity) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            found = _unpack(tar, media)
        if found != manifest.media_files:
            raise BackupError(f"Of {manifest.media_files} files of media there are {found} in the backup.")


def differing(saved: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    """The names of tables whose rows are not the same in both."""
    return sorted(name for name in {*saved, *found} - _PASSING if saved.get(name) != found.get(name))


def count_rows(wire: psycopg.Connection) -> dict[str, Table]:
    """All tables that have rows. Reads each row once."""
    names = wire.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
    ).fetchall()
    found = {}
    for (name,) in names:
        # A sum does not ask in which order rows come; of two halves, so that it fits whatever there is.
        rows, *halves = wire.execute(
            sql.SQL(
                "SELECT count(*), sum(('x' || left(h, 16))::bit(64)::bigint::numeric),"
                " sum(('x' || right(h, 16))::bit(64)::bigint::numeric)"
                " FROM (SELECT md5(t::text) AS h FROM {} AS t) AS hashed"
            ).format(sql.Identifier(name))
        ).fetchone()
        if rows:
            found[name] = Table(rows, hashlib.sha256(repr(halves).encode()).hexdigest())
    return found


# The database


@contextmanager
def _snapshot() -> Iterator[tuple[psycopg.Connection, str]]:
    """A connection that sees the database as it is at this moment, and the name by which others see the same."""
    with psycopg.connect(make_conninfo(**database_of_the_site())) as wire:
        wire.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        wire.execute("SET LOCAL statement_timeout = 0")
        (name,) = wire.execute("SELECT pg_export_snapshot()").fetchone()
        yield wire, name


def database_of_the_site() -> dict[str, Any]:
    """How to connect to it, as libpq has it."""
    given = connection.get_connection_params()
    return {name: given[name] for name in _OF_LIBPQ if given.get(name)}


def _dump(path: Path, snapshot: str = "", database: Mapping[str, Any] | None = None) -> None:
    """Dump the database of the site, as a snapshot of it is, or another."""
    database = database or database_of_the_site()
    told = ["--format=custom", "--no-owner", "--dbname", _without_password(database)]
    if snapshot:
        told.append(f"--snapshot={snapshot}")
    with path.open("wb") as file:
        _run_program(["pg_dump", *told], database, stdout=file)


def _restore_dump(dump: IO[bytes], database: Mapping[str, Any]) -> None:
    told = ["--no-owner", "--exit-on-error", "--dbname", _without_password(database)]
    _run_program(["pg_restore", *told], database, stdin=dump)


def _run_program(command: list[str], database: Mapping[str, Any], **streams: Any) -> None:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
    if "password" in database:
        # Not on the command line, which all on the machine can read.
        environment["PGPASSWORD"] = str(database["password"])
    with psycopg.connect(make_conninfo(**database)) as wire:
        program = postgres_cluster.program(command[0], wire.info.server_version // 10_000)
    done = subprocess.run(
        [program, *command[1:]], check=False, stderr=subprocess.PIPE, env=environment, **streams
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise BackupError(f"{command[0]} failed: {last[0]}")


def _without_password(database: Mapping[str, Any]) -> str:
    return make_conninfo(**{name: value for name, value in database.items() if name != "password"})


@contextmanager
def scratch_database() -> Iterator[dict[str, Any]]:
    """An empty database beside that of the site, dropped at the end."""
    name = f"nashra_scratch_{uuid4().hex[:12]}"
    site = database_of_the_site()
    with psycopg.connect(make_conninfo(**site), autocommit=True) as wire:
        try:
            wire.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise BackupError(f"No database could be made to restore into: {error}") from None
        try:
            yield site | {"dbname": name}
        finally:
            wire.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# Files


def _check_room(folder: Path) -> None:
    with psycopg.connect(make_conninfo(**database_of_the_site())) as wire:
        (bytes_of_database,) = wire.execute("SELECT pg_database_size(current_database())").fetchone()
    media = sum(size for _name, size in default_storage.patient().files())
    # Encrypted, each file is there twice for a moment; the dump is compressed to less than half.
    wanted, free = bytes_of_database + 2 * media, shutil.disk_usage(folder).free
    if free < wanted:
        raise BackupError(
            f"{folder} has {free // 1_000_000} MB free, and a backup may take {wanted // 1_000_000} MB;"
            " make room, or name another folder."
        )


def _pack_media(path: Path) -> int:
    """Pack all files of the media; return how many. Some are in memory at once, each a picture. What lies among them
    and is none of the site's, by its name or size, is left out, and the log says so."""
    media = default_storage.patient()

    def read(file: tuple[str, int]) -> tuple[str, bytes | None]:
        name, size = file
        if size > MAX_MEDIA_BYTES:
            return left_out(name)
        try:
            validate_file_name(name, allow_relative_path=True)
            with media.open(name) as opened:
                return name, opened.read()
        except FileNotFoundError:
            # Deleted since.
            return name, None
        except SuspiciousFileOperation:
            return left_out(name)

    def left_out(name: str) -> tuple[str, None]:
        logger.warning("Left out of the backup, for the site writes no such file: %a", name)
        return name, None

    count = 0
    with tarfile.open(path, "w") as tar:
        for name, content in at_once(read, media.files()):
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size, member.mtime = len(content), int(timezone.now().timestamp())
                tar.addfile(member, BytesIO(content))
                count += 1
    return count


def _unpack(tar: tarfile.TarFile, media: Shelf) -> int:
    """Bring files back into `media`, and nothing elsewhere; return how many. Some are in memory at once."""

    def read() -> Iterator[tuple[str, bytes | None]]:
        for member in tar:
            # A sparse file is a few bytes here and any number of them in memory.
            is_ours = member.isreg() and not member.issparse() and member.size <= MAX_MEDIA_BYTES
            source = tar.extractfile(member) if is_ours else None
            yield member.name, source and source.read()

    def put(file: tuple[str, bytes | None]) -> None:
        name, content = file
        try:
            if content is None:
                raise SuspiciousFileOperation
            media.put(name, ContentFile(content))
        except SuspiciousFileOperation:
            raise BackupError(f"{name!r} in the media of this backup is no file of ours.") from None

    return sum(1 for _done in at_once(put, read()))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Encryption


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise BackupError(f"{key!r} is no public key of age; it begins with age1.") from None


def _encrypted(path: Path, recipients: list[pyrage.x25519.Recipient]) -> Path:
    """Encrypt a file in the place of itself."""
    target = path.with_name(path.name + ENCRYPTED)
    pyrage.encrypt_file(str(path), str(target), recipients)
    path.unlink()
    return target


@contextmanager
def _opened(backup: Path, name: str, manifest: Manifest, identity: str) -> Iterator[IO[bytes]]:
    """A file of a backup, in the clear."""
    if name in manifest.files:
        with (backup / name).open("rb") as file:
            yield file
        return
    if not identity:
        raise BackupError("This backup is encrypted; name the file of the secret key.")
    try:
        secret = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError:
        raise BackupError("This is no secret key of age; it begins with AGE-SECRET-KEY-1.") from None
    # Without a name: nobody else can open it, and it is gone with this process, however that ends.
    with tempfile.TemporaryFile(dir=backup) as clear:
        try:
            with (backup / f"{name}{ENCRYPTED}").open("rb") as encrypted:
                pyrage.decrypt_io(encrypted, clear, [secret])
        except pyrage.DecryptError:
            raise BackupError("This secret key does not open the backup.") from None
        clear.seek(0)
        yield clear


def _key_names() -> list[str]:
    return list(map(_key_name, settings.EMAIL_KEYS))


def _key_name(key: str) -> str:
    """What tells keys apart and gives nothing of them away."""
    return hashlib.sha256(f"backup:{key}".encode()).hexdigest()[:16]


def foreign_keys(manifest: Manifest) -> list[str]:
    """What this site cannot do with a backup because its keys are others, a sentence each."""
    told = []
    if missing := len(set(manifest.keys) - set(_key_names())):
        told.append(
            f"{missing} of the keys that its e-mail addresses are encrypted with are not in EMAIL_KEYS;"
            " without them nobody can be written to."
        )
    if manifest.fingerprint_key not in ("", _key_name(settings.FINGERPRINT_KEY)):
        told.append("FINGERPRINT_KEY is not the one it was made with; without that no writer is recognized.")
    return told
