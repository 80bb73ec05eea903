"""Waves in the database: which one a comment belongs to is said by `comments.likeness`, and kept here.

A new comment is compared with the few that share a key with it, so that it costs the same however long the wave. Those
that share a key wait for each other by advisory locks on all of its keys: of three copies sent at one moment the
second sees the first, and no two of them begin a wave each.

The order of locks is that of a submission: the parent, the keys in ascending order, the row of the wave, counts of the
rate limit. Comments that a new one pulls into its wave are locked without waiting, for moderators lock comments in the
order of their numbers, which is not ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from comments import likeness
from comments.likeness import Candidate, Sketch
from comments.models import Comment, LikenessKey, Status, Wave
from comments.screening import Finding
from newsroom.encryption import hashing_key
from newsroom.prepared_statements import fetch_all

# Waves that got no new member for so long take no more, and single comments found none.
WINDOW = timedelta(hours=72)
# Keys are removed this long after they went out of use, so that no comment that still counts them is at work.
GRACE = timedelta(hours=1)

RULE = "wave"
WEIGHT = 60

_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%(keys)s::bigint[]) AS key"

# Of each key the founders of waves first, then the newest: what many honest readers write cannot hide a wave.
_LOOK_UP = """
SELECT c.id, c.wave_id, c.likeness, c.sender_fingerprint, c.status,
    COALESCE(w.newest_at, c.created_at), COALESCE(w.created_at, c.created_at)
FROM (
    SELECT DISTINCT found.comment_id FROM unnest(%(keys)s::bigint[]) AS sought
    CROSS JOIN LATERAL (
        SELECT k.comment_id FROM comments_likenesskey k
        WHERE k.key = sought AND (k.in_wave OR k.created_at > %(since)s)
        ORDER BY k.in_wave DESC, k.created_at DESC LIMIT 10
    ) AS found
) AS candidate
JOIN comments_comment c ON c.id = candidate.comment_id
LEFT JOIN comments_wave w ON w.id = c.wave_id
WHERE COALESCE(w.newest_at, c.created_at) > %(since)s AND c.likeness IS NOT NULL
ORDER BY c.id
"""

# The members that a wave has already, as another one joins it.
_JOIN = """
WITH joined AS (UPDATE comments_wave SET newest_at = %(now)s WHERE id = %(wave)s)
SELECT count(*) FROM comments_comment WHERE wave_id = %(wave)s AND id IS DISTINCT FROM %(without)s::bigint
"""


@dataclass(frozen=True)
class Place:
    """Where a comment belongs: to `wave` or to none. `others` are the numbers of those that are alike and had none.

    `finding` is what the moderator is told, and what holds the comment; None outside a wave.
    """

    sketch: Sketch
    wave: Wave | None
    is_new: bool
    others: tuple[int, ...]
    finding: Finding | None


def sketch(body: str, website: str, network: str, *, quotable: Iterable[str]) -> Sketch:
    """Return the sketch of a comment; links to our own site count for nothing in it. No query."""
    return likeness.sketch(
        body,
        website,
        network,
        key=hashing_key("likeness"),
        quotable=quotable,
        ignored_hosts=[urlsplit(settings.SITE_URL).hostname or ""],
    )


class Shares(NamedTuple):
    """A comment that shares a key with a new one. `newest_at` and `since` are those of its wave, where it is in one."""

    number: int
    wave: int | None
    likeness: bytes
    network: str
    status: str
    newest_at: datetime
    since: datetime


def look_up(sketch: Sketch, *, of: Comment | None = None) -> Place:
    """Say where a comment belongs. What it says stays true until the transaction ends, which `settle` is to be part of.

    `of` is the comment whose text was changed to one of this sketch, None for a new one. Whatever it says now, it
    stays in its wave: nobody writes himself out of one. Two queries, one more where there is a wave.
    """
    now = timezone.now()
    fetch_all(_LOCK, {"keys": lock_keys(sketch)})
    # A statement of its own, for it has to see what those committed whom the first one waited for.
    found = fetch_all(_LOOK_UP, {"keys": lock_keys(sketch), "since": now - WINDOW})
    rows = [Shares(*row) for row in found if of is None or row[0] != of.pk]
    judgement = _judge(sketch, rows, now)
    if judgement.wave is not None:
        wave, is_spam = _wave_of(judgement.wave, rows, now)
        values = {"wave": wave.pk, "now": now, "without": of.pk if of else None}
        ((members,),) = fetch_all(_JOIN, values)
        finding = _finding(members + len(judgement.others), wave.created_at, is_spam=is_spam)
        return Place(sketch, wave, False, judgement.others, finding)
    if judgement.others:
        since = min(row.since for row in rows if row.number in judgement.others)
        wave = Wave.objects.create(created_at=since, newest_at=now)
        return Place(sketch, wave, True, judgement.others, _finding(len(judgement.others), since))
    if of and of.wave:
        others = Comment.objects.filter(wave=of.wave).exclude(pk=of.pk).count()
        return Place(sketch, of.wave, False, (), _finding(others, of.wave.created_at))
    return Place(sketch, None, False, (), None)


def place_alone(sketch: Sketch, rows: Iterable[Shares]) -> Place | None:
    """Say where a new comment belongs that shares a key with these, as long as there are no further ones; None where
    others come along. How many are in the wave is not known yet, and not said in the finding. No query."""
    now = timezone.now()
    found = [row for row in rows if row.newest_at > now - WINDOW and row.likeness is not None]
    judgement = _judge(sketch, found, now)
    if judgement.others:
        return None
    if judgement.wave is None:
        return Place(sketch, None, False, (), None)
    wave, is_spam = _wave_of(judgement.wave, found, now)
    return Place(sketch, wave, False, (), _finding(None, wave.created_at, is_spam=is_spam))


def _judge(sketch: Sketch, rows: Iterable[Shares], now: datetime) -> likeness.Judgement:
    return likeness.judge(
        sketch,
        [
            Candidate(
                row.number, Sketch.from_bytes(bytes(row.likeness), row.network), now - row.newest_at, row.wave
            )
            for row in rows
        ],
    )


def _wave_of(number: int, rows: Iterable[Shares], now: datetime) -> tuple[Wave, bool]:
    """The wave, as another one joins it, and whether moderators have called it spam."""
    founders = [row for row in rows if row.wave == number]
    is_spam = any(row.status == Status.SPAM for row in founders)
    return Wave(pk=number, created_at=founders[0].since, newest_at=now), is_spam


def lock_keys(sketch: Sketch) -> list[int]:
    """What those that may be alike lock, in the order in which they do."""
    return sorted(set(sketch.keys))


def settle(comment: Comment, place: Place, *, is_changed: bool = False) -> None:
    """Let later comments find a comment that has the place's wave and sketch, and pull what is like it into its wave.

    Only what is still pending comes along: whoever copies an approved comment must not drag it before the moderators.
    Of a changed comment, the text that it had is found no more. One query for a comment of no wave and none for a
    member, besides those that pull others in.
    """
    if is_changed:
        LikenessKey.objects.filter(comment=comment).delete()
    if place.wave is None:
        _keep_keys(comment, place.sketch, in_wave=False)
        return
    pulled = _pull(place.others, place.wave) if place.others else []
    if place.is_new:
        LikenessKey.objects.filter(comment__in=pulled).update(in_wave=True)
        _keep_keys(comment, place.sketch, in_wave=True)
    elif pulled:
        # A wave is known by its founders alone, so that it neither drifts nor grows slower to look up.
        LikenessKey.objects.filter(comment__in=pulled).delete()


def purge() -> int:
    """Remove the keys that find nothing any more, those of single comments and of ended waves; return how many."""
    ended = timezone.now() - WINDOW - GRACE
    old = Q(in_wave=False, created_at__lt=ended) | Q(in_wave=True, comment__wave__newest_at__lt=ended)
    # A comment can have lost its wave: then its keys are as old as they say.
    lost = Q(in_wave=True, comment__wave=None, created_at__lt=ended)
    keys = LikenessKey.objects.filter(old | lost).values("pk")
    return LikenessKey.objects.filter(pk__in=keys).delete()[0]


def _keep_keys(comment: Comment, sketch: Sketch, *, in_wave: bool) -> None:
    LikenessKey.objects.bulk_create(
        LikenessKey(key=key, comment=comment, in_wave=in_wave, created_at=comment.created_at)
        for key in lock_keys(sketch)
    )


def _pull(numbers: Iterable[int], wave: Wave) -> list[int]:
    """Give comments to `wave` that are pending and in none; return which. One that is being decided stays out."""
    waiting = Comment.objects.filter(pk__in=numbers, status=Status.PENDING, wave=None)
    pulled = list(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Comment.objects.filter(pk__in=pulled).update(wave=wave)
    return pulled


def _finding(alike: int | None, since: datetime, *, is_spam: bool = False) -> Finding:
    count = {} if alike is None else {"alike": alike}
    return Finding(RULE, WEIGHT, count | {"since": since.isoformat(), "is_spam": is_spam})
