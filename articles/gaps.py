"""What a story had better not be published without: told before it is and after, and never in its way.

What it cannot be published without (a headline, a body, the credit of each picture) is for `articles.publishing`.
"""

from collections.abc import Callable, Iterable

from babel.lists import format_list
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Byline

# By the field of the form that is empty, in the order of the form.
GAPS: dict[str, Promise] = {
    "summary": _("without a summary"),
    "bylines": _("without an author’s name"),
    "hero": _("without a main picture"),
}


def among(value_of: Callable[[str], object]) -> list[str]:
    """Those of GAPS of which `value_of` a field's name gives nothing."""
    return [name for name in GAPS if not value_of(name)]


def of(articles: Iterable[Article]) -> dict[int, list[str]]:
    """The gaps of stored articles that have any, by their numbers, as they would be published: with their changes. One
    query."""
    copy = "working_copy__content__"
    rows = (
        Article.objects.filter(pk__in=[article.pk for article in articles])
        .annotate(signed=Exists(Byline.objects.filter(article=OuterRef("pk"))))
        .values(
            "pk", "summary", "signed", "hero", "working_copy", *(copy + name for name in _IN_COPY.values())
        )
    )
    found = {}
    for row in rows:
        stored = {"summary": row["summary"], "bylines": row["signed"], "hero": row["hero"]}
        changed = {name: row[copy + key] for name, key in _IN_COPY.items()}
        if gaps := among((stored if row["working_copy"] is None else changed).get):
            found[row["pk"]] = gaps
    return found


# What a field of the form is called in a content; see `articles.contents`.
_IN_COPY = {"summary": "summary", "bylines": "authors", "hero": "hero"}


def words(gaps: Iterable[str]) -> str:
    """What is missing in one phrase, such as “without a summary and without a main picture”."""
    return format_list([str(GAPS[name]) for name in gaps], locale=(get_language() or "ar").replace("-", "_"))
