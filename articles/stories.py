"""The stories that readers' pages show, by statements that are compiled once."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField
from django.utils import timezone

from articles.models import Article, Author, Section, Tag
from articles.models.article import ArticleQuerySet
from newsroom.prepared_statements import Parameter, Prepared

# The hour as of which readers see what is asked for.
AT = Parameter("at", DateTimeField())
_NUMBER = Parameter("number", BigIntegerField())
NUMBERS = Parameter("numbers", ArrayField(BigIntegerField()))

_STORY = Prepared(lambda: Article.objects.published(AT).for_page(AT).filter(pk=_NUMBER).order_by())
_CARDS = Prepared(lambda: Article.objects.published(AT).for_list().filter(pk__any_of=NUMBERS).order_by())
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


def newest(subject: Section | Tag | Author, most: int) -> list[Article]:
    """The newest stories of a section, tag or author, with all that a card shows. One query."""
    found: list[Article] = _newest(_RELATIONS[type(subject)], most).rows(number=subject.pk, at=timezone.now())
    return found


def count(subject: Section | Tag | Author, most: int) -> int:
    """How many stories of a section, tag or author readers see; no more than `most` are looked at. One query."""
    return _numbers(_RELATIONS[type(subject)], most).count(number=subject.pk, at=timezone.now())


_RELATIONS = {Section: "section", Tag: "tags", Author: "authors"}


def _of(relation: str) -> ArticleQuerySet:
    return Article.objects.published(AT).filter(**{relation: _NUMBER})


@cache
def _newest(relation: str, most: int) -> Prepared:
    return Prepared(lambda: _of(relation).for_list().by_date()[:most])


@cache
def _numbers(relation: str, most: int) -> Prepared:
    return Prepared(lambda: _of(relation).order_by().values_list("pk")[:most])
