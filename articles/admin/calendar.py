"""The editorial calendar on the desk: a day, a week or a month, and moving what is scheduled to another hour."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from babel.dates import get_timezone_location
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import calendar, publishing, revising
from articles.models import ClockMove, Section
from articles.workflow import MOVES, Status
from newsroom.text.account_names import name_of
from newsroom.web.numbers import row_number

VIEWS = {"week": gettext_lazy("Week"), "month": gettext_lazy("Month"), "day": gettext_lazy("Day")}
UNSCHEDULED_SHOWN = 20
# As forms and addresses write an hour of the newsroom's clocks, and no longer.
WALL = "%Y-%m-%dT%H:%M"
# Beyond these years dates cannot be reckoned with on all sides.
YEARS = range(1970, 3000)


class EditorialCalendar:
    """Adds to the admin of articles their calendar. A reporter sees his own articles alone and moves none."""

    def get_urls(self):
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.editorial_calendar)
        )
        return [path("calendar/", view, name="articles_article_calendar"), *super().get_urls()]

    def editorial_calendar(self, request: HttpRequest) -> HttpResponse:
        """The period that the address names, POST: the article `article` appears at the wall hour `at` or, of the
        `kind` disappear, is withdrawn then."""
        if request.method == "POST":
            return self._move_in_calendar(request)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return self._calendar(request)

    def _move_in_calendar(self, request: HttpRequest) -> HttpResponse:
        article = self.sent_for(request, row_number(request.POST.get("article", "")))
        kind = _kind(request.POST.get("kind", ""))
        before = getattr(article, calendar.COLUMNS[kind])
        try:
            calendar.reschedule(
                article,
                _hour(request.POST.get("at", "")),
                by=request.user,
                expected_version=row_number(request.POST.get("version", "")) or 0,
                kind=kind,
            )
        except publishing.EditConflict:
            return self._calendar(request, str(calendar.CHANGED), HTTPStatus.CONFLICT)
        except publishing.PublishingError as error:
            return self._calendar(request, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        told = "Scheduled." if kind == ClockMove.Kind.APPEAR else gettext_noop("Withdrawal scheduled.")
        self.log_change(request, article, [{"moved": told}])
        # With its offset: an hour may come twice.
        was = timezone.localtime(before).isoformat(timespec="seconds")
        moved = {"moved": article.pk, "kind": kind, "version": article.version, "was": was}
        return redirect(f"{request.path}?{_query(request, **moved)}")

    def _calendar(self, request: HttpRequest, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
        asked = request.GET
        view = asked.get("view") if asked.get("view") in VIEWS else "week"
        today = timezone.localdate()
        shown = calendar.period(
            view, _day(asked.get("day", "")) or today, calendar.first_weekday(settings.TIME_ZONE)
        )
        sections = list(Section.objects.all())
        section = next((row for row in sections if str(row.pk) == asked.get("section")), None)
        articles = self.get_queryset(request)
        if section is not None:
            articles = articles.filter(section=section)
        days = calendar.days(articles, shown)
        unscheduled = self._unscheduled(articles)
        context = {
            "title": _("Editorial calendar"),
            "opts": self.opts,
            # Seven days beside each other need the width.
            "is_nav_sidebar_enabled": False,
            "problem": problem,
            "shown": shown,
            "heading": _heading(shown),
            "days": [self._day(request, day, shown, today) for day in days],
            "is_empty": not any(day.entries for day in days),
            "hours": range(24) if view == "week" else (),
            "views": [(name, label, _query(request, view=name)) for name, label in VIEWS.items()],
            "earlier": _query(request, day=shown.before.isoformat()),
            "later": _query(request, day=shown.after.isoformat()),
            "to_today": _query(request, day=today.isoformat()),
            "here": _query(request),
            "sections": sections,
            "section": section,
            "unscheduled": unscheduled[:UNSCHEDULED_SHOWN],
            "has_more_unscheduled": len(unscheduled) > UNSCHEDULED_SHOWN,
            "moved": self._moved(request) if not problem else None,
            "place_of_time": get_timezone_location(
                settings.TIME_ZONE, locale=get_language(), return_city=True
            ),
            "now": timezone.localtime(),
        }
        template = "admin/articles/article/calendar.html"
        return render(request, template, self.admin_site.each_context(request) | context, status=status)

    def _day(self, request: HttpRequest, day: calendar.Day, shown: calendar.Period, today: date):
        items = [self._item(request, entry) for entry in day.entries]
        slots: list[tuple[int | str, list]] = [("", items)]
        if shown.view == "week":
            slots = [(hour, [item for item in items if item["at"].hour == hour]) for hour in range(24)]
        return {
            "date": day.date,
            "label": date_format(day.date, "l j F"),
            "query": _query(request, view="day", day=day.date.isoformat()),
            "slots": slots,
            "left_out": day.left_out,
            "is_today": day.date == today,
            "is_past": day.date < today,
            "is_outside": shown.view == "month" and day.date.month != shown.day.month,
            "is_empty": not items,
        }

    def _item(self, request: HttpRequest, entry: calendar.Entry) -> dict[str, Any]:
        appears, article = entry.kind == ClockMove.Kind.APPEAR, entry.article
        state = "scheduled" if entry.is_ahead else "published" if appears else "withdrawn"
        return {
            "article": article,
            "kind": entry.kind,
            "at": timezone.localtime(entry.at),
            "wall": timezone.localtime(entry.at).strftime(WALL),
            "state": state,
            "label": {
                ("scheduled", True): _("Scheduled"),
                ("published", True): _("Published"),
                ("scheduled", False): _("Withdrawal scheduled"),
                ("withdrawn", False): _("Withdrawn on time"),
            }[state, appears],
            "writer": name_of(article.created_by),
            "may_move": entry.is_ahead
            and (
                publishing.may_move(request.user, article, MOVES["reschedule"])
                if appears
                else revising.may_set_withdrawal(request.user, article)
            ),
        }

    def _unscheduled(self, articles):
        """What waits for review, the longest first: without an hour it stands on no day. One query."""
        rows = articles.filter(status=Status.IN_REVIEW).select_related("section", "created_by")
        rows = rows.only(
            "headline", "language", "section__name",
            "created_by__first_name", "created_by__last_name", "created_by__username",
        ).order_by("modified_at", "pk")  # fmt: skip
        return [(article, name_of(article.created_by)) for article in rows[: UNSCHEDULED_SHOWN + 1]]

    def _moved(self, request: HttpRequest) -> dict[str, Any] | None:
        """What the page says of the move that led to it, and how it is undone. One query at most."""
        number = row_number(request.GET.get("moved", ""))
        if number is None:
            return None
        kind = _kind(request.GET.get("kind", ""))
        column = calendar.COLUMNS[kind]
        ahead = {"status": Status.PUBLISHED, f"{column}__gt": timezone.now()}
        article = self.get_queryset(request).filter(pk=number, **ahead).only(*_OF_MOVED).first()
        if article is None:
            return None
        zone = timezone.get_current_timezone()
        at = timezone.localtime(getattr(article, column))
        was = _hour(request.GET.get("was", ""))
        is_last = row_number(request.GET.get("version", "")) == article.version
        return {
            "article": article,
            "kind": kind,
            "at": at,
            "before": was if was and was.tzinfo is not None else None,
            "query": _query(request, day=at.date().isoformat()),
            "comes_twice": calendar.comes_twice(at.replace(tzinfo=None, fold=0), zone),
            "was": was.isoformat()
            if was and was.tzinfo is not None and is_last and was > timezone.now()
            else "",
        }


_OF_MOVED = ["headline", "language", "status", "published_at", "withdraw_at", "version"]


def _kind(text: str) -> ClockMove.Kind:
    return ClockMove.Kind.DISAPPEAR if text == ClockMove.Kind.DISAPPEAR else ClockMove.Kind.APPEAR


def _heading(shown: calendar.Period) -> str:
    if shown.view == "month":
        return date_format(shown.day, "F Y")
    if shown.view == "day":
        return date_format(shown.day, "l j F Y")
    last = shown.end - calendar.DAY
    return _("%(first)s to %(last)s") % {
        "first": date_format(shown.first, "j F"),
        "last": date_format(last, "j F Y"),
    }


def _query(request: HttpRequest, **changed: Any) -> str:
    """The view, the day and the section of this page's address, with what is changed of them or added."""
    kept = {name: request.GET[name] for name in ("view", "day", "section") if request.GET.get(name)}
    return urlencode(kept | changed)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def _hour(text: str) -> datetime | None:
    """An hour of the newsroom's clocks or, with an offset, a moment."""
    try:
        hour = parse_datetime(text)
    except ValueError:
        return None
    return hour if hour and hour.year in YEARS else None
