"""Pages that all processes share: what one has made serves the others, and is there after a restart.

Here they are in the database; `newsroom.web.redis_store` has them elsewhere. Whether a page is still right is asked
when it is read, in the statement that reads it. Each page has the snapshot of the database that was taken before
anything of it was asked, and each verb notes, in its transaction, the number of that and the names that it purges
(`newsroom.web.purges`). Where one that is committed purged a name of the page and was not in the snapshot, the page may
not show what it did, and is not there. So it matters neither when a page is written nor when a notice is heard, and
what is rolled back has purged nothing. See `docs/decisions/0028`.

The tables have no models, for this floor knows no app: migration `newsroom.0006` makes them.
"""

import hashlib
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils.http import http_date

from newsroom.web.purges import CLOCK, Known
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
    """What is found: the page, if it is still right. Else the snapshot of one that is begun now, where it is for the
    caller to make it, and then to call `end`; or that some process makes it. Nothing where the store is away."""

    page: Page | None = None
    snapshot: str = ""
    is_being_made: bool = False


class PageStore(Protocol):
    """The pages of one `edition` of the site: those of another, such as the version before, are none of its.

    While it is away there is nothing, and nothing is written.
    """

    def find(self, key: Key, *, since: float, known: Known) -> Look:
        """Look for the page that was made after `since` (seconds since 1970), for who has begun its making and knows
        so much since. Nobody waits for long for one who was to make a page and is dead."""

    def end(self, key: Key, page: Page | None, *, snapshot: str, known: Known) -> None:
        """Store the page that was for this thread to make, if there is one, and let others make it else. It was begun
        at `snapshot`, and what the clock does was `known` before."""

    def is_away(self) -> bool:
        """Whether it can be reached no more, though the database can."""


class Reach:
    """Whether a store can be reached. The log has a line when it no longer can, and another when it can again."""

    def __init__(self) -> None:
        self.is_lost = False
        self._lock = threading.Lock()

    def lose(self, error: Exception) -> None:
        with self._lock:
            was_lost, self.is_lost = self.is_lost, True
        if not was_lost:
            # The kind alone: a message may hold an address.
            logger.warning("Shared pages are out of reach: %s", type(error).__name__)

    def regain(self) -> None:
        with self._lock:
            was_lost, self.is_lost = self.is_lost, False
        if was_lost:
            logger.info("Shared pages are within reach again")


class DatabaseStore:
    """A `PageStore` in the database."""

    def __init__(self, edition: str) -> None:
        self._edition = edition
        self._reach = Reach()

    def find(self, key: Key, *, since: float, known: Known) -> Look:
        """One query. Who is to make a page holds a lock of this thread's connection, which ends with that."""
        digest = self._digest(key)
        values = {"key": digest, "lock": _lock(digest), "since": since, "now": time.time()}
        rows = self._execute(_FIND, values, returning=True)
        if not rows:
            return Look()
        snapshot, is_ours, *columns = rows[0]
        row = dict(zip(_COLUMNS, columns, strict=True))
        if row["status"] is None:
            return Look(snapshot=snapshot) if is_ours else Look(is_being_made=True)
        bodies = {coding: row[column] for coding, column in _CODINGS.items()}
        return Look(
            page_of(
                row | {"heads": json.loads(row["heads"])},
                {coding: bytes(body) for coding, body in bodies.items() if body is not None},
            )
        )

    def end(self, key: Key, page: Page | None, *, snapshot: str, known: Known) -> None:
        """Two queries; one without a page."""
        try:
            if page is not None and known.hours_asked:
                self._put(key, page, snapshot, known)
        finally:
            # Who waits for it finds it now.
            self._execute(_RELEASE, {"lock": _lock(self._digest(key))})

    def is_away(self) -> bool:
        return False

    def _put(self, key: Key, page: Page, snapshot: str, known: Known) -> None:
        values = values_of(page, known) | {
            "key": self._digest(key),
            "snapshot": snapshot,
            "hours_known": known.hours_asked,
            "clock": CLOCK,
            "heads": json.dumps(page.heads),
        }
        bodies = {column: page.bodies.get(coding) for coding, column in _CODINGS.items()}
        self._execute(_PUT, values | bodies)

    def _digest(self, key: Key) -> bytes:
        # Of one length, whatever the address, and of letters that the database takes.
        return hashlib.sha256(repr((self._edition, *key)).encode()).digest()

    def _execute(self, statement: str, values: dict[str, Any], *, returning: bool = False) -> list[Any]:
        try:
            rows = execute(statement, values, returning=returning)
        except Error as error:
            self._reach.lose(error)
            return []
        self._reach.regain()
        return rows


@cache
def of_settings() -> PageStore | None:
    """The store of this process, if its settings name one."""
    if not settings.PAGE_STORE:
        return None
    if settings.PAGE_STORE == "database":
        return DatabaseStore(edition())
    from newsroom.web.redis_store import RedisStore

    return RedisStore(settings.PAGE_STORE, edition(), fresh=settings.PAGE_FRESH_SECONDS)


def is_away() -> bool:
    """Whether pages are not shared, though the settings say where."""
    store = of_settings()
    return store is not None and store.is_away()


def execute(statement: str, values: dict[str, Any], *, returning: bool = True) -> list[Any]:
    """Ask the database something, in front of Django."""
    # As Django does before each request.
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if returning else []


def values_of(page: Page, known: Known) -> dict[str, Any]:
    """What a page is besides its bodies, as JSON has it, for processes that may know less of what the clock does."""
    return {
        "names": sorted(page.names),
        "status": page.status,
        "tag": page.tag,
        "made_at": page.made_at,
        "modified_at": page.modified_at,
        "until": min(page.until, known.until),
        "heads": page.heads,
    }


def page_of(values: dict[str, Any], bodies: dict[str, bytes]) -> Page:
    """The page of which these are the values. Raises KeyError, TypeError or ValueError where they are of none."""
    return Page(
        status=values["status"],
        names=frozenset(values["names"]),
        tag=values["tag"],
        made_at=values["made_at"],
        modified_at=values["modified_at"],
        modified=http_date(values["modified_at"]),
        until=values["until"],
        heads={coding: [(field, value) for field, value in head] for coding, head in values["heads"].items()},
        bodies=bodies,
    )


def _lock(digest: bytes) -> int:
    """The number by which PostgreSQL knows the lock of a page; two that had the same would wait for each other."""
    return int.from_bytes(digest[:8], signed=True)


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
        # When this ran, and the first number of a transaction that had not ended then.
        self._runs: deque[tuple[float, str]] = deque()

    def run(self) -> int:
        """Remove pages that are too old or were purged, then those made longest ago, beyond the bytes that one process
        keeps; and purges by which no page is refused. Return how many pages. Three queries."""
        since = time.time() - settings.PAGE_FRESH_SECONDS
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_PAGES, {"since": since, "most_bytes": settings.PAGE_CACHE_BYTES})
            count = cursor.rowcount
            # Of what had ended when this ran before, all processes have heard, and know what the clock does since.
            if (ended := self._ended()) is not None:
                cursor.execute(_JOIN_PURGES, {"heard": ended})
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            self._runs.append((time.monotonic(), *cursor.fetchone()))
        return int(count)

    def _ended(self) -> str | None:
        """What had ended when this ran before: where pages are elsewhere, so long ago that none of then is taken."""
        elsewhere = settings.PAGE_STORE not in {"", "database"}
        at = time.monotonic() - (settings.PAGE_FRESH_SECONDS if elsewhere else 0)
        ended = None
        while self._runs and self._runs[0][0] <= at:
            _at, ended = self._runs.popleft()
        return ended
