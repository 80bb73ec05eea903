"""How often articles are read: told of by the page, counted by the worker, ranked for readers and for the desk.

No reader is told from another: what a page tells is the number of the article. See `docs/decisions/0026`.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Expression,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from articles.models import Article, DayOfReadings, HourOfReadings, MostRead, Reading, Section
from articles.models.addresses import loaded
from newsroom.web.memory_limit import MemoryLimit

# By one network in a day: of one article, and of all. Behind one there may be a family or a whole campus; who reads
# there is counted too seldom, so that who asks a thousand times lifts nothing.
OF_ARTICLE, OF_ALL = 5, 500
# Some 20 MB in each process.
MOST_NETWORKS = 200_000
# What the worker counts at once.
BATCH = 20_000
PLACES = 5
# A list of fewer says nothing.
LEAST_PLACES = 3
# What a line of the list shows.
_COLUMNS = ("id", "slug", "headline", "language")
# Articles that the desk is told of.
TOLD = 20
HOURS_KEPT = timedelta(days=8)
# Thirteen months, so that a month can be compared with that of a year ago.
DAYS_KEPT = timedelta(days=396)
WEEK = 7

# Programs that say what they are. Those that do not run no scripts, mostly.
_PROGRAM = re.compile(
    r"bot\b|bot[/;-]|crawl|spider|slurp|headless|lighthouse|preview|monitor|python|curl|wget|fetch|scrap",
    re.IGNORECASE,
)

_of_article = MemoryLimit(OF_ARTICLE, MOST_NETWORKS)
_of_all = MemoryLimit(OF_ALL, MOST_NETWORKS)

_TAKE = """
DELETE FROM articles_reading WHERE id IN (SELECT id FROM articles_reading ORDER BY id LIMIT %s) RETURNING number, hour
"""
_ADD = """
INSERT INTO {table} AS kept (article_id, {moment}, times)
SELECT * FROM unnest(%s::bigint[], %s::{type}[], %s::integer[])
ON CONFLICT ({moment}, article_id) DO UPDATE SET times = kept.times + excluded.times
"""


# Telling


def is_program(user_agent: str) -> bool:
    """Whether whoever sends this says that it is a program; so does who says nothing."""
    return not user_agent or _PROGRAM.search(user_agent) is not None


def note(number: int, *, network: str) -> None:
    """Note one reading of article `number`, if there is one and `network` was not counted often today.

    One query, an insert that waits for nobody; none beyond the limits.
    """
    now = timezone.localtime()
    day = now.date()
    if _of_article.take(f"{network} {number}", day) and _of_all.take(network, day):
        hour = now.replace(minute=0, second=0, microsecond=0)
        Reading.objects.bulk_create([Reading(number=number, hour=hour)])


def forget_networks() -> None:
    """Forget how often networks were counted today."""
    _of_article.forget()
    _of_all.forget()


# What readers see of it


def with_most_read(sections: QuerySet[Section], at: Expression) -> QuerySet[Section]:
    """The sections of a QuerySet, each with the stories read most of late as far as readers see them at an hour."""
    ranked = MostRead.objects.filter(pk=1)
    numbers = ranked.values(number=Func("articles", function="unnest", output_field=BigIntegerField()))
    place = Func(
        Subquery(ranked.values("articles")), "pk", function="array_position", output_field=IntegerField()
    )
    shown = Article.objects.published(at).filter(pk__in=numbers).order_by(place)
    columns = {name: name for name in _COLUMNS}
    return sections.annotate(
        most_read=ArraySubquery(shown.values(row=JSONObject(**columns))[:PLACES]),
        most_read_in=Subquery(ranked.values("period")),
        ranked=Subquery(ranked.values("articles")),
    )


def most_read(sections: Sequence[Section]) -> list[Article]:
    """The stories that `with_most_read` brought along, first the one read most; without it none. No query."""
    rows = getattr(sections[0], "most_read", ()) if sections else ()
    return loaded(Article, _COLUMNS, rows) if len(rows) >= LEAST_PLACES else []


def ranked(sections: Sequence[Section]) -> list[int]:
    """The numbers of the stories among which `most_read` chooses those that readers see. No query."""
    return (getattr(sections[0], "ranked", None) or []) if sections else []


def counted_in(sections: Sequence[Section]) -> str:
    """Of which period `most_read` is, in words; "" without one. No query."""
    period = getattr(sections[0], "most_read_in", None) if sections else None
    return MostRead.Period(period).label if period else ""


# What the desk sees of it


@dataclass(frozen=True)
class Figures:
    """How often articles were read: by day, as many as were asked for up to today; `before` in as many days before
    those; the articles read most, loaded with their section, and the names of sections, the most read first."""

    per_day: list[tuple[date, int]]
    before: int
    top: list[tuple[Article, int]]
    by_section: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _day, count in self.per_day)


def figures(articles: QuerySet[Article], days: int) -> Figures:
    """The readings of `articles` within so many days. Four queries, whatever their number."""
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    of_them = DayOfReadings.objects.filter(article__in=articles.order_by().values("pk"))
    read = Sum("times")
    since = of_them.filter(day__gte=first - timedelta(days=days))
    by_day = dict(since.values_list("day").annotate(read).order_by())
    of_them = of_them.filter(day__gte=first)
    ranked = of_them.values_list("article").annotate(read=read).order_by("-read", "-article")[:TOLD]
    counts = dict(ranked)
    rows = Article.objects.select_related("section").only("headline", "language", "section__name")
    found = rows.in_bulk(counts)
    sections = of_them.values_list("article__section__name").annotate(read=read)
    return Figures(
        per_day=[(day, by_day.get(day, 0)) for day in (first + timedelta(days=n) for n in range(days))],
        before=sum(count for day, count in by_day.items() if day < first),
        top=[(found[number], count) for number, count in counts.items() if number in found],
        by_section=list(sections.order_by("-read", "article__section__name")),
    )


def with_count(articles: QuerySet[Article], sections: Collection[int] | None) -> QuerySet[Article]:
    """Each with how often it was read, as `read`, in the days that are kept; beyond `sections`, if given, 0."""
    days = DayOfReadings.objects.filter(article=OuterRef("pk"))
    if sections is not None:
        days = days.filter(article__section__in=sections)
    days = days.order_by().values("article")
    return articles.annotate(read=Coalesce(Subquery(days.values(sum=Sum("times"))), 0))


# Counting


def count_new() -> int:
    """Count what was told of since, as far as it is about what readers see; return how many were told of."""
    told = 0
    while batch := _count_batch():
        told += batch
    return told


@transaction.atomic
def _count_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [BATCH])
        told = Counter(cursor.fetchall())
    numbers = {number for number, _hour in told}
    shown = set(Article.objects.published().filter(pk__in=numbers).values_list("pk", flat=True))
    by_hour = Counter({key: count for key, count in told.items() if key[0] in shown})
    by_day: Counter = Counter()
    for (number, hour), count in by_hour.items():
        by_day[number, timezone.localtime(hour).date()] += count
    for model, moment, kind, counts in (
        (HourOfReadings, "hour", "timestamptz", by_hour),
        (DayOfReadings, "day", "date", by_day),
    ):
        rows = [(number, at, count) for (number, at), count in sorted(counts.items())]
        if rows:
            add = _ADD.format(table=model._meta.db_table, moment=moment, type=kind)
            with connection.cursor() as cursor:
                cursor.execute(add, [list(column) for column in zip(*rows, strict=True)])
    return told.total()


def rank() -> MostRead:
    """Write down what was read most in the last 24 hours or, where that is too little, in the last seven days."""
    now = timezone.now()
    hours = HourOfReadings.objects.filter(hour__gt=now - timedelta(hours=24))
    first = timezone.localdate() - timedelta(days=WEEK - 1)
    found, period = _most_of(hours), MostRead.Period.DAY
    if len(found) < PLACES:
        found, period = _most_of(DayOfReadings.objects.filter(day__gte=first)), MostRead.Period.WEEK
    if len(found) < LEAST_PLACES:
        found = []
    # Twice as many as there are places: some may be withdrawn before the next turn.
    return MostRead.objects.update_or_create(pk=1, defaults={"articles": found, "period": period})[0]


def _most_of(rows) -> list[int]:
    """The numbers of the articles read most among these hours or days, the newer first of those read alike."""
    ranked = (
        rows.filter(article__in=Article.objects.published())
        .values("article")
        .annotate(read=Sum("times"))
        .order_by("-read", "-article__published_at", "-article")
    )
    return [row["article"] for row in ranked[: 2 * PLACES]]


def refresh() -> None:
    """Count what was told of, then rank: what the worker does."""
    count_new()
    rank()


def forget_old() -> None:
    """Remove the hours of past weeks, which their days sum up, and the days of past years."""
    HourOfReadings.objects.filter(hour__lt=timezone.now() - HOURS_KEPT).delete()
    DayOfReadings.objects.filter(day__lt=timezone.localdate() - DAYS_KEPT).delete()
