"""Pages that a process keeps, by address and by the names of what is on them; and those that it is making.

Bounded in bytes. Who has a page made while others ask for it makes it for all of them, and a page of which a name is
purged while it is being made is not kept: it may have been read from the database before the change.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

# Every page has this name.
EVERY_PAGE = "site"
# What a page takes besides its bodies: its headers in each coding, its names and its places in the tables.
OVERHEAD = 6_000
# Path and query.
Key = tuple[str, str]
Head = list[tuple[str, str]]


@dataclass(slots=True, eq=False)
class Page:
    """An answer as bytes: head and body by content coding, "" for none.

    Moments are seconds since 1970: when its making began, when its bytes became what they are, and the hour at which
    the clock changes it, if that is known. `is_outdated` of one that may be old, which is shown only where nothing
    newer can be made. `was_used` since room was last looked for.
    """

    status: str
    names: frozenset[str]
    tag: str
    made_at: float
    modified_at: float
    # The same as HTTP writes it.
    modified: str = ""
    until: float = float("inf")
    # Of the database: all that it holds is on the page. "" where that is known to whoever began to make it.
    snapshot: str = ""
    heads: dict[str, Head] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    is_outdated: bool = False
    was_used: bool = False

    @property
    def leads_on(self) -> bool:
        return self.status[0] == "3"

    @property
    def has_failed(self) -> bool:
        return self.status[0] == "5"

    @property
    def size(self) -> int:
        """In bytes."""
        return OVERHEAD + sum(map(len, self.bodies.values()))


@dataclass(slots=True, eq=False)
class Making:
    """A page that is being made. `page` is there once `done` is set, None where the making failed.

    `purges` are the names that were purged since it began, each with the number of the first such purge.
    """

    purges: dict[str, int] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)
    page: Page | None = None

    @property
    def was_purged(self) -> bool:
        return self.page is not None and not self.page.names.isdisjoint(self.purges)

    def is_old_for(self, arrival: int) -> bool:
        """Whether the page was purged before somebody came, when so many purges had been."""
        if self.page is None:
            return False
        return any(self.purges.get(name, arrival + 1) <= arrival for name in self.page.names)


class StoredPages:
    """Room for so many bytes of pages. Looking a page up takes no lock."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        # How many purges there were.
        self.purges = 0
        self._pages: dict[Key, Page] = {}
        self._named: dict[str, set[Key]] = {}
        self._makings: dict[Key, Making] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        return self._pages.get(key)

    def begin(self, key: Key) -> tuple[Making, bool]:
        """The making of this page, and whether it is for the caller to make it and then to call `end`."""
        with self._lock:
            making = self._makings.get(key)
            if making is not None:
                return making, False
            making = self._makings[key] = Making()
            return making, True

    def end(self, key: Key, making: Making, page: Page | None, *, keep: bool) -> bool:
        """Give the page to those who wait for it, and with `keep` keep it, unless it was purged meanwhile; whether it
        is kept now."""
        making.page = page
        with self._lock:
            # Under the lock of purges: one that comes after this finds the page, one that came before is noted.
            del self._makings[key]
            is_kept = keep and page is not None and not making.was_purged
            if is_kept and page is not None:
                self._remove(key)
                self._add(key, page)
                self._make_room()
                is_kept = key in self._pages
        making.done.set()
        return is_kept

    def purge(self, names: Iterable[str]) -> None:
        """Remove all pages with any of these names."""
        names = list(names)
        with self._lock:
            self._note_purge(names)
            for name in names:
                for key in list(self._named.get(name, ())):
                    self._remove(key)

    def outdate(self) -> None:
        """Call all pages old: what was purged in the meantime is not known."""
        with self._lock:
            self._note_purge([EVERY_PAGE])
            for page in self._pages.values():
                page.is_outdated = True

    def _note_purge(self, names: list[str]) -> None:
        self.purges += 1
        for making in self._makings.values():
            making.purges = dict.fromkeys(names, self.purges) | making.purges

    def _add(self, key: Key, page: Page) -> None:
        self._pages[key] = page
        self.bytes += page.size
        for name in page.names:
            self._named.setdefault(name, set()).add(key)

    def _remove(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self.bytes -= page.size
        for name in page.names:
            keys = self._named[name]
            keys.discard(key)
            if not keys:
                del self._named[name]

    def _make_room(self) -> None:
        """Remove what was kept longest, but give what was asked for since another turn.

        So a flood of addresses that nobody asks for twice removes itself, and a look-up need not move anything.
        """
        while self.bytes > self.most_bytes:
            key, page = next(iter(self._pages.items()))
            if page.was_used:
                page.was_used = False
                self._pages[key] = self._pages.pop(key)
            else:
                self._remove(key)
