"""The verbs of moderation: every change of a comment's status goes through `decide` or `undo`."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import notifications
from comments.models import MODERATE, Cause, Comment, Decision, Finding, Note, RejectionReason, Report, Status
from comments.waves import says_the_same

PERMISSION = MODERATE
UNDO_WINDOW = timedelta(hours=24)
DECISIONS_PER_QUERY = 1_000

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
# Rules that every member after the first may come under, for being like the others.
SIGNS_OF_A_WAVE = ("wave", "duplicate", "flood")


class ModerationError(ValueError):
    """The decision makes no sense; the message is for the moderator."""


class ShownWave(NamedTuple):
    """What a moderator was shown of a wave: the member on its card, and how far the wave went. Numbers of comments."""

    first: int
    through: int


NO_WAVES: Mapping[int, ShownWave] = MappingProxyType({})


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
    text, and those that differ from the one that was read in what they say or in what was noticed.

    With `respects_claims` comments that another moderator has before them are left and reported as held, and so are
    waves with such a member. A decision frees the claim and settles the reports. `reason` is the code of a
    RejectionReason; `letter` mails it to writers, as `notifications.send_letter` does. `at` (aware) is when it was
    decided, now if it is not given.

    All rows are locked at once, in the order of their numbers, with all that answers them, so that two decisions cannot
    deadlock. Ten queries at most, and one for each thousand comments.
    """
    _check(by)
    why = _reason(reason, to_status, cause)
    targets = WITHDRAWAL if cause == Cause.WRITER else TARGETS
    decided: list[Comment] = []
    conflicts: list[Comment] = []
    held: list[Comment] = []
    unlike: list[Comment] = []
    members: dict[int, list[Comment]] = {wave: [] for wave in waves}
    wave_of = _members_waiting(waves) if waves else {}
    suspects = _unlike_what_was_read(wave_of, waves) if to_status == Status.APPROVED else set()
    for comment in locked({*versions, *wave_of}):
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
    act = _move(decided, to_status, by=by, reason=why, note=note, cause=cause, at=at)
    wants_letter = letter and why is not None and why.letter
    unwritten = [
        comment for comment in decided if wants_letter and not notifications.send_letter(comment, why)
    ]
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
    for comment in locked(wanted):
        decision = wanted[comment.pk]
        if comment.status != decision.to_status or comment.version != decision.version_seen + 1:
            conflicts.append(comment)
        else:
            decided.append(comment)
    act = uuid.uuid4()
    undone = [wanted[comment.pk] for comment in decided]
    _write(
        decided,
        [
            Decision(
                comment=comment,
                from_status=comment.status,
                to_status=decision.from_status,
                by=by,
                act=act,
                version_seen=comment.version,
                undoes=decision,
            )
            for comment, decision in zip(decided, undone, strict=True)
        ],
    )
    if reopened := [decision.pk for decision in undone if decision.from_status == Status.APPROVED]:
        with connection.cursor() as cursor:
            cursor.execute(_REOPEN_REPORTS, [reopened])
    return Outcome(decided, conflicts, act=act)


def add_note(comment: Comment, text: str, *, by: Any) -> Note:
    """Write down something for the other moderators."""
    _check(by)
    if not text.strip():
        raise ModerationError(_("Write a note first."))
    return Note.objects.create(comment=comment, text=text.strip(), by=by)


@transaction.atomic
def dismiss_reports(comment: Comment, through: int, *, version: int, by: Any) -> Outcome:
    """Let a reported comment stand: settle its reports up to the one numbered `through`, the last the moderator read.

    It is a decision from approved to approved, and taken back as any other. A comment that is no longer of `version` is
    a conflict, for what was reported may not be what stands there now. Raises ModerationError when nothing is open.
    """
    _check(by)
    (row,) = locked([comment.pk])
    if row.version != version or row.status != Status.APPROVED:
        return Outcome([], [row])
    if not Report.objects.filter(comment=row, settled_at=None, pk__lte=through).exists():
        raise ModerationError(_("These reports are settled already."))
    act = _move([row], Status.APPROVED, by=by, through=through)
    return Outcome([row], [], act=act)


def pick(comment: Comment, *, version: int, by: Any, picked: bool = True) -> None:
    """Make an approved comment an editor's pick, or one no longer; it is written into the comment's history.

    Raises ModerationError when the comment is no longer of `version`.
    """
    _check(by)
    with transaction.atomic():
        row = Comment.objects.select_for_update(no_key=True).only("version").get(pk=comment.pk)
        if row.version != version:
            raise ModerationError(_("The comment changed meanwhile. Read it again, then decide."))
        approved = Comment.objects.filter(pk=comment.pk, status=Status.APPROVED, picked_at__isnull=picked)
        if approved.update(picked_at=timezone.now() if picked else None):
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


def _members_waiting(waves: Mapping[int, ShownWave]) -> dict[int, int]:
    """The comments that wait of these waves up to the last ones shown, each with its wave. One query."""
    shown = reduce(or_, (Q(wave=wave, pk__lte=shown.through) for wave, shown in waves.items()))
    return dict(Comment.objects.held().filter(shown).values_list("pk", "wave"))


def _unlike_what_was_read(wave_of: Mapping[int, int], waves: Mapping[int, ShownWave]) -> set[int]:
    """Of these comments, each with its wave, those of which a rule said what it did not say of the member that was
    read, or that say what it does not. All of them, where that one was changed: nobody knows which text was read. Two
    queries, none without comments.
    """
    if not wave_of:
        return set()
    columns = Comment.objects.only("wave_id", "edited_at", "body", "likeness")
    rows = columns.in_bulk({shown.first for shown in waves.values()}.union(wave_of))
    said: dict[int, set[tuple[str, int, str]]] = {pk: set() for pk in rows}
    findings = Finding.objects.filter(comment__in=rows).exclude(rule__in=SIGNS_OF_A_WAVE)
    for pk, *finding in findings.values_list("comment", "rule", "weight", "sentence"):
        said[pk].add(tuple(finding))

    def is_like(pk: int) -> bool:
        read = rows.get(waves[wave_of[pk]].first)
        return (
            read is not None
            and read.wave_id == wave_of[pk]
            and read.edited_at is None
            and said[pk] <= said[read.pk]
            and says_the_same(read, rows[pk])
        )

    return {pk for pk in wave_of if not is_like(pk)}


def _is_anothers(comment: Comment, by: Any) -> bool:
    """Whether another moderator has the comment before them; the site itself asks nobody."""
    return (
        by is not None
        and comment.claimed_by_id not in (None, by.pk)
        and comment.claimed_until > timezone.now()
    )


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
RETURNING c.id, c.is_shown
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
    """The comments of those numbers, locked with all their answers, in the order of their numbers. One query."""
    wanted = list(numbers)
    branch = RawSQL(_WITH_ANSWERS, [wanted])  # noqa: S611 - the numbers are a parameter
    # Numbers stay as they are, so whatever only refers to a comment (a report, what was learned of it) need not wait.
    locking = Comment.objects.select_for_update(of=["self"], no_key=True)
    rows = locking.filter(pk__in=branch).order_by("pk")
    asked = set(wanted)
    return [comment for comment in rows.for_decision() if comment.pk in asked]


def _move(
    comments: list[Comment],
    to_status: str,
    *,
    by: Any,
    reason: RejectionReason | None = None,
    note: str = "",
    cause: str = Cause.MODERATOR,
    at: datetime | None = None,
    through: int | None = None,
) -> uuid.UUID:
    """Carry one decision out over locked comments; return its act.

    It settles their reports, those up to the one numbered `through` if that is given.
    """
    act = uuid.uuid4()
    at = at or timezone.now()
    _write(
        comments,
        [
            Decision(
                comment=comment,
                from_status=comment.status,
                to_status=to_status,
                by=by,
                cause=cause,
                reason=reason,
                note=note,
                act=act,
                version_seen=comment.version,
                was_shadowed=comment.is_shadowed,
                at=at,
            )
            for comment in comments
        ],
        through=through,
    )
    return act


def _write(comments: list[Comment], decisions: list[Decision], *, through: int | None = None) -> None:
    """Carry decisions out over locked comments, one for each, in the same order. Two queries and what follows."""
    if not comments:
        return
    moves = [decision for decision in decisions if not decision.lets_stand]
    # Taking back that a comment stands settles nothing: what readers reported since is open with the rest.
    reported = [
        comment.pk
        for comment, decision in zip(comments, decisions, strict=True)
        if comment.open_reports and not (decision.lets_stand and decision.undoes)
    ]
    Decision.objects.bulk_create(decisions, batch_size=DECISIONS_PER_QUERY)
    numbers: dict[tuple[str, bool], list[int]] = {}
    for comment, decision in zip(comments, decisions, strict=True):
        comment.decision = decision
        comment.status = decision.to_status
        comment.is_shadowed = decision.undoes is not None and decision.undoes.was_shadowed
        comment.version += 1
        comment.claimed_by_id = comment.claimed_until = None
        numbers.setdefault((comment.status, comment.is_shadowed), []).append(comment.pk)
    for (status, is_shadowed), pks in numbers.items():
        changes: dict[str, Any] = {
            "status": status,
            "version": F("version") + 1,
            "claimed_by": None,
            "claimed_until": None,
            "is_shadowed": is_shadowed,
        }
        if status != Status.APPROVED:
            changes["is_shown"] = False
        Comment.objects.filter(pk__in=pks).update(**changes)
    if reported:
        _settle_reports(reported, through, decisions[0].at)
    hidden = [decision.comment_id for decision in moves if decision.from_status == Status.APPROVED]
    restored = [decision.comment_id for decision in moves if decision.from_status == Status.REJECTED]
    if any(Status.APPROVED in (decision.from_status, decision.to_status) for decision in moves):
        shifted = show([decision.comment_id for decision in moves])
        hidden += [pk for pk, is_shown in shifted.items() if not is_shown]
        notifications.tell_answered([pk for pk, is_shown in shifted.items() if is_shown])
    notifications.take_back(hidden=hidden, restored=restored)


def _settle_reports(numbers: list[int], through: int | None, at: datetime) -> None:
    """Settle the open reports of locked comments, up to `through` if given, and count those left. Two queries."""
    left = Report.objects.filter(settled_at=None)
    settled = left.filter(comment__in=numbers)
    if through is not None:
        settled = settled.filter(pk__lte=through)
    settled.update(settled_at=at)
    of_comment = left.filter(comment=OuterRef("pk")).order_by().values("comment").annotate(count=Count("pk"))
    counted = Coalesce(Subquery(of_comment.values("count")), 0)
    Comment.objects.filter(pk__in=numbers).update(open_reports=counted)


def show(numbers: list[int]) -> dict[int, bool]:
    """Bring up to date which of these comments and of their answers readers see; return those that changed, and how.

    One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [numbers])
        return dict(cursor.fetchall())
