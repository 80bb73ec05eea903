"""The verbs of preview links: make one, revoke it, and find what one shows.

A link is a row and a signature over what it is bound to: who reads the database makes none, and who has one changes
neither article nor version in it. It shows a text from before publication; what readers have, or had, it does not.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import contents, first_revisions, publishing
from articles.models import Article, PreviewLink, Revision, Transition
from articles.workflow import State

# By the name that the form sends.
LIFETIMES = {
    "hour": (timedelta(hours=1), _("One hour")),
    "day": (timedelta(days=1), _("One day")),
    "week": (timedelta(days=7), _("Seven days")),
}
# Open at once, of one article.
MAX_OPEN = 20

_SEEN = (State.PUBLISHED, State.WITHDRAWN)
# No character of it means anything in an address.
_signer = Signer(sep=".", salt="articles.previews")


class PreviewRefused(ValueError):
    """A link that is not made; the message is for the person who tried."""


@transaction.atomic
def share(article: Article, *, by: Any, lifetime: timedelta) -> PreviewLink:
    """Make a link to the text as it was saved last. Raises PermissionDenied for who may not edit the article.

    Raises PreviewRefused where readers have that text already, or for one link too many.
    """
    stored = Article.objects.get(pk=article.pk)
    publishing.guard(stored, by)
    first_revisions.keep(stored.pk)
    revision = stored.working_copy or stored.revisions.of_the_text().latest("pk")
    if not _is_open(stored, revision):
        raise PreviewRefused(_("Only a text that readers do not have yet can be shared for preview."))
    if stored.preview_links.open().count() >= MAX_OPEN:
        raise PreviewRefused(_("This article has too many open links. Revoke some of them."))
    now = timezone.now()
    return PreviewLink.objects.create(
        article=stored, revision=revision, by=by, at=now, ends_at=now + lifetime
    )


def revoke(link: PreviewLink, *, by: Any) -> None:
    """End a link now. Raises PermissionDenied for who may not edit its article."""
    publishing.guard(link.article, by)
    PreviewLink.objects.open().filter(pk=link.pk).update(revoked_at=timezone.now(), revoked_by=by)


def token(link: PreviewLink) -> str:
    """What stands in the address of a link."""
    return _signer.sign(f"{link.pk}-{link.article_id}-{link.revision_id}")


def find(text: str) -> PreviewLink | None:
    """The link whose token `text` is, if it opens anything now, its article loaded with `for_page`.

    None whatever the reason: nobody is told whether there was a link. Five queries at most.
    """
    try:
        number, article_number, revision_number = map(int, _signer.unsign(text).split("-"))
    except (BadSignature, ValueError):
        return None
    # A link ends with the account of its maker.
    bound = PreviewLink.objects.open().filter(
        Q(by=None) | Q(by__is_active=True), article=article_number, revision=revision_number
    )
    link = bound.select_related("revision").filter(pk=number).first()
    if link is None:
        return None
    link.article = Article.objects.for_page().filter(pk=article_number).first()
    return link if not _was_taken_back(link.article, since=link.at) else None


def is_out(link: PreviewLink) -> bool:
    """Whether readers have what the link was made for, or something newer."""
    return link.article.is_public and not _is_open(link.article, link.revision)


def show(link: PreviewLink) -> Article:
    """The article of a link as `views.preview` shows it: in the version that the link is bound to."""
    contents.show(link.article, link.revision.content)
    return link.article


def _is_open(article: Article, revision: Revision) -> bool:
    """Whether `revision` is one that readers do not have: of an unpublished text, or a working copy."""
    if article.state in _SEEN or article.state == State.ARCHIVED:
        return (
            article.state == State.PUBLISHED
            and article.working_copy_id is not None
            and revision.applied_at is None
            # Changes that were discarded, or published, are over, whatever is written next.
            and not article.revisions.filter(applied_at__gt=revision.at).exists()
        )
    return True


def _was_taken_back(article: Article, *, since: datetime) -> bool:
    """Whether the article was put away, or kept from readers who had seen it, since a link was made. One query."""
    if article.state in (State.WITHDRAWN, State.ARCHIVED):
        return True
    moves = Transition.objects.filter(article=article, at__gt=since, from_state__in=_SEEN)
    return moves.exclude(to_state__in=_SEEN).exists()
