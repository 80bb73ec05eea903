"""Stories of these days that resemble one being written, so that the newsroom does not write one twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, FloatField, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from articles import publishing
from articles.models import Article, Byline, Distinction
from articles.workflow import Status
from newsroom.text import arabic

# What appeared longer ago is known; a draft that nobody has touched for longer is not in the works.
APPEARED_WITHIN = timedelta(days=14)
TOUCHED_WITHIN = timedelta(days=60)
# Of the trigrams, by which pg_trgm measures. Reports of one event in nearly the same words share 0.7 and more of them,
# other events of one subject 0.56 and less. One that is told in other words altogether shares no more than those do.
ALIKE = 0.6
# Fewer letters than in two words are in every second headline.
SHORTEST = 12
MOST = 5


@dataclass(frozen=True)
class Similar:
    """`known` are those that the writer may see, the most alike first; each knows whether he `may_open` its form.
    `hidden` are the numbers of the others."""

    known: list[Article] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.known or self.hidden)


def similar_to(
    user: Any, headline: str, summary: str = "", *, article: Article | None = None, apart: Iterable[int] = ()
) -> Similar:
    """Other stories than `article` like what is typed, without those told apart from it, or named in `apart`.

    Two queries at most.
    """
    name = arabic.normalize(headline)
    if len(name) < SHORTEST:
        return Similar()
    text = arabic.normalize(f"{headline} {summary}")
    others = _of_these_days().exclude(pk__in=list(apart))
    if article is not None:
        told = Distinction.objects.filter(article=article, other=OuterRef("pk"))
        others = others.exclude(pk=article.pk).exclude(Exists(told))
    may_know = Article.objects.editable_by(user).filter(pk=OuterRef("pk"))
    is_out = Article.objects.published().filter(pk=OuterRef("pk"))
    found = list(
        others.annotate(
            likeness=Greatest(
                # A headline may stand in a longer text; a text may be told in other words of the headline.
                _measure("word_similarity", name),
                _measure("similarity", text),
            ),
        )
        .filter(likeness__gte=ALIKE)
        .order_by("-likeness", "-pk")
        .annotate(may_open=Exists(may_know), is_out=Exists(is_out))
        .select_related("created_by")
        .only(
            "slug", "headline", "language", "status", "published_at", "withdraw_at", "modified_at",
            "created_by__first_name", "created_by__last_name", "created_by__username",
        )
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))[:MOST]
    )  # fmt: skip
    return Similar(
        [story for story in found if story.may_open or story.is_out],
        [story.pk for story in found if not (story.may_open or story.is_out)],
    )


def _of_these_days():
    now = timezone.now()
    in_the_works = Q(status__in=[Status.DRAFT, Status.IN_REVIEW], modified_at__gt=now - TOUCHED_WITHIN)
    appears = Q(status=Status.PUBLISHED, published_at__gt=now - APPEARED_WITHIN)
    return Article.objects.filter(in_the_works | appears)


def _measure(function: str, text: str) -> Func:
    return Func(Value(text), F("search_key"), function=function, output_field=FloatField())


def tell_apart(article: Article, others: Iterable[int], *, by: Any) -> None:
    """Tell nobody who writes `article` of these again. Raises PermissionDenied where `by` may not write it."""
    publishing.guard(article, by)
    Distinction.objects.bulk_create(
        [Distinction(article=article, other_id=other, by=by) for other in others], ignore_conflicts=True
    )
