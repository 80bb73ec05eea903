"""Feeds of the whole site, of each section, tag, author and series, and of the corrections; each in three forms."""

from collections.abc import Callable, Iterable

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
from newsroom.web.fragments import fragments
from newsroom.web.syndication import FORMS, Entry, Feed, Person, Picture

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
        entries=map(_story, stories.newest_in_full(ENTRY_COUNT)),
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
        entries=map(_story, found.articles.published().for_feed().by_date()[:ENTRY_COUNT]),
    )


@page_names.kept(kept_pages.LISTS)
@require_safe
def correction_notes(request: HttpRequest, form: str = "rss") -> HttpResponse:
    """The latest notes on what readers may see. One query."""
    notes = Correction.objects.published().for_list()[:ENTRY_COUNT]
    return _answer(
        request,
        form,
        title=_("Nashra: corrections"),
        description=_("What we corrected, clarified, updated and retracted"),
        page=reverse("articles:corrections"),
        address=seo.feed_address("corrections", form),
        entries=[_note(correction) for correction in notes],
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
    entries: Iterable[Entry],
) -> HttpResponse:
    feed = Feed(
        title=title,
        description=bidi.strip_overrides(description),
        site_name=_("Nashra"),
        url=seo.absolute(page),
        address=seo.absolute(address),
        language=get_language() or "ar",
        entries=list(entries),
    )
    wanted = FORMS[form]
    return conditional.answer(request, wanted.write(feed), wanted.media_type)


def _story(article: Article) -> Entry:
    url = seo.absolute(article.get_absolute_url())
    # Reader programs set a line by its first strong letter, which may be that of a Latin name.
    mark = RIGHT_TO_LEFT_MARK if article.direction == "rtl" else ""
    return Entry(
        id=seo.absolute(reverse("articles:short", args=[article.pk])),
        url=url,
        title=f"{mark}{bidi.strip_overrides(article.headline)}",
        summary=bidi.strip_overrides(article.summary or seo.description(article)),
        html=_standalone(article.body_html, url, article.language, article.direction),
        language=article.language,
        published=article.published_at,
        updated=article.updated_at,
        people=[
            Person(byline.author.name, seo.absolute(byline.author.get_absolute_url()))
            for byline in article.bylines.all()
        ],
        categories=[article.section.name, *(tag.name for tag in article.tags.all())],
        picture=_picture(article),
    )


def _standalone(*text: str) -> str:
    return fragments.kept(("standalone", *text), lambda: standalone(*text))


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
        updated=correction.edited_at or correction.at,
    )
