"""The verbs of correcting: what readers are told of an article's faults, and the article that is taken back."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import announcing, kept_pages, publishing
from articles.denials import Denied
from articles.models import Article, Correction, Transition, Wording
from articles.models.correction import NOTE_MAX_LENGTH, Kind
from articles.workflow import CORRECT, MOVES, PUBLISH, REWORD
from newsroom.text import bidi


class CorrectionError(ValueError):
    """A note that cannot be given; the message is for the person who tried."""


def check(article: Article, kind: str) -> None:
    """Raise CorrectionError where `article` takes no note of this kind now. One query at most.

    What readers see takes every kind. What they no longer see takes a retraction, which stands in its place; of what
    they never saw there is nothing to tell them.
    """
    if article.is_public:
        return
    if kind != Kind.RETRACTION:
        raise CorrectionError(_("Readers do not see this article, so that there is nothing to correct."))
    if not Article.objects.gone().filter(pk=article.pk).exists():
        raise CorrectionError(_("Readers never saw this article, so that there is nothing to retract."))


@transaction.atomic
def add(article: Article, kind: str, note: str, *, by: Any, withdraw: bool = False) -> Correction:
    """Tell readers of `article` what `note` (plain text) says, and that the article changed.

    `withdraw` goes with a retraction: the article is archived and the note stands alone at its address. `by` is an
    account, or None for the site itself. Raises Denied for who may not publish in its section, CorrectionError as
    `check` does or for a note that is empty or too long.
    """
    stored = Article.objects.select_for_update().get(pk=article.pk)
    _guard(stored, by)
    check(stored, kind)
    if withdraw and kind != Kind.RETRACTION:
        raise CorrectionError(_("Only a retraction withdraws the article."))
    now = timezone.now()
    correction = Correction.objects.create(article=stored, kind=kind, note=_clean(note), by=by, at=now)
    Wording.objects.create(correction=correction, kind=kind, note=correction.note, by=by, at=now)
    Transition.objects.keep(stored, CORRECT, by=by, note=correction.note)
    if stored.is_public:
        article.modified_at = now
        # Not a save: the text is as it was, so that a form opened before loses nothing to this.
        Article.objects.filter(pk=stored.pk).update(modified_at=now)
    kept_pages.corrected(stored.pk)
    announcing.announce(stored, was_at=announcing.seen_at(stored))
    # Also what readers do not see just now: it may come back at its hour.
    if withdraw and stored.state in MOVES["archive"].sources:
        publishing.move(article, "archive", by=by)
    return correction


@transaction.atomic
def reword(correction: Correction, kind: str, note: str, *, by: Any) -> Correction:
    """Replace what a published note says; the former wording is kept. Nothing is written where nothing changes.

    Raises as `add` does.
    """
    stored = Correction.objects.select_for_update().get(pk=correction.pk)
    _guard(stored.article, by)
    note = _clean(note)
    if (stored.kind, stored.note) != (kind, note):
        if kind != stored.kind:
            check(stored.article, kind)
        stored.kind, stored.note, stored.edited_at = kind, note, timezone.now()
        stored.save(update_fields=["kind", "note", "edited_at"])
        Wording.objects.create(correction=stored, kind=kind, note=note, by=by, at=stored.edited_at)
        Transition.objects.keep(stored.article, REWORD, by=by, note=note)
        kept_pages.corrected(stored.article_id)
        announcing.announce(stored.article, was_at=announcing.seen_at(stored.article))
    for field in ("kind", "note", "edited_at"):
        setattr(correction, field, getattr(stored, field))
    return correction


def on_page(article: Article) -> dict[str, list[Correction]]:
    """What the page of an article loaded with `for_page` says above its text and below it, newest first."""
    return {
        "retractions": [note for note in article.notes if note.kind == Kind.RETRACTION],
        "corrections": [note for note in article.notes if note.kind != Kind.RETRACTION],
    }


def may_correct(user: Any, article: Article) -> bool:
    return user.has_perm(PUBLISH) and publishing.works_on(user, article)


def _guard(article: Article, by: Any) -> None:
    if by is not None and not may_correct(by, article):
        raise Denied(by, CORRECT, article)


def _clean(note: str) -> str:
    cleaned = bidi.clean_block(note)
    if not any(char.isalnum() for char in cleaned):
        raise CorrectionError(_("Write what readers are to know."))
    if len(cleaned) > NOTE_MAX_LENGTH:
        told = _("The note is too long: its length is %(length)d, and %(limit)d is the most.")
        raise CorrectionError(told % {"length": len(cleaned), "limit": NOTE_MAX_LENGTH})
    return cleaned
