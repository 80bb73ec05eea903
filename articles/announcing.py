"""What verbs announce of an article: that readers see it now, see it otherwise, or see it no longer."""

from collections.abc import Iterable

from django.urls import reverse

from articles.models import Article
from articles.workflow import Status
from newsroom.announcements import telling
from newsroom.announcements.models import Event
from newsroom.web import interface_language


def path_of(article: Article) -> str:
    """Where machines know an article. No query."""
    return interface_language.in_edition(article.get_absolute_url())


def seen_at(article: Article) -> str:
    """Where readers see an article as this row is, "" where they do not. No query."""
    return path_of(article) if article.is_public else ""


def stored_at(number: int) -> str:
    """The same of the row as it is stored, before a verb writes it. One query."""
    return seen_at(Article.objects.only("slug", "status", "published_at", "withdraw_at").get(pk=number))


def announce(article: Article, *, was_at: str) -> None:
    """Tell what a verb made of an article that readers saw at `was_at`, "" for nowhere. One query, none where they saw
    nothing of it and still do not."""
    if is_at := seen_at(article):
        telling.announce(Event.CHANGED if was_at else Event.PUBLISHED, article.pk, is_at)
    elif was_at:
        # Where it stood, for it may have another headline by now, which nobody is to know.
        telling.announce(Event.WITHDRAWN, article.pk, was_at)


def announce_hour(article: Article) -> None:
    """Tell that the clock showed an article, or took it away. One query."""
    if is_at := seen_at(article):
        telling.announce(Event.PUBLISHED, article.pk, is_at)
    else:
        is_as_it_was = article.status == Status.PUBLISHED
        short = interface_language.in_edition(reverse("articles:short", args=[article.pk]))
        telling.announce(Event.WITHDRAWN, article.pk, path_of(article) if is_as_it_was else short)


def announce_deleted(articles: Iterable[Article]) -> None:
    """Tell that these go, which readers saw. One query, or none."""
    telling.announce_all(Event.WITHDRAWN, [(article.pk, path_of(article)) for article in articles])
