"""Triage in the database: `comments.triage` is taught what moderators decided, and comments are scored with it.

Learning follows the decisions and is no part of them: nothing waits for it, and a decision stands whether it was
learned or not. Each comment teaches what the moderators' decisions over it come to, and its `Lesson` says what that
was, so that a decision that is taken back, or looked at a second time, leaves the model as if it had never been.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, IntegerField, Max, Min
from django.utils import timezone

from comments.models import Cause, Comment, Decision, Lesson, Revision, Status, TriageState
from comments.triage import Clue, Model, NeverLearned, UnreadableState
from newsroom.prepared_statements import Parameter, Prepared, fetch_all

# Before so many decisions the order would be chance, and no score is given.
ENOUGH_DECISIONS = 200
# Comments learned in one transaction; it writes 1 MB, whatever their number.
BATCH = 500
# The number of a decision is drawn before it is committed, so a lower one may appear after a higher one. For this
# long decisions are looked at again; none takes longer to commit.
SETTLED = timedelta(minutes=1)

# How many pending comments `refresh` scores anew: those without a score, those that come first in the order of triage,
# and the newest.
UNSCORED, FIRST, NEWEST = 1000, 500, 500
# A score that moved by less changes no order that a moderator would notice, but writing it costs a row.
NOTICEABLE = 0.02

_REJECTED: Mapping[str, bool] = {Status.APPROVED: False, Status.REJECTED: True, Status.SPAM: True}

# Comments with decisions that their lessons do not know of, and the newest decision of each.
_UNLEARNED = """
SELECT d.comment_id, max(d.id) FROM comments_decision d
LEFT JOIN comments_lesson l ON l.comment_id = d.comment_id
WHERE d.id > %s AND d.id > COALESCE(l.decision, 0)
GROUP BY d.comment_id ORDER BY max(d.id) LIMIT %s
"""

_WRITE_SCORES = """
UPDATE comments_comment c SET triage = new.score
FROM unnest(%s::bigint[], %s::float8[]) AS new (id, score) WHERE c.id = new.id
"""


class _TextGone(Exception):
    """A text that was learned is no longer kept, so it cannot be forgotten."""


class _Taught(NamedTuple):
    """What one comment teaches: the verdict over a text."""

    text: str
    rejected: bool


class _Kept(NamedTuple):
    """The model as this process read it last. Only its scores are asked for, which threads may do at once."""

    edition: uuid.UUID | None = None
    model: Model | None = None


# One element, replaced as a whole: threads see the former or the new one.
_kept = [_Kept()]


def score(body: str) -> float | None:
    """Return how likely moderators are to reject a comment of that text, None before enough was learned. One query."""
    return score_by(_edition(), body)


def score_by(edition: uuid.UUID | None, body: str) -> float | None:
    """The same by the model whose edition was in force a moment ago. No query while that is at hand."""
    model = _model_of(edition)
    return model.score(body) if model else None


def explain(comment: Comment) -> list[Clue]:
    """Return the words that move a comment's score most, none before enough was learned. One query."""
    model = _model()
    return model.strongest(comment.body) if model else []


def learn_new() -> int:
    """Learn what was decided since the last time; return over how many comments.

    Two queries when there is nothing new. Several processes may call it: one learns, the others wait for it.
    """
    learned = 0
    while count := _learn_batch():
        learned += count
    return learned


def refresh() -> int:
    """Score pending comments anew, at most 2,000 and the most urgent first; return how many scores changed.

    Rows are locked without waiting and keep their version: nobody who decides is held up or sees a conflict.
    """
    model = _model()
    pending = Comment.objects.pending().only("body", "triage")
    if model is None:
        scored = pending.exclude(triage=None).values_list("pk", flat=True)
        return _write_scores(dict.fromkeys(scored[: UNSCORED + FIRST + NEWEST]))
    rows = [
        *pending.filter(triage=None).order_by("-pk")[:UNSCORED],
        *pending.exclude(triage=None).order_by(F("triage").desc(nulls_last=True), "pk")[:FIRST],
        *pending.order_by("-created_at", "-pk")[:NEWEST],
    ]
    scores = {row: model.score(row.body) for row in rows}
    return _write_scores(
        {
            row.pk: new
            for row, new in scores.items()
            if row.triage is None or abs(new - row.triage) >= NOTICEABLE
        }
    )


@transaction.atomic
def forget(comments: Iterable[int]) -> None:
    """Take back what the comments of these numbers taught; to be called before their texts are erased.

    What was decided over them until now teaches no more, until `relearn` or a further decision.
    """
    state = _locked_state()
    lessons = {lesson.comment_id: lesson for lesson in Lesson.objects.filter(comment__in=list(comments))}
    if any(lesson.rejected is not None for lesson in lessons.values()):
        _save(state, _taught(state, lessons, {}))
    Lesson.objects.filter(pk__in=lessons).update(rejected=None, text_digest=b"")


@transaction.atomic
def reset(*, is_on: bool = True) -> None:
    """Delete all that was learned; begin anew with the next decision, or not at all. No decision is touched."""
    state = _locked_state()
    Lesson.objects.all().delete()
    state.is_on = is_on
    state.learned_through = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    state.begun_at = timezone.now()
    _save(state, None)


@transaction.atomic
def relearn() -> None:
    """Delete all that was learned, and have `learn_new` learn all decisions that stand; it takes 1 ms for each."""
    state = _locked_state()
    Lesson.objects.all().delete()
    state.is_on = True
    state.learned_through = 0
    state.begun_at = None
    _save(state, None)


def _in_use(enough):
    return TriageState.objects.filter(pk=1, is_on=True, decisions__gte=enough)


# Which edition of the model is in force; no row before it knows `enough`.
EDITION = Prepared(lambda: _in_use(Parameter("enough", IntegerField())).values_list("edition"))


def _edition() -> uuid.UUID | None:
    rows = fetch_all(EDITION.sql, {"enough": ENOUGH_DECISIONS})
    return rows[0][0] if rows else None


def _model() -> Model | None:
    """The model as it is now, None before it knows enough. One query, one more when it has changed."""
    return _model_of(_edition())


def _model_of(edition: uuid.UUID | None) -> Model | None:
    if edition is None:
        return None
    if edition != _kept[0].edition:
        state = _in_use(ENOUGH_DECISIONS).only("edition", "data").first()
        if state is None:
            return None
        try:
            _kept[0] = _Kept(state.edition, Model.from_bytes(bytes(state.data)))
        except UnreadableState:
            # Another version of the program wrote it; with the next decision it is made anew.
            return None
    return _kept[0].model


def _locked_state() -> TriageState:
    TriageState.objects.get_or_create(pk=1)
    return TriageState.objects.select_for_update().get(pk=1)


def _save(state: TriageState, model: Model | None) -> None:
    state.data = model.to_bytes() if model else b""
    state.decisions = model.decisions if model else 0
    state.edition = uuid.uuid4()
    state.updated_at = timezone.now()
    state.save()


def _learn_batch() -> int:
    # Asked before anything is locked, for mostly there is nothing new.
    state = TriageState.objects.defer("data").filter(pk=1).first() or TriageState()
    if not state.is_on or not _unlearned(state.learned_through):
        return 0
    with transaction.atomic():
        state = _locked_state()
        newest = _unlearned(state.learned_through)
        if not newest or not state.is_on:
            return 0
        lessons = {lesson.comment_id: lesson for lesson in Lesson.objects.filter(comment__in=newest)}
        teachings = _teachings(newest)
        model = _taught(state, lessons, teachings)
        Lesson.objects.bulk_create(
            [_lesson(pk, decision, teachings.get(pk)) for pk, decision in newest.items()],
            update_conflicts=True,
            unique_fields=["comment"],
            update_fields=["rejected", "text_digest", "decision"],
        )
        # All up to the last one of the batch are known, but of the latest some may be still to come.
        settled = Decision.objects.filter(pk__lte=max(newest.values()), at__lt=timezone.now() - SETTLED)
        state.learned_through = settled.aggregate(newest=Max("pk"))["newest"] or state.learned_through
        _save(state, model)
    return len(newest)


def _unlearned(through: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNLEARNED, [through, BATCH])
        return dict(cursor.fetchall())


def _lesson(comment: int, decision: int, taught: _Taught | None) -> Lesson:
    if taught is None:
        return Lesson(comment_id=comment, decision=decision)
    digest = _digest(taught.text)
    return Lesson(comment_id=comment, decision=decision, rejected=taught.rejected, text_digest=digest)


def _teachings(numbers: Iterable[int]) -> dict[int, _Taught]:
    """What these comments teach as decisions stand; without those that teach nothing. Four queries."""
    standing = _standing(numbers)
    comments = {row.pk: row for row in Comment.objects.filter(pk__in=standing).only("body", "wave_id")}
    # The decision is over the text that the moderator saw, whatever its writer made of it since.
    seen = {pk: row.body for pk, row in comments.items()}
    for former in Revision.objects.filter(comment__in=standing).order_by("-version"):
        if former.version >= standing[former.comment_id].version_seen:
            seen[former.comment_id] = former.body
    # Of a wave the first member teaches for all: it is one decision, and thousands alike would drown the others.
    members = Comment.objects.filter(wave__in={row.wave_id for row in comments.values() if row.wave_id})
    firsts = dict(members.order_by().values_list("wave").annotate(Min("pk")))
    return {
        pk: _Taught(seen[pk], _REJECTED[decision.to_status])
        for pk, decision in standing.items()
        if seen[pk].strip() and firsts.get(comments[pk].wave_id, pk) == pk
    }


def _standing(numbers: Iterable[int]) -> dict[int, Decision]:
    """The decision of a moderator that approves or rejects each of these comments, where one stands. One query."""
    standing: dict[int, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(comment__in=list(numbers)).order_by("pk")
    for row in rows.only("comment_id", "to_status", "cause", "version_seen", "undoes_id"):
        # One that takes another back, which was the last then, brings back what stood before.
        if row.undoes_id is None:
            standing[row.comment_id].append(row)
        else:
            standing[row.comment_id].pop()
    # What a rule or trust in a writer decided would teach the model its own echo.
    last = {pk: rows[-1] for pk, rows in standing.items() if rows}
    return {
        pk: row for pk, row in last.items() if row.cause == Cause.MODERATOR and row.to_status in _REJECTED
    }


def _taught(state: TriageState, lessons: Mapping[int, Lesson], teachings: Mapping[int, _Taught]) -> Model:
    """The model of `state`, with `teachings` in place of what `lessons` say of these comments."""
    try:
        model = Model.from_bytes(bytes(state.data)) if state.data else Model()
        former = _former(lessons.values())
        for pk, taught in former.items():
            if teachings.get(pk) != taught:
                model.forget(taught.text, rejected=taught.rejected)
        new = {pk: taught for pk, taught in teachings.items() if former.get(pk) != taught}
    except (UnreadableState, NeverLearned, _TextGone):
        model, new = _rebuilt(without=lessons), dict(teachings)
    for taught in new.values():
        model.learn(taught.text, rejected=taught.rejected)
    return model


def _former(lessons: Iterable[Lesson]) -> dict[int, _Taught]:
    """What was learned from each of these comments; raises _TextGone where it has that text no more. Two queries."""
    learned = {lesson.comment_id: lesson for lesson in lessons if lesson.rejected is not None}
    texts = _texts(learned)
    former = {}
    for pk, lesson in learned.items():
        text = texts[pk].get(bytes(lesson.text_digest))
        if text is None:
            raise _TextGone
        former[pk] = _Taught(text, lesson.rejected)
    return former


def _texts(numbers: Iterable[int]) -> dict[int, dict[bytes, str]]:
    """All texts that these comments have and had, by their digests."""
    texts: dict[int, dict[bytes, str]] = defaultdict(dict)
    for model, number in ((Comment, "pk"), (Revision, "comment")):
        bodies = model.objects.filter(**{f"{number}__in": list(numbers)}).values_list(number, "body")
        for pk, body in bodies:
            texts[pk][_digest(body)] = body
    return texts


def _rebuilt(without: Iterable[int]) -> Model:
    """The model made anew from all lessons but those of some comments; one whose text is gone is lost."""
    model = Model()
    lessons = Lesson.objects.exclude(rejected=None).exclude(comment__in=list(without)).iterator(BATCH)
    while batch := {lesson.comment_id: lesson for lesson in islice(lessons, BATCH)}:
        texts = _texts(batch)
        lost = []
        for pk, lesson in batch.items():
            text = texts[pk].get(bytes(lesson.text_digest))
            if text is None:
                lost.append(pk)
            else:
                model.learn(text, rejected=lesson.rejected)
        Lesson.objects.filter(pk__in=lost).update(rejected=None, text_digest=b"")
    return model


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _write_scores(scores: Mapping[int, float | None]) -> int:
    with transaction.atomic():
        rows = Comment.objects.pending().filter(pk__in=scores)
        free = list(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_SCORES, [free, [scores[pk] for pk in free]])
            return cursor.rowcount
