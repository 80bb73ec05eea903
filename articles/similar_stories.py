"""Stories of these days that resemble one being written, so that the newsroom does not write one twice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, FloatField, Func, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from articles import publishing
from articles.models import Article, Byline, Distinction
from articles.workflow import PUBLISH, Status
from newsroom.text import arabic, bidi
from newsroom.web import rate_limit

# What appeared longer ago is known; a draft that nobody has touched for longer is not in the works.
APPEARED_WITHIN = timedelta(days=14)
TOUCHED_WITHIN = timedelta(days=60)
# Of the trigrams, by which pg_trgm measures. Reports of one event in nearly the same words share 0.7 and more of them,
# other events of one subject 0.56 and less. One that is told in other words altogether shares no more than those do.
ALIKE = 0.6
# Fewer letters than in two words are in every second headline.
SHORTEST = 12
MOST = 5
# Of the words of two headlines, those that both have. Whole words alone are compared with what the writer may not see:
# of likeness in letters the answer would tell whether the next one was guessed.
SAME = 0.8
# And how often an account is answered of that; a warning asked for at each pause of typing needs no more.
MOST_ASKED, ASKED_WITHIN = 60, timedelta(minutes=10)
_WORD = re.compile(r"\w+")


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

    Of those that `user` may not see only such are found as have nearly the same headline, and so often as MOST_ASKED
    says. Two queries, for who may not see all of them four.
    """
    name = arabic.normalize(bidi.clean_line(headline))
    if len(name) < SHORTEST:
        return Similar()
    text = arabic.normalize(bidi.clean_block(f"{headline} {summary}"))
    others = _of_these_days()
    if article is not None:
        told = Distinction.objects.filter(article=article, other=OuterRef("pk"))
        others = others.exclude(pk=article.pk).exclude(Exists(told))
    may_know = Article.objects.editable_by(user).filter(pk=OuterRef("pk"))
    is_out = Article.objects.published().filter(pk=OuterRef("pk"))
    others = others.annotate(may_open=Exists(may_know), is_out=Exists(is_out))
    is_known = Q(may_open=True) | Q(is_out=True)
    sees_all = user.has_perm(PUBLISH)
    known = (
        (others if sees_all else others.filter(is_known))
        .exclude(pk__in=list(apart))
        .annotate(
            likeness=Greatest(
                # A headline may stand in a longer text; a text may be told in other words of the headline.
                _measure("word_similarity", name),
                _measure("similarity", text),
            ),
        )
        .filter(likeness__gte=ALIKE)
        .order_by("-likeness", "-pk")
        .select_related("created_by")
        .only(
            "slug", "headline", "language", "status", "published_at", "withdraw_at", "modified_at",
            "created_by__first_name", "created_by__last_name", "created_by__username",
        )
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))[:MOST]
    )  # fmt: skip
    return Similar(list(known), [] if sees_all else _hidden(user, name, others.exclude(is_known)))


def _hidden(user: Any, name: str, others: QuerySet[Article]) -> list[int]:
    """The numbers of those of `others` with nearly the words of `name`, the newest first. Two queries."""
    if not rate_limit.take(f"similar:{user.pk}", limit=MOST_ASKED, window=ASKED_WITHIN):
        return []
    words = set(_WORD.findall(name))
    headlines = others.order_by("-pk").values_list("pk", "headline")
    return [pk for pk, headline in headlines if _is_nearly(words, arabic.normalize(headline))][:MOST]


def _is_nearly(words: set[str], headline: str) -> bool:
    theirs = set(_WORD.findall(headline))
    return len(words & theirs) >= SAME * max(len(words), len(theirs))


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
