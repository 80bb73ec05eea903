"""The editorial calendar: what appears and what is withdrawn, by the days and hours of the newsroom's time zone.

A moment is an aware datetime. A wall hour is a naive one, as a clock in the newsroom shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from django.db import transaction
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import publishing, revising
from articles.models import Article, ClockMove
from articles.publishing import PublishingError
from articles.workflow import Status

DAY = timedelta(days=1)
# How many of one kind a day shows: the last ones, for what lies ahead is what can be moved. A day alone shows more.
SHOWN = {"day": 500, "week": 40, "month": 5}
# Where an article says when it appears and when it disappears.
COLUMNS = {ClockMove.Kind.APPEAR: "published_at", ClockMove.Kind.DISAPPEAR: "withdraw_at"}

CHANGED = _("Somebody else changed this article in the meantime. The calendar shows it as it is now.")
PASSED = _("This hour has passed. Choose one that is still to come.")
NO_SUCH_HOUR = _("There is no such hour on that day: the clocks are put forward over it. Choose another.")


@dataclass(frozen=True)
class Period:
    """The days that a view of the calendar shows, from `first` up to `end`, which is no part of it; `day` is in it."""

    view: str
    day: date
    first: date
    end: date

    def days(self) -> Iterator[date]:
        return (self.first + DAY * number for number in range((self.end - self.first).days))

    @property
    def before(self) -> date:
        return self.day.replace(day=1) - DAY if self.view == "month" else self.first - DAY

    @property
    def after(self) -> date:
        return (self.day.replace(day=28) + 4 * DAY).replace(day=1) if self.view == "month" else self.end


@dataclass(frozen=True)
class Entry:
    """That an article appears or disappears (`ClockMove.Kind`) at a moment."""

    article: Article
    kind: str
    at: datetime

    @property
    def is_ahead(self) -> bool:
        return self.at > timezone.now()


@dataclass
class Day:
    """What a day shows in the order of time, and how many before that it does not."""

    date: date
    entries: list[Entry] = field(default_factory=list)
    left_out: int = 0


def first_weekday(zone: str) -> int:
    """On which day (0 is Monday) a week begins where this time zone is, by Unicode CLDR; Monday where nobody knows."""
    territory = get_global("zone_territories").get(zone, "001")
    return Locale.parse(f"und_{territory}").first_week_day


def period(view: str, day: date, weekday: int) -> Period:
    """The day alone, its week, or the whole weeks of its month; weeks begin on `weekday`."""
    if view == "day":
        return Period(view, day, day, day + DAY)
    if view == "week":
        first = _week_of(day, weekday)
        return Period(view, day, first, first + 7 * DAY)
    next_month = (day.replace(day=28) + 4 * DAY).replace(day=1)
    last_week = _week_of(next_month - DAY, weekday)
    return Period(view, day, _week_of(day.replace(day=1), weekday), last_week + 7 * DAY)


def _week_of(day: date, weekday: int) -> date:
    return day - DAY * ((day.weekday() - weekday) % 7)


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` shows this hour; of an hour that comes twice the first, of one that does not come, what
    it would be had the clocks not been put forward."""
    return wall.replace(tzinfo=zone, fold=0)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in `zone` ever show this hour (PEP 495 on gaps)."""
    at = moment(wall, zone)
    return at.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None, fold=0) == wall


def comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in `zone` show this hour before they are put back and after it (PEP 495 on folds)."""
    at = wall.replace(tzinfo=zone)
    return exists(wall, zone) and at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


def days(articles: QuerySet[Article], shown: Period) -> list[Day]:
    """The days of a period with what appears and what is withdrawn of `articles`. Two queries."""
    zone = timezone.get_current_timezone()
    begin, end = (datetime.combine(day, time(), zone) for day in (shown.first, shown.end))
    found = {day: Day(day) for day in shown.days()}
    for kind, column in COLUMNS.items():
        for article in _by_day(articles, column, begin, end, SHOWN[shown.view]):
            day = found[article.day]
            day.entries.append(Entry(article, kind, getattr(article, column)))
            if article.place == 1:
                day.left_out += max(0, article.count - SHOWN[shown.view])
    for day in found.values():
        day.entries.sort(key=lambda entry: (entry.at, entry.article.pk))
    return list(found.values())


def _by_day(articles: QuerySet[Article], column: str, begin: datetime, end: datetime, most: int) -> QuerySet:
    """The last `most` of each day, with their `day`, their `place` in it from the end, and its `count`."""
    bounds = {f"{column}__gte": begin, f"{column}__lt": end}
    return (
        articles.filter(status=Status.PUBLISHED, **bounds)
        .annotate(day=TruncDate(column, tzinfo=begin.tzinfo))
        .annotate(
            place=Window(
                RowNumber(), partition_by=F("day"), order_by=[F(column).desc(), F("pk").desc()]
            ),
            count=Window(Count("*"), partition_by=F("day")),
        )
        .filter(place__lte=most)
        .select_related("section", "created_by")
        .only(
            "headline", "language", "status", "published_at", "withdraw_at", "version", "section__name",
            "created_by__first_name", "created_by__last_name", "created_by__username",
        )
    )  # fmt: skip


@transaction.atomic
def reschedule(
    article: Article,
    hour: datetime | None,
    *,
    by: Any,
    expected_version: int,
    kind: str = ClockMove.Kind.APPEAR,
) -> Article:
    """Have a scheduled article appear at another hour of the newsroom's clocks, or at a moment (aware); of `kind`
    DISAPPEAR, have it withdrawn then.

    Raises as `publishing.move` and `revising.set_withdrawal` do, EditConflict where somebody else changed it since
    `expected_version`, and PublishingError for an hour that has passed or does not come, and for none.
    """
    zone = timezone.get_current_timezone()
    at = moment(hour, zone) if hour and hour.tzinfo is None else hour
    if at is not None:
        # As the database keeps it, for which an offset can be too large.
        at = at.astimezone(UTC)
    # First, for the permission is asked there: who may not is told nothing else. What is raised below undoes it.
    if kind == ClockMove.Kind.DISAPPEAR:
        revising.set_withdrawal(article, at, by=by, expected_version=expected_version)
    else:
        publishing.move(article, "reschedule", by=by, at=at, expected_version=expected_version)
    if hour.tzinfo is None and not exists(hour, zone):
        raise PublishingError(NO_SUCH_HOUR)
    if at <= timezone.now():
        raise PublishingError(PASSED)
    return article
