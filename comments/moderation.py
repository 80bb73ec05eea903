"""The verbs of moderation: every change of a comment's status goes through `decide` or `undo`."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Cause, Comment, Decision, Note, RejectionReason, Report, Status

PERMISSION = "comments.moderate_comment"
UNDO_WINDOW = timedelta(hours=24)

# What a moderator may turn a comment into, by its present status.
TARGETS: dict[str, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED, Status.SPAM}),
    Status.APPROVED: frozenset({Status.REJECTED, Status.SPAM, Status.PENDING}),
    Status.REJECTED: frozenset({Status.APPROVED, Status.SPAM, Status.PENDING}),
    Status.SPAM: frozenset({Status.APPROVED, Status.REJECTED, Status.PENDING}),
    Status.DELETED: frozenset(),
}


class ModerationError(ValueError):
    """The decision makes no sense; the message is for the moderator."""


@dataclass(frozen=True)
class Outcome:
    """What became of a set of decisions: the rows that changed, and those that somebody else had decided first."""

    decided: list[Comment]
    conflicts: list[Comment]


@transaction.atomic
def decide(
    versions: Mapping[int, int],
    to_status: str,
    *,
    by: Any,
    reason: str = "",
    note: str = "",
    cause: str = Cause.MODERATOR,
) -> Outcome:
    """Move comments to `to_status`; `versions` maps their numbers to the version the moderator had before them.

    Rows are locked in the order of their numbers, with all that answers them, so that two decisions cannot deadlock.
    A row whose version is another by now, or whose status has no such move, is left alone and reported as a conflict.
    A decision frees the claim and settles the reports. `reason` is the code of a RejectionReason.
    """
    _check(by)
    if to_status == Status.REJECTED and cause == Cause.MODERATOR and not reason:
        raise ModerationError(_("Choose a reason for the rejection."))
    if reason and not RejectionReason.objects.filter(pk=reason).exists():
        raise ModerationError(_("This reason is no longer on the list."))
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    for comment in _locked(versions):
        if comment.version == versions[comment.pk] and to_status in TARGETS[comment.status]:
            decided.append(comment)
        else:
            conflicts.append(comment)
    act = uuid.uuid4()
    _write(
        decided,
        [
            Decision(
                comment=comment,
                from_status=comment.status,
                to_status=to_status,
                by=by,
                cause=cause,
                reason_id=reason or None,
                note=note,
                act=act,
                version_seen=comment.version,
            )
            for comment in decided
        ],
    )
    return Outcome(decided, conflicts)


def approve(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.APPROVED, by=by)


def reject(comments: Iterable[Comment], *, by: Any, reason: str, note: str = "") -> Outcome:
    return decide(_versions(comments), Status.REJECTED, by=by, reason=reason, note=note)


def mark_spam(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.SPAM, by=by)


@transaction.atomic
def undo(decision_ids: Iterable[int], *, by: Any) -> Outcome:
    """Take decisions back by further decisions, within UNDO_WINDOW.

    One that somebody took back already, or after which somebody decided again, is left alone and reported as a
    conflict, so that whoever lost the first answer learns what holds now.
    """
    _check(by)
    wanted = {
        decision.comment_id: decision
        for decision in Decision.objects.filter(
            pk__in=decision_ids, undoes=None, at__gt=timezone.now() - UNDO_WINDOW
        )
    }
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    for comment in _locked(wanted):
        decision = wanted[comment.pk]
        if comment.status != decision.to_status or comment.version != decision.version_seen + 1:
            conflicts.append(comment)
        else:
            decided.append(comment)
    act = uuid.uuid4()
    _write(
        decided,
        [
            Decision(
                comment=comment,
                from_status=comment.status,
                to_status=wanted[comment.pk].from_status,
                by=by,
                act=act,
                version_seen=comment.version,
                undoes=wanted[comment.pk],
            )
            for comment in decided
        ],
    )
    return Outcome(decided, conflicts)


def add_note(comment: Comment, text: str, *, by: Any) -> Note:
    """Write down something for the other moderators."""
    _check(by)
    if not text.strip():
        raise ModerationError(_("Write a note first."))
    return Note.objects.create(comment=comment, text=text.strip(), by=by)


def _check(by: Any) -> None:
    """Raise PermissionDenied unless `by` may moderate; None is the site itself."""
    if by is not None and not by.has_perm(PERMISSION):
        raise PermissionDenied


def _versions(comments: Iterable[Comment]) -> dict[int, int]:
    return {comment.pk: comment.version for comment in comments}


_WITH_ANSWERS = """
WITH RECURSIVE branch AS (
    SELECT id FROM comments_comment WHERE id = ANY(%s)
    UNION
    SELECT answer.id FROM comments_comment answer JOIN branch ON answer.parent_id = branch.id
)
SELECT id FROM branch
"""

# From the comments themselves down to the last answer. One that is reached from several of them counts from the
# uppermost, for what stands between has its new state by then.
_SHOW = """
WITH RECURSIVE branch AS (
    SELECT c.id, 0 AS level, c.status = 'approved' AND (p.id IS NULL OR p.is_shown) AS is_shown
    FROM comments_comment c LEFT JOIN comments_comment p ON p.id = c.parent_id
    WHERE c.id = ANY(%s)
    UNION ALL
    SELECT c.id, branch.level + 1, c.status = 'approved' AND branch.is_shown
    FROM comments_comment c JOIN branch ON c.parent_id = branch.id
), settled AS (
    SELECT DISTINCT ON (id) id, is_shown FROM branch ORDER BY id, level DESC
)
UPDATE comments_comment c SET is_shown = settled.is_shown FROM settled
WHERE c.id = settled.id AND c.is_shown <> settled.is_shown
"""


def _locked(numbers: Iterable[int]) -> list[Comment]:
    """The comments of those numbers, locked with all their answers, in the order of their numbers. Two queries."""
    wanted = list(numbers)
    with connection.cursor() as cursor:
        cursor.execute(_WITH_ANSWERS, [wanted])
        branch = [pk for (pk,) in cursor.fetchall()]
    rows = Comment.objects.select_for_update(of=["self"]).filter(pk__in=branch).order_by("pk")
    asked = set(wanted)
    return [comment for comment in rows.for_decision() if comment.pk in asked]


def _write(comments: list[Comment], decisions: list[Decision]) -> None:
    """Carry decisions out over locked comments, one for each, in the same order."""
    if not comments:
        return
    everyone = [comment.pk for comment in comments]
    reported = [comment.pk for comment in comments if comment.open_reports]
    shifts_what_is_shown = any(
        Status.APPROVED in (decision.from_status, decision.to_status) for decision in decisions
    )
    Decision.objects.bulk_create(decisions)
    numbers: dict[str, list[int]] = {}
    for comment, decision in zip(comments, decisions, strict=True):
        comment.status = decision.to_status
        comment.version += 1
        comment.claimed_by_id = comment.claimed_until = None
        numbers.setdefault(decision.to_status, []).append(comment.pk)
    for status, pks in numbers.items():
        rows = Comment.objects.filter(pk__in=pks)
        if status != Status.APPROVED:
            # Before the rest, for only an approved comment may be shown.
            rows.filter(is_shown=True).update(is_shown=False)
        rows.update(
            status=status,
            version=F("version") + 1,
            claimed_by=None,
            claimed_until=None,
            is_shadowed=False,
            open_reports=0,
        )
    if reported:
        Report.objects.filter(comment__in=reported, settled_at=None).update(settled_at=timezone.now())
    if shifts_what_is_shown:
        show(everyone)


def show(numbers: list[int]) -> None:
    """Bring up to date which of these comments and of their answers readers see. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [numbers])
