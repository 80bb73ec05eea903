"""The verbs of moderation: every change of a comment's status goes through `decide`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Decision, Status

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
    versions: Mapping[int, int], to_status: str, *, by: Any, reason: str = "", note: str = ""
) -> Outcome:
    """Move comments to `to_status`; `versions` maps their numbers to the version the moderator had before them.

    Rows are locked in the order of their numbers, so that two bulk decisions cannot deadlock. A row whose version
    is another by now, or whose status has no such move, is left alone and reported as a conflict.
    """
    if by is not None and not by.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    if to_status == Status.REJECTED and not reason:
        raise ModerationError(_("Choose a reason for the rejection."))
    rows = Comment.objects.select_for_update(of=["self"]).filter(pk__in=versions).order_by("pk")
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    for comment in rows:
        if comment.version == versions[comment.pk] and to_status in TARGETS[comment.status]:
            decided.append(comment)
        else:
            conflicts.append(comment)
    Decision.objects.bulk_create(
        Decision(
            comment=comment,
            from_status=comment.status,
            to_status=to_status,
            by=by,
            reason=reason,
            note=note,
            version_seen=comment.version,
        )
        for comment in decided
    )
    _apply(decided, to_status)
    return Outcome(decided, conflicts)


def approve(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.APPROVED, by=by)


def reject(comments: Iterable[Comment], *, by: Any, reason: str, note: str = "") -> Outcome:
    return decide(_versions(comments), Status.REJECTED, by=by, reason=reason, note=note)


def mark_spam(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.SPAM, by=by)


@transaction.atomic
def undo(decision_ids: Iterable[int], *, by: Any) -> Outcome:
    """Take decisions back by further decisions.

    One that somebody took back already, or after which somebody decided again, is left alone and reported as a
    conflict, so that whoever lost the first answer learns what holds now.
    """
    if by is not None and not by.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    wanted = {
        decision.comment_id: decision
        for decision in Decision.objects.filter(pk__in=decision_ids, undoes=None)
    }
    rows = Comment.objects.select_for_update(of=["self"]).filter(pk__in=wanted).order_by("pk")
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    for comment in rows:
        decision = wanted[comment.pk]
        if comment.status != decision.to_status or comment.version != decision.version_seen + 1:
            conflicts.append(comment)
            continue
        Decision.objects.create(
            comment=comment,
            from_status=comment.status,
            to_status=decision.from_status,
            by=by,
            version_seen=comment.version,
            undoes=decision,
        )
        _apply([comment], decision.from_status)
        decided.append(comment)
    return Outcome(decided, conflicts)


def _versions(comments: Iterable[Comment]) -> dict[int, int]:
    return {comment.pk: comment.version for comment in comments}


def _apply(comments: list[Comment], status: str) -> None:
    for comment in comments:
        comment.status = status
        comment.version += 1
    Comment.objects.bulk_update(comments, ["status", "version"])
