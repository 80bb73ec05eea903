"""What everybody may read: the same rows as the pages of the newspaper show, kept under the same names."""

import json
import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from django.db.models import BigIntegerField, CharField, DateTimeField, Q, TextField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from articles import front_page, kept_pages, search, seo, stories
from articles.models import Article, Author, Section, Tag
from articles.models.article import ArticleQuerySet
from articles.models.fields import EARLIEST, LATEST
from articles.stories import AT
from comments import threads
from comments.models import Comment
from newsroom.api import cursors, facts, shapes
from newsroom.api.problems import Problem
from newsroom.api.shapes import MOST
from newsroom.prepared_statements import Parameter, Prepared
from newsroom.text import search_query
from newsroom.web import conditional, page_names
from newsroom.web.fragments import fragments, key_of

ARTICLES_PER_PAGE = 20
COMMENTS_PER_PAGE = 50
NAMES_PER_PAGE = 100
DAY = timedelta(days=1)
MEDIA_TYPE = "application/json"

router = Router()

Number = Annotated[int, Path(ge=0, le=MOST)]


def _about(description: str, example: Any = None, **bounds: Any) -> Any:
    """A parameter that may be left out."""
    return Query(None, description=description, example=example, **bounds)


def _written_as(pattern: str, kind: str) -> BeforeValidator:
    """A value of an address has one spelling, so that nobody has one answer kept under many. `kind` is what pydantic
    calls it where it is written in any other way."""

    def check(text: Any) -> Any:
        if isinstance(text, str) and not re.fullmatch(pattern, text, re.ASCII):
            raise PydanticCustomError(kind, kind)
        return text

    return BeforeValidator(check)


_DIGITS = _written_as("0|[1-9][0-9]*", "int_parsing")
_DAY = _written_as("[0-9]{4}-[0-9]{2}-[0-9]{2}", "date_parsing")
Cursor = Annotated[
    str | None,
    _about(
        _("Where the page before ended: take it from `next`."),
        min_length=1,
        max_length=cursors.LONGEST,
        pattern=cursors.PATTERN,
    ),
]
SectionNumber = Annotated[int | None, _DIGITS, _about(_("The number of a section."), 1, ge=0, le=MOST)]
TagNumber = Annotated[int | None, _DIGITS, _about(_("The number of a tag."), 1, ge=0, le=MOST)]
AuthorNumber = Annotated[int | None, _DIGITS, _about(_("The number of an author."), 1, ge=0, le=MOST)]
Since = Annotated[date | None, _DAY, _about(_("The first day, by the newsroom’s clock."), "2026-11-01")]
Until = Annotated[date | None, _DAY, _about(_("The last day, by the newsroom’s clock."), "2026-11-30")]


def reads(
    path: str, shape: type, about: str, *failures: HTTPStatus, kept: Collection[str] | None = ()
) -> Callable[[Callable], Callable]:
    """An address that everybody may read, and what is told `about` it; `kept` are the names of all its answers, None
    where nobody keeps them."""
    failures = (HTTPStatus.BAD_REQUEST, *failures, HTTPStatus.UNPROCESSABLE_ENTITY)
    answers = {200: shape} | {int(status): shapes.Problem for status in failures}

    def note(view: Callable) -> Callable:
        view.kept_under = None if kept is None else tuple(kept)
        name = view.__name__
        return router.get(path, response=answers, url_name=name, operation_id=name, summary=about)(view)

    return note


def told(value: Any) -> HttpResponse:
    """An answer: made here, field by field, it is not looked through again."""
    return HttpResponse(as_json(value), content_type=MEDIA_TYPE)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _following(request: HttpRequest, cursor: str) -> str:
    """The address of the same list from a cursor on."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{seo.absolute(request.path)}?{query.urlencode()}"


def page_of(
    request: HttpRequest,
    rows: list[Any],
    size: int,
    tell: Callable[[Any], bytes],
    keys: Callable[[Any], tuple],
    kind: str,
) -> HttpResponse:
    """One page of `rows`, of which there is one more where another page follows. `tell` writes a row as JSON, `keys`
    are what the list is in the order of."""
    shown = rows[:size]
    address = None
    if len(rows) > size:
        address = _following(request, cursors.seal(kind, *keys(shown[-1])))
    written = b'{"items":[%s],"next":%s}' % (b",".join(map(tell, shown)), as_json(address))
    return HttpResponse(written, content_type=MEDIA_TYPE)


def _pieces(tell: Callable[[Any], facts.Facts]) -> Callable[[Any], bytes]:
    """What writes rows as `tell` has them, each kept under all that it was made of, as pieces of pages are."""

    def piece(row: Any) -> bytes:
        return fragments.kept(("api", tell.__name__, key_of(row)), lambda: as_json(tell(row)))

    return piece


_card, _comment = _pieces(facts.card), _pieces(facts.comment)
_tag, _author = _pieces(facts.tag), _pieces(facts.author)


# Articles


@reads(
    "articles/",
    shapes.Cards,
    _("Articles that readers see, newest first."),
    HTTPStatus.NOT_FOUND,
    kept=[kept_pages.LISTS],
)
def articles(
    request: HttpRequest,
    section: SectionNumber = None,
    tag: TagNumber = None,
    author: AuthorNumber = None,
    language: Annotated[shapes.Language | None, _about(_("In which language it is written."), "ar")] = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
) -> HttpResponse:
    values: dict[str, Any] = {"section": section, "tag": tag, "author": author, "language": language}
    values |= {"since": _morning(since), "until": _morning(until, later=DAY)}
    if cursor:
        after, number = cursors.open_sealed("articles", cursor)
        values |= {"after": datetime.fromisoformat(after), "number": number}
    values = {name: value for name, value in values.items() if value is not None}
    rows = _articles(frozenset(values) - {"number"}).rows(at=timezone.now(), **values)
    kept_pages.shows(request, rows[:ARTICLES_PER_PAGE])
    return page_of(request, rows, ARTICLES_PER_PAGE, _card, _by_date, "articles")


def _by_date(row: Article) -> tuple[str, int]:
    return row.published_at.isoformat(), row.pk


def _by_name(row: Tag | Author) -> tuple[str, int]:
    return row.sort_key, row.pk


def _morning(day: date | None, later: timedelta = timedelta()) -> datetime | None:
    """When a day begins by the newsroom's clock; for what lies out of all centuries, where these end."""
    if day is None:
        return None
    day = min(max(day, EARLIEST.date()), LATEST.date()) + later
    return timezone.make_aware(datetime.combine(day, time.min))


_FILTERS: dict[str, Callable[[ArticleQuerySet], ArticleQuerySet]] = {
    "section": lambda found: found.filter(section=Parameter("section", BigIntegerField())),
    "tag": lambda found: found.filter(tags=Parameter("tag", BigIntegerField())),
    "author": lambda found: found.filter(authors=Parameter("author", BigIntegerField())),
    "language": lambda found: found.filter(language=Parameter("language", CharField(max_length=3))),
    "since": lambda found: found.filter(published_at__gte=Parameter("since", DateTimeField())),
    "until": lambda found: found.filter(published_at__lt=Parameter("until", DateTimeField())),
    # The first tells the index where to begin.
    "after": lambda found: found.filter(published_at__lte=_AFTER).filter(
        Q(published_at__lt=_AFTER) | Q(pk__lt=Parameter("number", BigIntegerField()))
    ),
}
_AFTER = Parameter("after", DateTimeField())


@cache
def _articles(named: frozenset[str]) -> Prepared:
    """The newest articles that these filters leave: of seven filters there are as many statements as are asked for."""

    def make() -> ArticleQuerySet:
        found = Article.objects.published(AT).for_feed().defer("body_html", "outline")
        for name in sorted(named):
            found = _FILTERS[name](found)
        return found.by_date()[: ARTICLES_PER_PAGE + 1]

    return Prepared(make)


@reads(
    "articles/{row:number}/", shapes.Story, _("An article in full."), HTTPStatus.NOT_FOUND, HTTPStatus.GONE
)
def article(request: HttpRequest, number: Number) -> HttpResponse:
    found = _shown(request, number)
    related = stories.cards(found.related) if found.related else {}
    page_names.name(request, *kept_pages.names_of_story(found, related.values()))
    others = [related[other] for other in found.related if other in related]
    return told(facts.story(found, others, threads.counts([number]).get(number, 0)))


def _shown(request: HttpRequest, number: int) -> Article:
    found = stories.story(number)
    if found is None:
        page_names.name(request, kept_pages.name_of(number))
        raise Problem("gone" if Article.objects.gone().filter(pk=number).exists() else "not-found")
    return found


@reads(
    "articles/{row:number}/comments/",
    shapes.Comments,
    _("Comments on an article that readers see, in the order of its threads."),
    HTTPStatus.NOT_FOUND,
    HTTPStatus.GONE,
)
def comments(request: HttpRequest, number: Number, cursor: Cursor = None) -> HttpResponse:
    page_names.name(request, kept_pages.name_of(number), kept_pages.thread_of(number))
    if not _IS_SHOWN.rows(number=number, at=timezone.now()):
        _shown(request, number)
    path = cursors.open_sealed("comments", cursor)[0] if cursor else ""
    rows = _COMMENTS.rows(number=number, path=path)
    return page_of(request, rows, COMMENTS_PER_PAGE, _comment, lambda row: (row.path,), "comments")


_NUMBER = Parameter("number", BigIntegerField())
_IS_SHOWN = Prepared(lambda: Article.objects.published(AT).filter(pk=_NUMBER).order_by().values_list("pk"))
_COMMENTS = Prepared(
    lambda: (
        Comment.objects.shown()
        .for_thread()
        .filter(article=_NUMBER, path__gt=Parameter("path", TextField()))
        .order_by("path")[: COMMENTS_PER_PAGE + 1]
    )
)


# What articles are filed under


@reads("sections/", shapes.Sections, _("All sections, in the order of the menu."))
def sections(request: HttpRequest) -> HttpResponse:
    return told({"items": [facts.section(row) for row in front_page.sections()]})


@reads(
    "tags/",
    shapes.Tags,
    _("Tags of articles that readers see, in the order of the alphabet."),
    HTTPStatus.NOT_FOUND,
    kept=[kept_pages.LISTS],
)
def tags(request: HttpRequest, cursor: Cursor = None) -> HttpResponse:
    key, number = cursors.open_sealed("tags", cursor) if cursor else ("", 0)
    rows = _TAGS.rows(at=timezone.now(), key=key, number=number)
    return page_of(request, rows, NAMES_PER_PAGE, _tag, _by_name, "tags")


_KEY = Parameter("key", TextField())
_TAGS = Prepared(
    lambda: (
        Tag.objects.published(AT)
        .filter(sort_key__gte=_KEY)
        .filter(Q(sort_key__gt=_KEY) | Q(pk__gt=_NUMBER))
        .order_by("sort_key", "pk")[: NAMES_PER_PAGE + 1]
    )
)


@reads(
    "authors/",
    shapes.Authors,
    _("Authors of articles that readers see, in the order of the alphabet."),
    HTTPStatus.NOT_FOUND,
    kept=[kept_pages.LISTS],
)
def authors(request: HttpRequest, cursor: Cursor = None) -> HttpResponse:
    found = Author.objects.published().alphabetical()
    if cursor:
        key, number = cursors.open_sealed("authors", cursor)
        found = found.after(Author(sort_key=key, pk=number))
    rows = list(found[: NAMES_PER_PAGE + 1])
    return page_of(request, rows, NAMES_PER_PAGE, _author, _by_name, "authors")


# Search


@reads(
    "search/", shapes.Results, _("Articles about some words, best first."), HTTPStatus.NOT_FOUND, kept=None
)
def search_results(
    request: HttpRequest,
    q: Annotated[
        str, Query(..., description=_("What to look for."), example="OpenAI", pattern=shapes.WITHOUT_NULL)
    ],
    section: SectionNumber = None,
    author: AuthorNumber = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
) -> HttpResponse:
    after = search.Place.read(cursor) if cursor else None
    if cursor and after is None:
        raise cursors.unknown()
    filters = search.Filters(
        section=Section(pk=section) if section else None,
        author=Author(pk=author) if author else None,
        since=since,
        until=until,
    )
    typed = search_query.clean(q)
    page = search.page(typed, filters, after) if typed else None
    rows = {row.pk: row for row in front_page.sections()}
    answer = {
        "items": [facts.result(found, rows) for found in page.results] if page else [],
        "count": page.count if page else 0,
        "is_full": page.is_full if page else False,
        "meant": page.meant if page else "",
        "next": _following(request, str(page.following)) if page and page.following else None,
    }
    return conditional.answer(request, conditional.tagged(as_json(answer)), MEDIA_TYPE)
