"""Addresses of feeds. They are for programs, and have one address whatever language a reader's pages are in."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from articles import feeds
from newsroom.web.syndication import FORMS


class _FeedForm(StringConverter):
    regex = "|".join(form for form in FORMS if form != "rss")


register_converter(_FeedForm, "feed_form")


def _feeds(at: str, view, name: str, **fixed) -> list:
    """A feed in RSS at its short address, and in the other forms below it."""
    return [
        path(at, view, fixed, name=name),
        path(f"{at}<feed_form:form>/", view, fixed, name=name),
    ]


app_name = "feeds"
urlpatterns = [
    *_feeds("feed/", feeds.site, "site"),
    *(
        pattern
        for kind in feeds.SUBJECTS
        for pattern in _feeds(f"feed/{kind}/<row:pk>/", feeds.subject, kind, kind=kind)
    ),
    *_feeds("corrections/feed/", feeds.correction_notes, "corrections"),
]
