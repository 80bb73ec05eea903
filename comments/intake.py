"""The statement by which a comment comes in, a call of `comments_take` (migration `comments.0007`).

In place of the ORM, whose dozen statements for the same took three times the work of screening. What one statement does
holds its locks for as long as the database needs, and never while this process waits for its turn.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError

from articles.models.fields import BlockField, LineField
from comments.circumstances import RATE_WINDOW
from comments.models import Comment, Finding
from newsroom.prepared_statements import fetch_row
from newsroom.web import rate_limit

_TAKE = """
SELECT comments_take(
    %(comment)s::jsonb, %(findings)s::jsonb, %(keys)s::bigint[], %(alike_since)s, %(is_compared)s,
    %(rate_keys)s::text[], %(rate_limits)s::int[], %(rate_window)s
)
"""
_ANSWERED = """
SELECT 1 FROM comments_comment
WHERE id = %(parent)s AND article_id = %(article)s AND is_shown AND NOT is_placeholder
FOR SHARE
"""
# As the function says why it fails.
_LIMIT, _GONE = "NS001", "NS002"

_FIELDS = Comment._meta.local_concrete_fields
_COLUMNS = [(field.column, field.attname) for field in _FIELDS]
# Whatever is written to these is cleaned.
_CLEANED = [field for field in _FIELDS if isinstance(field, LineField | BlockField)]


class Refused(Exception):
    """A limit is reached, or else what is answered is not there any more."""

    def __init__(self, *, by_limit: bool) -> None:
        super().__init__()
        self.by_limit = by_limit


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
    alike_since: datetime,
    is_compared: bool = False,
) -> bool:
    """Count a new comment and write it with what was found in it, and the keys by which later ones find it; say
    whether that was done.

    It is not where an earlier comment shares a key, unless the two were compared: `waves.look_up` says what to do, in a
    transaction that holds what is answered first. Raises Refused, on which the transaction has to be rolled back. One
    query, which is a transaction where there is none.
    """
    values = comment.__dict__
    row = {column: values[attname] for column, attname in _COLUMNS}
    row |= {field.column: field.get_prep_value(values[field.attname]) for field in _CLEANED}
    found = [
        {name: getattr(finding, name) for name in ("rule", "weight", "facts", "evidence")}
        for finding in findings
    ]
    try:
        told = fetch_row(
            _TAKE,
            {
                "comment": json.dumps(row, ensure_ascii=False, default=_as_text),
                "findings": json.dumps(found, ensure_ascii=False),
                "keys": keys,
                "alike_since": alike_since,
                "is_compared": is_compared,
                "rate_keys": list(limits),
                "rate_limits": list(limits.values()),
                "rate_window": RATE_WINDOW,
            },
        )
    except DatabaseError as error:
        code = getattr(error.__cause__, "sqlstate", None)
        if code not in (_LIMIT, _GONE):
            raise
        raise Refused(by_limit=code == _LIMIT) from None
    (is_stored,) = told
    if is_stored:
        comment._state.adding = False
        comment._state.db = DEFAULT_DB_ALIAS
    return bool(is_stored)


def _as_text(value: Any) -> str:
    """A value that JSON does not know, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()
