"""The public pages of the newspaper."""

from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any

from csp.constants import NONE, SELF
from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles import (
    archive,
    corrections,
    front_page,
    kept_pages,
    previews,
    readings,
    related,
    search,
    seo,
    site_pages,
    stories,
)
from articles.forms import FiltersForm
from articles.models import Article, Author, Correction, Section, Series, SitePage, Tag
from articles.models.addresses import Addressed
from articles.models.correction import Kind
from newsroom.prepared_statements import fetch_all
from newsroom.text import search_query
from newsroom.text.embeds import FRAME_ORIGINS
from newsroom.web import foresight, offline, page_names
from newsroom.web.client_address import client_address, network_at
from newsroom.web.fragments import fragments, key_of
from newsroom.web.numbers import row_number
from newsroom.web.security import is_from_this_site

PAGE_SIZE = 20
AUTHORS_PAGE_SIZE = 120
# Beyond this a list is for machines, which have the sitemap; an OFFSET grows with its depth.
MAX_PAGES = 100
# Of a section, whose index tells all that is passed over.
MAX_PAGES_OF_SECTION = 500
# Where among the comments a page of them is: in which order, if not the oldest first, and from or up to which one.
PLACE_OF_COMMENTS = {
    "sort": page_names.one_of("newest", "discussed"),
    "comments": page_names.row_or_nothing,
    "before": page_names.row_or_nothing,
}


@page_names.kept(kept_pages.LISTS, kept_pages.FRONT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page as it was arranged, and filled by date where nothing was. No story twice."""
    sections = front_page.sections(with_picks=True, with_most_read=True)
    key = (home, front_page.due(front_page.choice_of(sections)), get_language(), settings.TIME_ZONE)
    front, facts, shown = foresight.derived(key, fetch_all, _front_page)
    page_names.name(request, *shown)
    return render(
        request, "articles/home.html", {"front": front, "structured_data": facts, "sections": sections}
    )


def _front_page() -> tuple[str, str, list[str]]:
    """The stories of the front page, its facts for machines, and the names of what it shows."""
    sections = front_page.sections(with_picks=True, with_most_read=True)
    choice = front_page.choice_of(sections)
    context = _front(front_page.compose(choice, sections), choice, sections)
    shown = [kept_pages.name_of(article.pk) for article in (*context["cards"], *context["most_read"])]
    facts = seo.front_page(site_pages.at_the_foot(sections))
    return render_to_string("articles/_front.html", context), facts, shown


def preview_home(request: HttpRequest, choice: front_page.Choice, at: datetime | None = None) -> HttpResponse:
    """The front page as `choice` would arrange it at an hour, in a frame of the desk."""
    sections = front_page.sections(with_most_read=True)
    context = _front(front_page.compose(choice, sections, at), choice, sections)
    context |= {
        "front": render_to_string("articles/_front.html", context),
        "is_preview": True,
        "seen_at": at,
        "breaking": choice if choice.shows_banner(at or timezone.now()) else None,
    }
    return for_frame(render(request, "articles/home.html", context))


def _front(front: front_page.Front, choice: front_page.Choice, sections: list[Section]) -> dict[str, Any]:
    strips = [(section, front.stories(front_page.strip(section))) for section in sections]
    opinion = [section for section in sections if section.pk == choice.opinion_section]
    return {
        "lead": next(iter(front.stories(front_page.LEAD)), None),
        "beside": front.stories(front_page.SECOND),
        "opinion": front.stories(front_page.OPINION),
        "opinion_section": opinion[0] if opinion else None,
        "latest": front.stories(front_page.LATEST),
        "strips": [(section, articles) for section, articles in strips if articles],
        "missed": front.stories(front_page.MISSED),
        "most_read": readings.most_read(sections),
        "most_read_in": readings.counted_in(sections),
        "cards": list(front.articles.values()),
        "sections": sections,
    }


@page_names.kept(kept_pages.LISTS, parameters={"page": page_names.page_number})
@require_safe
def section(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    sections = front_page.sections()
    found = next((each for each in sections if each.pk == pk), None)
    return _listing(request, found, "articles/section.html", sections)


@page_names.kept(kept_pages.LISTS, parameters={"page": page_names.page_number})
@require_safe
def tag(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    return _listing(request, stories.tag(pk), "articles/tag.html", front_page.sections())


@page_names.kept(kept_pages.LISTS, parameters={"page": page_names.page_number})
@require_safe
def author(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    return _listing(request, stories.author(pk), "articles/author.html", front_page.sections())


@page_names.kept(kept_pages.LISTS, parameters={"after": page_names.row})
@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    """Who signs what readers see, in the order of the alphabet; `after` is the number of the one to go on from."""
    found = Author.objects.published().alphabetical()
    if asked := request.GET.get("after", ""):
        last = found.filter(pk=row_number(asked)).first()
        if last is None:
            raise Http404
        found = found.after(last)
    # One more tells whether there is a next page, at the same price on every page.
    rows = list(found[: AUTHORS_PAGE_SIZE + 1])
    shown = rows[:AUTHORS_PAGE_SIZE]
    letters = [(letter, list(group)) for letter, group in groupby(shown, key=lambda author: author.letter)]
    context = {"letters": letters, "is_first": not asked, "structured_data": seo.authors_page()}
    if len(rows) > AUTHORS_PAGE_SIZE:
        context["after"] = shown[-1].pk
    return render(request, "articles/authors.html", context)


@page_names.kept()
@require_safe
def page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    found = get_object_or_404(SitePage.objects.published(), pk=pk)
    if not _is_at_its_address(request, found):
        return _to_its_address(request, found)
    sections = front_page.sections()
    return render(
        request,
        "articles/page.html",
        {
            "page": found,
            "sections": sections,
            "structured_data": seo.site_page(found, site_pages.at_the_foot(sections)),
        },
    )


def preview_page(request: HttpRequest, page: SitePage, problem: str = "") -> HttpResponse:
    """A page of the site as readers would see it; `problem` is why it could not be kept as it is."""
    context = {"page": page, "is_preview": True, "problem": problem}
    response = render(request, "articles/page.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response._csp_replace = {"script-src": [NONE]}
    return response


@page_names.kept(kept_pages.LISTS)
@require_safe
def archive_years(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The months of a year, else of the newest, with how many stories they have. 404 for a year without any."""
    years = archive.years()
    if year is not None and year not in years:
        raise Http404
    chosen = archive.Period(year)
    shown = year or next(iter(years), None)
    context = {
        "chosen": chosen,
        "shown": archive.Period(shown) if shown else None,
        "years": [archive.Period(each) for each in years],
        "months": archive.months(shown) if shown else [],
        "structured_data": seo.archive_page(chosen),
    }
    return render(request, "articles/archive.html", context)


@page_names.kept(kept_pages.LISTS, parameters={"page": page_names.page_number})
@require_safe
def archive_stories(request: HttpRequest, year: int, month: int, day: int | None = None) -> HttpResponse:
    """The stories of a month or a day, newest first. 404 where readers see none, and beyond the last page."""
    chosen = archive.Period(year, month, day)
    of_month = archive.Period(year, month)
    days = archive.days(of_month)
    # A day that the calendar does not have is none of them.
    count = sum(part.count for part in days if day is None or part.period == chosen)
    if not count:
        raise Http404
    articles = chosen.articles.for_list().by_date()
    earlier, later = chosen.neighbors
    page = _page(request, articles, count)
    kept_pages.shows(request, page.object_list)
    context = {
        "subject": chosen,
        "page": page,
        "of_month": of_month,
        "weeks": list(archive.weeks(of_month, days)),
        "weekdays": archive.weekdays(),
        "earlier": earlier,
        "later": later,
        "structured_data": seo.archive_page(chosen),
    }
    return render(request, "articles/archive_stories.html", context)


@page_names.kept(kept_pages.LISTS, parameters={"page": page_names.page_number})
@require_safe
def series(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """The parts of a series in their order. One of which readers see nothing yet is not there."""
    found = get_object_or_404(Series.objects.published(), pk=pk)
    if not _is_at_its_address(request, found):
        return _to_its_address(request, found)
    parts = found.articles.published().for_list().in_series()
    page = _page(request, parts)
    kept_pages.shows(request, page.object_list)
    context = {"subject": found, "page": page, "structured_data": _facts_of_list(found)}
    return render(request, "articles/series.html", context)


@page_names.kept(parameters=PLACE_OF_COMMENTS)
@require_safe
def detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    page_names.name(request, kept_pages.name_of(pk), kept_pages.thread_of(pk))
    article = stories.story(pk)
    if article is None:
        return _gone(request, pk)
    if not _is_at_its_address(request, article):
        return _to_its_address(request, article)
    sections = front_page.sections(with_most_read=True)
    most_read = readings.most_read(sections)
    others, names = foresight.derived((_beside, key_of(article)), fetch_all, lambda: _beside(article))
    page_names.name(request, *names)
    # Those that readers do not see now, too: they come back.
    page_names.name(request, *map(kept_pages.name_of, readings.ranked(sections)))
    page = _page_of(
        request,
        article,
        others,
        {
            "article": article,
            "sections": sections,
            "most_read": [story for story in most_read if story.pk != article.pk],
            "most_read_in": readings.counted_in(sections),
        }
        | corrections.on_page(article),
    )
    return offline.may_be_kept(page)


def _beside(article: Article) -> tuple[dict[str, Any], list[str]]:
    """What the page of an article shows of others, and the names of the article and of these."""
    others = related.on_page(article)
    return others, kept_pages.names_of_story(article, related.stories_in(others))


@page_names.kept()
@require_safe
def by_code(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A short link: one redirect to where the article is now, without what was hung on it on the way, such as the name
    of a campaign. Nobody is told that it was followed."""
    page_names.name(request, kept_pages.name_of(pk))
    article = stories.story(pk)
    return redirect(article.get_absolute_url(), permanent=True) if article else _gone(request, pk)


@csrf_exempt
@never_cache
@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """A page tells that it was read for a while. 204 for any number, so that nobody learns which there are.

    No token guards it, since the page is the same for everybody and this acts with nobody's authority: it reads neither
    a cookie nor what was sent. 403 for what another site's page sends.
    """
    if not is_from_this_site(request):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    objects = "1" in {request.headers.get("DNT"), request.headers.get("Sec-GPC")}
    if (
        not objects
        and not readings.is_program(request.headers.get("User-Agent", ""))
        and row_number(str(pk)) is not None
    ):
        readings.note(pk, network=network_at(client_address(request)))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an article was that readers no longer see, under any slug: nothing of it but why it was taken back.

    Raises Http404 for what they never saw. 410 lets search engines forget the page sooner than 404 does (RFC 9110,
    15.5.11).
    """
    article = stories.gone(pk)
    if article is None:
        raise Http404
    retractions = article.corrections.filter(kind=Kind.RETRACTION)
    response = render(request, "410.html", {"retractions": retractions}, status=410)
    response["X-Robots-Tag"] = "noindex"
    return response


@page_names.kept(kept_pages.LISTS, parameters={"before": page_names.row})
@require_safe
def correction_notes(request: HttpRequest) -> HttpResponse:
    """All notes on articles that readers see, newest first; `before` is the number of the one to go on from."""
    notes = Correction.objects.published().for_list()
    if asked := request.GET.get("before", ""):
        before = row_number(asked)
        if before is None:
            raise Http404
        notes = notes.filter(pk__lt=before)
    # One more tells whether there is a next page, at the same price on every page.
    found = list(notes[: PAGE_SIZE + 1])
    return render(
        request,
        "articles/corrections.html",
        {
            "corrections": found[:PAGE_SIZE],
            "is_first": not asked,
            "before": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        },
    )


@page_names.kept()
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The stories that a reader saved, which their browser alone knows: one page for all."""
    return render(request, "articles/saved.html")


@page_names.read_only
@require_safe
def search_results(request: HttpRequest) -> HttpResponse:
    """What readers find by `q` among the articles that the filters leave; `after` is where the page before ended.

    Raises Http404 for an `after` that no page ends at.
    """
    typed = search_query.clean(request.GET.get("q", ""))
    form = FiltersForm(request.GET)
    asked = request.GET.get("after", "")
    after = search.Place.read(asked)
    if asked and after is None:
        raise Http404
    filters = form.filters()
    page = search.page(typed, filters, after) if typed else None
    if asked and not (page and page.results):
        raise Http404
    sections = front_page.sections()
    form.offer(sections, page.authors if page else [])
    query = request.GET.copy()
    query["q"] = typed
    query.pop("after", None)
    first = query.urlencode()
    context = {
        "typed": typed,
        "form": form,
        "page": page,
        "is_first": not asked,
        "first": first,
        "sections": sections,
    }
    if page and page.following:
        query["after"] = str(page.following)
        context["following"] = query.urlencode()
    if page and page.meant:
        query.pop("after", None)
        query["q"] = page.meant
        context["meant_query"] = query.urlencode()
    return render(request, "articles/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """How what is being typed may go on, and headlines it may be about, for the search field."""
    found = search.suggest(request.GET.get("q", ""))
    return JsonResponse(
        {
            "suggestions": [
                {"text": suggestion.text}
                if suggestion.article is None
                else {
                    "text": suggestion.text,
                    "direction": suggestion.article.direction,
                    "address": suggestion.article.get_absolute_url(),
                }
                for suggestion in found
            ]
        },
        json_dumps_params={"ensure_ascii": False},
    )


def preview(request: HttpRequest, article: Article, **told: Any) -> HttpResponse:
    """The page of an article loaded with `for_page`, as readers would see it, without comments and scripts.

    `told` is for the bar that says what this is: `unsaved` and the `problems` of a form, or the `link` by which it was
    opened. Whoever calls this has asked whether the account may see the article, and keeps the answer out of caches.
    """
    context = {"article": article, "is_preview": True} | told | corrections.on_page(article)
    response = _page_of(request, article, related.on_page(article), context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def for_frame(response: HttpResponse) -> HttpResponse:
    """Let pages of this site, and of no other, show `response` in a frame. Nothing in it acts."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF], "script-src": [NONE]}
    return response


@require_safe
def shared_preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a preview link shows to whoever has it; the public page, once there is one. 404 for anything else."""
    link = previews.find(token)
    if link is None:
        raise Http404
    if previews.is_out(link):
        response = redirect(link.article.get_absolute_url())
    else:
        response = preview(request, previews.show(link), link=link)
        response._csp_replace = {"script-src": [NONE]}
    # The address is the key: it is neither told to other sites nor kept on the way.
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page_of(
    request: HttpRequest, article: Article, others: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """The page of an article; only one with cards of other sites may show these in frames."""
    context["has_embeds"] = has_embeds = " data-frame=" in article.body_html
    response = render(request, "articles/detail.html", context | others)
    if has_embeds:
        response._csp_update = {"frame-src": list(FRAME_ORIGINS)}
    return response


def _is_at_its_address(request: HttpRequest, found: Addressed) -> bool:
    return request.path == found.get_absolute_url()


def _to_its_address(request: HttpRequest, found: Addressed) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(found.get_absolute_url() + (f"?{query}" if query else ""), permanent=True)


class _ShallowPaginator(Paginator):
    """`count` is how many rows there are, where that is known; else it is asked."""

    def __init__(
        self,
        rows: QuerySet[Article] | list[Article],
        size: int,
        count: int | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(rows, size)
        self._most = most or MAX_PAGES
        if count is not None:
            # A cached property of Django's.
            self.count = count

    @property
    def num_pages(self) -> int:
        return min(super().num_pages, self._most)


def _listing(
    request: HttpRequest, found: Section | Tag | Author | None, template: str, sections: list[Section]
) -> HttpResponseBase:
    if found is None:
        raise Http404
    if not _is_at_its_address(request, found):
        return _to_its_address(request, found)
    most = MAX_PAGES_OF_SECTION if isinstance(found, Section) else MAX_PAGES
    count = stories.count(found, most * PAGE_SIZE)
    if request.GET.get("page"):
        # Their numbers first: of what is passed over nothing else is read.
        page = _page(request, found.articles.published().by_date().values_list("pk", flat=True), count, most)
        cards = stories.cards(page.object_list)
        page.object_list = [cards[number] for number in page.object_list if number in cards]
    else:
        # The first page is asked for most.
        page = _page(request, stories.newest(found, PAGE_SIZE), count, most)
    kept_pages.shows(request, page.object_list)
    context = {
        "subject": found,
        "above": seo.above(found),
        "page": page,
        "sections": sections,
        "structured_data": _facts_of_list(found),
    }
    return render(request, template, context)


def _facts_of_list(subject: Section | Tag | Author | Series) -> str:
    key = (seo.listing_page, key_of(subject), get_language())
    return fragments.kept(key, lambda: seo.listing_page(subject))


def _page(
    request: HttpRequest,
    articles: QuerySet[Article] | list[Article],
    count: int | None = None,
    most: int | None = None,
) -> Page:
    try:
        return _ShallowPaginator(articles, PAGE_SIZE, count, most).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404 from error
