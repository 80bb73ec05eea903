"""The verbs of what the clock does to articles: written down ahead, then noted and told by the worker, one by one.

Readers see an article, or see it no longer, by the clock alone; here it gets into the history, and those who waited for
it are told.
"""

import logging
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles import announcing
from articles.models import Article, ClockMove, Transition
from articles.models.article import TEXTS_OF_ARTICLE
from articles.models.clock_move import ClockMoveQuerySet
from articles.seo import absolute
from articles.workflow import PUBLISH, State, Status
from newsroom.mail import languages, outbox
from newsroom.text import bidi

logger = logging.getLogger(__name__)

Kind = ClockMove.Kind
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
STATES = {
    Kind.APPEAR: (State.SCHEDULED, State.PUBLISHED),
    Kind.DISAPPEAR: (State.PUBLISHED, State.WITHDRAWN),
}


def expect(article: Article, *, by: Any) -> None:
    """Write down what the clock will do to `article`, whose row this transaction has locked, in place of what it would
    have done. What it has done already stays to be noted. `by` is who decided it, or None. Two queries at most."""
    now = timezone.now()
    hours = {Kind.APPEAR: article.published_at, Kind.DISAPPEAR: article.withdraw_at}
    ahead = [
        ClockMove(article=article, kind=kind, at=at, next_at=at, by=by)
        for kind, at in hours.items()
        if article.status == Status.PUBLISHED and at is not None and at > now
    ]
    stands = Q()
    for move in ahead:
        stands |= Q(kind=move.kind, at=move.at)
    given_up = ClockMove.objects.filter(article=article, at__gt=now)
    (given_up.exclude(stands) if ahead else given_up).delete()
    ClockMove.objects.bulk_create(ahead, ignore_conflicts=True)


def note_due() -> int:
    """Note and tell all that is due, each in a transaction of its own; return how many were attended to.

    May be killed at any moment, and run by any number of processes at once.
    """
    count = 0
    while _attend_next():
        count += 1
    return count


def try_again(moves: ClockMoveQuerySet, *, by: Any) -> int:
    """Have those that failed attended to at once, as if for the first time; return how many.

    Raises PermissionDenied for who may not publish.
    """
    if not by.has_perm(PUBLISH):
        raise PermissionDenied
    return moves.filter(attempts__gt=0).update(attempts=0, failure="", next_at=timezone.now())


@transaction.atomic
def _attend_next() -> bool:
    """Attend to what is longest due; whether there was anything.

    Where a verb has the article locked it is left for the next turn: the verb may want to lock the move in its turn.
    """
    rows = ClockMove.objects.due().select_related("article")
    rows = rows.defer(*TEXTS_OF_ARTICLE)
    move = rows.select_for_update(skip_locked=True, of=("self", "article")).first()
    if move is None:
        return False
    try:
        with transaction.atomic():
            _note(move)
            _tell(move)
            announcing.announce_hour(move.article)
            move.delete()
            # What would fail at the end fails here, where it stops no other.
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 - one that fails must not keep the next from it
        _postpone(move.pk, move.attempts, error)
    return True


def _note(move: ClockMove) -> None:
    before, after = STATES[Kind(move.kind)]
    row = Transition(
        article=move.article,
        move=move.kind,
        headline=move.article.headline,
        from_state=before,
        to_state=after,
        published_at=move.at if move.kind == Kind.APPEAR else None,
        at=move.at,
    )
    # After a clock was set back, the same hour may come twice.
    Transition.objects.bulk_create([row], ignore_conflicts=True)


def _tell(move: ClockMove) -> None:
    """Mail the writer and whoever decided it, each address once."""
    article = move.article
    told = {
        user.email: user for user in (article.created_by, move.by) if user and user.is_active and user.email
    }
    for email, user in told.items():
        with translation.override(languages.language_of(user)):
            _mail(move, email, user)


def _mail(move: ClockMove, email: str, user: Any) -> None:
    article, appears = move.article, move.kind == Kind.APPEAR
    context = {
        "sentence": _("Published at its hour:") if appears else _("Withdrawn at its hour:"),
        "article": article,
        "at": timezone.localtime(move.at),
        "desk": absolute(reverse("admin:articles_article_change", args=[article.pk])),
        "url": absolute(article.get_absolute_url()) if article.is_public else "",
    }
    subject = _("Published: %(headline)s") if appears else _("Withdrawn: %(headline)s")
    subject %= {"headline": bidi.isolate_plain(article.headline, article.direction)}
    outbox.enqueue(
        key=f"clock:{move.kind}:{article.pk}:{move.at:%Y%m%d%H%M%S%f}:{user.pk}",
        to=email,
        subject=subject,
        text=render_to_string("mail/clock_move.txt", context),
        html=render_to_string("mail/clock_move.html", context | {"subject": subject}),
    )


def _postpone(number: int, attempts: int, error: Exception) -> None:
    kind = " ".join(filter(None, [type(error).__name__, getattr(error.__cause__, "sqlstate", None)]))
    logger.error("Move %s by the clock failed: %s", number, kind)
    pause = min(FIRST_PAUSE * 2 ** min(attempts, 16), LONGEST_PAUSE)
    ClockMove.objects.filter(pk=number).update(
        attempts=attempts + 1, failure=kind[:100], next_at=timezone.now() + pause
    )
