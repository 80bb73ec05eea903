from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from comments.models import Policy, Thread
from comments.terms import is_within, terms_of
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_article_follows_the_site_where_it_does_not_depart_from_it():
    article = factories.published()
    Policy.objects.update(mode="unproven", closes_after_days=14)

    terms = terms_of(article)

    assert (terms.mode, terms.closes_at, terms.is_open) == (
        "unproven",
        article.published_at + timedelta(days=14),
        True,
    )


def test_an_article_may_depart_in_one_thing_only():
    article = factories.published()
    Policy.objects.update(mode="unproven", closes_after_days=14)
    Thread.objects.create(article=article, closes_after_days=0)

    terms = terms_of(article)

    assert (terms.mode, terms.closes_at) == ("unproven", None)


@pytest.mark.parametrize(("days_ago", "is_open"), [(13, True), (15, False)])
def test_comments_close_some_days_after_publication(days_ago, is_open):
    article = factories.published(at=timezone.now() - timedelta(days=days_ago))
    Policy.objects.update(closes_after_days=14)

    assert terms_of(article).is_open is is_open


@pytest.mark.parametrize(
    ("hour", "site", "own", "is_night"),
    [
        pytest.param(23, True, "", True, id="the site's night"),
        pytest.param(12, True, "", False, id="the site's day"),
        pytest.param(23, False, "", False, id="switched off"),
        pytest.param(23, True, "off", False, id="not for this article"),
        pytest.param(12, False, "on", True, id="always for this article"),
    ],
)
def test_night(settings, hour, site, own, is_night):
    article = factories.published()
    Policy.objects.update(is_night_on=site)
    Thread.objects.create(article=article, night=own)

    with time_machine.travel(datetime(2026, 5, 1, hour, 30, tzinfo=timezone.get_default_timezone())):
        assert terms_of(article).is_night is is_night


@pytest.mark.parametrize(
    ("now", "begin", "end", "inside"),
    [
        ("23:00", "23:00", "06:00", True),
        ("03:00", "23:00", "06:00", True),
        ("06:00", "23:00", "06:00", False),
        ("12:00", "23:00", "06:00", False),
        ("01:30", "01:00", "06:00", True),
        ("00:30", "01:00", "06:00", False),
    ],
)
def test_hours_may_span_midnight(now, begin, end, inside):
    assert is_within(*map(time.fromisoformat, (now, begin, end))) is inside


@pytest.mark.parametrize(
    ("hour", "days", "site", "own", "expected"),
    [
        pytest.param(12, 0, True, "", (1, 23), id="night begins"),
        pytest.param(23, 0, True, "", (2, 6), id="night ends the next day"),
        pytest.param(12, 1, True, "", (1, 15), id="comments close before the night"),
        pytest.param(12, 0, True, "on", None, id="always night"),
        pytest.param(12, 0, False, "", None, id="never"),
        pytest.param(16, 1, False, "", None, id="closed by then"),
    ],
)
def test_terms_tell_when_the_clock_changes_them(hour, days, site, own, expected):
    zone = timezone.get_default_timezone()
    article = factories.published(at=datetime(2026, 4, 30, 15, tzinfo=zone))
    Policy.objects.update(is_night_on=site, closes_after_days=days)
    Thread.objects.create(article=article, night=own)

    with time_machine.travel(datetime(2026, 5, 1, hour, 30, tzinfo=zone)):
        changes_at = terms_of(article).changes_at

    assert changes_at == (expected and datetime(2026, 5, *expected, tzinfo=zone))
