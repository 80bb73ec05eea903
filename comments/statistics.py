"""How well the desk keeps up: what waits, what was decided, by whom, and how long it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from articles.models import Section
from comments import terms
from comments.models import Comment
from newsroom.text.account_names import name_of


class Period(StrEnum):
    """Up to now: the last 24 hours by the hour of the clock, or 7 or 30 days with today as the last."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


_DAYS = {Period.WEEK: 7, Period.MONTH: 30}
_HOURS = 24

# A decision counts while it stands, so one that was taken back and its undoing both do not; nor does putting a comment
# back into the queue. What took a comment out of another state than pending was no first look, and has no time.
_DECIDED = """
WITH decided AS MATERIALIZED (
    SELECT d.by_id, d.cause = 'moderator' AS by_hand, d.to_status = 'approved' AS approved, a.section_id,
        CASE WHEN d.from_status = 'pending' AND d.cause = 'moderator' THEN d.at - c.created_at END AS took,
        EXTRACT(hour FROM d.at AT TIME ZONE %(zone)s)::int AS hour,
        date_trunc(%(step)s, d.at, %(zone)s) AS begun
    FROM comments_decision d
    JOIN comments_comment c ON c.id = d.comment_id
    JOIN articles_article a ON a.id = c.article_id
    WHERE d.at >= %(since)s AND d.at <= %(until)s
        AND d.cause <> 'writer' AND d.to_status IN ('approved', 'rejected', 'spam') AND d.undoes_id IS NULL
        AND NOT EXISTS (SELECT FROM comments_decision later WHERE later.undoes_id = d.id)
)
SELECT GROUPING(section_id, by_id, hour, begun), section_id, by_id, hour, begun,
    count(*) FILTER (WHERE by_hand), count(*) FILTER (WHERE by_hand AND approved), count(*) FILTER (WHERE NOT by_hand),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took)
FROM decided
GROUP BY GROUPING SETS ((), (section_id), (by_id), (hour), (begun))
"""
# GROUPING has a bit for each column that a row is not grouped by.
_ALL, _BY_SECTION, _BY_MODERATOR, _BY_HOUR, _OVER_TIME = 0b1111, 0b0111, 0b1011, 0b1101, 0b1110


@dataclass(frozen=True)
class Figures:
    """Decisions of moderators that stand, how many of them approve, and those that a rule or trust made besides.

    `median` and `p90` are the times from sending to the first decision, None where there was none.
    """

    decisions: int = 0
    approved: int = 0
    automatic: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None

    @property
    def refused(self) -> int:
        return self.decisions - self.approved

    @property
    def share_approved(self) -> int | None:
        """Percent, None of nothing."""
        return round(100 * self.approved / self.decisions) if self.decisions else None


@dataclass(frozen=True)
class SectionLevel:
    """What one section's comments needed, how many wait and since when the oldest (aware)."""

    name: str
    figures: Figures
    pending: int
    oldest: datetime | None


@dataclass(frozen=True)
class ServiceLevel:
    """The desk's work from `since` to `until`, and what waits at `until`.

    `over_time` has an entry for each hour or day of the period, by its beginning; `by_hour` for each hour of the
    clock; `by_moderator` names accounts, most decisions first, "" for what was decided without one.
    """

    since: datetime
    until: datetime
    pending: int
    oldest: datetime | None
    total: Figures
    over_time: list[tuple[datetime, Figures]]
    by_hour: list[Figures]
    by_section: list[SectionLevel]
    by_moderator: list[tuple[str, Figures]]

    @property
    def decisions_per_hour(self) -> float:
        return self.total.decisions / max((self.until - self.since) / timedelta(hours=1), 1)


def service_level(period: Period) -> ServiceLevel:
    """Four queries, whatever the number of comments; the one that takes longest reads the period's decisions once."""
    until = timezone.now()
    begins = _beginnings(period, until)
    found = _decided(begins[0], until, "hour" if period == Period.DAY else "day")
    waiting = {
        section: (count, oldest)
        for section, count, oldest in Comment.objects.held()
        .order_by()
        .values_list("article__section")
        .annotate(Count("pk"), Min("created_at"))
    }
    return ServiceLevel(
        since=begins[0],
        until=until,
        pending=sum(count for count, _ in waiting.values()),
        oldest=min((oldest for _, oldest in waiting.values()), default=None),
        total=found[_ALL].get(None, Figures()),
        over_time=[(begin, found[_OVER_TIME].get(begin, Figures())) for begin in begins],
        by_hour=[found[_BY_HOUR].get(hour, Figures()) for hour in range(_HOURS)],
        by_section=_sections(found[_BY_SECTION], waiting),
        by_moderator=_moderators(found[_BY_MODERATOR]),
    )


def night_ends() -> datetime | None:
    """When the night is over that holds all comments now (aware), None by day and without night mode. One query."""
    policy = terms.policy()
    if not terms.is_night(policy):
        return None
    now = timezone.localtime()
    end = now.replace(hour=policy.night_until.hour, minute=policy.night_until.minute, second=0, microsecond=0)
    return end if end > now else end + timedelta(days=1)


def _beginnings(period: Period, until: datetime) -> list[datetime]:
    """When each hour or day of the period begins."""
    if period == Period.DAY:
        this_hour = timezone.localtime(until).replace(minute=0, second=0, microsecond=0)
        return [this_hour - timedelta(hours=back) for back in reversed(range(_HOURS))]
    today = timezone.localtime(until).replace(hour=0, minute=0, second=0, microsecond=0)
    # Days of the calendar, which summer time makes an hour shorter or longer.
    return [today - timedelta(days=back) for back in reversed(range(_DAYS[period]))]


def _decided(since: datetime, until: datetime, step: str) -> Mapping[int, dict]:
    """Figures by kind of grouping, then by what they are grouped by. One query."""
    found: dict[int, dict] = {kind: {} for kind in (_ALL, _BY_SECTION, _BY_MODERATOR, _BY_HOUR, _OVER_TIME)}
    asked = {"since": since, "until": until, "step": step, "zone": timezone.get_current_timezone_name()}
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, asked)
        for kind, section, by, hour, begun, *figures in cursor.fetchall():
            key = {_ALL: None, _BY_SECTION: section, _BY_MODERATOR: by, _BY_HOUR: hour, _OVER_TIME: begun}[
                kind
            ]
            found[kind][key] = Figures(*figures)
    return found


def _sections(found: Mapping[int, Figures], waiting: Mapping[int, tuple]) -> list[SectionLevel]:
    """Those with decisions or waiting comments, in the order of the site. One query."""
    rows = Section.objects.filter(pk__in={*found, *waiting}).order_by("position", "sort_key").only("name")
    return [
        SectionLevel(row.name, found.get(row.pk, Figures()), *waiting.get(row.pk, (0, None))) for row in rows
    ]


def _moderators(found: Mapping[int | None, Figures]) -> list[tuple[str, Figures]]:
    accounts = get_user_model().objects.in_bulk([by for by in found if by is not None])
    names = {pk: name_of(account) for pk, account in accounts.items()}
    rows = [(names.get(by, ""), figures) for by, figures in found.items() if figures.decisions]
    return sorted(rows, key=lambda row: (-row[1].decisions, row[0]))
