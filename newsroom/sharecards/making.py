"""The worker makes the cards of stories that readers see, and takes away those that say what is no longer so.

Nothing that changes a story need know of cards: a card is made when what stands on it is not what the story says. The
newest are looked at every few seconds, all others in rounds, a few at a time.
"""

import io
import logging
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from PIL import Image as Picture

from articles import images, kept_pages
from articles.models import Article, Transition
from articles.models.article import TEXTS
from newsroom.sharecards import drawing
from newsroom.sharecards.contents import card_of
from newsroom.sharecards.drawing import Card
from newsroom.sharecards.models import ShareCard
from newsroom.sharecards.typesetting import can_shape, lacks
from newsroom.web import purges
from newsroom.web.object_store import StoreAway

logger = logging.getLogger(__name__)

# So many of those changed last and of those published last are looked at each time, if within this time.
NEWEST = 40
LATELY = timedelta(days=2)
# Of the rounds: how many are looked at each time, and how many cards are made at most.
A_LOOK, MADE_AT_MOST = 500, 5
# What could not be drawn, by digest.
_failed: set[str] = set()


def make_newest() -> int:
    """Make the cards of what was changed or published lately, and is seen, and remove those of what was taken back;
    return how many were made."""
    _remove_former()
    since = timezone.now() - LATELY
    changed = Article.objects.filter(modified_at__gt=since).order_by("-modified_at", "-pk")
    appeared = Article.objects.published().filter(published_at__gt=since).by_date()
    moved = Transition.objects.order_by("-pk").values_list("article", flat=True)
    numbers = {
        *changed.values_list("pk", flat=True)[:NEWEST],
        *appeared.values_list("pk", flat=True)[:NEWEST],
        *moved[:NEWEST],
    }
    _remove_of_hidden(ShareCard.objects.filter(pk__in=numbers))
    return _make(_stale(numbers)) if can_shape() else 0


class Round:
    """Goes through all articles, a few at a time, and begins again at the end: a section or a picture may have changed,
    an archive come in, or a story gone. To be run by one thread."""

    def __init__(self) -> None:
        self._last = 0

    def run(self) -> int:
        """Look at the next A_LOOK articles; return how many cards were made."""
        following = Article.objects.filter(pk__gt=self._last).order_by("pk")
        numbers = list(following.values_list("pk", flat=True)[:A_LOOK])
        is_last = len(numbers) < A_LOOK
        cards = ShareCard.objects.filter(pk__gt=self._last)
        _remove_of_hidden(cards if is_last else cards.filter(pk__lte=numbers[-1]))
        stale = _stale(numbers) if can_shape() else []
        made = _make(stale[:MADE_AT_MOST])
        if len(stale) > MADE_AT_MOST:
            self._last = stale[MADE_AT_MOST][0] - 1
        else:
            self._last = 0 if is_last else numbers[-1]
        return made


def _stale(numbers: Collection[int]) -> list[tuple[int, Card]]:
    """Which of these articles need another card, and that card. Two queries."""
    rows = Article.objects.published().filter(pk__in=numbers).select_related("section", "hero")
    digests = dict(ShareCard.objects.filter(pk__in=numbers).values_list("pk", "digest"))
    cards = [(article.pk, card_of(article)) for article in rows.defer(*TEXTS).order_by("pk")]
    return [
        (number, card)
        for number, card in cards
        # A card with gaps for letters is worse than none: the page shows the picture, or the card of the site.
        if digests.get(number) != card.digest and card.digest not in _failed and not lacks(card.text)
    ]


def _make(stale: Iterable[tuple[int, Card]]) -> int:
    made = 0
    for number, card in stale:
        try:
            _make_one(number, card)
        except (StoreAway, DatabaseError):
            raise
        except Exception as error:
            # What is wrong with one must not keep the others from theirs; it is tried again when it says something
            # else, or when the worker is started anew.
            _failed.add(card.digest)
            logger.exception("The share card of article %s cannot be made: %s", number, type(error).__name__)
        else:
            made += 1
    return made


def _make_one(number: int, card: Card) -> None:
    content = drawing.encoded(drawing.draw(card, _picture(card)))
    images.store(images.master_name(card.digest), content)
    with transaction.atomic():
        former = ShareCard.objects.filter(pk=number).values_list("digest", flat=True).first() or ""
        ShareCard.objects.update_or_create(pk=number, defaults={"digest": card.digest, "former": former})
        purges.purge(kept_pages.name_of(number))
    _remove_former()


def _picture(card: Card) -> Picture.Image | None:
    if not card.picture:
        return None
    try:
        with default_storage.open(images.master_name(card.picture)) as file:
            master = Picture.open(io.BytesIO(file.read()), formats=("JPEG",))
        master.draft("RGB", drawing.SIZE)
        return master.convert("RGB")
    except FileNotFoundError:
        logger.warning("The picture %s has no file, so a share card is without it.", card.picture)
        return None


def _remove_of_hidden(cards: QuerySet[ShareCard]) -> None:
    """Remove those of these cards whose articles readers no longer see."""
    seen = Article.objects.published().filter(pk=OuterRef("pk"))
    _remove_of(cards.exclude(Exists(seen)))


def _remove_of(cards: QuerySet[ShareCard]) -> None:
    """First the files: whatever ends the process between the two, a row is left that names one."""
    for card in cards:
        images.remove(card.digest)
        card.delete()


def _remove_former() -> None:
    for card in ShareCard.objects.exclude(former=""):
        images.remove(card.former)
        ShareCard.objects.filter(pk=card.pk, former=card.former).update(former="")
