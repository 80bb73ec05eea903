"""What changed is told to every process that keeps pages, in the transaction of the change, by NOTIFY of PostgreSQL.

A notice is delivered when the transaction is committed, never when it is rolled back, and in the order of commits. Each
process listens on a connection of its own. A notice can be missed only while that is lost, so that whatever was kept
before it is back counts as old. Beside its notice each purge is noted in a table, for pages that processes share
(`newsroom.web.page_store`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connection

from newsroom.web.replica import Replica, position
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

# Noted by who keeps no pages, too: others may.
_PURGE = """
WITH noted AS (
    INSERT INTO newsroom_purge (number, names)
    SELECT pg_current_xact_id(), names FROM (SELECT %(names)s::text[] AS names) AS purged WHERE names <> '{}'
)
SELECT pg_notify(%(channel)s, notice) FROM unnest(%(notices)s::text[]) AS notice
"""

# When the clock changes pages (seconds since 1970), soonest first, and the names of those.
Ahead = list[tuple[float, list[str]]]

_MOMENT = "SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text"


class Moment(NamedTuple):
    """All that was committed before it has been heard of: a snapshot of the database, and where its log ended then."""

    snapshot: str
    end: str


def purge(*names: str) -> None:
    """Have all processes drop the pages with any of these names, once the transaction is committed. One query."""
    wanted = sorted(set(names))
    with connection.cursor() as cursor:
        cursor.execute(_PURGE, {"names": wanted, "channel": _CHANNEL, "notices": list(_notices(wanted))})


def _notices(names: Iterable[str]) -> Iterable[str]:
    notice = ""
    for name in names:
        if len(notice) + len(name) >= _MOST_BYTES:
            yield notice
            notice = ""
        notice = f"{notice} {name}" if notice else name
    if notice:
        yield notice


class Listener(threading.Thread):
    """Purges the pages of this process by notices of others and by the clock.

    `ahead` says what the clock will change from a moment on; it is asked anew when a notice names CLOCK, and when any
    of it has come. What the `replica` is to have, where there is one, is told to it before pages are dropped.
    """

    # The last moment that is known; None until there is one.
    moment: Moment | None = None

    def __init__(
        self, pages: StoredPages, ahead: Callable[[float], Ahead], replica: Replica | None = None
    ) -> None:
        super().__init__(name="page purges", daemon=True)
        self._replica = replica
        self._pages = pages
        self._ask_ahead = ahead
        # Behind the snapshot at which it was asked; "" until it is, and where some of it has come since.
        self._ahead: tuple[str, Ahead] = "", []
        self._passed_until = time.time()
        self._heard_at = float("-inf")
        self._is_loss_told = False

    def is_in_touch(self) -> bool:
        """Whether all that was committed a moment ago has been heard of."""
        return time.monotonic() - self._heard_at < LOST_AFTER

    def next_hour(self) -> tuple[str, float]:
        """When the clock changes anything next (seconds since 1970), behind the snapshot at which that was asked, which
        is "" while it is being asked."""
        snapshot, ahead = self._ahead
        return snapshot, ahead[0][0] if ahead else float("inf")

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - whatever it was, pages must not be kept without purges
                self._heard_at = float("-inf")
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
        self._note_moment(wire)
        # What was kept before may have been purged unheard.
        self._pages.outdate()
        self._is_loss_told = False
        while True:
            self._heard_at = time.monotonic()
            notices = list(wire.notifies(timeout=self._pause(), stop_after=1))
            if time.time() < self._passed_until - CLOCK_PLAY:
                # What was made by the clock as it was shows too much, and its hours come once more.
                self._look_ahead()
                self._pages.outdate()
            names = {name for notice in notices for name in notice.payload.split()}
            # Before the pages are dropped, so that one that is made anew does not miss its hour.
            if CLOCK in names:
                self._look_ahead()
            if self._replica or not names:
                self._note_moment(wire)
            if names:
                self._pages.purge(names)
            if self._pass_hours():
                self._look_ahead()

    def _note_moment(self, wire: Any) -> None:
        moment = Moment(*wire.execute(_MOMENT).fetchone())
        if self._replica:
            self._replica.want(position(moment.end))
        # After that, so that nobody takes a page by what the replica does not have yet for one of this moment.
        self.moment = moment

    def _look_ahead(self) -> None:
        self._pass_hours()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            (snapshot,) = cursor.fetchone()
        # From there on and not from now, or an hour that comes in between would be missed.
        self._ahead = snapshot, self._ask_ahead(self._passed_until)

    def _pause(self) -> float:
        """How long to wait for notices, in seconds."""
        _snapshot, hour = self.next_hour()
        return max(0.0, min(HEARTBEAT, hour - time.time()))

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
