"""The two statements by which a comment comes in; between them it is looked up which wave it belongs to.

In place of the ORM, whose dozen statements for the same took three times the work of screening.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.json import Jsonb

from comments.circumstances import RATE_WINDOW
from comments.models import Comment, Finding
from newsroom.prepared_statements import cursor, fetch_row
from newsroom.web import rate_limit

# What the locks are taken by follows from what is asked first: one is only looked at when the former are there.
_ENTER = f"""
WITH counted AS ({rate_limit.TAKE_ALL}),
allowed AS (SELECT count(*) = cardinality(%(rate_keys)s::text[]) AS is_so FROM counted),
answered AS (
    SELECT 1 FROM comments_comment
    WHERE (SELECT is_so FROM allowed) AND id = %(parent)s::bigint AND article_id = %(article)s
        AND is_shown AND NOT is_placeholder
    FOR SHARE
),
answerable AS (SELECT %(parent)s::bigint IS NULL OR EXISTS (SELECT FROM answered) AS is_so),
locked AS (
    SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%(likeness_keys)s::bigint[]) AS key
    WHERE (SELECT is_so FROM allowed) AND (SELECT is_so FROM answerable)
)
SELECT allowed.is_so, answerable.is_so FROM allowed, answerable, locked
"""  # noqa: S608 - all of it is written here

_FIELDS = Comment._meta.local_concrete_fields
_COLUMNS = ", ".join(field.column for field in _FIELDS)
_STORE = f"""
WITH comment AS (
    INSERT INTO comments_comment ({_COLUMNS}) VALUES ({", ".join(f"%({field.column})s" for field in _FIELDS)})
),
finding AS (
    INSERT INTO comments_finding (comment_id, rule, weight, facts, evidence)
    SELECT %(id)s, found.* FROM jsonb_to_recordset(%(findings)s)
        AS found (rule text, weight smallint, facts jsonb, evidence jsonb)
)
INSERT INTO comments_likenesskey (key, comment_id, in_wave, created_at)
SELECT key, %(id)s, false, %(created_at)s FROM unnest(%(likeness_keys)s::bigint[]) AS key
"""  # noqa: S608


class Refused(Exception):
    """A limit is reached, or else what is answered is not there any more."""

    def __init__(self, *, by_limit: bool) -> None:
        super().__init__()
        self.by_limit = by_limit


def enter(
    limits: Mapping[str, int], *, article: int, parent: int | None, likeness_keys: Sequence[int]
) -> None:
    """Count a comment against its limits and lock what it needs, in this order: counts, parent, keys of likeness.

    To be called within a transaction, which has to be rolled back when it raises Refused. One query.
    """
    is_allowed, is_answerable = fetch_row(
        _ENTER,
        {
            "rate_keys": list(limits),
            "rate_limits": list(limits.values()),
            "rate_window": RATE_WINDOW,
            "article": article,
            "parent": parent,
            "likeness_keys": likeness_keys,
        },
    )
    if not (is_allowed and is_answerable):
        raise Refused(by_limit=not is_allowed)


def store(comment: Comment, findings: Iterable[Finding], *, likeness_keys: Sequence[int]) -> None:
    """Write a new comment with what was found in it, and the keys by which later ones find it. One query."""
    current = connections[DEFAULT_DB_ALIAS]
    values = {
        field.column: field.get_db_prep_save(getattr(comment, field.attname), current) for field in _FIELDS
    }
    found = [
        {name: getattr(finding, name) for name in ("rule", "weight", "facts", "evidence")}
        for finding in findings
    ]
    with cursor() as prepared:
        prepared.execute(_STORE, values | {"findings": Jsonb(found), "likeness_keys": likeness_keys})
    comment._state.adding = False
    comment._state.db = current.alias
