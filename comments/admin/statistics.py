"""The page that tells how well the desk keeps up, with charts that need neither script nor style."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments import moderation, statistics
from comments.statistics import Figures, Period, SectionLevel

PERIODS = {
    Period.DAY: gettext_lazy("24 hours"),
    Period.WEEK: gettext_lazy("7 days"),
    Period.MONTH: gettext_lazy("30 days"),
}
# Under a column chart every so many columns have their label: more do not fit on a phone.
LABELS_EVERY = {Period.DAY: 3, Period.WEEK: 1, Period.MONTH: 5}
FULL = 100


@dataclass(frozen=True)
class Row:
    """A line of a table with its bar or column: `approved` and `refused` are heights, of FULL for the largest row.

    `waiting` is there where a row is a section.
    """

    label: str
    figures: Figures
    is_labeled: bool
    approved: int
    refused: int
    waiting: SectionLevel | None = None

    @property
    def total(self) -> int:
        return self.approved + self.refused

    @property
    def top(self) -> int:
        """Where a column begins, counted from above."""
        return FULL - self.total

    @property
    def middle(self) -> int:
        """Where refusals end and approvals begin in a column."""
        return FULL - self.approved

    @property
    def median(self) -> str:
        return duration(self.figures.median)

    @property
    def p90(self) -> str:
        return duration(self.figures.p90)


@never_cache
@require_safe
def service_level(request: HttpRequest) -> HttpResponse:
    """GET `period`, one of PERIODS; without one, or with another, the last 24 hours."""
    if not request.user.has_perm(moderation.PERMISSION):
        raise PermissionDenied
    asked = request.GET.get("period")
    period = Period(asked) if asked in PERIODS else Period.DAY
    level = statistics.service_level(period)
    over_time = [(_moment(begin, period), figures) for begin, figures in level.over_time]
    by_hour = [(f"{hour:02}:00", figures) for hour, figures in enumerate(level.by_hour)]
    by_section = rows([(section.name, section.figures) for section in level.by_section])
    context = admin.site.each_context(request) | {
        "title": _("Service level"),
        "periods": PERIODS,
        "period": period,
        "level": level,
        "rate": round(level.decisions_per_hour, 1),
        "median": duration(level.total.median),
        "p90": duration(level.total.p90),
        "night_ends": statistics.night_ends(),
        "over_time": rows(over_time, LABELS_EVERY[period]),
        "most_over_time": max(figures.decisions for _label, figures in over_time),
        "by_hour": rows(by_hour, LABELS_EVERY[Period.DAY]),
        "most_by_hour": max(figures.decisions for _label, figures in by_hour),
        "by_section": [
            replace(row, waiting=section) for row, section in zip(by_section, level.by_section, strict=True)
        ],
        "by_moderator": rows(
            [(name or _("Without an account"), figures) for name, figures in level.by_moderator]
        ),
    }
    return render(request, "admin/comments/service_level.html", context)


def rows(figures: Sequence[tuple[str, Figures]], labels_every: int = 1) -> list[Row]:
    """Scale labeled figures so that the largest has FULL; none that has a decision is without a trace."""
    most = max((of.decisions for _label, of in figures), default=0) or 1
    return [
        Row(label, of, place % labels_every == 0, _scaled(of.approved, most), _scaled(of.refused, most))
        for place, (label, of) in enumerate(figures)
    ]


def duration(time: timedelta | None) -> str:
    """A time in words that follow "within", in whole minutes, hours or, from two days on, days; "" for None."""
    if time is None:
        return ""
    minutes = round(time / timedelta(minutes=1))
    if minutes < 1:
        return pgettext("within", "less than a minute")
    if time < timedelta(hours=2):
        return npgettext("within", "%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if time < timedelta(days=2):
        hours = round(time / timedelta(hours=1))
        return npgettext("within", "%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return npgettext("within", "%(count)d day", "%(count)d days", time.days) % {"count": time.days}


def _scaled(part: int, most: int) -> int:
    return max(FULL * part // most, 1) if part else 0


def _moment(begin, period: Period) -> str:
    local = timezone.localtime(begin)
    return date_format(local, "TIME_FORMAT" if period == Period.DAY else "MONTH_DAY_FORMAT")
