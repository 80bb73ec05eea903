"""The statement by which comments come in, a call of `comments_take_all` (migration `comments.0008`).

In place of the ORM, whose dozen statements for the same took three times the work of screening. What one statement does
holds its locks for as long as the database needs, and never while this process waits for its turn. Those that come to a
process at the same moment come in together.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.utils import timezone

from articles.models.fields import BlockField, LineField
from comments import judging, waves
from comments.circumstances import RATE_WINDOW
from comments.models import Comment
from comments.screening import Finding
from newsroom.prepared_statements import fetch_all, fetch_row, row_of
from newsroom.shared_statements import Shared
from newsroom.web import rate_limit

_TAKE = """
SELECT * FROM comments_take_all(
    %(comments)s::jsonb, %(findings)s::jsonb, %(key_of)s::bigint[], %(keys)s::bigint[],
    %(compared_of)s::bigint[], %(compared)s::bigint[], %(answered)s::bigint[], %(joined)s::bigint[],
    %(rate_of)s::bigint[], %(rate_keys)s::text[], %(rate_limits)s::int[], %(rate_places)s::int[], %(rate_window)s,
    %(moment)s, %(alike_since)s, %(is_compared)s
)
"""
_ANSWERED = """
SELECT 1 FROM comments_comment
WHERE id = %(parent)s AND article_id = %(article)s AND is_shown AND NOT is_placeholder
FOR SHARE
"""
# As the function says why it fails.
_LIMIT = "NS001"

_FIELDS = Comment._meta.local_concrete_fields
_COLUMNS = [(field.column, field.attname) for field in _FIELDS]
_DEFAULTS = {field.attname: field.get_default() for field in _FIELDS}
_MADE_ANEW = {
    field.attname: field.default for field in _FIELDS if field.has_default() and callable(field.default)
}
# Whatever is written to these is cleaned.
_CLEANED = [field for field in _FIELDS if isinstance(field, LineField | BlockField)]


class Refused(Exception):
    """A limit is reached, or else what is answered is not there any more."""

    def __init__(self, *, by_limit: bool) -> None:
        super().__init__()
        self.by_limit = by_limit


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A comment on its way into the database. What is written stands here as JSON, for who waits has the time."""

    number: int
    parent: int | None
    wave: int | None
    row: str
    findings: str
    limits: Mapping[str, int]
    keys: Sequence[int]
    compared: Collection[int]


class Outcome(NamedTuple):
    """Whether a comment is stored. Where it is not, `alike` are those that it shares a key with and was not compared
    with; where there are none, it is to be looked at by itself."""

    is_stored: bool
    alike: Sequence[waves.Shares] = ()


_STORED = Outcome(is_stored=True)


def new_comment(**columns: Any) -> Comment:
    """The row of a comment with these columns, by their attributes, and the others as the model says: what
    `Comment(…)` makes, in a fifth of the time."""
    values = _DEFAULTS | {name: make() for name, make in _MADE_ANEW.items()} | columns
    comment = row_of(Comment, values, values.values())
    comment._state.adding = True
    comment._state.db = None
    return comment


def count(limits: Mapping[str, int]) -> None:
    """Count a comment that is not taken, to be called within a transaction. Raises Refused. One query."""
    if len(rate_limit.take_all(limits, window=RATE_WINDOW)) < len(limits):
        raise Refused(by_limit=True)


def hold(parent: int, *, article: int) -> None:
    """Lock what is answered until the transaction ends. Raises Refused where it is gone. One query."""
    if fetch_row(_ANSWERED, {"parent": parent, "article": article}) is None:
        raise Refused(by_limit=False)


def store(
    comment: Comment,
    findings: Iterable[Finding],
    limits: Mapping[str, int],
    *,
    keys: Sequence[int],
    compared: Collection[int] = (),
) -> Outcome:
    """Count a new comment and write it with what was found in it, and the keys by which later ones find it; say
    whether that was done.

    It is not where an earlier comment shares a key, unless the two were compared: `compared` are the numbers of those.
    Neither is it where it answers what is not there, or what a moderator holds. One that brings a wave along joins it.
    Raises Refused where a limit is reached. One query, which is a transaction where there is none, and is shared with
    who comes at the same moment.
    """
    arrival = _arrival(comment, findings, limits, keys, compared)
    with _told_by_limit():
        # What shares a key with another of the same moment is stored after that one.
        while (outcome := _TAKING(arrival)) is None:
            pass
    if outcome.is_stored:
        _note_stored(comment)
    return outcome


def store_compared(
    comment: Comment, findings: Iterable[Finding], limits: Mapping[str, int], *, keys: Sequence[int]
) -> None:
    """The same within the transaction in which the comment was compared, and what it answers is held. Raises Refused,
    on which the transaction has to be rolled back. One query."""
    with _told_by_limit():
        (outcome,) = _take([_arrival(comment, findings, limits, keys, ())], is_compared=True)
    if not outcome.is_stored:
        raise Refused(by_limit=False)
    _note_stored(comment)


def _arrival(
    comment: Comment,
    findings: Iterable[Finding],
    limits: Mapping[str, int],
    keys: Sequence[int],
    compared: Collection[int],
) -> _Arrival:
    values = comment.__dict__
    # What is not named is NULL.
    row = {column: value for column, attname in _COLUMNS if (value := values[attname]) is not None}
    row |= {field.column: field.get_prep_value(values[field.attname]) for field in _CLEANED}
    found = [
        {
            "comment_id": comment.pk,
            "rule": finding.rule,
            "weight": finding.weight,
            "facts": finding.facts,
            "evidence": judging.evidence(finding),
            # Of this one the statement tells how many are in it.
            "wave": comment.wave_id if finding.rule == waves.RULE and "alike" not in finding.facts else None,
        }
        for finding in findings
    ]
    return _Arrival(
        number=comment.pk,
        parent=comment.parent_id,
        wave=comment.wave_id,
        row=json.dumps(row, ensure_ascii=False, default=_as_text),
        findings=json.dumps(found, ensure_ascii=False)[1:-1] if found else "",
        limits=limits,
        keys=keys,
        compared=compared,
    )


def _take_together(arrivals: Sequence[_Arrival]) -> list[Outcome | None]:
    """Take those that share no key with one before them; None for the others, which are to come again."""
    taken: dict[int, int] = {}
    held: set[int] = set()
    for place, arrival in enumerate(arrivals):
        if held.isdisjoint(arrival.keys):
            taken[place] = len(taken)
            if arrival.wave is None:
                held.update(arrival.keys)
    outcomes = _take([arrivals[place] for place in taken])
    return [outcomes[taken[place]] if place in taken else None for place in range(len(arrivals))]


_TAKING: Shared[_Arrival, Outcome | None] = Shared(_take_together)
# Within it, a comment is about to be stored.
coming = _TAKING.coming


def _take(arrivals: Sequence[_Arrival], *, is_compared: bool = False) -> list[Outcome]:
    now = timezone.now()
    # In the order in which they are locked.
    keys = sorted((key, arrival.number) for arrival in arrivals for key in arrival.keys)
    # The place is that from the end, for some count for less than others.
    counts = [
        (arrival.number, key, most, place - len(arrival.limits))
        for arrival in arrivals
        for place, (key, most) in enumerate(arrival.limits.items())
    ]
    told = fetch_all(
        _TAKE,
        {
            "comments": f"[{','.join(arrival.row for arrival in arrivals)}]",
            "findings": f"[{','.join(arrival.findings for arrival in arrivals if arrival.findings)}]",
            "key_of": [of for _key, of in keys],
            "keys": [key for key, _of in keys],
            "compared_of": [arrival.number for arrival in arrivals for _other in arrival.compared],
            "compared": [other for arrival in arrivals for other in arrival.compared],
            "answered": [arrival.parent for arrival in arrivals if arrival.parent is not None],
            "joined": list({arrival.wave for arrival in arrivals if arrival.wave is not None}),
            "rate_of": [of for of, _key, _most, _place in counts],
            # Words without signs, as PostgreSQL reads a list of them: to adapt each takes longer.
            "rate_keys": f"{{{','.join(key for _of, key, _most, _place in counts)}}}",
            "rate_limits": [most for _of, _key, most, _place in counts],
            "rate_places": [place for _of, _key, _most, place in counts],
            "rate_window": RATE_WINDOW,
            "moment": now,
            "alike_since": now - waves.WINDOW,
            "is_compared": is_compared,
        },
    )
    left_out: dict[int, list[waves.Shares]] = {}
    for number, *shares in told:
        rows = left_out.setdefault(number, [])
        if shares[0] is not None:
            rows.append(waves.Shares(*shares))
    return [
        Outcome(is_stored=False, alike=left_out[arrival.number]) if arrival.number in left_out else _STORED
        for arrival in arrivals
    ]


@contextmanager
def _told_by_limit() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LIMIT:
            raise
        raise Refused(by_limit=True) from None


def _note_stored(comment: Comment) -> None:
    comment._state.adding = False
    comment._state.db = DEFAULT_DB_ALIAS


def _as_text(value: Any) -> str:
    """A value that JSON does not know, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()
