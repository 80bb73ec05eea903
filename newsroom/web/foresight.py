"""What a page asked the last time, asked again by one statement before the page is made.

A page that is the same for everybody asks the same questions each time it is made, and most of the answers are the
same. The rows of an answer are kept with a mark of each, which the database makes: a hash of 64 bits. Before the page
is made anew, one statement asks for the marks of all that it asked the last time. Where they are the same, the rows are
as they were, and so is what was made of them. What is not known, has changed, or is asked with other values is asked by
itself, so that a page says what the database holds when it is made, whoever told what of changes.
"""

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

from newsroom.web.fragments import fragments, size_of

# The hour as of which something is asked, by the name of its value. It is another each time, and no other question.
HOUR = "at"
_NAMED = re.compile(r"%(?:%|\((\w+)\)s)")
# So that nobody can write a row for a mark. A number of more than 32 bits is of one type in each statement.
_SEED = 2**40 + secrets.randbits(60)
# Of one answer a page would not gain by asking ahead.
_LEAST = 2

# A statement with %(name)s where its values stand, and its values.
Made = TypeVar("Made")
Fetched = list[tuple[Any, ...]]
Fetch = Callable[[str, Mapping[str, Any]], Fetched]


class Question(NamedTuple):
    """A statement with its values, but for the hour."""

    statement: str
    values: tuple[tuple[str, Hashable], ...]


class Answer:
    """Rows, and the marks of what they were made of. Nobody changes them."""

    __slots__ = ("marks", "rows")

    def __init__(self, fetched: Fetched, read: Callable[[Fetched], list[Any]]) -> None:
        self.marks: list[int] = [row[-1] for row in fetched]
        self.rows = read([row[:-1] for row in fetched])


class _Page:
    """A page that is being made: what it has asked so far, and the answers that hold."""

    def __init__(self, key: Hashable) -> None:
        self._key = key
        self._asked_before: Mapping[Question, Mapping[str, Any]] = {}
        self.asked: dict[Question, Mapping[str, Any]] = {}
        self.new: dict[Question, Answer] = {}
        self._known: dict[Question, Answer] | None = None

    def known(self, fetch: Fetch) -> dict[Question, Answer]:
        """One query, at the first time."""
        if self._known is None:
            self._asked_before = fragments.get(self._key) or {}
            self._known = _still_true(self._asked_before, fetch)
        return self._known

    def remember(self) -> None:
        # Of a redirect, say, of which there are as many as there are addresses.
        if len(self.asked) < _LEAST:
            return
        for question, answer in self.new.items():
            fragments.put(question, answer, size_of((question.values, *answer.rows)))
        if self.asked.keys() == self._asked_before.keys():
            return
        size = size_of(tuple([question.values for question in self.asked]))
        fragments.put(self._key, self.asked, size)


class _Here(threading.local):
    page: _Page | None = None


_here = _Here()


def is_page_made() -> bool:
    """Whether a page is being made that is the same for everybody."""
    return _here.page is not None


@contextmanager
def of_page(key: Hashable) -> Iterator[None]:
    """Within this, the page is made that `key` tells from all others."""
    if _here.page is not None:
        yield
        return
    # Whoever asks writes the address, which may be long. Of two pages with one digest each would ask ahead for what the
    # other needs, and no more.
    digest = hashlib.blake2b(repr(key).encode(errors="backslashreplace"), digest_size=16).digest()
    page = _here.page = _Page((_Page, digest))
    try:
        yield
    finally:
        _here.page = None
    page.remember()


def rows(
    statement: str, values: Mapping[str, Any], fetch: Fetch, read: Callable[[Fetched], list[Any]] = list
) -> list[Any]:
    """What `read` makes of the rows that a statement returns; tuples, or rows that more may be put on.

    One query; none where it was foreseen.
    """
    page = _here.page
    if page is None:
        return read(fetch(statement, values))
    question = Question(
        statement, tuple([(name, _frozen(value)) for name, value in values.items() if name != HOUR])
    )
    page.asked[question] = values
    known = page.known(fetch)
    answer = known.get(question)
    if answer is None:
        answer = known[question] = Answer(fetch(_marked(statement), {**values, "seed": _SEED}), read)
        # Kept with the page: of what is not there anybody can ask as often as there are numbers.
        page.new[question] = answer
    return [_copy(row) for row in answer.rows]


def derived(key: Hashable, fetch: Fetch, make: Callable[[], Made]) -> Made:
    """What `make` makes of the answers to what it asks, made anew only when one of these is another.

    Nothing else may change it but `key`, and nobody changes what is given to all.
    """
    page = _here.page
    if page is None:
        return make()
    known = page.known(fetch)
    kept = fragments.get((derived, key))
    if kept is not None:
        piece: Made = kept[0]
        sources = kept[1]
        if all(known.get(question) is answer for question, _values, answer in sources):
            page.asked.update([(question, values) for question, values, _answer in sources])
            return piece
    around, page.asked = page.asked, {}
    try:
        piece = make()
    finally:
        asked, page.asked = page.asked, around | page.asked
    sources = [(question, values, known[question]) for question, values in asked.items()]
    fragments.put((derived, key), (piece, sources), size_of((key, piece)))
    return piece


def _still_true(asked: Mapping[Question, Mapping[str, Any]], fetch: Fetch) -> dict[Question, Answer]:
    """The answers to these questions that are kept and are as they were. One query."""
    kept = [(question, answer) for question in asked if (answer := fragments.get(question)) is not None]
    if len(kept) < _LEAST:
        return {}
    values: dict[str, Any] = {HOUR: timezone.now(), "seed": _SEED}
    for number, (question, _answer) in enumerate(kept):
        for name, value in asked[question].items():
            if name != HOUR:
                values[f"q{number}_{name}"] = value
    (marks,) = fetch(_together(tuple([question.statement for question, _answer in kept])), values)
    return {
        question: answer for (question, answer), now in zip(kept, marks, strict=True) if answer.marks == now
    }


@lru_cache(maxsize=500)
def _marked(statement: str) -> str:
    return f"SELECT found.*, hash_record_extended(found, %(seed)s) FROM ({statement}) AS found"  # noqa: S608 - our own


@lru_cache(maxsize=500)
def _together(statements: Sequence[str]) -> str:
    """One statement for the marks of the rows of each."""
    parts = []
    for number, statement in enumerate(statements):

        def named(place: re.Match[str], prefix: str = f"q{number}_") -> str:
            return place[0] if place[1] in (None, HOUR) else f"%({prefix}{place[1]})s"

        own = _NAMED.sub(named, statement)
        marks = f"SELECT hash_record_extended(found, %(seed)s) FROM ({own}) AS found"  # noqa: S608 - our own
        parts.append(f"ARRAY({marks})")
    return f"SELECT {', '.join(parts)}"


def _frozen(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


def _copy(row: Any) -> Any:
    """A row that more may be put on, for others are given the same one. What hangs on it, a related row or a list, is
    everybody's."""
    if type(row) is tuple:
        return row
    copy = object.__new__(type(row))
    copy.__dict__.update(row.__dict__)
    return copy
