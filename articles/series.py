"""Series: the order of their parts, and where an article stands among those that readers see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from articles.models import Article, Series


@dataclass(frozen=True)
class Place:
    """Where an article stands in its series: part `number` of `total`, and the numbers of its neighbors' rows."""

    number: int
    total: int
    previous: int | None
    following: int | None


class ArrangedMeanwhile(ValueError):
    """Somebody else put the parts in order since they were shown; the message is for the person who tried."""


@transaction.atomic
def arrange(
    series: Series, articles: Iterable[int], *, by: Any, expected: Sequence[int] | None = None
) -> Series:
    """Put the parts in order by their numbers; those in order before follow, and then, by date, any others.

    `by` is an account, or None for the site itself. Raises PermissionDenied for who may not change series, and
    ArrangedMeanwhile where the parts do not begin with those `expected`.
    """
    if by is not None and not by.has_perm("articles.change_series"):
        raise PermissionDenied
    stored = Series.objects.select_for_update().get(pk=series.pk)
    if expected is not None and list(_numbers(stored)[: len(expected)]) != list(expected):
        raise ArrangedMeanwhile(_("Somebody else put the parts in order in the meantime. Look at it again."))
    series.order = list(dict.fromkeys([*articles, *stored.order]))
    series.save(update_fields=["order"])
    kept_pages.reordered(series.pk)
    return series


def _numbers(series: Series):
    return series.articles.in_series().values_list("pk", flat=True)


def place_of(article: Article) -> Place | None:
    """The place of an article that readers see. No query on one loaded with `for_page`, else one."""
    if article.series_id is None:
        return None
    numbers = article.kept_parts
    if numbers is None:
        parts = Article.objects.published().filter(series=article.series_id).in_series()
        numbers = list(parts.values_list("pk", flat=True))
    if article.pk not in numbers:
        return None
    at = numbers.index(article.pk)
    return Place(
        number=at + 1,
        total=len(numbers),
        previous=numbers[at - 1] if at else None,
        following=numbers[at + 1] if at + 1 < len(numbers) else None,
    )
