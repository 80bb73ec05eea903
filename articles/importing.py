"""The verb of an archive that comes in: articles by the thousand, already published elsewhere, stored in bulk.

What is stored is what `publishing.save` and the move `publish` would have stored one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from articles import contents, figures, publishing, search_index
from articles.models import Article, Author, Byline, Revision, SearchEntry, Section, Tag, Transition
from articles.models.fields import check_moment
from articles.workflow import PublishingError, State, Status
from newsroom import row_copy
from newsroom.text.slug import slugify

NO_PICTURES = figures.Pictures(None, {})
# A save made the first, the publication the second.
VERSION = 2

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


def prepare(old: OldArticle) -> Article:
    """Make the row of an old article, unsaved and without a number. No query.

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
    article.slug = slugify(old.slug or article.headline)
    article.search_text = contents.search_text(article, [author.name for author in old.authors])
    article.created_at = now
    return article


def take_in(prepared: Sequence[tuple[OldArticle, Article]]) -> None:
    """Store articles that `prepare` made, with bylines, tags, revision, move and entry of the search.

    Their slugs must be free. To be called in a transaction. Eight statements, however many there are.
    """
    numbers = row_copy.draw_numbers(Article, len(prepared))
    for number, (_old, article) in zip(numbers, prepared, strict=True):
        article.pk = number
    row_copy.copy(Article, _WRITTEN, (_article_row(article) for _old, article in prepared))
    row_copy.copy(
        Byline,
        ("article_id", "author_id", "position"),
        (
            (article.pk, author.pk, position)
            for old, article in prepared
            for position, author in enumerate(dict.fromkeys(old.authors), start=1)
        ),
    )
    row_copy.copy(
        Article.tags.through,
        ("article_id", "tag_id"),
        ((article.pk, tag.pk) for old, article in prepared for tag in dict.fromkeys(old.tags)),
    )
    row_copy.copy(
        Revision,
        ("article_id", "content", "at", "applied_at"),
        (
            (
                article.pk,
                Jsonb(contents.of(article, old.authors, dict.fromkeys(old.tags))),
                article.created_at,
                article.created_at,
            )
            for old, article in prepared
        ),
    )
    row_copy.copy(
        Transition,
        ("article_id", "headline", "move", "from_state", "to_state", "published_at", "at"),
        (
            (
                article.pk, article.headline, "publish", State.DRAFT.value, State.PUBLISHED.value,
                article.published_at, article.created_at,
            )
            for _old, article in prepared
        ),
    )  # fmt: skip
    entries = [search_index.entry(article, old.authors, old.tags) for old, article in prepared]
    row_copy.copy(
        SearchEntry,
        ("article_id", "published_at", "keys", "text"),
        ((entry.pk, entry.published_at, entry.keys, entry.text) for entry in entries),
    )


def _article_row(article: Article) -> list:
    row = [getattr(article, name) for name in _WRITTEN]
    row[_WRITTEN.index("outline")] = Jsonb(article.outline)
    row[_WRITTEN.index("status")] = article.status.value
    return row
