"""The verbs of moderation: every change of a comment's status goes through `decide` or `undo`."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from comments import decision_log, notifications, shown_waves
from comments.models import MODERATE, Cause, Comment, Decision, Note, RejectionReason, Report, Status
from comments.shown_waves import NO_WAVES, ShownWave

PERMISSION = MODERATE
UNDO_WINDOW = timedelta(hours=24)

# What a moderator may turn a comment into, by its present status.
TARGETS: dict[str, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED, Status.SPAM}),
    Status.APPROVED: frozenset({Status.REJECTED, Status.SPAM, Status.PENDING}),
    Status.REJECTED: frozenset({Status.APPROVED, Status.SPAM, Status.PENDING}),
    Status.SPAM: frozenset({Status.APPROVED, Status.REJECTED, Status.PENDING}),
    Status.DELETED: frozenset(),
}
# Its writer may take back a comment whatever became of it.
WITHDRAWAL = {status: frozenset({Status.DELETED}) for status in TARGETS if status != Status.DELETED} | {
    Status.DELETED: frozenset()
}


class ModerationError(ValueError):
    """The decision makes no sense; the message is for the moderator."""


@dataclass(frozen=True)
class Outcome:
    """What became of a set of decisions: the rows that changed, and those that somebody else had decided first.

    Each of those that changed has the row of what was decided over it as `decision`.
    `held` are rows that another moderator has before them, left alone until whoever decides says that they know.
    `unlike` are members of approved waves that differ from what the moderator was shown, and so wait on. To the writers
    of `unwritten` no letter goes. `act` is what all that changed can be taken back by.
    """

    decided: list[Comment]
    conflicts: list[Comment]
    held: list[Comment] = field(default_factory=list)
    unlike: list[Comment] = field(default_factory=list)
    unwritten: list[Comment] = field(default_factory=list)
    act: uuid.UUID | None = None


@transaction.atomic
def decide(
    versions: Mapping[int, int],
    to_status: str,
    *,
    by: Any,
    waves: Mapping[int, ShownWave] = NO_WAVES,
    reason: str = "",
    note: str = "",
    cause: str = Cause.MODERATOR,
    letter: bool = False,
    respects_claims: bool = False,
    at: datetime | None = None,
) -> Outcome:
    """Move comments to `to_status`, as one act.

    `versions` maps numbers of comments to the version the moderator had before them. A row whose version is another by
    now, or whose status has no such move, is left alone and reported as a conflict. `waves` maps numbers of waves to
    what the moderator was shown of them: what waits up to the last member is moved; members that somebody decided alone
    are left. Nobody reads every member, so that of an approved wave those are left, as unlike, whose writer changed the
    text, and those that `shown_waves.unlike` tells from the one that was read.

    With `respects_claims` comments that another moderator has before them are left and reported as held, and so are
    waves with such a member. A decision frees the claim and settles the reports. `reason` is the code of a
    RejectionReason; `letter` mails it to writers, as `notifications.send_letter` does. `at` (aware) is when it was
    decided, now if it is not given.

    All rows are locked at once, in the order of their numbers, with all that answers them, so that two decisions cannot
    deadlock. Two queries for a comment between the begin and the end of the transaction; for its reason, reports and
    waves a few more, however many comments there are, and for each letter some.
    """
    _check(by)
    why = _reason(reason, to_status, cause)
    targets = WITHDRAWAL if cause == Cause.WRITER else TARGETS
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    held: list[Comment] = []
    unlike: list[Comment] = []
    members: dict[int, list[Comment]] = {wave: [] for wave in waves}
    wave_of = shown_waves.waiting(waves)
    suspects = shown_waves.unlike(wave_of, waves) if to_status == Status.APPROVED else set()
    for comment in decision_log.locked({*versions, *wave_of}):
        is_possible = to_status in targets[comment.status]
        if comment.pk not in versions:
            if not is_possible or comment.status != Status.PENDING:
                continue
            if to_status == Status.APPROVED and (comment.edited_at or comment.pk in suspects):
                unlike.append(comment)
            else:
                members[wave_of[comment.pk]].append(comment)
        elif comment.version != versions[comment.pk] or not is_possible:
            conflicts.append(comment)
        elif respects_claims and _is_anothers(comment, by):
            held.append(comment)
        else:
            decided.append(comment)
    for wave in members.values():
        anothers = [comment for comment in wave if respects_claims and _is_anothers(comment, by)]
        held += anothers
        decided += [] if anothers else wave
    act = decision_log.write(
        decided, [to_status] * len(decided), by=by, reason=why, note=note, cause=cause, at=at
    )
    unwritten = notifications.send_letters(decided, why) if letter and why and why.letter else []
    return Outcome(decided, conflicts, held, unlike, unwritten, act)


def approve(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.APPROVED, by=by)


def reject(comments: Iterable[Comment], *, by: Any, reason: str, note: str = "") -> Outcome:
    return decide(_versions(comments), Status.REJECTED, by=by, reason=reason, note=note)


def mark_spam(comments: Iterable[Comment], *, by: Any) -> Outcome:
    return decide(_versions(comments), Status.SPAM, by=by)


def undo(decision_ids: Iterable[int], *, by: Any) -> Outcome:
    """Take decisions back by further decisions, within UNDO_WINDOW.

    One that somebody took back already, or after which somebody decided again, is left alone and reported as a
    conflict, so that whoever lost the first answer learns what holds now. What its writer took back stays so. Reports
    that a decision settled are open again, and what a sanction held in silence is held so again.
    """
    return _take_back(Q(pk__in=list(decision_ids)), by)


def undo_acts(acts: Iterable[uuid.UUID], *, by: Any) -> Outcome:
    """Take back all that was decided in one act, many comments at once or a wave, as `undo` does."""
    return _take_back(Q(act__in=list(acts)), by)


@transaction.atomic
def _take_back(which: Q, by: Any) -> Outcome:
    _check(by)
    wanted = {
        decision.comment_id: decision
        for decision in Decision.objects.filter(which, undoes=None, at__gt=timezone.now() - UNDO_WINDOW)
        .exclude(cause=Cause.WRITER)
        .order_by("pk")
    }
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    for comment in decision_log.locked(wanted):
        decision = wanted[comment.pk]
        if comment.status != decision.to_status or comment.version != decision.version_seen + 1:
            conflicts.append(comment)
        else:
            decided.append(comment)
    undone = [wanted[comment.pk] for comment in decided]
    act = decision_log.write(decided, [decision.from_status for decision in undone], by=by, undoes=undone)
    decision_log.reopen_reports(undone)
    return Outcome(decided, conflicts, act=act)


def add_note(comment: Comment, text: str, *, by: Any) -> Note:
    """Write down something for the other moderators."""
    _check(by)
    if not text.strip():
        raise ModerationError(_("Write a note first."))
    return Note.objects.create(comment=comment, text=text.strip(), by=by)


@transaction.atomic
def dismiss_reports(
    comment: Comment, through: int, *, version: int, by: Any, respects_claims: bool = False
) -> Outcome:
    """Let a reported comment stand: settle its reports up to the one numbered `through`, the last the moderator read.

    It is a decision from approved to approved, and taken back as any other. A comment that is no longer of `version` is
    a conflict, for what was reported may not be what stands there now; `respects_claims` is as in `decide`. Raises
    ModerationError when nothing is open.
    """
    _check(by)
    (row,) = decision_log.locked([comment.pk])
    if row.version != version or row.status != Status.APPROVED:
        return Outcome([], [row])
    if not Report.objects.filter(comment=row, settled_at=None, pk__lte=through).exists():
        raise ModerationError(_("These reports are settled already."))
    if respects_claims and _is_anothers(row, by):
        return Outcome([], [], [row])
    act = decision_log.write([row], [Status.APPROVED], by=by, through=through)
    return Outcome([row], [], act=act)


def pick(comment: Comment, *, version: int, by: Any, picked: bool = True) -> None:
    """Make an approved comment an editor's pick, or one no longer; it is written into the comment's history.

    Raises ModerationError when the comment is no longer of `version`.
    """
    _check(by)
    with transaction.atomic():
        row = Comment.objects.select_for_update(no_key=True).only("version", "article").get(pk=comment.pk)
        if row.version != version:
            raise ModerationError(_("The comment changed meanwhile. Read it again, then decide."))
        # Not what only keeps the place of an erased comment.
        approved = Comment.objects.filter(
            pk=comment.pk, status=Status.APPROVED, is_placeholder=False, picked_at__isnull=picked
        )
        if approved.update(picked_at=timezone.now() if picked else None):
            kept_pages.thread_changed(row.article_id)
            told = _("Made it an editor’s pick.") if picked else _("No longer an editor’s pick.")
            LogEntry.objects.log_actions(by.pk, [comment], CHANGE, change_message=told, single_object=True)


def _check(by: Any) -> None:
    """Raise PermissionDenied unless `by` may moderate; None is the site itself."""
    if by is not None and not by.has_perm(PERMISSION):
        raise PermissionDenied


def _reason(code: str, to_status: str, cause: str) -> RejectionReason | None:
    if to_status == Status.REJECTED and cause == Cause.MODERATOR and not code:
        raise ModerationError(_("Choose a reason for the rejection."))
    reason = RejectionReason.objects.filter(pk=code).first() if code else None
    if code and reason is None:
        raise ModerationError(_("This reason is no longer on the list."))
    return reason


def _is_anothers(comment: Comment, by: Any) -> bool:
    """Whether another moderator has the comment before them; the site itself asks nobody."""
    return (
        by is not None
        and comment.claimed_by_id not in (None, by.pk)
        and comment.claimed_until > timezone.now()
    )


def _versions(comments: Iterable[Comment]) -> dict[int, int]:
    return {comment.pk: comment.version for comment in comments}
