"""Who is told at once that pages changed, instead of looking again and again: a hub of feeds, and search engines.

Both hear addresses that are or were public, many in one request.
"""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from articles import seo
from articles.models import Article
from newsroom.announcements.models import Announcement, Event
from newsroom.deliveries import outbox
from newsroom.web.syndication import FORMS

_OF_ARTICLES = {Event.PUBLISHED, Event.CHANGED, Event.WITHDRAWN}
# Feeds named in one request; a hub asks for each of them.
_MOST_FEEDS = 100


def tell_hub(announcements: Sequence[Announcement]) -> None:
    """Have the hub told which feeds changed: https://www.w3.org/TR/websub/#publishing, in the form that hubs take. Four
    queries and one for each request, none without a hub."""
    told = [row for row in announcements if row.event in _OF_ARTICLES]
    if not settings.WEBSUB_HUB or not told:
        return
    addresses = [
        seo.absolute(seo.feed_address(subject, form)) for subject in _subjects(told) for form in FORMS
    ]
    for first in range(0, len(addresses), _MOST_FEEDS):
        fields = {"hub.mode": "publish", "hub.url": addresses[first : first + _MOST_FEEDS]}
        outbox.enqueue(
            kind="websub",
            key=f"websub:{told[0].pk}:{first}",
            url=settings.WEBSUB_HUB,
            body=urlencode(fields, doseq=True).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )


def _subjects(told: Iterable[Announcement]) -> list:
    """What has a feed in which any of these articles stands or stood, each once."""
    articles = Article.objects.filter(pk__in={row.number for row in told}).only("section", "series")
    rows = articles.select_related("section", "series").prefetch_related("tags", "authors")
    found: dict = dict.fromkeys(["", "corrections"])
    for article in rows:
        found |= dict.fromkeys([article.section, *article.tags.all(), *article.authors.all()])
        if article.series:
            found[article.series] = None
    return list(found)


def tell_search_engines(announcements: Sequence[Announcement]) -> None:
    """Have search engines told which pages changed, or went: https://www.indexnow.org/documentation. One query, none
    without a key."""
    told = [row for row in announcements if row.event in _OF_ARTICLES]
    if not settings.INDEXNOW_KEY or not told:
        return
    message = {
        "host": urlsplit(settings.SITE_URL).netloc,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": seo.absolute(reverse("indexnow_key", args=[settings.INDEXNOW_KEY])),
        "urlList": list(dict.fromkeys(seo.absolute(row.path) for row in told)),
    }
    outbox.enqueue(
        kind="indexnow",
        key=f"indexnow:{told[0].pk}",
        url=settings.INDEXNOW_URL,
        body=json.dumps(message).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
