"""Pieces of pages, kept in the process under all that they are made of.

A piece is known by its template, the language it speaks and the values it was given, rows by all of their columns. So
nothing that is kept can be out of date, and nothing need be dropped: what has changed is looked for under another key.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise, cached_property

# For all pieces of one process.
MAX_BYTES = 48 * 2**20
MAX_BYTES_OF_DOCUMENTS = 8 * 2**20
MAX_BYTES_OF_RESULTS = 8 * 2**20
MAX_BYTES_OF_ADDRESSES = 2 * 2**20
# What a piece takes besides itself and its key: its place in the order.
_BESIDE = 300
# A row with its dictionary and its state.
_OF_A_ROW = 1_500

Piece = TypeVar("Piece")

_NOT_TOLD = object()

_PLAIN = frozenset((int, float, bool, date, datetime, time, type(None)))


class UnknownValueError(TypeError):
    """A value of which nobody knows what of it a page shows."""


def key_of(value: Any) -> Hashable:
    """All that a template can see of a value: equal for equal pieces, and for no others.

    Raises UnknownValueError for what is none of: text, number, moment, row with what was loaded with it, dataclass,
    list, tuple, dict of these, None, and what tells its own `fragment_key`.
    """
    return _key(value, [])


def _key(value: Any, around: list[Any]) -> Hashable:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind in _PLAIN:
        # True is equal to 1, and another text.
        return (kind, value)
    if isinstance(value, str | Promise):
        # Safe text is equal to the same unsafe one, which is escaped. Of a lazy one its words count.
        return (kind, str(value))
    if isinstance(value, Model):
        return _key_of_row(value, around)
    if isinstance(value, list | tuple):
        return (kind, *[_key(part, around) for part in value])
    if isinstance(value, dict):
        return (kind, *[(_key(name, around), _key(part, around)) for name, part in value.items()])
    if isinstance(value, QuerySet):
        return _key(list(value), around)
    # Asked for once: it may be worked out each time.
    told = getattr(value, "fragment_key", _NOT_TOLD)
    if told is not _NOT_TOLD:
        return (kind, _key(told, around))
    if is_dataclass(value):
        return (kind, *[_key(getattr(value, part.name), around) for part in fields(value)])
    raise UnknownValueError(kind)


def note_source(row: Model, columns: tuple[Any, ...]) -> None:
    """Have a row that was just loaded known by what it was made of, with its statement: that is told sooner than what
    it holds. From now on its columns, and what was loaded with it, stay as they are; more may be put beside them."""
    row._state.source = (_Source(columns), frozenset(row.__dict__))  # type: ignore[attr-defined]


class _Source:
    """What a row was made of, whose hash is worked out once: several pieces of a page show the same row."""

    __slots__ = ("_hash", "columns")

    def __init__(self, columns: tuple[Any, ...]) -> None:
        self.columns = columns
        self._hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self.columns = tuple([tuple(part) if type(part) is list else part for part in self.columns])
            self._hash = hash(self.columns)
        return self._hash

    def __eq__(self, other: object) -> bool:
        # Lists are tuples in both, for both have been hashed.
        return self is other or (type(other) is _Source and self.columns == other.columns)


def _key_of_row(row: Model, around: list[Any]) -> Hashable:
    source = getattr(row._state, "source", None)
    if source is not None:
        made_of, known = source
        kind = type(row)
        if len(row.__dict__) == len(known):
            return (kind, made_of)
        beside = [
            (name, _key(row.__dict__[name], around))
            for name in sorted(row.__dict__.keys() - known)
            # What is worked out of the row tells nothing new.
            if not isinstance(getattr(kind, name, None), cached_property)
        ]
        return (kind, made_of, *beside)
    if row in around:
        # The other end of a relation on the way here.
        return (type(row), row.pk)
    around.append(row)
    parts: list[Hashable] = [type(row)]
    loaded = row.__dict__ | row._state.fields_cache | row.__dict__.get("_prefetched_objects_cache", {})
    for name, value in loaded.items():
        if name not in ("_state", "_prefetched_objects_cache"):
            parts.append((name, _key(value, around)))
    around.pop()
    return tuple(parts)


class Fragments:
    """Pieces by their keys; those that were not asked for longest give way. For any number of threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pieces: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What is kept under a key, else None."""
        with self._lock:
            kept = self._pieces.get(key)
            if kept is None:
                return None
            self._pieces.move_to_end(key)
            return kept[0]

    def put(self, key: Hashable, piece: Any, size: int) -> None:
        """Keep a piece, or whatever else pages are made of, in place of what was kept under its key. `size` is in
        bytes, roughly."""
        with self._lock:
            if replaced := self._pieces.pop(key, None):
                self._bytes -= replaced[1]
            self._pieces[key] = piece, size
            self._bytes += size
            while self._bytes > self._max_bytes:
                _key, (_piece, freed) = self._pieces.popitem(last=False)
                self._bytes -= freed

    def kept(self, key: Hashable, make: Callable[[], Piece]) -> Piece:
        """The piece of a key, which `make` makes where it is not there."""
        piece: Piece | None = self.get(key)
        if piece is None:
            piece = make()
            self.put(key, piece, size_of((key, piece)))
        return piece

    def clear(self) -> None:
        with self._lock:
            self._pieces.clear()
            self._bytes = 0


def size_of(value: Hashable) -> int:
    """What it takes in memory to keep a value, in bytes: nearly, and rather more, for parts that are shared count in
    each."""
    return _size(value) + _BESIDE


def _size(value: Any) -> int:
    # Headers and pointers of CPython's objects, on 64 bits.
    if isinstance(value, str):
        return 56 + (len(value) if value.isascii() else 2 * len(value))
    if isinstance(value, bytes):
        return 40 + len(value)
    if isinstance(value, Model):
        # What it was loaded with, where that is known.
        return _OF_A_ROW + _size(getattr(value._state, "source", (None,))[0])
    if isinstance(value, _Source):
        return 56 + _size(value.columns)
    if isinstance(value, dict):
        return 64 + sum([104 + _size(part) for part in value.values()])
    if isinstance(value, tuple | list):
        return 64 + sum([8 + _size(part) for part in value])
    return 32


fragments = Fragments()
# Each has a room of its own, so that who asks for many of them drives out no pieces of pages: what is sent as it is,
# such as feeds with all of their stories, what was found for words, and what is told of an address, of which anybody
# can type others.
documents = Fragments(MAX_BYTES_OF_DOCUMENTS)
results = Fragments(MAX_BYTES_OF_RESULTS)
addresses = Fragments(MAX_BYTES_OF_ADDRESSES)


def forget_all() -> None:
    for room in (fragments, documents, results, addresses):
        room.clear()
