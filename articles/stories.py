"""The stories that readers' pages show, by statements that are compiled once."""

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField
from django.utils import timezone

from articles.models import Article, Author, Section, Series, Tag
from articles.models.article import ArticleQuerySet, updated_at
from newsroom.prepared_statements import Parameter, Prepared

# The hour as of which readers see what is asked for.
AT = Parameter("at", DateTimeField())
_NUMBER = Parameter("number", BigIntegerField())
NUMBERS = Parameter("numbers", ArrayField(BigIntegerField()))

_STORY = Prepared(lambda: Article.objects.published(AT).for_page(AT).filter(pk=_NUMBER).order_by())
_IN_FULL = Prepared(lambda: Article.objects.published(AT).filter(pk__any_of=NUMBERS).for_feed().order_by())
_CARDS = Prepared(lambda: Article.objects.published(AT).for_list().filter(pk__any_of=NUMBERS).order_by())
_GONE = Prepared(lambda: Article.objects.gone(AT).filter(pk=_NUMBER).only("pk").order_by())
_TAG = Prepared(lambda: Tag.objects.published(AT).filter(pk=_NUMBER).order_by())
_AUTHOR = Prepared(lambda: Author.objects.published(AT).filter(pk=_NUMBER).order_by())


def story(number: int) -> Article | None:
    """An article that readers see, with all that its page shows. One query."""
    return _STORY.first(number=number, at=timezone.now())


def cards(numbers: Collection[int], at: datetime | None = None) -> dict[int, Article]:
    """Those of these articles that readers see, by number, with all that a card shows. One query."""
    found = _CARDS.rows(numbers=list(numbers), at=at or timezone.now())
    return {article.pk: article for article in found}


def tag(number: int) -> Tag | None:
    """A tag of which readers see a story. One query."""
    return _TAG.first(number=number, at=timezone.now())


def author(number: int) -> Author | None:
    """An author of whom readers see a story. One query."""
    return _AUTHOR.first(number=number, at=timezone.now())


def gone(number: int) -> Article | None:
    """An article that readers saw once and do not see now, with its number alone. One query."""
    return _GONE.first(number=number, at=timezone.now())


def newest(subject: Section | Tag | Author | None, most: int) -> list[Article]:
    """The newest stories of a section, tag or author, of all by None, with all that a card shows. One query."""
    relation = _RELATIONS[type(subject)] if subject else None
    found: list[Article] = _newest(relation, most).rows(number=subject and subject.pk, at=timezone.now())
    return found


class Version(NamedTuple):
    """A story as it stands in a feed: its number, when readers got its present text, and the versions of all rows that
    its entry is made of."""

    number: int
    updated_at: datetime
    rows: tuple[Hashable, ...]


def newest_versions(
    subject: Section | Tag | Author | Series | None, most: int, at: datetime
) -> list[Version]:
    """Which stories are the newest of a section, tag, author or series, of all by None, and in which version. One
    query."""
    relation = _RELATIONS[type(subject)] if subject else None
    found = _newest_versions(relation, most).rows(number=subject and subject.pk, at=at)
    return [
        Version(number, updated_at(modified_at, published_at), hashable(rows))
        for number, published_at, modified_at, *rows in found
    ]


def hashable(versions: Iterable[str | list[str] | None]) -> tuple[Hashable, ...]:
    """The versions of rows, as the database sent them, in one value that something can be kept under."""
    return tuple([tuple(version) if isinstance(version, list) else version for version in versions])


def in_full(numbers: Collection[int], at: datetime) -> list[Article]:
    """Those of these articles that readers see, with all that an entry of a feed says. One query."""
    found: list[Article] = _IN_FULL.rows_apart(numbers=list(numbers), at=at)
    return found


def count(subject: Section | Tag | Author, most: int) -> int:
    """How many stories of a section, tag or author readers see; no more than `most` are looked at. One query."""
    return _numbers(_RELATIONS[type(subject)], most).count(number=subject.pk, at=timezone.now())


_RELATIONS = {Section: "section", Tag: "tags", Author: "authors", Series: "series"}


def _of(relation: str) -> ArticleQuerySet:
    return Article.objects.published(AT).filter(**{relation: _NUMBER})


def _all_or_of(relation: str | None) -> ArticleQuerySet:
    return _of(relation) if relation else Article.objects.published(AT)


@cache
def _newest_versions(relation: str | None, most: int) -> Prepared:
    return Prepared(lambda: _all_or_of(relation).versions_for_feed().by_date()[:most])


@cache
def _newest(relation: str | None, most: int) -> Prepared:
    return Prepared(lambda: _all_or_of(relation).for_list().by_date()[:most])


@cache
def _numbers(relation: str, most: int) -> Prepared:
    return Prepared(lambda: _of(relation).order_by().values_list("pk")[:most])
