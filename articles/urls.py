"""Addresses of the newspaper's pages; every one holds a number that finds the row and a slug for people."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from articles import feeds, views
from newsroom.text import short_codes
from newsroom.web.numbers import row_number


def _addresses(kind: str, view, name: str, short: str | None = None) -> list:
    """One kind of page. Forms that the view redirects are listed too, so that each answers one redirect."""
    return [
        path(f"{kind}/<row:pk>/<str:slug>/", view, name=name),
        path(f"{kind}/<row:pk>/<str:slug>", view),
        path(f"{kind}/<row:pk>/", view, name=short),
        path(f"{kind}/<row:pk>", view),
    ]


class _Digits(StringConverter):
    """A part of a date in a fixed number of digits, so that each day has one address."""

    width = 2

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:0{self.width}}"


class _Year(_Digits):
    regex = "(?:18|19|20|21)[0-9]{2}"
    width = 4


class _Month(_Digits):
    regex = "0[1-9]|1[0-2]"


class _Day(_Digits):
    regex = "0[1-9]|[12][0-9]|3[01]"


class _Code(StringConverter):
    """The number of a row as a short code, in either case."""

    regex = "[0-9A-Za-z]{1,14}"

    def to_python(self, value: str) -> int:
        number = short_codes.decode(value)
        if number is None or row_number(str(number)) is None:
            raise ValueError
        return number

    def to_url(self, value: int) -> str:
        return short_codes.encode(value)


register_converter(_Code, "code")
register_converter(_Year, "year")
register_converter(_Month, "month")
register_converter(_Day, "day")

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    *_addresses("article", views.detail, name="detail", short="short"),
    *_addresses("section", views.section, name="section"),
    *_addresses("tag", views.tag, name="tag"),
    *_addresses("author", views.author, name="author"),
    path("s/<code:pk>", views.by_code, name="code"),
    # As some write it.
    path("s/<code:pk>/", views.by_code),
    path("preview/<str:token>/", views.shared_preview, name="preview"),
    # Not redirected: that answer would be kept on the way, with the token in it.
    path("preview/<str:token>", views.shared_preview),
    *_addresses("series", views.series, name="series"),
    *_addresses("page", views.page, name="page"),
    path("authors/", views.authors, name="authors"),
    # archive
    path("archive/", views.archive_years, name="archive"),
    path("archive/<year:year>/", views.archive_years, name="archive_year"),
    path("archive/<year:year>/<month:month>/", views.archive_stories, name="archive_month"),
    path("archive/<year:year>/<month:month>/<day:day>/", views.archive_stories, name="archive_day"),
    path("corrections/", views.correction_notes, name="corrections"),
    path("readings/<int:pk>/", views.reading, name="reading"),
    path("saved/", views.saved, name="saved"),
    path("search/", views.search_results, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("feeds/", feeds.listing, name="feeds"),
]
