"""Sitemaps (https://www.sitemaps.org/protocol.html): every page that search engines should know, and no other.

Articles stand by the month of their publication, so that of all those lists only the newest change; what is newer than
two days stands in a list for news besides. In place of django.contrib.sitemaps, which knows neither, and asks a
template for each address.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from xml.sax.saxutils import escape

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Greatest, TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import archive, kept_pages
from articles.models import Article, Author, Section, Series, SitePage, Tag
from articles.seo import absolute
from newsroom.text import bidi
from newsroom.web import conditional, page_names
from newsroom.web.numbers import row_number
from newsroom.web.syndication import only_xml

# The protocol takes 50,000 addresses and 50 MB. An address of Arabic letters has up to two kilobytes: 20 MB.
MOST_ADDRESSES = 10_000
# As many as one index may name.
MOST_PAGES = 50_000
# Google News takes what is no older, and so many.
NEWS_AGE, MOST_NEWS = timedelta(hours=48), 1_000
_NAMESPACES = {
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
_MONTH = re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])")


# Lists of rows with pages of their own; asked anew each time, for what is public the clock decides.
LISTS: dict[str, Callable[[], QuerySet]] = {
    "sections": lambda: Section.objects.order_by("pk"),
    "series": lambda: Series.objects.published().order_by("pk"),
    "tags": lambda: Tag.objects.published().order_by("pk"),
    "authors": lambda: Author.objects.published().order_by("pk"),
    "site-pages": lambda: SitePage.objects.published().order_by("pk"),
}
PAGES = ("articles:home", "articles:corrections", "articles:feeds", "articles:archive", "articles:authors")


@page_names.kept(kept_pages.LISTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps, each with its last change where that is known. Two queries and one for each list."""
    changed = Article.objects.published().aggregate(at=Max(Greatest("modified_at", "published_at")))["at"]
    found = [("pages", None), ("news", changed), ("archive", None)]
    for name, rows in LISTS.items():
        found += [(page, None) for page in _pages(name, rows().count())]
    months = (
        Article.objects.published()
        .order_by()
        .annotate(month=TruncMonth("published_at"))
        .values("month")
        .annotate(count=Count("pk"), changed=Max(Greatest("modified_at", "published_at")))
        .order_by("month")
    )
    for month in months:
        found += [(page, month["changed"]) for page in _pages(f"{month['month']:%Y-%m}", month["count"])]
    entries = (
        f"<sitemap><loc>{absolute(address)}</loc>{_changed(at)}</sitemap>"
        for address, at in ((_address(name), at) for name, at in found)
    )
    return _answer(request, "sitemapindex", entries)


@page_names.kept(kept_pages.LISTS, parameters={"p": page_names.row})
@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """One sitemap: "pages", "news", "archive", one of LISTS, or a month as "2026-03"; later pages by `p`. One query or
    two, and of the archive as many as it has years."""
    number = row_number(request.GET.get("p") or "1")
    if number is None or not 1 <= number <= MOST_PAGES:
        raise Http404
    if (name, number) == ("pages", 1):
        return _answer(request, "urlset", (_entry(reverse(page)) for page in PAGES))
    if (name, number) == ("news", 1):
        return _news(request)
    if (name, number) == ("archive", 1):
        return _archive(request)
    if name in LISTS:
        rows = _page(LISTS[name](), number)
        return _answer(request, "urlset", (_entry(row.get_absolute_url()) for row in rows))
    return _month(request, name, number)


def _month(request: HttpRequest, name: str, number: int) -> HttpResponse:
    found = _MONTH.fullmatch(name)
    if found is None:
        raise Http404
    year, month = map(int, found.groups())
    zone = timezone.get_current_timezone()
    start = datetime(year, month, 1, tzinfo=zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    articles = Article.objects.published().filter(published_at__gte=start, published_at__lt=end)
    # Oldest first: what is added comes to the end, and pages that are full stay as they are.
    rows = _page(_with_pictures(articles).order_by("published_at", "pk"), number)
    if not rows:
        raise Http404
    entries = (_entry(article.get_absolute_url(), article.updated_at, _picture(article)) for article in rows)
    return _answer(request, "urlset", entries)


def _archive(request: HttpRequest) -> HttpResponse:
    """The years of the archive and their months. One query, and one for each year."""
    periods = [
        period
        for year in archive.years()
        for period in (
            archive.Period(year),
            *archive.with_stories([archive.Period(year, month) for month in range(1, 13)]),
        )
    ]
    return _answer(request, "urlset", (_entry(period.get_absolute_url()) for period in periods))


def _news(request: HttpRequest) -> HttpResponse:
    """https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap"""
    newest = Article.objects.published().filter(published_at__gt=timezone.now() - NEWS_AGE)
    rows = list(_with_pictures(newest).by_date()[:MOST_NEWS])
    entries = (
        _entry(article.get_absolute_url(), article.updated_at, _report(article) + _picture(article))
        for article in rows
    )
    return _answer(request, "urlset", entries)


def _with_pictures(articles: QuerySet[Article]) -> QuerySet[Article]:
    columns = ("slug", "headline", "language", "modified_at", "published_at")
    picture = ("digest", "width", "height", "state")
    return articles.select_related("hero").only(*columns, *(f"hero__{name}" for name in picture))


def _page(rows: QuerySet, number: int) -> list:
    """The rows of one page. 404 where a later one is empty; the first may be."""
    start = (number - 1) * MOST_ADDRESSES
    found = list(rows[start : start + MOST_ADDRESSES])
    if not found and number > 1:
        raise Http404
    return found


def _pages(name: str, count: int) -> list[str]:
    more = range(2, -(-count // MOST_ADDRESSES) + 1)
    return [name, *(f"{name}?p={number}" for number in more)]


def _address(page: str) -> str:
    name, mark, query = page.partition("?")
    return reverse("sitemap", args=[name]) + mark + query


def _report(article: Article) -> str:
    return (
        f"<news:news><news:publication><news:name>{_text(_('Nashra'))}</news:name>"
        f"<news:language>{article.language}</news:language></news:publication>"
        f"<news:publication_date>{_moment(article.published_at)}</news:publication_date>"
        f"<news:title>{_text(article.headline)}</news:title></news:news>"
    )


def _picture(article: Article) -> str:
    if article.hero is None:
        return ""
    return f"<image:image><image:loc>{_text(absolute(article.hero.fallback))}</image:loc></image:image>"


def _entry(path: str, at: datetime | None = None, more: str = "") -> str:
    return f"<url><loc>{_text(absolute(path))}</loc>{_changed(at)}{more}</url>"


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{_moment(at)}</lastmod>" if at else ""


def _moment(at: datetime) -> str:
    """W3C date and time, as the protocol has it."""
    return at.isoformat(timespec="seconds")


def _text(text: str) -> str:
    return escape(only_xml(bidi.strip_overrides(text)))


def _answer(request: HttpRequest, root: str, entries: Iterable[str]) -> HttpResponse:
    written = "".join(_document(root, entries))
    response = conditional.answer(request, conditional.tagged(written.encode()), "application/xml")
    # It is read for what it names, and is no result itself.
    response["X-Robots-Tag"] = "noindex"
    return response


def _document(root: str, entries: Iterable[str]) -> Iterator[str]:
    others = _NAMESPACES if root == "urlset" else {}
    named = "".join(f' xmlns:{prefix}="{namespace}"' for prefix, namespace in others.items())
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{named}>\n'
    return chain([start], (f"{entry}\n" for entry in entries), [f"</{root}>\n"])
