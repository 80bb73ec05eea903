"""Pages for everybody, made by what a replica of the database says: a standby that PostgreSQL streams to.

A replica is behind. How far it may be is told by the primary: at each notice of a change, and each second besides, the
listener for purges (`newsroom.web.purges`) asks where the primary's log ends, and a replica is asked only once it has
all of the log up to there. So a page that is made after a change has been heard of shows the change, whoever makes it.
Where the replica is behind, away or fails, the primary is asked. What is somebody's own (whatever a form sent, private
pages, the desk) is read from the primary always. See `docs/decisions/0036`.
"""

import copy
import logging
import os
import select
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Self

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ExecStatus

logger = logging.getLogger(__name__)

# How often the replica is asked how far it is: while it has all that is wanted; while it has not, at first and later.
IDLE_SECONDS, BEHIND_SECONDS, FAR_BEHIND_SECONDS = 0.5, 0.01, 0.2
# Whoever does not answer within so many seconds is away, and tried again after so many more.
ANSWERS_WITHIN, RETRY_SECONDS = 1.5, 2.0
_ASK = b"SELECT timeline_id, pg_last_wal_replay_lsn() FROM pg_control_checkpoint() WHERE pg_is_in_recovery()"
# Which server answers: two behind one name may be in different places.
_SERVER = "SELECT pg_postmaster_start_time()::text"
# Pages of the log begin with a header: of a segment's first page, and of others (src/include/access/xlog_internal.h).
_LOG_PAGE, _HEADERS = 8192, (40, 24)


class Lsn(NamedTuple):
    """A place in the log of a database: the timeline, of which each promotion begins another, and a count of bytes."""

    timeline: int
    bytes: int

    @classmethod
    def read(cls, timeline: int, text: str) -> Self:
        """From "16/B374D848", as PostgreSQL writes it. Where nothing stands on a page yet, it is where that begins:
        who writes is said to be behind the header then, and who follows before it."""
        high, low = text.split("/")
        found = int(high, 16) << 32 | int(low, 16)
        beyond = found % _LOG_PAGE
        return cls(timeline, found - beyond if beyond in _HEADERS else found)


class Replica:
    """The replica with these settings, in the form of those in DATABASES, as the threads of a process read from it."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._is_loss_told = False
        self._begin()
        # Neither a thread nor a connection comes along.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._here = threading.local()
        # Descriptors of the connections from which threads read.
        self._lines: weakref.WeakKeyDictionary[psycopg.Connection, int] = weakref.WeakKeyDictionary()
        self._lines_lock = threading.Lock()
        self._is_wanted = threading.Event()
        self._wanted = self._has = Lsn(0, 0)
        self._server = ""
        self._heard_at = float("-inf")
        self._current_at = time.monotonic()

    def want(self, lsn: Lsn) -> None:
        """Tell that the log of the primary reaches to this place, so that the replica is to have all of it.

        One that took the primary's place may have less of it than that had.
        """
        self._wanted = lsn
        if not self._has_all():
            self._is_wanted.set()

    def _has_all(self) -> bool:
        # What follows another primary than this one may have come farther, and have other changes.
        return self._has.timeline == self._wanted.timeline and self._has.bytes >= self._wanted.bytes

    def answers(self) -> bool:
        """Whether the replica answered a moment ago."""
        return time.monotonic() - self._heard_at < ANSWERS_WITHIN

    def is_current(self) -> bool:
        """Whether the replica answers and has all that was wanted of it."""
        return self._has_all() and self.answers()

    def seconds_behind(self) -> float:
        """Since when it has not been current."""
        return 0.0 if self.is_current() else time.monotonic() - self._current_at

    @contextmanager
    def reading(self, *, as_it_is: bool = False) -> Iterator[bool]:
        """Within this, the statements of this thread go to the replica, if it is current, or may be what it is; whether
        they do.

        What they returned holds only if `has_held` says so afterwards.
        """
        other = self._connection()
        if not (self.answers() if as_it_is else self.is_current()) or not self._is_ready(other):
            yield False
            return
        own = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = other
        try:
            yield True
        finally:
            connections[DEFAULT_DB_ALIAS] = own

    def _is_ready(self, other: BaseDatabaseWrapper) -> bool:
        """Whether this thread's connection leads to the server that was asked how far it is."""
        # As Django does before each request; within one it would be another connection.
        other.close_if_unusable_or_obsolete()
        try:
            other.ensure_connection()
            wire = other.connection
            if wire not in self._lines:
                self._register(wire)
                if wire.execute(_SERVER).fetchone()[0] != self._server:
                    other.close()
                    return False
        except (Error, psycopg.Error):
            other.close()
            return False
        self._here.wire = wire
        # Else nobody would take it back from there.
        return self.answers()

    def _register(self, wire: psycopg.Connection) -> None:
        # Of our own, so that nobody else's is cut, whoever gets that number when this is closed.
        line = os.dup(wire.fileno())
        weakref.finalize(wire, os.close, line)
        with self._lines_lock:
            self._lines[wire] = line

    def has_held(self) -> bool:
        """Whether all that this thread read was read over the connection with which it began."""
        wire = self._connection().connection
        return wire is not None and wire is self._here.wire and not wire.closed

    def _connection(self) -> BaseDatabaseWrapper:
        """The connection of this thread. It has the name of the primary's, for it stands in its place."""
        found: BaseDatabaseWrapper | None = getattr(self._here, "connection", None)
        if found is None:
            own = connections[DEFAULT_DB_ALIAS]
            found = self._here.connection = type(own)(
                copy.deepcopy(own.settings_dict) | copy.deepcopy(self._settings), DEFAULT_DB_ALIAS
            )
        return found

    # Keeping up

    def watch(self) -> None:
        """Begin to ask the replica how far it is, once in a process."""
        threading.Thread(target=self._keep_up, name="replica", daemon=True).start()

    def _keep_up(self) -> None:
        while True:
            other = self._connection()
            try:
                other.connect()
                self._follow(other.connection)
            except Exception as error:  # noqa: BLE001 - whatever it was, the primary is asked
                self._lose(type(error).__name__)
            other.close()
            time.sleep(RETRY_SECONDS)

    def _follow(self, wire: psycopg.Connection) -> None:
        (self._server,) = wire.execute(_SERVER).fetchone()
        pause = BEHIND_SECONDS
        while True:
            self._is_wanted.clear()
            self._has = _replayed(wire)
            self._heard_at = time.monotonic()
            if self._is_loss_told:
                logger.info("The replica answers again")
                self._is_loss_told = False
            if self._has_all():
                self._current_at = self._heard_at
                pause = BEHIND_SECONDS
                self._is_wanted.wait(IDLE_SECONDS)
            else:
                time.sleep(pause)
                pause = min(2 * pause, FAR_BEHIND_SECONDS)

    def _lose(self, reason: str) -> None:
        """Have nobody ask the replica, nor wait for it any longer."""
        self._heard_at = float("-inf")
        if not self._is_loss_told:
            # The kind alone: a message of the database may hold its address.
            logger.warning("The replica is not read from: %s", reason)
            self._is_loss_told = True
        with self._lines_lock:
            for number in self._lines.values():
                line = socket.socket(fileno=number)
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.detach()


class NoReplica(Exception):
    """What answers is no replica, or not within ANSWERS_WITHIN."""


def _replayed(wire: psycopg.Connection) -> Lsn:
    """The place up to which the replica has the log. A server that has stopped would be waited for without end, were it
    asked as others are. Raises NoReplica."""
    line = wire.pgconn
    line.send_query(_ASK)
    waiting = select.poll()
    waiting.register(line.socket, select.POLLIN)
    deadline = time.monotonic() + ANSWERS_WITHIN
    while line.is_busy():
        if not waiting.poll(1_000 * max(0.0, deadline - time.monotonic())):
            raise NoReplica
        line.consume_input()
    rows = line.get_result()
    while line.get_result() is not None:
        pass
    if rows is None or rows.status != ExecStatus.TUPLES_OK or not rows.ntuples:
        raise NoReplica
    timeline, lsn = rows.get_value(0, 0), rows.get_value(0, 1)
    return Lsn.read(int(timeline), lsn.decode()) if timeline and lsn else Lsn(0, 0)
