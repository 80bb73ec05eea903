"""The verb of an archive that comes in: articles by the thousand, already published elsewhere, stored in bulk.

What is stored is what `publishing.save` and the move `publish` would have stored one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from articles import contents, figures, kept_pages, publishing, search_index
from articles.models import Article, Author, Byline, Revision, SearchEntry, Section, Tag, Transition
from articles.models.addresses import GIVEN_SLUG_MAX_LENGTH
from articles.models.fields import check_moment
from articles.workflow import PublishingError, State, Status
from newsroom import row_copy
from newsroom.text.slug import slugify

NO_PICTURES = figures.Pictures(None, {})
# A save made the first, the publication the second.
VERSION = 2

# Made of all articles at once these cost a fifth of what they do row by row.
_PUT_OFF = {"searched_text": Article, "searched_key": Article, "searched_keys": SearchEntry}
# For as long as one of them is made; a small server has so much.
_MEMORY = "256MB"
# One makes them at a time; any number that nothing else of the site locks by.
_INDEXING = 7_206_311

_WRITTEN = (
    "id", "slug", "headline", "summary", "body", "body_html", "outline", "words", "section_id", "status",
    "published_at", "modified_at", "created_at", "version", "search_key", "search_text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OldArticle:
    """An article as it was published elsewhere at `published_at` (aware); `slug` may be empty."""

    slug: str
    headline: str
    summary: str
    body: str
    section: Section
    authors: tuple[Author, ...]
    tags: tuple[Tag, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """An old article with its row and its entry of the search, neither of which has a number yet."""

    old: OldArticle
    article: Article
    entry: SearchEntry


def prepare(old: OldArticle) -> Prepared:
    """Make the rows of an old article. No query.

    Raises PublishingError for what cannot stand: no headline or body, an hour to come, a picture, for the library has
    none of them yet; SanitizerError for a body too large or too deep; ValidationError for a year in which nothing is
    published.
    """
    now = timezone.now()
    check_moment(old.published_at)
    if old.published_at > now:
        raise PublishingError(_("Its hour of publication is still to come."))
    article = Article(
        headline=old.headline,
        summary=old.summary,
        body=old.body,
        section=old.section,
        status=Status.PUBLISHED,
        published_at=old.published_at,
        modified_at=old.published_at,
        version=VERSION,
    )
    contents.settle(article)
    publishing.check_text(article)
    figures.require(article, NO_PICTURES)
    figures.print_body(article, NO_PICTURES.by_digest)
    article.slug = slugify(old.slug, GIVEN_SLUG_MAX_LENGTH) if old.slug else slugify(article.headline)
    article.search_text = contents.search_text(article, [author.name for author in old.authors])
    article.created_at = now
    return Prepared(old, article, search_index.entry(article, old.authors, old.tags))


def take_in(prepared: Sequence[Prepared]) -> None:
    """Store articles that `prepare` made, with bylines, tags, revision, move and entry of the search.

    Their slugs must be free. To be called in a transaction. Nine statements, however many there are.
    """
    numbers = row_copy.draw_numbers(Article, len(prepared))
    for number, each in zip(numbers, prepared, strict=True):
        each.article.pk = each.entry.pk = number
    row_copy.copy(Article, _WRITTEN, (_article_row(each.article) for each in prepared))
    row_copy.copy(
        Byline,
        ("article_id", "author_id", "position"),
        (
            (each.article.id, author.id, position)
            for each in prepared
            for position, author in enumerate(_distinct(each.old.authors), start=1)
        ),
    )
    row_copy.copy(
        Article.tags.through,
        ("article_id", "tag_id"),
        ((each.article.id, tag.id) for each in prepared for tag in _distinct(each.old.tags)),
    )
    row_copy.copy(
        Revision, ("article_id", "content", "at", "applied_at"), (_revision_row(each) for each in prepared)
    )
    row_copy.copy(
        Transition,
        ("article_id", "headline", "move", "from_state", "to_state", "published_at", "at"),
        (
            (
                each.article.pk, each.article.headline, "publish", State.DRAFT.value, State.PUBLISHED.value,
                each.article.published_at, each.article.created_at,
            )
            for each in prepared
        ),
    )  # fmt: skip
    row_copy.copy(
        SearchEntry,
        ("article_id", "published_at", "keys", "text"),
        ((each.entry.pk, each.entry.published_at, each.entry.keys, each.entry.text) for each in prepared),
    )
    kept_pages.all_changed()


def put_off_indexes() -> None:
    """Drop the indexes of searches until `make_indexes`, for a site without articles."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {', '.join(_PUT_OFF)}")


def hold_indexes_off() -> None:
    """Have nobody else make them as long as this process is connected, or until `let_indexes_be_made`. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [_INDEXING])


def let_indexes_be_made() -> None:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [_INDEXING])


def make_indexes() -> None:
    """Make those indexes that were put off. One query where there are all.

    The worker does so too, when it starts and now and then, so that none is missing after an import that was ended.
    While one is under way, or another makes them, nothing is done.
    """
    for name in _missing():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_INDEXING])
            (is_ours,) = cursor.fetchone()
            if not is_ours or name not in _missing():
                continue
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
            # What a transaction leaves to its end would keep the table from being changed.
            connection.check_constraints()
            model = _PUT_OFF[name]
            with connection.schema_editor() as editor:
                editor.add_index(model, next(index for index in model._meta.indexes if index.name == name))


def _missing() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NULL",
            [list(_PUT_OFF)],
        )
        return [name for (name,) in cursor]


def _distinct(rows: Sequence[Author] | Sequence[Tag]) -> list:
    # By number, for to ask a row what it is costs ten times as much.
    return list({row.id: row for row in rows}.values())


def _revision_row(each: Prepared) -> tuple:
    article = each.article
    content = contents.of(article, each.old.authors, _distinct(each.old.tags))
    body = row_copy.json_of_text(content.pop("body"))
    written = row_copy.json_of(content)[:-1] + b', "body": ' + body + b"}"
    return article.id, written, article.created_at, article.created_at


def _article_row(article: Article) -> list:
    row = [getattr(article, name) for name in _WRITTEN]
    row[_WRITTEN.index("outline")] = Jsonb(article.outline)
    row[_WRITTEN.index("status")] = article.status.value
    return row
