"""What webhooks say: of articles and comments what every reader sees, written out field by field and called as
`newsroom.api.facts` calls it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from articles import seo, stories
from articles.models import Article, Image
from comments.models import Comment
from newsroom.announcements.models import Announcement, Event
from newsroom.text.timestamps import rfc3339


def write(kind: str, at: datetime, about: dict[str, Any]) -> bytes:
    """A message in the form of Standard Webhooks. `at` (aware) is when it happened."""
    message = {"type": kind, "timestamp": at.isoformat(timespec="milliseconds"), "data": about}
    return json.dumps(message, ensure_ascii=False).encode()


def of(announcements: Iterable[Announcement]) -> dict[int, bytes]:
    """The messages of these, by their numbers. Those are left out whose article or comment readers see no more: that
    they were taken away is told by itself. Two queries at most."""
    rows = list(announcements)
    articles = _articles({row.number for row in rows if row.event in {Event.PUBLISHED, Event.CHANGED}})
    comments = _comments({row.number for row in rows if row.event == Event.APPROVED})
    found = {}
    for row in rows:
        about: dict[str, Any] | None
        if row.event == Event.WITHDRAWN:
            about = {"id": row.number, "url": seo.absolute(row.path)}
        else:
            about = (comments if row.event == Event.APPROVED else articles).get(row.number)
        if about is not None:
            found[row.pk] = write(row.event, row.at, about)
    return found


def is_true(body: bytes) -> bool:
    """Whether readers still see what a message tells; that something was taken away stays true. One query at most."""
    message = json.loads(body)
    about = message["data"].get("id")
    match message["type"]:
        case Event.PUBLISHED | Event.CHANGED:
            return Article.objects.published().filter(pk=about).exists()
        case Event.APPROVED:
            return _shown({about}).exists()
    return True


def _articles(numbers: set[int]) -> dict[int, dict[str, Any]]:
    found = stories.in_full(numbers, timezone.now()) if numbers else []
    return {article.pk: _article(article) for article in found}


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.pk,
        "url": seo.canonical(article.get_absolute_url()),
        "headline": article.headline,
        "summary": article.summary,
        "language": article.language,
        "section": _named(article.section),
        "tags": [_named(tag) for tag in article.tags.all()],
        "authors": [_named(byline.author) for byline in article.bylines.all()],
        "image": _picture(article.hero) if article.hero is not None else None,
        "published_at": rfc3339(article.published_at),
        "updated_at": rfc3339(article.updated_at),
    }


def _picture(image: Image) -> dict[str, Any]:
    return {"id": image.pk, "url": seo.absolute(image.fallback_file["src"]), "alt": image.alt}


def _named(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "url": seo.canonical(row.get_absolute_url())}


def _comments(numbers: set[int]) -> dict[int, dict[str, Any]]:
    if not numbers:
        return {}
    rows = (
        _shown(numbers)
        .select_related("article")
        .only(
            "author_name", "body", "created_at", "parent_id", "staff_id", "article__headline", "article__slug"
        )
    )
    return {comment.pk: _comment(comment) for comment in rows}


def _shown(numbers: set[int]) -> QuerySet[Comment]:
    return Comment.objects.answerable().filter(pk__in=numbers, article__in=Article.objects.published())


def _comment(comment: Comment) -> dict[str, Any]:
    article = comment.article
    return {
        "id": comment.pk,
        "url": seo.canonical(comment.get_absolute_url()),
        "article": {
            "id": article.pk,
            "headline": article.headline,
            "url": seo.canonical(article.get_absolute_url()),
        },
        "in_reply_to": comment.parent_id,
        "name": comment.author_name,
        "is_staff": comment.staff_id is not None,
        "body": {"text": comment.body},
        "sent_at": rfc3339(comment.created_at),
    }
