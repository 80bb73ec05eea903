"""Which changes of the database a page shows, told from its snapshot and from the purges that a process has heard of.

A snapshot is what `pg_current_snapshot` of PostgreSQL writes. Those of one database stand in one order: a later one
sees all that an earlier one saw.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Snapshot(NamedTuple):
    """Of the transactions by number: all below `lowest` had ended, none from `next` on had, nor had those `running`."""

    lowest: int
    next: int
    running: frozenset[int]

    @classmethod
    def of(cls, text: str) -> "Snapshot":
        """Raises ValueError for what is none."""
        lowest, following, running = text.split(":")
        return cls(int(lowest), int(following), frozenset(map(int, filter(None, running.split(",")))))

    def sees(self, number: int) -> bool:
        """As `pg_visible_in_snapshot` has it."""
        return number < self.lowest or number < self.next and number not in self.running

    def is_since(self, other: "Snapshot") -> bool:
        """Whether it sees all that the other sees."""
        return other.next <= self.next and all(
            number in other.running for number in self.running if number < other.next
        )


class Heard:
    """The purges of a database that one process knows of, as one of its threads tells them: all but those in the
    snapshot `since`, which are forgotten, and those of which a notice is to come.

    Of the present span of time and the one before it all are remembered. `count` are the names of the present one.
    """

    def __init__(self, database: str, since: str) -> None:
        self.database = database
        self.count = 0
        # Each with the snapshot at its beginning and, by name, the numbers of the transactions that purged it.
        self._spans: tuple[tuple[Snapshot, dict[str, list[int]]], ...] = ((Snapshot.of(since), {}),)

    def note(self, number: int, names: Iterable[str]) -> None:
        """Remember a purge. Before pages are dropped for it: who begins to make one then finds it here."""
        _since, purged = self._spans[-1]
        for name in names:
            purged.setdefault(name, []).append(number)
            self.count += 1

    def begin_span(self, snapshot: str) -> None:
        """Forget what was noted before the present span. The snapshot is taken now."""
        self._spans = (*self._spans[-1:], (Snapshot.of(snapshot), {}))
        self.count = 0

    def is_right(self, snapshot: str, names: Iterable[str]) -> bool:
        """Whether a page with these names, begun at a snapshot, shows all that is known and all that is forgotten."""
        spans = self._spans
        page = Snapshot.of(snapshot)
        return page.is_since(spans[0][0]) and all(
            page.sees(number) for name in names for _since, purged in spans for number in purged.get(name, ())
        )
