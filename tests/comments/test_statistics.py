"""Each figure of the service level, by a clock that stands."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from comments import moderation, statistics
from comments.admin.statistics import duration, rows
from comments.models import Cause, Comment, Policy, Status
from comments.statistics import Figures, Period
from tests import factories

# 15:30 in Riyadh, the newsroom's zone.
NOW = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
PAGE = "/admin/comments/comment/service-level/"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW - timedelta(days=60), tick=False) as traveller:
        yield traveller


@pytest.fixture
def decide(clock, article):
    """Return a function that sends a comment and decides over it `took` later, `ago` before NOW."""

    def decide(to, *, ago, took=timedelta(minutes=10), by=None, of=None, cause=Cause.MODERATOR):
        clock.move_to(NOW - ago - took)
        comment = factories.sent(of or article)
        clock.move_to(NOW - ago)
        reason = "abuse" if to == Status.REJECTED else ""
        outcome = moderation.decide({comment.pk: 1}, to, by=by, reason=reason, cause=cause)
        clock.move_to(NOW)
        return outcome.decided[0]

    return decide


HOUR = timedelta(hours=1)


def test_nothing_at_all(clock):
    clock.move_to(NOW)

    level = statistics.service_level(Period.DAY)

    assert (level.pending, level.oldest, level.total) == (0, None, Figures())
    assert (level.by_section, level.by_moderator) == ([], [])
    assert [figures for _, figures in level.over_time] == [Figures()] * 24
    assert level.by_hour == [Figures()] * 24
    assert (level.total.share_approved, level.decisions_per_hour) == (None, 0)


def test_what_waits_and_since_when(article, clock):
    oldest = factories.sent(article)
    clock.move_to(NOW)
    factories.sent(article)
    factories.approved(article)
    shadowed = factories.sent(article)
    Comment.objects.filter(pk=shadowed.pk).update(is_shadowed=True)

    level = statistics.service_level(Period.DAY)

    assert (level.pending, level.oldest) == (2, oldest.created_at)


def test_decisions_share_approved_and_rate(decide):
    decide(Status.APPROVED, ago=HOUR)
    decide(Status.APPROVED, ago=2 * HOUR)
    decide(Status.REJECTED, ago=3 * HOUR)
    decide(Status.SPAM, ago=4 * HOUR)

    level = statistics.service_level(Period.DAY)

    assert (level.total.decisions, level.total.approved, level.total.refused) == (4, 2, 2)
    assert level.total.share_approved == 50
    # From 16:00 of yesterday to 15:30.
    assert level.decisions_per_hour == pytest.approx(4 / 23.5)


def test_median_and_ninth_tenth(decide):
    for minutes in range(1, 12):
        decide(Status.APPROVED, ago=HOUR, took=timedelta(minutes=minutes))

    total = statistics.service_level(Period.DAY).total

    assert (total.median, total.p90) == (timedelta(minutes=6), timedelta(minutes=10))


def test_a_second_thought_has_no_time(decide, clock):
    comment = decide(Status.APPROVED, ago=30 * HOUR)
    moderation.mark_spam([comment], by=None)

    total = statistics.service_level(Period.DAY).total

    assert (total.decisions, total.median) == (1, None)


def test_what_was_taken_back_does_not_count(decide):
    comment = decide(Status.APPROVED, ago=HOUR)
    moderation.undo([comment.decisions.get().pk], by=None)

    assert statistics.service_level(Period.DAY).total == Figures()


def test_putting_back_into_the_queue_is_no_decision(decide):
    comment = decide(Status.APPROVED, ago=30 * HOUR)
    moderation.decide({comment.pk: comment.version}, Status.PENDING, by=None)

    assert statistics.service_level(Period.DAY).total == Figures()


@pytest.mark.parametrize(
    ("to", "cause", "automatic"),
    [
        (Status.REJECTED, Cause.RULE, 1),
        (Status.APPROVED, Cause.TRUST, 1),
        (Status.DELETED, Cause.WRITER, 0),
    ],
)
def test_what_no_moderator_decided_counts_apart(decide, to, cause, automatic):
    decide(to, ago=HOUR, cause=cause)

    assert statistics.service_level(Period.DAY).total == Figures(automatic=automatic)


@pytest.mark.parametrize(
    ("period", "ago", "counted"),
    [
        pytest.param(Period.DAY, timedelta(hours=23, minutes=29), 1, id="since 16:00 of yesterday"),
        pytest.param(Period.DAY, timedelta(hours=23, minutes=31), 0, id="before it"),
        pytest.param(Period.WEEK, timedelta(days=6, hours=15), 1, id="since six midnights ago"),
        pytest.param(Period.WEEK, timedelta(days=6, hours=16), 0, id="before them"),
        pytest.param(Period.MONTH, timedelta(days=29, hours=15), 1, id="since 29 midnights ago"),
        pytest.param(Period.MONTH, timedelta(days=29, hours=16), 0, id="before those"),
    ],
)
def test_a_period_begins_with_an_hour_or_a_day(decide, period, ago, counted):
    decide(Status.APPROVED, ago=ago)

    level = statistics.service_level(period)

    assert level.total.decisions == counted
    assert level.over_time[0][1].decisions == counted


def test_hours_are_those_of_the_newsrooms_clock(decide):
    decide(Status.APPROVED, ago=30 * timedelta(minutes=1))
    decide(Status.SPAM, ago=timedelta(days=2))

    by_hour = statistics.service_level(Period.WEEK).by_hour

    assert {hour: figures.decisions for hour, figures in enumerate(by_hour) if figures.decisions} == {15: 2}


def test_days_are_those_of_the_newsrooms_calendar(decide):
    # 22:30 UTC is half past one of the next day in Riyadh.
    decide(Status.APPROVED, ago=timedelta(hours=14))

    over_time = statistics.service_level(Period.WEEK).over_time

    assert [begin.astimezone(UTC) for begin, figures in over_time if figures.decisions] == [
        datetime(2026, 3, 9, 21, tzinfo=UTC)
    ]


def test_by_section_with_what_waits_there(decide, article):
    sport = factories.published(section=factories.section("رياضة"))
    factories.draft(section=factories.section("ثقافة"))
    decide(Status.APPROVED, ago=HOUR)
    decide(Status.SPAM, ago=HOUR, of=sport)
    waiting = factories.sent(sport)

    by_section = statistics.service_level(Period.DAY).by_section

    assert {
        row.name: (row.figures.decisions, row.figures.approved, row.pending, row.oldest) for row in by_section
    } == {"تقنية": (1, 1, 0, None), "رياضة": (1, 0, 1, waiting.created_at)}


def test_by_moderator_the_busiest_first(decide):
    one, two = (factories.staff(factories.MODERATORS, name) for name in ("one", "two"))
    for by in (one, two, two, None, None, None):
        decide(Status.APPROVED, ago=HOUR, by=by)

    by_moderator = statistics.service_level(Period.DAY).by_moderator

    assert [(name, figures.decisions) for name, figures in by_moderator] == [("", 3), ("two", 2), ("one", 1)]


@pytest.mark.parametrize("count", [1, 8])
def test_figures_take_four_queries(decide, article, count, django_assert_num_queries):
    for number in range(count):
        decide(
            Status.APPROVED,
            ago=HOUR,
            by=factories.staff(factories.MODERATORS),
            of=factories.published(section=factories.section(f"قسم {number}")),
        )

    with django_assert_num_queries(4):
        statistics.service_level(Period.MONTH)


@pytest.mark.parametrize(
    ("is_on", "begin", "end", "ends"),
    [
        pytest.param(True, time(15), time(16), datetime(2026, 3, 10, 13, tzinfo=UTC), id="today"),
        pytest.param(True, time(15), time(6), datetime(2026, 3, 11, 3, tzinfo=UTC), id="tomorrow"),
        pytest.param(True, time(23), time(6), None, id="by day"),
        pytest.param(False, time(15), time(16), None, id="without night mode"),
    ],
)
def test_when_the_night_is_over(clock, is_on, begin, end, ends):
    Policy.objects.update(is_night_on=is_on, night_from=begin, night_until=end)
    clock.move_to(NOW)

    assert statistics.night_ends() == ends


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (None, ""),
        (timedelta(seconds=20), "أقلّ من دقيقة"),
        (timedelta(minutes=2), "دقيقتين"),
        (timedelta(minutes=119), "119 دقيقة"),
        (timedelta(hours=2), "ساعتين"),
        (timedelta(hours=47), "47 ساعة"),
        (timedelta(days=2), "يومين"),
        (timedelta(days=3, hours=5), "3 أيام"),
    ],
)
def test_a_time_in_words(time, words):
    assert duration(time) == words


def test_the_largest_row_is_full_and_the_smallest_leaves_a_trace():
    large, small, none = rows([("a", Figures(900, 300)), ("b", Figures(1, 1)), ("c", Figures())])

    assert (large.top, large.refused, large.middle, large.approved) == (1, 66, 67, 33)
    assert (small.approved, small.refused) == (1, 0)
    assert (none.top, none.total) == (100, 0)


class TestPage:
    @pytest.fixture
    def moderator(self, client, clock):
        # Sessions end, so nobody can be signed in since long ago.
        clock.move_to(NOW)
        moderator = factories.staff(factories.MODERATORS)
        client.force_login(moderator)
        return moderator

    @pytest.mark.parametrize(
        "period", ["", "?period=24h", "?period=7d", "?period=30d", "?period=1%00", "?period=x"]
    )
    def test_it_opens_with_and_without_decisions(self, client, moderator, decide, period):
        empty = client.get(PAGE + period)
        decide(Status.APPROVED, ago=HOUR, by=moderator)
        full = client.get(PAGE + period)

        expected = 400 if "%00" in period else 200
        assert (empty.status_code, full.status_code) == (expected, expected)

    def test_nothing_decided_is_said(self, client, moderator):
        page = client.get(PAGE).content.decode()

        assert "لم يُتّخذ قرار في هذه المدّة" in page
        assert "<svg" not in page.partition('<div id="content-main">')[2].partition("<table>")[0]

    def test_it_takes_nine_queries(self, client, moderator, decide, django_assert_num_queries):
        for to in (Status.APPROVED, Status.SPAM, Status.REJECTED):
            decide(to, ago=HOUR, by=moderator)

        # Session, account, two of permissions; the figures; night.
        with django_assert_num_queries(9):
            client.get(PAGE)

    def test_no_style_and_no_script_stands_in_it(self, client, moderator, decide):
        decide(Status.APPROVED, ago=HOUR, by=moderator)

        page = client.get(PAGE).content.decode().partition('id="content"')[2]

        assert " style=" not in page
        assert "<script" not in page.partition("</main>")[0]

    @pytest.mark.parametrize("group", [factories.EDITORS, factories.REPORTERS])
    def test_it_is_for_moderators(self, client, clock, group):
        clock.move_to(NOW)
        client.force_login(factories.staff(group))

        assert client.get(PAGE).status_code == 403

    @pytest.mark.parametrize("page", ["/admin/", "/admin/comments/comment/"])
    def test_start_page_and_queue_lead_to_it(self, client, moderator, page):
        assert f'href="{PAGE}"' in client.get(page).content.decode()

    @pytest.mark.parametrize("page", ["/admin/", PAGE])
    def test_night_is_told(self, client, moderator, page):
        Policy.objects.update(is_night_on=True, night_from=time(15), night_until=time(6))

        assert "حجز التعليقات ليلًا قائم" in client.get(page).content.decode()
