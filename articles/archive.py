"""The archive: what readers see by the year, month and day of its publication, by the newsroom's clocks.

How much a page reads is bounded by its period and never by the archive: which years there are is asked of the index,
year by year, and stories are counted of one year, one month or one day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import TruncDay, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.calendar import first_weekday
from articles.models import Article
from articles.models.fields import EARLIEST, LATEST

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A day, a month or a year; or with no year all of the time."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> date:
        """Raises ValueError where the calendar has no such day."""
        return date(self.year or EARLIEST.year, self.month or 1, self.day or 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        if self.day:
            return self.first + DAY
        if self.month:
            return (self.first.replace(day=28) + 4 * DAY).replace(day=1)
        return date(self.year + 1, 1, 1) if self.year else LATEST.date()

    @property
    def name(self) -> str:
        if self.day:
            return date_format(self.first, "DATE_FORMAT")
        if self.month:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        return str(self.year) if self.year else _("The archive")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.day:
            return reverse("articles:archive_day", args=[self.year, self.month, self.day])
        if self.month:
            return reverse("articles:archive_month", args=[self.year, self.month])
        if self.year:
            return reverse("articles:archive_year", args=[self.year])
        return reverse("articles:archive")

    @property
    def above(self) -> "list[Period]":
        """The periods that it is part of, the widest first."""
        parts = [self.year, self.month, self.day]
        given = [part for part in parts if part is not None]
        return [Period(*given[:count]) for count in range(len(given))]

    @property
    def articles(self) -> QuerySet[Article]:
        """What readers see of it."""
        start, end = self._bounds
        return Article.objects.published().filter(published_at__gte=start, published_at__lt=end)

    @property
    def neighbors(self) -> "tuple[Period | None, Period | None]":
        """The nearest earlier and later period of the same length with stories that readers see. One query."""
        start, end = self._bounds
        published = Article.objects.published()
        earlier = published.filter(published_at__lt=start).order_by("-published_at", "-pk")
        later = published.filter(published_at__gte=end).order_by("published_at", "pk")
        found = earlier.values_list("published_at")[:1].union(later.values_list("published_at")[:1], all=True)
        moments = [moment for (moment,) in found]
        before = next((self._like(moment) for moment in moments if moment < start), None)
        return before, next((self._like(moment) for moment in moments if moment >= end), None)

    @property
    def _bounds(self) -> tuple[datetime, datetime]:
        """The midnights at which it begins and the next one does, where the newsroom is."""
        zone = timezone.get_current_timezone()
        return datetime.combine(self.first, time(), zone), datetime.combine(self.end, time(), zone)

    def _like(self, moment: datetime) -> "Period":
        """The period of this length that a moment is in."""
        day = timezone.localtime(moment)
        return Period(day.year, self.month and day.month, self.day and day.day)


@dataclass(frozen=True)
class Part:
    """A month of a year, or a day of a month, with how many stories readers see of it."""

    period: Period
    count: int


def years() -> list[int]:
    """The years with stories that readers see, newest first. Two queries; each year is one look into the index."""
    published = Article.objects.published()
    moments = published.order_by("-published_at", "-pk").values_list("published_at")[:1]
    oldest = published.order_by("published_at", "pk").values_list("published_at")[:1]
    ends = sorted(timezone.localtime(moment).year for (moment,) in moments.union(oldest, all=True))
    if not ends:
        return []
    return [
        period.year for period in with_stories([Period(year) for year in range(ends[-1], ends[0] - 1, -1)])
    ]


def with_stories(periods: list[Period]) -> list[Period]:
    """Those of which readers see a story, in their order. One query, which looks into the index once for each."""
    found = [
        period.articles.order_by("published_at").annotate(place=Value(place)).values_list("place")[:1]
        for place, period in enumerate(periods)
    ]
    shown = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return [periods[place] for (place,) in sorted(shown)]


def months(year: int) -> list[Part]:
    """The months of a year with stories, the first one first. One query over the year."""
    counted = _counted(Period(year), TruncMonth)
    return [Part(Period(year, month.month), count) for month, count in counted]


def days(month: Period) -> list[Part]:
    """The days of a month with stories, the first one first. One query over the month."""
    counted = _counted(month, TruncDay)
    return [Part(Period(day.year, day.month, day.day), count) for day, count in counted]


def _counted(period: Period, trunc: type) -> list[tuple[datetime, int]]:
    rows = period.articles.order_by().annotate(begins=trunc("published_at")).values("begins")
    return list(rows.annotate(count=Count("pk")).order_by("begins").values_list("begins", "count"))


def weeks(month: Period, shown: list[Part]) -> Iterator[list[tuple[date | None, Part | None]]]:
    """The month as a calendar has it: weeks of seven days, with what is `shown` of each; None beside the month."""
    by_day = {part.period.day: part for part in shown}
    ahead = (month.first.weekday() - first_weekday(settings.TIME_ZONE)) % 7
    length = (month.end - month.first).days
    cells: list[tuple[date | None, Part | None]] = [(None, None)] * ahead
    cells += [(month.first + DAY * number, by_day.get(number + 1)) for number in range(length)]
    cells += [(None, None)] * (-len(cells) % 7)
    for start in range(0, len(cells), 7):
        yield cells[start : start + 7]


def weekdays() -> list[date]:
    """A day for the name of each day of the week, in the order of the calendar."""
    monday = date(2024, 1, 1)
    return [monday + DAY * ((first_weekday(settings.TIME_ZONE) + number) % 7) for number in range(7)]
