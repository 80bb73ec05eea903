"""How decisions are written: the rows they are over, locked; themselves; and what readers see from then on."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles import kept_pages
from comments import notifications
from comments.models import Cause, Comment, Decision, RejectionReason, Report, Status
from newsroom.announcements import telling
from newsroom.announcements.models import Event
from newsroom.text import bidi

# Numbers stay as they are, so whatever only refers to a comment (a report, what was learned of it) need not wait. The
# array keeps PostgreSQL to the primary key whatever it expects of the branch.
_LOCK = """
WITH RECURSIVE branch AS (
    SELECT id FROM comments_comment WHERE id = ANY(%s)
    UNION
    SELECT answer.id FROM comments_comment answer JOIN branch ON answer.parent_id = branch.id
)
SELECT id, article_id, author_name, status, version, claimed_by_id, claimed_until, open_reports, edited_at, is_shadowed
FROM comments_comment WHERE id = ANY(ARRAY(SELECT id FROM branch)) ORDER BY id FOR NO KEY UPDATE
"""

# What readers see follows from the comments themselves down to the last answer. One that is reached from several of
# them counts from the uppermost, for there what stands between has its new state. Of an answer that is not moved
# itself only that changes; it has no `to_status`.
_WRITE = """
WITH RECURSIVE moved (id, to_status, undoes, to_shadow) AS (
    SELECT * FROM unnest(
        %(numbers)s::bigint[], %(to_statuses)s::text[], %(undoes)s::bigint[], %(to_shadow)s::boolean[]
    )
), branch AS (
    SELECT c.id, c.parent_id, 0 AS level, moved.to_status, moved.undoes, moved.to_shadow, c.status, c.version,
        c.is_shadowed AS was_shadowed, c.is_shown AS was_shown,
        moved.to_status = 'approved' AND (p.id IS NULL OR p.is_shown) AS is_shown
    FROM moved JOIN comments_comment c ON c.id = moved.id LEFT JOIN comments_comment p ON p.id = c.parent_id
    UNION ALL
    SELECT c.id, c.parent_id, branch.level + 1, moved.to_status, moved.undoes, moved.to_shadow, c.status, c.version,
        c.is_shadowed, c.is_shown, coalesce(moved.to_status, c.status) = 'approved' AND branch.is_shown
    FROM branch JOIN comments_comment c ON c.parent_id = branch.id LEFT JOIN moved ON moved.id = c.id
), settled AS (
    SELECT DISTINCT ON (id) * FROM branch ORDER BY id, level DESC
), decided AS (
    INSERT INTO comments_decision
        (comment_id, from_status, to_status, version_seen, was_shadowed, undoes_id, by_id, cause, reason, note, act, at)
    SELECT id, status, to_status, version, was_shadowed, undoes,
        %(by)s, %(cause)s, %(reason)s, %(note)s, %(act)s, %(at)s
    FROM settled WHERE to_status IS NOT NULL ORDER BY id
), written AS (
    UPDATE comments_comment c SET
        status = coalesce(to_status, c.status),
        version = c.version + (to_status IS NOT NULL)::int,
        claimed_by_id = CASE WHEN to_status IS NULL THEN c.claimed_by_id END,
        claimed_until = CASE WHEN to_status IS NULL THEN c.claimed_until END,
        is_shadowed = coalesce(to_shadow, c.is_shadowed),
        is_shown = settled.is_shown
    FROM settled
    WHERE c.id = settled.id AND (to_status IS NOT NULL OR settled.is_shown <> was_shown)
)
SELECT id, parent_id, is_shown FROM settled WHERE is_shown <> was_shown
"""

# A decision settles reports at its own moment, by which undo finds them again.
_REOPEN_REPORTS = """
WITH reopened AS (
    UPDATE comments_report r SET settled_at = NULL FROM comments_decision d
    WHERE d.id = ANY(%s) AND r.comment_id = d.comment_id AND r.settled_at = d.at
    RETURNING r.comment_id
)
UPDATE comments_comment c SET open_reports = c.open_reports + counted.count
FROM (SELECT comment_id, count(*) FROM reopened GROUP BY comment_id) counted
WHERE c.id = counted.comment_id
"""


def locked(numbers: Iterable[int]) -> list[Comment]:
    """The comments of those numbers, locked with all their answers, in the order of their numbers. One query.

    They come with what a decision compares and changes, besides their numbers.
    """
    wanted = list(numbers)
    asked = set(wanted)
    return [comment for comment in Comment.objects.raw(_LOCK, [wanted]) if comment.pk in asked]


def write(
    comments: Sequence[Comment],
    to_statuses: Sequence[str],
    *,
    by: Any,
    undoes: Sequence[Decision] = (),
    reason: RejectionReason | None = None,
    note: str = "",
    cause: str = Cause.MODERATOR,
    at: datetime | None = None,
    through: int | None = None,
) -> uuid.UUID:
    """Move locked comments, each to its own status, as one act, which is returned.

    `undoes`, where there are any, are the decisions that are taken back thereby, one for each. Open reports are
    settled, those up to the one numbered `through` if that is given. One query and what follows.
    """
    act = uuid.uuid4()
    if not comments:
        return act
    at = at or timezone.now()
    with connection.cursor() as cursor:
        # In one statement, because a decision costs more by the way to the database than by what is written there.
        cursor.execute(
            _WRITE,
            {
                "numbers": [comment.pk for comment in comments],
                "to_statuses": list(to_statuses),
                "undoes": [decision.pk for decision in undoes] or [None] * len(comments),
                "to_shadow": [decision.was_shadowed for decision in undoes] or [False] * len(comments),
                "by": by and by.pk,
                "cause": cause,
                "reason": reason and reason.pk,
                "note": bidi.clean_block(note),
                "act": act,
                "at": at,
            },
        )
        shifted = cursor.fetchall()
    decisions = [
        Decision(comment=comment, from_status=comment.status, to_status=to_status, by=by, act=act, at=at)
        for comment, to_status in zip(comments, to_statuses, strict=True)
    ]
    for decision, undone in zip(decisions, undoes, strict=False):
        decision.undoes = undone
    _settle_reports(decisions, through)
    moves = [decision for decision in decisions if not decision.lets_stand]
    hidden = {decision.comment_id for decision in moves if decision.from_status == Status.APPROVED}
    hidden.update(pk for pk, _parent, is_shown in shifted if not is_shown)
    public = [decision for decision in moves if Status.APPROVED in {decision.from_status, decision.to_status}]
    if public:
        kept_pages.discussed({decision.comment.article_id for decision in public})
    restored = [decision.comment_id for decision in moves if decision.from_status == Status.REJECTED]
    if answers := [pk for pk, parent, is_shown in shifted if is_shown and parent is not None]:
        notifications.tell_answered(answers)
    announce_shown(pk for pk, _parent, is_shown in shifted if is_shown)
    notifications.take_back(hidden=hidden, restored=restored)
    for comment, decision in zip(comments, decisions, strict=True):
        comment.decision = decision
        comment.status = decision.to_status
        comment.is_shadowed = decision.undoes is not None and decision.undoes.was_shadowed
        comment.version += 1
        comment.claimed_by_id = comment.claimed_until = None
    return act


def announce_shown(numbers: Iterable[int]) -> None:
    """Announce that readers see these comments from now on. One query, or none."""
    telling.announce_all(Event.APPROVED, ((number, "") for number in numbers))


def reopen_reports(undone: Iterable[Decision]) -> None:
    """Open again the reports that these decisions settled. One query, or none."""
    if numbers := [decision.pk for decision in undone if decision.from_status == Status.APPROVED]:
        with connection.cursor() as cursor:
            cursor.execute(_REOPEN_REPORTS, [numbers])


def _settle_reports(decisions: Iterable[Decision], through: int | None) -> None:
    """Settle the open reports of locked comments, up to `through` if given, and count those left. Two queries, or none.

    Taking back that a comment stands settles nothing: what readers reported since is open with the rest.
    """
    reported = [
        decision
        for decision in decisions
        if decision.comment.open_reports and not (decision.lets_stand and decision.undoes)
    ]
    if not reported:
        return
    numbers = [decision.comment_id for decision in reported]
    left = Report.objects.filter(settled_at=None)
    settled = left.filter(comment__in=numbers)
    if through is not None:
        settled = settled.filter(pk__lte=through)
    settled.update(settled_at=reported[0].at)
    of_comment = left.filter(comment=OuterRef("pk")).order_by().values("comment").annotate(count=Count("pk"))
    counted = Coalesce(Subquery(of_comment.values("count")), 0)
    Comment.objects.filter(pk__in=numbers).update(open_reports=counted)
