"""Feeds of the whole site, of each section, tag, author and series, and of the corrections; each in three forms."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import front_page, kept_pages, seo, stories
from articles.models import Article, Author, Correction, Section, Series, Tag
from newsroom.text import bidi
from newsroom.text.standalone import standalone
from newsroom.web import conditional, page_names
from newsroom.web.fragments import documents, fragments, key_of, size_of
from newsroom.web.syndication import FORMS, NEVER, Entry, Feed, Person, Picture

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
    """The latest articles of all. One query, two where an entry is written anew."""
    title, description = _("Nashra"), _("The latest news")
    return _stories(request, form, None, title, description, page="/", address=seo.feed_address("", form))


@page_names.kept(kept_pages.LISTS)
@require_safe
def subject(request: HttpRequest, kind: str, pk: int, form: str = "rss") -> HttpResponse:
    """The latest articles of one of SUBJECTS. Two queries, three where an entry is written anew."""
    found = get_object_or_404(SUBJECTS[kind](), pk=pk)
    return _stories(
        request,
        form,
        found,
        _("Nashra: %(section)s") % {"section": bidi.isolate_plain(found.name)},
        getattr(found, "description", "") or _("The latest news"),
        page=found.get_absolute_url(),
        address=seo.feed_address(found, form),
    )


def _stories(
    request: HttpRequest,
    form: str,
    about: Section | Tag | Author | Series | None,
    title: str,
    description: str,
    *,
    page: str,
    address: str,
) -> HttpResponse:
    # One hour for both statements: what the clock takes away between them would be missing from what is kept.
    at = timezone.now()
    return answer(
        request,
        form,
        title=title,
        description=description,
        page=page,
        address=address,
        listed=[Listed(*version) for version in stories.newest_versions(about, ENTRY_COUNT, at)],
        entries=lambda numbers: {article.pk: _story(article) for article in stories.in_full(numbers, at)},
        hub=settings.WEBSUB_HUB,
    )


@page_names.kept(kept_pages.LISTS)
@require_safe
def correction_notes(request: HttpRequest, form: str = "rss") -> HttpResponse:
    """The latest notes on what readers may see. One query."""
    notes = {note.pk: note for note in Correction.objects.published().for_list()[:ENTRY_COUNT]}
    return answer(
        request,
        form,
        title=_("Nashra: corrections"),
        description=_("What we corrected, clarified, updated and retracted"),
        page=reverse("articles:corrections"),
        address=seo.feed_address("corrections", form),
        listed=[Listed(note.pk, note.edited_at or note.at, key_of(note)) for note in notes.values()],
        entries=lambda numbers: {number: _note(notes[number]) for number in numbers},
        hub=settings.WEBSUB_HUB,
    )


@page_names.kept()
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The page that names the feeds for people. One query."""
    return render(request, "articles/feeds.html", {"sections": front_page.sections()})


class Listed(NamedTuple):
    """What stands in a feed: its number, when it was last changed, and what its entry is made of."""

    number: int
    updated_at: datetime
    made_of: Hashable


def answer(
    request: HttpRequest,
    form: str,
    *,
    title: str,
    description: str,
    page: str,
    address: str,
    listed: Sequence[Listed],
    entries: Callable[[list[int]], dict[int, Entry]],
    hub: str = "",
) -> HttpResponse:
    """A feed of what is listed. `entries` makes those of these numbers, and leaves out what is there no more."""
    feed = Feed(
        title=title,
        description=bidi.strip_overrides(description),
        site_name=_("Nashra"),
        url=seo.absolute(page),
        address=seo.absolute(address),
        language=get_language() or "ar",
        updated=max((one.updated_at for one in listed), default=NEVER),
        hub=hub,
    )
    # An edition of the site in another language says of some rows what it says of them.
    keys = {one.number: ("entry", form, feed.language, one.made_of) for one in listed}
    document = documents.kept(
        (feed, *keys.values()), lambda: conditional.tagged(_write(feed, form, keys, entries))
    )
    return conditional.answer(request, document, FORMS[form].media_type)


def _write(
    feed: Feed, form: str, keys: dict[int, Hashable], entries: Callable[[list[int]], dict[int, Entry]]
) -> bytes:
    """The feed, of the entries of these numbers: those that are kept under their keys, and the others anew."""
    wanted = FORMS[form]
    written = {number: fragments.get(key) for number, key in keys.items()}
    if missing := [number for number, entry in written.items() if entry is None]:
        for number, entry in entries(missing).items():
            written[number] = piece = wanted.write_entry(entry)
            fragments.put(keys[number], piece, size_of((keys[number], piece)))
    return wanted.write(feed, [entry for entry in written.values() if entry is not None])


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
        updated=article.updated_at,
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
        size=article.hero.fallback_bytes,
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
