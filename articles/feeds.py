"""Feeds of the whole site, of each section, tag, author and series, and of the corrections; each in three forms."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import front_page, kept_pages, seo, stories
from articles.models import Article, Author, Correction, Section, Series, Tag
from newsroom.text import bidi
from newsroom.text.standalone import standalone
from newsroom.web import conditional, page_names
from newsroom.web.fragments import fragments, key_of
from newsroom.web.syndication import FORMS, NEVER, Entry, Feed, Person, Picture

Row = TypeVar("Row", Article, Correction)

ENTRY_COUNT = 30
RIGHT_TO_LEFT_MARK = "\u200f"
# What has a feed of its own, by the name of its address. Asked anew each time: what is public, the clock decides.
SUBJECTS: dict[str, Callable[[], QuerySet]] = {
    "section": Section.objects.all,
    "tag": Tag.objects.published,
    "author": Author.objects.published,
    "series": Series.objects.published,
}


@page_names.kept(kept_pages.LISTS)
@require_safe
def site(request: HttpRequest, form: str = "rss") -> HttpResponse:
    return _answer(
        request,
        form,
        title=_("Nashra"),
        description=_("The latest news"),
        page="/",
        address=seo.feed_address("", form),
        rows=stories.newest_in_full(ENTRY_COUNT),
        entry=_story,
    )


@page_names.kept(kept_pages.LISTS)
@require_safe
def subject(request: HttpRequest, kind: str, pk: int, form: str = "rss") -> HttpResponse:
    """The latest articles of one of SUBJECTS. Two queries."""
    found = get_object_or_404(SUBJECTS[kind](), pk=pk)
    description = getattr(found, "description", "") or _("The latest news")
    return _answer(
        request,
        form,
        title=_("Nashra: %(section)s") % {"section": bidi.isolate_plain(found.name)},
        description=description,
        page=found.get_absolute_url(),
        address=seo.feed_address(found, form),
        rows=found.articles.published().for_feed().by_date()[:ENTRY_COUNT],
        entry=_story,
    )


@page_names.kept(kept_pages.LISTS)
@require_safe
def correction_notes(request: HttpRequest, form: str = "rss") -> HttpResponse:
    """The latest notes on what readers may see. One query."""
    return _answer(
        request,
        form,
        title=_("Nashra: corrections"),
        description=_("What we corrected, clarified, updated and retracted"),
        page=reverse("articles:corrections"),
        address=seo.feed_address("corrections", form),
        rows=Correction.objects.published().for_list()[:ENTRY_COUNT],
        entry=_note,
    )


@page_names.kept()
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The page that names the feeds for people. One query."""
    return render(request, "articles/feeds.html", {"sections": front_page.sections()})


def _answer(
    request: HttpRequest,
    form: str,
    *,
    title: str,
    description: str,
    page: str,
    address: str,
    rows: Iterable[Row],
    entry: Callable[[Row], Entry],
) -> HttpResponse:
    """A feed with an entry for each of the rows."""
    shown = list(rows)
    feed = Feed(
        title=title,
        description=bidi.strip_overrides(description),
        site_name=_("Nashra"),
        url=seo.absolute(page),
        address=seo.absolute(address),
        language=get_language() or "ar",
        updated=max(map(_updated, shown), default=NEVER),
    )
    wanted = FORMS[form]
    entries = [
        # An edition of the site in another language says of some rows what it says of them.
        fragments.kept(
            ("entry", form, get_language(), key_of(row)), lambda row=row: wanted.write_entry(entry(row))
        )
        for row in shown
    ]
    return conditional.answer(request, wanted.write(feed, entries), wanted.media_type)


def _updated(row: Article | Correction) -> datetime:
    return row.updated_at if isinstance(row, Article) else row.edited_at or row.at


def _story(article: Article) -> Entry:
    url = seo.absolute(article.get_absolute_url())
    # Reader programs set a line by its first strong letter, which may be that of a Latin name.
    mark = RIGHT_TO_LEFT_MARK if article.direction == "rtl" else ""
    return Entry(
        id=seo.absolute(reverse("articles:short", args=[article.pk])),
        url=url,
        title=f"{mark}{bidi.strip_overrides(article.headline)}",
        summary=bidi.strip_overrides(article.summary or seo.description(article)),
        html=standalone(article.body_html, url, article.language, article.direction),
        language=article.language,
        published=article.published_at,
        updated=_updated(article),
        people=[
            Person(byline.author.name, seo.absolute(byline.author.get_absolute_url()))
            for byline in article.bylines.all()
        ],
        categories=[article.section.name, *(tag.name for tag in article.tags.all())],
        picture=_picture(article),
    )


def _picture(article: Article) -> Picture | None:
    if article.hero is None:
        return None
    file = article.hero.fallback_file
    return Picture(
        url=seo.absolute(file["src"]),
        size=article.hero.fallback_size,
        width=file["width"],
        height=file["height"],
        alt=article.hero.alt,
        credit=article.hero.credit,
    )


def _note(correction: Correction) -> Entry:
    headline = bidi.isolate_plain(correction.article.headline, correction.article.direction)
    return Entry(
        id=seo.absolute(f"{reverse('articles:corrections')}#{correction.anchor}"),
        url=seo.absolute(correction.get_absolute_url()),
        title=_("%(kind)s: %(headline)s") % {"kind": correction.get_kind_display(), "headline": headline},
        summary=bidi.strip_overrides(correction.note),
        language=get_language() or "ar",
        published=correction.at,
        updated=_updated(correction),
    )
