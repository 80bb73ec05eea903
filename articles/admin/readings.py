"""How often articles are read, on the desk: day by day, the most read, and by section, with charts of plain SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles import readings, scopes
from articles.models import Article
from newsroom.web.numbers import row_number

PERIODS = {7: gettext_lazy("7 days"), 30: gettext_lazy("30 days"), 90: gettext_lazy("90 days")}
# Under the columns every so many have their label: more do not fit on a phone.
LABELS_EVERY = {7: 1, 30: 5, 90: 15}
FULL = 100


@dataclass(frozen=True)
class Row:
    """A line of a table about `of`, with its bar or column, whose `size` is FULL for the largest row."""

    of: Any
    count: int
    size: int
    is_labeled: bool = True

    @property
    def top(self) -> int:
        """Where a column begins, counted from above."""
        return FULL - self.size


class ArticleReadings:
    """Adds to the admin of articles how often they are read. A reporter sees his own, an editor those of the sections
    that he works in."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.readings))
        return [path("readings/", view, name="articles_article_readings"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest):
        articles = super().get_queryset(request)
        asked = {"articles_article_changelist", "articles_article_change"}
        if request.resolver_match.url_name not in asked:
            return articles
        return readings.with_count(articles, scopes.sections_of(request.user))

    @admin.display(description=gettext_lazy("readings"), ordering="read")
    def read(self, article: Article):
        return (
            number_format(article.read, force_grouping=True)
            if article.read
            else self.get_empty_value_display()
        )

    def readings(self, request: HttpRequest) -> HttpResponse:
        """GET `days`, one of PERIODS, else 7; with `article`, of that one alone."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        asked = row_number(request.GET.get("days", ""))
        days = asked if asked in PERIODS else min(PERIODS)
        articles = self.get_queryset(request)
        if (limited_to := scopes.sections_of(request.user)) is not None:
            articles = articles.filter(section__in=limited_to)
        article = None
        if named := request.GET.get("article"):
            articles = articles.filter(pk=row_number(named))
            article = articles.only("headline", "language", "slug").first()
            if article is None:
                raise Http404
        found = readings.figures(articles, days)
        per_day = [(date_format(day, "MONTH_DAY_FORMAT"), count) for day, count in found.per_day]
        context = {
            "title": _("Readings"),
            "opts": self.opts,
            "article": article,
            "periods": PERIODS,
            "days": days,
            "total": in_words(found.total),
            "before": in_words(found.before),
            "has_any": found.total > 0,
            "a_day": round(found.total / days),
            "most": max(count for _day, count in found.per_day),
            "per_day": rows(per_day, LABELS_EVERY[days]),
            "top": () if article else rows(found.top),
            "by_section": () if article else rows(found.by_section),
        }
        template = "admin/articles/article/readings.html"
        return render(request, template, self.admin_site.each_context(request) | context)


def rows(counted: Sequence[tuple[Any, int]], labels_every: int = 1) -> list[Row]:
    """Scale counts so that the largest has FULL; none that was read is without a trace."""
    most = max((count for _of, count in counted), default=0) or 1
    return [
        Row(of, count, max(FULL * count // most, 1) if count else 0, place % labels_every == 0)
        for place, (of, count) in enumerate(counted)
    ]


def in_words(count: int) -> str:
    return ngettext("%(number)s reading", "%(number)s readings", count) % {
        "number": number_format(count, force_grouping=True)
    }
