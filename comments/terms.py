"""The terms on which an article takes comments now: the site's rules, and where the article departs from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, Subquery
from django.utils import timezone

from articles.models import Article
from comments.models import Mode, Night, Policy, Thread
from newsroom.prepared_statements import Parameter, Prepared, row_of


@dataclass(frozen=True)
class Terms:
    """`closes_at` is aware, None where comments never close; `turns_at` is when night begins or ends, where it does.
    `policy` holds the limits, which are the site's alone."""

    mode: str
    closes_at: datetime | None
    is_night: bool
    policy: Policy
    turns_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.mode != Mode.CLOSED and (self.closes_at is None or self.closes_at > timezone.now())

    @property
    def changes_at(self) -> datetime | None:
        """When the clock makes others of these terms, None where it does not."""
        now = timezone.now()
        return min(
            (at for at in (self.closes_at, self.turns_at) if at is not None and at > now), default=None
        )


def policy() -> Policy:
    """The site's rules. One query."""
    return Policy.objects.get(pk=1)


_RULES = [field.attname for field in Policy._meta.concrete_fields]


def _rules():
    own = Thread.objects.filter(article=Parameter("article", BigIntegerField()))
    return Policy.objects.filter(pk=1).values_list(
        *_RULES,
        Subquery(own.values("mode")),
        Subquery(own.values("closes_after_days")),
        Subquery(own.values("night")),
    )


# The site's rules and those of `article`, in one row that `read` understands.
RULES = Prepared(_rules)
COLUMNS = len(_RULES) + 3


def terms_of(article: Article) -> Terms:
    """One query."""
    return read(RULES.first(article=article.pk), article)


def read(row: Sequence[Any], article: Article) -> Terms:
    """The terms that a row of RULES states for an article."""
    *rules, own_mode, own_days, own_night = row
    site = _policy(tuple(rules))
    days = site.closes_after_days if own_days is None else own_days
    return Terms(
        mode=own_mode or site.mode,
        closes_at=article.published_at + timedelta(days=days) if days and article.published_at else None,
        is_night=is_night(site, own_night),
        policy=site,
        turns_at=_next_turn(site) if site.is_night_on and not own_night else None,
    )


@lru_cache(maxsize=8)
def _policy(rules: tuple[Any, ...]) -> Policy:
    """The site's rules, which are those of comment after comment."""
    return row_of(Policy, _RULES, rules)


def is_night(site: Policy, own: str | None = None) -> bool:
    """Whether it is night now by the site's rules, or by an article's `own`."""
    if own:
        return own == Night.ON
    return site.is_night_on and is_within(timezone.localtime().time(), site.night_from, site.night_until)


def _next_turn(site: Policy) -> datetime:
    """When night begins or ends next, by the newsroom's clocks."""
    now = timezone.localtime()
    turns = [datetime.combine(now.date(), hour, now.tzinfo) for hour in (site.night_from, site.night_until)]
    return min(turn if turn > now else turn + timedelta(days=1) for turn in turns)


def is_within(now: time, begin: time, end: time) -> bool:
    """Whether `now` lies in the hours from `begin` up to `end`, which may span midnight."""
    return begin <= now < end if begin <= end else now >= begin or now < end
