"""The verbs of reviewing: who is to review an article, and what editors tell each other of it."""

from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from articles import publishing, scopes
from articles.denials import Denied
from articles.models import Article, DeskNote, Transition
from articles.models.article import TEXTS
from articles.models.desk_note import NOTE_MAX_LENGTH
from articles.seo import absolute
from articles.workflow import ASSIGN, NOTE, PUBLISH, State, Status
from newsroom.mail import languages, outbox
from newsroom.text import bidi
from newsroom.text.account_names import name_of

# What is published has been reviewed.
ASSIGNABLE = frozenset((State.DRAFT, State.IN_REVIEW))
# Characters of the reason for a return, where it stands in a list.
REASON_SHOWN = 90


class NoteRefused(ValueError):
    """A note that is not kept; the message is for its writer."""


def may_assign(user: Any, article: Article) -> bool:
    """Whether `user` may say now who is to review the article; its writer says so with `submit` alone."""
    return _may_ever_assign(user, article) and article.state in ASSIGNABLE


def _may_ever_assign(user: Any, article: Article) -> bool:
    return user.has_perm(PUBLISH) and publishing.works_on(user, article)


@transaction.atomic
def submit(
    article: Article, *, by: Any, reviewer: Any = None, expected_version: int | None = None
) -> Article:
    """Make the move "submit", for `reviewer` (an account) or for whoever takes it up; the reviewer is told by mail.

    Raises what `publishing.move` does, and PublishingError for an account that may not review the article.
    """
    publishing.move(article, "submit", by=by, expected_version=expected_version)
    _hand_to(article, reviewer, by)
    return article


@transaction.atomic
def take_back(article: Article, *, by: Any, expected_version: int | None = None) -> Article:
    """Make the move "take_back"; a reviewer who was chosen is told by mail. Raises what `publishing.move` does."""
    publishing.move(article, "take_back", by=by, expected_version=expected_version)
    steps = article.transitions.order_by("-pk").values_list("pk", flat=True)[:10]
    # Who was not told yet need not be told that it is over.
    if outbox.cancel([_key(step) for step in steps]):
        return article
    _tell(article, article.reviewer, by, _("No longer for your review: %(headline)s"))
    return article


@transaction.atomic
def assign(article: Article, reviewer: Any, *, by: Any, expected_version: int | None = None) -> Article:
    """Say who is to review an article, or with None that nobody in particular is; nothing else of it changes.

    Raises Denied for who may not publish in its section, EditConflict as `publishing.move`, and PublishingError where
    there is nothing to review or the account may not review it.
    """
    stored = Article.objects.select_for_update().get(pk=article.pk)
    if by is not None and not _may_ever_assign(by, stored):
        raise Denied(by, ASSIGN, stored)
    if expected_version not in (None, stored.version):
        raise publishing.EditConflict(publishing.CHANGED)
    if stored.state not in ASSIGNABLE:
        raise publishing.PublishingError(
            _("This cannot be done now: the article is “%(status)s”.") % {"status": stored.state.label}
        )
    _hand_to(stored, reviewer, by)
    article.reviewer = reviewer
    return article


def _hand_to(article: Article, reviewer: Any, by: Any) -> None:
    """Store who is to review it, and tell who was not told: of a choice, or of what comes back."""
    is_new = article.reviewer_id != (reviewer and reviewer.pk)
    if is_new:
        if reviewer is not None and not scopes.reviewers(article.section).filter(pk=reviewer.pk).exists():
            raise publishing.PublishingError(
                _("%(name)s may not review articles of the section “%(section)s”.")
                % {"name": bidi.isolate_plain(name_of(reviewer)), "section": article.section}
            )
        article.reviewer = reviewer
        # Not a save: the text is as it was, so that a form opened before loses nothing to this.
        Article.objects.filter(pk=article.pk).update(reviewer=reviewer)
        Transition.objects.keep(article, ASSIGN, by=by, assignee=reviewer)
    if article.status == Status.IN_REVIEW:
        _tell(article, reviewer, by, _("For your review: %(headline)s"))


def _tell(article: Article, reviewer: Any, by: Any, subject: Any) -> None:
    """Mail the reviewer, unless there is none or it was their own doing."""
    if reviewer is None or reviewer == by or not reviewer.email:
        return
    context = {
        "article": article,
        "by": by,
        "is_taken_back": article.status == Status.DRAFT,
        "url": absolute(reverse("admin:articles_article_change", args=[article.pk])),
    }
    last = article.transitions.latest("pk").pk
    with translation.override(languages.language_of(reviewer)):
        subject %= {"headline": bidi.isolate_plain(article.headline, article.direction)}
        outbox.enqueue(
            key=_key(last),
            to=reviewer.email,
            subject=subject,
            text=render_to_string("mail/review.txt", context),
            html=render_to_string("mail/review.html", context | {"subject": subject}),
        )


def _key(transition: int) -> str:
    """Under which the mail to a reviewer is kept that tells of this row of the record."""
    return f"review:{transition}"


def may_read_notes(user: Any) -> bool:
    """Whether `user` takes part in what editors tell each other of articles, in whatever section."""
    return user.has_perm(PUBLISH)


@transaction.atomic
def add_note(article: Article, text: str, *, by: Any) -> DeskNote:
    """Tell the other editors something of an article (plain text); neither the text nor its version changes. The record
    says that there is a note, and nothing of what it says.

    Raises Denied for who is no editor, NoteRefused for a note that is empty or too long.
    """
    if not may_read_notes(by):
        raise Denied(by, NOTE, article)
    cleaned = bidi.clean_block(text)
    if not cleaned:
        raise NoteRefused(_("Write the note first."))
    if len(cleaned) > NOTE_MAX_LENGTH:
        told = _("The note is too long: its length is %(length)d, and %(limit)d is the most.")
        raise NoteRefused(told % {"length": len(cleaned), "limit": NOTE_MAX_LENGTH})
    stored = Article.objects.select_for_update(no_key=True).defer(*TEXTS).get(pk=article.pk)
    Transition.objects.keep(stored, NOTE, by=by)
    return DeskNote.objects.create(article=stored, text=cleaned, by=by)
