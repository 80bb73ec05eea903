"""Who has which comment before them: a lease of minutes, so that two moderators do not read the same one.

A claim keeps nobody from deciding; the version of the comment does that. It ends by a decision, when it is released,
and by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comments.models import Comment, CommentQuerySet
from newsroom.text.account_names import name_of

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Holder:
    """Who has a comment, by the name the desk shows, and since when (aware) they were last at it."""

    name: str
    since: datetime


@transaction.atomic
def claim_next(comments: CommentQuerySet, limit: int, *, by: Any, lease: timedelta = LEASE) -> list[Comment]:
    """Hand out the first `limit` of `comments` that nobody has, in their order, for `lease`.

    What another process hands out at the same moment is passed over, so nobody waits and nothing is handed out twice.
    Two queries.
    """
    free = comments.unclaimed().select_for_update(skip_locked=True, of=["self"]).for_decision()
    claimed = list(free[:limit])
    _hold([comment.pk for comment in claimed], by, lease)
    return claimed


@transaction.atomic
def claim(numbers: Iterable[int], *, by: Any, lease: timedelta = LEASE) -> None:
    """Take those of these comments that nobody else has, or keep them longer. Two queries.

    One that is locked is being decided at this moment, and is left.
    """
    wanted = Comment.objects.filter(pk__in=list(numbers))
    mine = wanted.filter(Q(claimed_by=by) | Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))
    rows = mine.order_by("pk").select_for_update(skip_locked=True)
    _hold(list(rows.values_list("pk", flat=True)), by, lease)


@transaction.atomic
def release(numbers: Iterable[int] | None = None, *, by: Any) -> None:
    """Give back those of these comments that `by` has; without numbers, all. Two queries."""
    mine = Comment.objects.filter(claimed_by=by)
    if numbers is not None:
        mine = mine.filter(pk__in=list(numbers))
    rows = mine.order_by("pk").select_for_update(skip_locked=True)
    released = list(rows.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=released).update(claimed_by=None, claimed_until=None)


def holder(comment: Comment, reader: Any) -> Holder | None:
    """Who else than `reader` has the comment now. No query on one loaded with its `claimed_by`."""
    if comment.claimed_by is None or comment.claimed_by == reader or comment.claimed_until <= timezone.now():
        return None
    return Holder(name_of(comment.claimed_by), comment.claimed_until - LEASE)


def _hold(numbers: list[int], by: Any, lease: timedelta) -> None:
    Comment.objects.filter(pk__in=numbers).update(claimed_by=by, claimed_until=timezone.now() + lease)
