"""What changed is told to every process that keeps pages, in the transaction of the change, by NOTIFY of PostgreSQL.

A notice is delivered when the transaction is committed, never when it is rolled back, and in the order of commits. Each
process listens on a connection of its own. A notice can be missed only while that is lost, so that whatever was kept
before it is back counts as old. For pages that processes share, each purge is noted in a table beside its notice
(`newsroom.web.page_store`), and the notice begins with the number of its transaction (`newsroom.web.redis_store`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connection

from newsroom.web.fragments import forget_all
from newsroom.web.replica import Lsn, Replica
from newsroom.web.snapshots import Heard
from newsroom.web.stored_pages import StoredPages

logger = logging.getLogger(__name__)

# Beside names of pages: what the clock will change is another than it was.
CLOCK = "clock"
_CHANNEL = "nashra_pages"
# PostgreSQL takes less than 8,000 bytes in a notice.
_MOST_BYTES = 7_900
# How often the connection is tried where no notice comes.
HEARTBEAT = 1.0
# So long after the last sign of life the database counts as away.
LOST_AFTER = 3.0
RETRY = 0.25
# A clock that is set back by more than so many seconds is one that was wrong.
CLOCK_PLAY = 1.0
# So many names of purges are remembered before more of them are forgotten than their time says.
_MOST_REMEMBERED = 20_000

# Noted by who keeps no pages, too: others may.
_PURGE = """
WITH noted AS (
    INSERT INTO newsroom_purge (number, names)
    SELECT pg_current_xact_id(), names FROM (SELECT %(names)s::text[] AS names) AS purged WHERE names <> '{}'
)
SELECT pg_notify(%(channel)s, concat_ws(' ', pg_current_xact_id(), notice))
FROM unnest(%(notices)s::text[]) AS notice
"""
# Which database answers, and which life of it: a copy has another, a server that is started anew begins one, and so
# does one that has crashed, with which statistics begin. Then numbers of transactions that it lost may come again.
DATABASE = """
concat_ws(' ', extract(epoch FROM pg_postmaster_start_time()),
    (SELECT extract(epoch FROM stats_reset) FROM pg_stat_archiver),
    (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
# What was purged before, newest first, as `newsroom.web.page_store` notes and joins it.
_NOTED = "SELECT number::text::bigint, names FROM newsroom_purge ORDER BY number DESC LIMIT %s"

# When the clock changes pages (seconds since 1970), soonest first, and the names of those.
Ahead = list[tuple[float, list[str]]]

# The name of a file of the log begins with its timeline, in eight hexadecimal digits.
_MOMENT = """
SELECT pg_current_snapshot()::text, pg_walfile_name(lsn), lsn::text FROM pg_current_wal_insert_lsn() AS lsn
"""


class Moment(NamedTuple):
    """All that was committed before it has been heard of: a snapshot of the database, and where its log ended then."""

    snapshot: str
    end: Lsn


def purge(*names: str) -> None:
    """Have all processes drop the pages with any of these names, once the transaction is committed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PURGE, _values(names))


def _values(names: Iterable[str]) -> dict[str, Any]:
    wanted = sorted(set(names))
    return {"names": wanted, "channel": _CHANNEL, "notices": list(_notices(wanted))}


def _notices(names: Iterable[str]) -> Iterable[str]:
    notice = ""
    for name in names:
        if len(notice) + len(name) >= _MOST_BYTES:
            yield notice
            notice = ""
        notice = f"{notice} {name}" if notice else name
    if notice:
        yield notice


class Known(NamedTuple):
    """What a process knows at a moment: the purges it has heard of, None while it is out of touch; when the clock
    changes anything next (seconds since 1970), and the snapshot at which that was asked, "" while it is being asked."""

    heard: Heard | None
    hours_asked: str
    until: float


class Listener(threading.Thread):
    """Purges the pages of this process by notices of others and by the clock.

    `ahead` says what the clock will change from a moment on; it is asked anew when a notice names CLOCK, and when any
    of it has come. Purges are remembered for `memory` seconds at least. What the `replica` is to have, where there is
    one, is told to it before pages are dropped.
    """

    # The last moment that is known; None until there is one.
    moment: Moment | None = None

    def __init__(
        self,
        pages: StoredPages,
        ahead: Callable[[float], Ahead],
        *,
        memory: float,
        replica: Replica | None = None,
    ) -> None:
        super().__init__(name="page purges", daemon=True)
        self._memory = memory
        self._replica = replica
        self._heard: Heard | None = None
        self._forgot_at = 0.0
        self._database = ""
        self._pages = pages
        self._ask_ahead = ahead
        # Behind the snapshot at which it was asked; "" until it is, and where some of it has come since.
        self._ahead: tuple[str, Ahead] = "", []
        self._passed_until = time.time()
        self._heard_at = float("-inf")
        self._alive_at = time.monotonic()
        self._is_loss_told = False

    def is_in_touch(self) -> bool:
        """Whether all that was committed a moment ago has been heard of."""
        return time.monotonic() - self._heard_at < LOST_AFTER

    def seconds_silent(self) -> float:
        """Since when the database has given no sign of life."""
        return time.monotonic() - self._alive_at

    def known(self) -> Known:
        snapshot, ahead = self._ahead
        heard = self._heard if self.is_in_touch() else None
        return Known(heard, snapshot, ahead[0][0] if ahead else float("inf"))

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - whatever it was, pages must not be kept without purges
                self._heard, self._heard_at = None, float("-inf")
                if not self._is_loss_told:
                    # The kind alone: a message of the database may hold its address.
                    logger.warning("Purges of kept pages are not heard of: %s", type(error).__name__)
                    self._is_loss_told = True
            finally:
                connection.close()
            self._pass_hours()
            time.sleep(RETRY)

    def _listen(self) -> None:
        connection.ensure_connection()
        wire: Any = connection.connection
        wire.execute(f"LISTEN {_CHANNEL}")
        # Before pages are made by what the clock was known to do.
        self._look_ahead()
        self._remember()
        self._note_moment(wire)
        # What was kept before may have been purged unheard.
        self._pages.outdate()
        self._is_loss_told = False
        while True:
            self._heard_at = self._alive_at = time.monotonic()
            notices = list(wire.notifies(timeout=self._pause(), stop_after=1))
            if time.time() < self._passed_until - CLOCK_PLAY:
                # What was made by the clock as it was shows too much, and its hours come once more.
                self._look_ahead()
                self._pages.outdate()
            names = {name for notice in notices for name in self._note(notice.payload)}
            # Before the pages are dropped, so that one that is made anew does not miss its hour.
            if CLOCK in names:
                self._look_ahead()
            if self._replica or not names:
                self._note_moment(wire)
            if names:
                self._pages.purge(names)
            if self._pass_hours():
                self._look_ahead()
            self._forget()

    def _note_moment(self, wire: Any) -> None:
        snapshot, file, end = wire.execute(_MOMENT).fetchone()
        moment = Moment(snapshot, Lsn.read(int(file[:8], 16), end))
        if self._replica:
            self._replica.want(moment.end)
        # After that, so that nobody takes a page by what the replica does not have yet for one of this moment.
        self.moment = moment

    def _note(self, notice: str) -> list[str]:
        """The names in a notice, which are remembered by the number before them."""
        number, *names = notice.split()
        if number.isdecimal():
            self._heard.note(int(number), names)
            return names
        # Of the release before, which tells no numbers, but notes them.
        self._remember()
        return [number, *names]

    def _remember(self) -> None:
        """Know of all that was purged so far, whether there was a notice of it or not. Two queries."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DATABASE}")
            (database,) = cursor.fetchone()
            cursor.execute(_NOTED, [_MOST_REMEMBERED])
            noted = cursor.fetchall()
        # Those that were joined, and those before the oldest here, may have purged any name.
        nameless = [number for number, names in noted if names is None]
        last = max(nameless + [number for number, _names in noted[_MOST_REMEMBERED - 1 :]], default=0)
        if self._database not in {"", database}:
            # What the former one had and this one lost may come again under its numbers, by which rows are known.
            forget_all()
        self._database = database
        heard = Heard(database, f"{last + 1}:{last + 1}:")
        for number, names in noted:
            heard.note(number, names or ())
        self._heard, self._forgot_at = heard, time.monotonic()

    def _forget(self) -> None:
        now = time.monotonic()
        if now > self._forgot_at + self._memory or self._heard.count > _MOST_REMEMBERED:
            self._begin_span()
            self._forgot_at = now

    def _begin_span(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DATABASE}, pg_current_snapshot()::text")
            database, snapshot = cursor.fetchone()
        if database == self._database:
            self._heard.begin_span(snapshot)
        else:
            # Statistics begin anew where somebody has them do so, too; by what was heard nothing would be shared.
            self._remember()

    def _snapshot(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            (snapshot,) = cursor.fetchone()
        return snapshot

    def _look_ahead(self) -> None:
        self._pass_hours()
        snapshot = self._snapshot()
        # From there on and not from now, or an hour that comes in between would be missed.
        self._ahead = snapshot, self._ask_ahead(self._passed_until)

    def _pause(self) -> float:
        """How long to wait for notices, in seconds."""
        return max(0.0, min(HEARTBEAT, self.known().until - time.time()))

    def _pass_hours(self) -> bool:
        """Purge what the clock has changed by now; whether there was anything."""
        now = time.time()
        _snapshot, ahead = self._ahead
        passed = [names for at, names in ahead if at <= now]
        if passed:
            # Not all that comes is known at a time, so that something unknown may come before the rest.
            self._ahead = "", ahead[len(passed) :]
        self._passed_until = now
        for names in passed:
            self._pages.purge(names)
        return bool(passed)
