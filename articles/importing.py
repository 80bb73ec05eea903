"""The verb of an archive that comes in: articles by the thousand, published elsewhere or not, stored in bulk.

What is stored is what `publishing.save` and the moves `publish` and `submit` would have stored one by one, but for the
first revision, which is made when somebody changes the article.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.base import ModelState
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from articles import clock_moves, contents, figures, kept_pages, publishing, search_index
from articles.models import (
    Article,
    Author,
    Byline,
    Figure,
    Image,
    SearchEntry,
    Section,
    Tag,
    Transition,
)
from articles.models.addresses import GIVEN_SLUG_MAX_LENGTH
from articles.models.fields import check_moment
from articles.workflow import State, Status
from newsroom import row_copy
from newsroom.text.slug import slugify

NO_PICTURES = figures.Pictures(None, {})
# A save makes the first, a move the second.
_SAVED, _MOVED = 1, 2
_MOVES = {Status.IN_REVIEW: "submit", Status.PUBLISHED: "publish"}

# Made of all articles at once these cost a fifth of what they do row by row.
_PUT_OFF = {"searched_text": Article, "searched_key": Article, "searched_keys": SearchEntry}
# For as long as one of them is made; a small server has so much.
_MEMORY = "256MB"
# One makes them at a time; any number that nothing else of the site locks by.
_INDEXING = 7_206_311

# To take over its values costs a fraction of what it does to make one. Its defaults are those of the start, and whoever
# has them shares its lists: whatever is written is set.
_NEW = Article()
_WRITTEN = (
    "id", "slug", "headline", "summary", "body", "body_html", "outline", "words", "section_id", "status",
    "published_at", "modified_at", "created_at", "version", "search_key", "search_text", "hero_id",
    "kicker", "language", "source_name", "source_url", "translated_from", "machine_translated", "withdraw_at",
    "series_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OldArticle:
    """An article as it was elsewhere; `slug` may be empty.

    `published_at` and `modified_at` (aware) are None for what was not published, which is a draft or in review. An hour
    of publication to come is kept: readers see the article from then on.
    """

    slug: str
    headline: str
    summary: str
    body: str
    section: Section
    authors: tuple[Author, ...]
    tags: tuple[Tag, ...]
    published_at: datetime | None
    status: Status = Status.PUBLISHED
    modified_at: datetime | None = None
    pictures: figures.Pictures = NO_PICTURES
    # Others of the columns that are written, by name.
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An old article with its row, which has no number yet, and the keys and the text of its entry of the search, which
    only what is published has."""

    old: OldArticle
    article: Article
    keys_and_text: tuple[Sequence[int], str] | None


def prepare(old: OldArticle) -> Prepared:
    """Make the rows of an old article. No query.

    Raises PublishingError for what readers may not see: no headline or body, a picture that is none of its pictures or
    says of nobody whose it is; SanitizerError for a body too large or too deep; ValidationError for a year in which
    nothing is published.
    """
    now = timezone.now()
    is_published = old.status == Status.PUBLISHED
    if is_published:
        check_moment(old.published_at)
    article = _new()
    values = {
        "headline": old.headline,
        "summary": old.summary,
        "body": old.body,
        "section": old.section,
        "hero": old.pictures.hero,
        "status": old.status,
        "published_at": old.published_at,
        # What is published with an earlier date was not changed since, unless somebody says so.
        "modified_at": old.modified_at or min(old.published_at or now, now),
        "version": _SAVED if old.status == Status.DRAFT else _MOVED,
        **old.columns,
    }
    for name, value in values.items():
        setattr(article, name, value)
    contents.settle(article)
    if is_published:
        publishing.check_text(article)
        figures.require(article, old.pictures)
        if lacking := [image for image in old.pictures.all if not image.credit]:
            raise publishing.CreditMissing(lacking)
    figures.print_body(article, old.pictures.by_digest)
    article.slug = slugify(old.slug, GIVEN_SLUG_MAX_LENGTH) if old.slug else slugify(article.headline)
    article.search_text = contents.search_text(article, [author.name for author in old.authors])
    article.created_at = now
    keys_and_text = search_index.keys_and_text(article, old.authors, old.tags) if is_published else None
    return Prepared(old, article, keys_and_text)


def take_in(prepared: Sequence[Prepared]) -> None:
    """Store articles that `prepare` made, with bylines, tags, move and entry of the search.

    Their slugs must be free. To be called in a transaction. Seven statements, however many there are, one more
    where they have pictures and another where these stand in texts, and two for each whose hour is still to come.
    Raises PictureMissing where a picture was deleted since it was taken in.
    """
    _hold_pictures(prepared)
    numbers = row_copy.draw_numbers(Article, len(prepared))
    for number, each in zip(numbers, prepared, strict=True):
        each.article.pk = number
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
        Transition,
        ("article_id", "headline", "move", "from_state", "to_state", "published_at", "at"),
        (
            (
                each.article.pk, each.article.headline, _MOVES[each.old.status], State.DRAFT.value,
                each.article.state.value, each.article.published_at, each.article.created_at,
            )
            for each in prepared
            if each.old.status in _MOVES
        ),
    )  # fmt: skip
    shown = [(each.article.pk, image.pk) for each in prepared for image in each.old.pictures.in_text]
    if shown:
        row_copy.copy(Figure, ("article_id", "image_id"), shown)
    row_copy.copy(
        SearchEntry,
        ("article_id", "published_at", "keys", "text"),
        (
            (each.article.id, each.article.published_at, *each.keys_and_text)
            for each in prepared
            if each.keys_and_text is not None
        ),
    )
    for each in prepared:
        if each.article.is_scheduled or each.article.withdraw_at is not None:
            clock_moves.expect(each.article, by=None)
    kept_pages.all_changed()


def _new() -> Article:
    article = Article.__new__(Article)
    vars(article).update(vars(_NEW), _state=ModelState())
    return article


def _hold_pictures(prepared: Sequence[Prepared]) -> None:
    """Keep others from deleting the pictures of these articles until the transaction ends. One query, or none."""
    numbers = {image.pk for each in prepared for image in each.old.pictures.all}
    if not numbers:
        return
    held = Image.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True)
    if len(held.values_list("pk", flat=True)) != len(numbers):
        raise figures.PictureMissing(_("A picture was deleted while its article came in. Begin again."))


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


def _article_row(article: Article) -> list:
    row = [getattr(article, name) for name in _WRITTEN]
    row[_WRITTEN.index("outline")] = Jsonb(article.outline)
    row[_WRITTEN.index("status")] = article.status.value
    return row
