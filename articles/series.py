"""Series: the order of their parts, and where an article stands among those that readers see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from articles.models import Article, Series


@dataclass(frozen=True)
class Place:
    """Where an article stands in its series: part `number` of `total`, and the numbers of its neighbors' rows."""

    number: int
    total: int
    previous: int | None
    following: int | None


def arrange(series: Series, articles: Iterable[int], *, by: Any) -> Series:
    """Set the order of the parts by their numbers; parts that are not named come last, by date.

    `by` is an account, or None for the site itself. Raises PermissionDenied for who may not change series.
    """
    if by is not None and not by.has_perm("articles.change_series"):
        raise PermissionDenied
    series.order = list(dict.fromkeys(articles))
    series.save(update_fields=["order"])
    return series


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
