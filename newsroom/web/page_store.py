"""Pages that all processes share, in the database: what one has made serves the others, and is there after a restart.

Whether a page is still right is asked when it is read, in the statement that reads it. Each page has the snapshot of
the database that was taken before anything of it was asked, and each verb notes, in its transaction, the number of that
and the names that it purges (`newsroom.web.purges`). Where one that is committed purged a name of the page and was not
in the snapshot, the page may not show what it did, and is not there. So it matters neither when a page is written nor
when a notice is heard, and what is rolled back has purged nothing. See `docs/decisions/0028`.

The tables have no models, for this floor knows no app: migration `newsroom.0006` makes them.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils.http import http_date

from newsroom.web.purges import CLOCK
from newsroom.web.stored_pages import OVERHEAD, Key, Page

logger = logging.getLogger(__name__)

_CODINGS = {"": "plain", "br": "br", "gzip": "gzip"}
_COLUMNS = (
    "snapshot", "names", "status", "tag", "made_at", "modified_at", "until", "heads", *_CODINGS.values()
)  # fmt: skip

_PURGED = """
SELECT FROM newsroom_purge AS purge WHERE purge.number >= pg_snapshot_xmin(page.snapshot) AND (
    purge.names IS NULL
    OR purge.names && page.names AND NOT pg_visible_in_snapshot(purge.number, page.snapshot)
)
"""
# A snapshot that is still to come is that of another database, of which this one is a copy. Where no page is there, it
# is for whoever gets the lock to make it.
_FIND = f"""
SELECT pg_current_snapshot()::text,
    CASE WHEN page.key IS NULL THEN pg_try_advisory_lock(%(lock)s) ELSE false END,
    {", ".join(f"page.{column}" for column in _COLUMNS)}
FROM (SELECT) AS one LEFT JOIN newsroom_page AS page ON page.key = %(key)s
    AND page.made_at > %(since)s AND page.until > %(now)s
    AND pg_snapshot_xmax(page.snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
    AND NOT EXISTS ({_PURGED})
"""  # noqa: S608 - ours
# Not where the clock changes pages at other hours than was known.
_PUT = f"""
INSERT INTO newsroom_page AS page (key, {", ".join(_COLUMNS)})
SELECT %(key)s, {", ".join(f"%({column})s" for column in _COLUMNS)}
WHERE NOT EXISTS (
    SELECT FROM newsroom_purge
    WHERE number >= pg_snapshot_xmin(%(hours_known)s::pg_snapshot) AND %(clock)s = ANY(names)
        AND NOT pg_visible_in_snapshot(number, %(hours_known)s::pg_snapshot)
)
ON CONFLICT (key) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
WHERE page.made_at <= excluded.made_at
"""  # noqa: S608 - ours
_RELEASE = "SELECT pg_advisory_unlock(%(lock)s)"
_FORGET_PAGES = f"""
DELETE FROM newsroom_page AS page
WHERE made_at <= %(since)s OR EXISTS ({_PURGED}) OR key IN (
    SELECT key FROM (
        SELECT key, sum({OVERHEAD} + octet_length(plain) + coalesce(octet_length(br), 0)
            + coalesce(octet_length(gzip), 0)) OVER (ORDER BY made_at DESC, key) AS bytes
        FROM newsroom_page
    ) AS newest WHERE bytes > %(most_bytes)s
)
"""  # noqa: S608 - ours
# Purges that all pages which are stored have seen are joined into one, of names that are known no more. A page that is
# still to be stored, and was begun before all of these had ended, is refused by it.
_JOIN_PURGES = """
WITH gone AS (
    DELETE FROM newsroom_purge WHERE number < least(
        %(heard)s::xid8, (SELECT pg_snapshot_xmin(snapshot) FROM newsroom_page ORDER BY 1 LIMIT 1)
    ) RETURNING number
)
INSERT INTO newsroom_purge (number) SELECT number FROM gone ORDER BY number DESC LIMIT 1
"""

# What pages are made of besides the database: files of these kinds in these folders, and settings.
_FOLDERS = ("newsroom", "articles", "comments", "templates", "static", "locale", "requirements")
_SETTINGS = (
    "SITE_URL", "TIME_ZONE", "NUMERALS", "MONTH_NAMES", "HIJRI_DATES", "OFFLINE_READING", "PAGE_CDN_SECONDS",
    "PAGE_STALE_SECONDS", "ADS_TXT", "HUMANS_TXT", "SECURITY_CONTACT",
)  # fmt: skip


class Look(NamedTuple):
    """What is found: the page, if it is still right. Else the snapshot of one that is begun now, "" where the database
    does not tell; and whether it is for the caller to make it, and then to call `release`, or some process does."""

    page: Page | None
    snapshot: str = ""
    is_ours: bool = False


class PageStore:
    """The pages of one `edition` of the site: those of another, such as the version before, are none of its.

    While the database does not answer there is nothing, and nothing is written.
    """

    def __init__(self, edition: str) -> None:
        self._edition = edition
        self._is_loss_told = False

    def find(self, key: Key, *, since: float) -> Look:
        """Look for the page that was made after `since` (seconds since 1970). One query.

        Who is to make it holds a lock of this thread's connection, which ends with that: nobody waits for the dead.
        """
        digest = self._digest(key)
        values = {"key": digest, "lock": _lock(digest), "since": since, "now": time.time()}
        rows = self._execute(_FIND, values, returning=True)
        if not rows:
            return Look(None)
        snapshot, is_ours, *columns = rows[0]
        row = dict(zip(_COLUMNS, columns, strict=True))
        return Look(_page(row) if row["status"] is not None else None, snapshot, is_ours)

    def release(self, key: Key) -> None:
        """Let others make the page that was for this thread to make, unless they find it now. One query."""
        self._execute(_RELEASE, {"lock": _lock(self._digest(key))})

    def put(self, key: Key, page: Page, *, snapshot: str, hours_known: str, until: float) -> None:
        """Store a page that was begun at `snapshot`. That the clock changes nothing before `until` (seconds since 1970)
        was known at the snapshot `hours_known`, of before. One query."""
        values = {
            "key": self._digest(key),
            "snapshot": snapshot,
            "hours_known": hours_known,
            "clock": CLOCK,
            "names": sorted(page.names),
            "status": page.status,
            "tag": page.tag,
            "made_at": page.made_at,
            "modified_at": page.modified_at,
            "until": min(page.until, until),
            "heads": json.dumps(page.heads),
        }
        bodies = {column: page.bodies.get(coding) for coding, column in _CODINGS.items()}
        self._execute(_PUT, values | bodies)

    def _digest(self, key: Key) -> bytes:
        # Of one length, whatever the address, and of letters that the database takes.
        return hashlib.sha256(repr((self._edition, *key)).encode()).digest()

    def _execute(self, statement: str, values: dict[str, Any], *, returning: bool = False) -> list[Any]:
        # As Django does before each request, in front of which this stands.
        close_old_connections()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                rows = cursor.fetchall() if returning else []
        except Error as error:
            if not self._is_loss_told:
                # The kind alone: a message of the database may hold its address.
                logger.warning("Shared pages are out of reach: %s", type(error).__name__)
            self._is_loss_told = True
            return []
        self._is_loss_told = False
        return rows


def _lock(digest: bytes) -> int:
    """The number by which PostgreSQL knows the lock of a page; two that had the same would wait for each other."""
    return int.from_bytes(digest[:8], signed=True)


def _page(row: dict[str, Any]) -> Page:
    heads = json.loads(row["heads"])
    bodies = {coding: row[column] for coding, column in _CODINGS.items()}
    return Page(
        status=row["status"],
        names=frozenset(row["names"]),
        tag=row["tag"],
        made_at=row["made_at"],
        modified_at=row["modified_at"],
        modified=http_date(row["modified_at"]),
        until=row["until"],
        heads={coding: [(field, value) for field, value in head] for coding, head in heads.items()},
        bodies={coding: bytes(body) for coding, body in bodies.items() if body is not None},
    )


def edition() -> str:
    """A hash of what pages are made of besides the database: code, templates, words, and what settings say of them."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(settings.BASE_DIR)} {path.stat().st_size}".encode())
        digest.update(path.read_bytes())
    digest.update(repr([getattr(settings, name) for name in _SETTINGS]).encode())
    return digest.hexdigest()


def _sources() -> Iterable[Path]:
    for folder in _FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("*"):
            # Compiled from the others.
            if path.is_file() and path.suffix not in {".pyc", ".mo"}:
                yield path


class Sweep:
    """Removes what nothing is answered from. Between two runs there is to be more time than LOST_AFTER of `purges`."""

    def __init__(self) -> None:
        self._heard: str | None = None

    def run(self) -> int:
        """Remove pages that are too old or were purged, then those made longest ago, beyond the bytes that one process
        keeps; and purges by which no page is refused. Return how many pages. Three queries."""
        since = time.time() - settings.PAGE_FRESH_SECONDS
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_PAGES, {"since": since, "most_bytes": settings.PAGE_CACHE_BYTES})
            count = cursor.rowcount
            # Of what had ended when this ran before, all processes have heard, and know what the clock does since.
            if self._heard is not None:
                cursor.execute(_JOIN_PURGES, {"heard": self._heard})
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            (self._heard,) = cursor.fetchone()
        return int(count)
