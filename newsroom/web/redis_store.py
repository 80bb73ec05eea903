"""Pages that all processes share, in a server that speaks as Redis does: no query of the database to look for one.

Whether a page is still right is judged by whoever finds it, from the purges that his process has heard of: the page has
the snapshot from before its making, and a notice has the number of its transaction (`newsroom.web.snapshots`). A notice
that is still to be heard finds the making within which the page was found, or the page in memory, so that a change is
seen as soon as with pages that each process keeps for itself. See `docs/decisions/0035`.

What the server says is believed by the seal of this site alone, and it may be away, stand still, be full, or forget.
"""

import json
import os
import secrets
import threading
import time
from contextlib import suppress
from typing import Any

import redis
from django.db import Error
from django.utils.crypto import constant_time_compare, salted_hmac
from redis.backoff import NoBackoff
from redis.retry import Retry

from newsroom.web.page_store import Look, Reach, execute, page_of, values_of
from newsroom.web.purges import CLOCK, CLOCK_PLAY, DATABASE, Known
from newsroom.web.snapshots import Heard
from newsroom.web.stored_pages import Key, Page

# Readers wait for each answer, and an article is made in a tenth of that.
ANSWER_SECONDS = 0.1
# So long after a failure the server is not asked.
RETRY_SECONDS = 3.0
# So long a page is for one thread to make: who dies meanwhile keeps others waiting no longer.
LOCK_SECONDS = 5.0
# What takes long to be sent would keep others waiting.
_MOST_BYTES = 4_000_000
# A page that is refused may be another by the time that the lock is asked for.
_LOOKS = 3
_SALT = "newsroom.web.redis_store"
_SEAL_BYTES, _LENGTH_BYTES = 32, 4
_REACH = "nashra:reach"

# A page, unless it is the one with this seal, which was refused; else who is to make it, if nobody is. What is larger
# than a page, and a lock that lasts longer than one, are nobody's of the site.
_FIND = f"""
if redis.call('STRLEN', KEYS[1]) <= {_MOST_BYTES} then
    local page = redis.call('GET', KEYS[1])
    if page and (not ARGV[3] or string.sub(page, 1, #ARGV[3]) ~= ARGV[3]) then return page end
end
local left = redis.call('PTTL', KEYS[2])
if left == -1 or left > tonumber(ARGV[2]) then redis.call('DEL', KEYS[2]) end
return redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
"""
# Nobody stores a page whose lock is another's by now. That is let go of first: for the page there may be no room.
_END = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return end
redis.call('DEL', KEYS[2])
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
"""
# A page that is begun now shows all that is in the snapshot, and ends by the hours that were known before. What changes
# those, and was not known, must not be in it; what changes them later purges the pages that it changes, too.
_BEGIN = f"""
SELECT pg_current_snapshot()::text
WHERE {DATABASE} = %(database)s AND NOT EXISTS (
    SELECT FROM newsroom_purge
    WHERE number >= pg_snapshot_xmin(%(hours_asked)s::pg_snapshot) AND %(clock)s = ANY(names)
        AND NOT pg_visible_in_snapshot(number, %(hours_asked)s::pg_snapshot)
)
"""  # noqa: S608 - ours


class RedisStore:
    """A `PageStore` at an address that redis-py takes, which may hold a password. A page is forgotten there when it is
    `fresh` seconds old, or when there is no room."""

    def __init__(self, address: str, edition: str, *, fresh: float) -> None:
        self._edition = edition
        self._fresh = fresh
        self._client: Any = redis.Redis.from_url(
            address,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._reach = Reach()
        self._retry_at = 0.0
        self._own = secrets.token_hex(8)

    def find(self, key: Key, *, since: float, known: Known) -> Look:
        """No query for a page that is there, one for a page that is for the caller to make."""
        heard = known.heard
        if heard is None or not self._is_within_reach():
            return Look()
        name = self._name(heard, key)
        refused: tuple[bytes, ...] = ()
        for _look in range(_LOOKS):
            try:
                found = self._run(_FIND, name, int(1_000 * LOCK_SECONDS), *refused)
            except _Away:
                return Look()
            if found is None:
                return Look(is_being_made=True)
            if found == b"OK":
                return self._begin(key, known)
            page = self._opened(name, found, heard)
            if (
                page is not None
                and since < page.made_at <= time.time() + CLOCK_PLAY
                and page.until > time.time()
            ):
                return Look(page)
            refused = (found[:_SEAL_BYTES],)
        return Look()

    def end(self, key: Key, page: Page | None, *, snapshot: str, known: Known) -> None:
        heard = known.heard
        if heard is None or not self._is_within_reach():
            return
        name = self._name(heard, key)
        stored: tuple[bytes | int, ...] = ()
        if page is not None:
            left = int(1_000 * (page.made_at + self._fresh - time.time()))
            sealed = self._sealed(name, page, snapshot, known)
            if left > 0 and len(sealed) <= _MOST_BYTES:
                stored = sealed, left
        with suppress(_Away):
            self._run(_END, name, *stored)

    def is_away(self) -> bool:
        """Asks the server, unless it failed a moment ago."""
        if self._reach.is_lost:
            return not self._is_within_reach()
        return not self._answers()

    def _begin(self, key: Key, known: Known) -> Look:
        """The making of a page that is locked for it."""
        values = {"database": known.heard.database, "hours_asked": known.hours_asked, "clock": CLOCK}
        try:
            rows = execute(_BEGIN, values) if known.hours_asked else []
        except Error:
            # Whoever makes the page will be told.
            rows = []
        if rows:
            return Look(snapshot=rows[0][0])
        self.end(key, None, snapshot="", known=known)
        return Look()

    # Names and bytes

    def _name(self, heard: Heard, key: Key) -> str:
        # Of one length, whatever the address, and of no other site, edition or database.
        parts = repr((self._edition, heard.database, *key))
        return f"nashra:{salted_hmac(_SALT, parts, algorithm='sha256').hexdigest()}"

    def _sealed(self, name: str, page: Page, snapshot: str, known: Known) -> bytes:
        sizes = {coding: len(body) for coding, body in page.bodies.items()}
        head = json.dumps(values_of(page, known) | {"snapshot": snapshot, "sizes": sizes}).encode()
        content = b"".join([len(head).to_bytes(_LENGTH_BYTES), head, *page.bodies.values()])
        return _seal(name, content) + content

    def _opened(self, name: str, sealed: bytes, heard: Heard) -> Page | None:
        """The page in these bytes, if it is one of this site and still right."""
        seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        if not constant_time_compare(seal, _seal(name, content)):
            return None
        begin = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES])
        values = json.loads(content[_LENGTH_BYTES:begin])
        if not heard.is_right(values["snapshot"], values["names"]):
            return None
        bodies = {}
        for coding, size in values["sizes"].items():
            bodies[coding] = content[begin : begin + size]
            begin += size
        return page_of(values, bodies)

    # The server

    def _is_within_reach(self) -> bool:
        if not self._reach.is_lost:
            return True
        now = time.monotonic()
        if now < self._retry_at:
            return False
        # This thread tries, the others go on meanwhile.
        self._retry_at = now + RETRY_SECONDS
        if not self._answers():
            return False
        self._reach.regain()
        return True

    def _answers(self) -> bool:
        """Whether the server takes what is written: one that is full, or only follows another, takes nothing."""
        try:
            self._ask("SET", _REACH, "", "PX", 1_000)
        except _Away:
            return False
        return True

    def _run(self, script: str, name: str, *values: bytes | int) -> bytes | None:
        # The lock is this thread's.
        owner = f"{self._own}:{os.getpid()}:{threading.get_ident()}"
        return self._ask("EVAL", script, 2, name, f"{name}:lock", owner, *values)

    def _ask(self, *command: str | bytes | int) -> bytes | None:
        try:
            answer = self._client.execute_command(*command)
            if not isinstance(answer, bytes | bool | None):
                raise redis.InvalidResponse
        except Exception as error:  # noqa: BLE001 - whatever the server says or does, pages are made without it
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._reach.lose(error)
            raise _Away from None
        return answer


class _Away(Exception):
    """The server does not do what it is asked."""


def _seal(name: str, content: bytes) -> bytes:
    return salted_hmac(_SALT, name.encode() + content, algorithm="sha256").digest()
