"""Pages for everybody, made by what a replica of the database says: a standby that PostgreSQL streams to.

A replica is behind. How far it may be is told by the primary: at each notice of a change, and each second besides, the
listener for purges (`newsroom.web.purges`) asks where the primary's log ends, and a replica is asked only once it has
all of the log up to there. So a page that is made after a change has been heard of shows the change, whoever makes it,
and no page is older than a second. Where the replica is behind, away or fails, the primary is asked. What is somebody's
own (whatever a form sent, private pages, the desk) is read from the primary always. See `docs/decisions/0036`.
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
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ExecStatus

logger = logging.getLogger(__name__)

# How often the replica is asked how far it is: while it has all that is wanted, and while it has not.
IDLE_SECONDS, BEHIND_SECONDS = 0.5, 0.01
# Whoever does not answer within so many seconds is away, and tried again after so many more.
ANSWERS_WITHIN, RETRY_SECONDS = 1.5, 2.0
_ASK = b"SELECT pg_last_wal_replay_lsn()::text WHERE pg_is_in_recovery()"


def position(text: str) -> int:
    """A place in the log of the database, in bytes: "16/B374D848" as PostgreSQL writes it."""
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


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
        self._wires: weakref.WeakSet[psycopg.Connection] = weakref.WeakSet()
        self._wires_lock = threading.Lock()
        self._is_wanted = threading.Event()
        self._wanted = 0
        self._has = -1
        self._heard_at = float("-inf")

    def want(self, place: int) -> None:
        """Tell that the log of the primary reaches to this place, so that the replica is to have all of it.

        One that took the primary's place may have less of it than that had.
        """
        self._wanted = place
        if place > self._has:
            self._is_wanted.set()

    def answers(self) -> bool:
        """Whether the replica answered a moment ago."""
        return time.monotonic() - self._heard_at < ANSWERS_WITHIN

    def is_current(self) -> bool:
        """Whether the replica answers and has all that was wanted of it."""
        return self._has >= self._wanted and self.answers()

    @contextmanager
    def reading(self) -> Iterator[bool]:
        """Within this, the statements of this thread go to the replica, if it is current; whether they do.

        What they returned holds only if `has_held` says so afterwards.
        """
        if not self.is_current():
            yield False
            return
        own = connections[DEFAULT_DB_ALIAS]
        other = self._connection()
        # As Django does before each request; within one it would be another connection.
        other.close_if_unusable_or_obsolete()
        try:
            other.ensure_connection()
        except Error:
            yield False
            return
        with self._wires_lock:
            self._wires.add(other.connection)
        if not self.answers():
            # Nobody would take it back from there.
            yield False
            return
        self._here.wire = other.connection
        connections[DEFAULT_DB_ALIAS] = other
        try:
            yield True
        finally:
            connections[DEFAULT_DB_ALIAS] = own

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
        while True:
            self._is_wanted.clear()
            wanted = self._wanted
            self._has = _replayed(wire)
            self._heard_at = time.monotonic()
            if self._is_loss_told:
                logger.info("The replica answers again")
                self._is_loss_told = False
            if self._has < wanted:
                time.sleep(BEHIND_SECONDS)
            else:
                self._is_wanted.wait(IDLE_SECONDS)

    def _lose(self, reason: str) -> None:
        """Have nobody ask the replica, nor wait for it any longer."""
        self._heard_at = float("-inf")
        if not self._is_loss_told:
            # The kind alone: a message of the database may hold its address.
            logger.warning("The replica is not read from: %s", reason)
            self._is_loss_told = True
        with self._wires_lock:
            wires = list(self._wires)
        for wire in wires:
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(wire.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


class NoReplica(Exception):
    """What answers is no replica, or not within ANSWERS_WITHIN."""


def _replayed(wire: psycopg.Connection) -> int:
    """The place up to which the replica has the log. A server that has stopped would be waited for without end, were it
    asked as others are. Raises NoReplica."""
    line = wire.pgconn
    line.send_query(_ASK)
    deadline = time.monotonic() + ANSWERS_WITHIN
    while line.is_busy():
        if not select.select([line.socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise NoReplica
        line.consume_input()
    rows = line.get_result()
    while line.get_result() is not None:
        pass
    if rows is None or rows.status != ExecStatus.TUPLES_OK or not rows.ntuples:
        raise NoReplica
    found = rows.get_value(0, 0)
    return position(found.decode()) if found else -1
