"""Readings: what is told of by pages is counted, ranked and forgotten, and tells nothing of anybody."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import kept_pages, publishing, readings, scopes
from articles.admin.readings import in_words
from articles.models import Article, DayOfReadings, Editor, HourOfReadings, MostRead, Reading
from newsroom.web import page_names
from newsroom.web.memory_limit import MemoryLimit
from tests import factories
from tests.kept_pages import lasting

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OWN = {"User-Agent": FIREFOX, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _nobody_was_counted():
    readings.forget_networks()


def _tell(client, number, address="192.0.2.7", **headers):
    return client.post(f"/readings/{number}/", headers=OWN | headers, REMOTE_ADDR=address)


def _read(article, times, day=None):
    """Count readings of an article today, each from a network of its own; with `day`, on that one."""
    with time_machine.travel(day or timezone.now(), tick=False):
        for number in range(times):
            readings.note(article.pk, network=f"10.{number}.0.0/24")
        readings.count_new()
    if day:
        readings.forget_networks()


# What is counted


def test_a_reading_is_counted_for_its_hour_and_its_day(client):
    article = factories.published()
    # Half past midnight in the newsroom is the day before elsewhere.
    with time_machine.travel("2030-03-01T21:30:00Z", tick=False):
        statuses = [_tell(client, article.pk, f"192.0.{number}.7").status_code for number in range(3)]
        readings.count_new()

    assert statuses == [204] * 3
    assert list(DayOfReadings.objects.values_list("article", "day", "times")) == [
        (article.pk, date(2030, 3, 2), 3)
    ]
    assert [(row.hour.isoformat(), row.times) for row in HourOfReadings.objects.all()] == [
        ("2030-03-01T21:00:00+00:00", 3)
    ]
    assert not Reading.objects.exists()


def test_counting_goes_on_from_what_was_counted():
    article = factories.published()
    _read(article, 2)
    readings.forget_networks()
    _read(article, 3)

    assert [row.times for row in DayOfReadings.objects.all()] == [5]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"DNT": "1"}, 204),
        ({"Sec-GPC": "1"}, 204),
        ({"User-Agent": ""}, 204),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, 204),
        ({"User-Agent": "Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/130.0 Safari/537.36"}, 204),
        ({"User-Agent": "curl/8.5.0"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
    ids=["DNT", "GPC", "no name", "crawler", "headless", "curl", "other site", "sister site"],
)
def test_who_objects_and_what_is_no_reader_is_not_counted(client, headers, status):
    article = factories.published()

    response = _tell(client, article.pk, **headers)

    assert (response.status_code, Reading.objects.count()) == (status, 0)


@time_machine.travel(timezone.now(), tick=False)
def test_the_answer_tells_nothing_of_an_article_and_takes_the_same_queries(client):
    shown, hidden = factories.published(), factories.draft()
    ahead = factories.published(at=timezone.now() + timedelta(hours=1))
    answers = set()
    for number in (shown.pk, hidden.pk, ahead.pk, 0, 10**17):
        with CaptureQueriesContext(connection) as captured:
            response = _tell(client, number)
        answers.add((response.status_code, response.content, str(lasting(response.headers)), len(captured)))
    readings.count_new()

    assert [answer[0::3] for answer in answers] == [(204, 1)]
    assert [row.article_id for row in DayOfReadings.objects.all()] == [shown.pk]


def test_a_number_that_no_row_can_have_is_answered_like_any_other(client):
    assert _tell(client, 10**30).status_code == 204


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_a_post_is_taken(client, method):
    assert getattr(client, method)(f"/readings/{factories.published().pk}/", headers=OWN).status_code == 405


def test_what_is_sent_along_is_not_read(client):
    article = factories.published()

    response = client.post(
        f"/readings/{article.pk}/", b"x" * 10_000_000, content_type="text/plain", headers=OWN
    )

    assert (response.status_code, response.cookies) == (204, {})


def test_a_flood_from_one_network_lifts_nothing(client):
    article = factories.published()
    for number in range(50):
        _tell(client, article.pk, f"192.0.2.{number}")

    assert Reading.objects.count() == readings.OF_ARTICLE


def test_one_network_is_not_counted_without_end(client):
    for number in range(1, readings.OF_ALL + 10):
        readings.note(number, network="192.0.2.0/24")

    assert Reading.objects.count() == readings.OF_ALL


def test_nothing_that_is_stored_tells_one_reader_from_another(client):
    _tell(client, factories.published().pk)

    (row,) = Reading.objects.values()

    assert row.keys() == {"id", "number", "hour"}
    assert (row["hour"].minute, row["hour"].second, row["hour"].microsecond) == (0, 0, 0)


def test_a_limit_in_memory_is_one_of_a_day_and_forgets_who_came_first():
    limit = MemoryLimit(2, most_keys=2)
    day = date(2030, 1, 1)

    taken = [limit.take("a", day) for _ in range(3)]
    taken.append(limit.take("a", day + timedelta(days=1)))
    later = day + timedelta(days=1)
    for key in ("b", "c"):
        limit.take(key, later)
    taken += [limit.take("a", later), limit.take("a", later), limit.take("a", later)]

    assert taken == [True, True, False, True, True, True, False]


# What readers see


def _listed(client, address="/"):
    (found,) = re.findall(r'class="most-read".*?</nav>', client.get(address).text, re.DOTALL) or [""]
    return [int(number) for number in re.findall(r'href="/article/(\d+)/', found)]


def test_the_front_page_lists_what_was_read_most_and_the_newer_of_those_read_alike(client):
    now = timezone.now()
    articles = [factories.published(at=now - timedelta(hours=number)) for number in range(1, 7)]
    for article, times in zip(articles, [1, 3, 3, 6, 2, 1], strict=True):
        _read(article, times)
    readings.rank()

    assert _listed(client) == [articles[number].pk for number in (3, 1, 2, 4, 0)]
    assert "ربما فاتك" not in client.get("/").text


def test_a_line_of_the_list_runs_as_its_headline_whatever_the_interface(client):
    for language in ("ar", "en", "ar"):
        _read(factories.published(language=language), 1)
    readings.rank()

    (found,) = re.findall(r'class="most-read".*?</nav>', client.get("/en/").text, re.DOTALL)

    # The line in English says what is said of the page.
    assert re.findall(r"<li ?(.*?)>", found) == ['lang="ar" dir="rtl"', "", 'lang="ar" dir="rtl"']


def test_too_little_in_a_day_makes_it_a_week_and_still_too_little_none(client):
    now = timezone.now()
    articles = [factories.published(at=now - timedelta(days=6)) for _ in range(3)]
    _read(articles[0], 1)
    _read(articles[1], 2, now - timedelta(days=3))
    periods = [(readings.rank().articles, _listed(client))]
    _read(articles[2], 3, now - timedelta(days=3))
    ranked = readings.rank()

    assert periods == [([], [])]
    assert ranked.period == MostRead.Period.WEEK
    assert _listed(client) == [articles[2].pk, articles[1].pk, articles[0].pk]


def test_what_is_withdrawn_is_gone_from_the_list_at_once(client):
    articles = [factories.published() for _ in range(4)]
    for times, article in enumerate(articles, start=1):
        _read(article, times)
    readings.rank()
    before = _listed(client)
    publishing.move(articles[3], "withdraw", by=None)

    assert before == [articles[number].pk for number in (3, 2, 1, 0)]
    assert _listed(client) == [articles[number].pk for number in (2, 1, 0)]


def test_an_article_ends_with_the_others_that_were_read_most(client):
    articles = [factories.published() for _ in range(4)]
    for times, article in enumerate(articles, start=1):
        _read(article, times)
    readings.rank()

    assert _listed(client, articles[3].get_absolute_url()) == [articles[number].pk for number in (2, 1, 0)]


def test_a_page_is_purged_when_one_that_was_read_most_comes_back(client):
    articles = [factories.published() for _ in range(4)]
    for article in articles:
        _read(article, 1)
    readings.rank()
    elsewhere = factories.published(section=factories.section("رياضة"))
    publishing.move(articles[0], "withdraw", by=None)

    request = client.get(elsewhere.get_absolute_url()).wsgi_request

    assert kept_pages.name_of(articles[0].pk) in request.META[page_names.NAMES]


# What is kept


def test_hours_are_forgotten_after_a_week_and_days_after_thirteen_months():
    article = factories.published(at=timezone.now() - timedelta(days=500))
    now = timezone.now()
    for days in (1, 10, 390, 400):
        _read(article, 1, now - timedelta(days=days))
    readings.forget_old()

    assert HourOfReadings.objects.count() == 1
    assert DayOfReadings.objects.count() == 3


# What the desk sees

PAGE = "/admin/articles/article/readings/"


def _told(client, user, query=""):
    """The status of the page of readings, and the numbers of the articles that it names."""
    client.force_login(user)
    response = client.get(PAGE + query)
    return response.status_code, [
        int(number) for number in re.findall(r"days=\d+&amp;article=(\d+)\" lang", response.text)
    ]


def test_the_desk_sees_what_was_read_by_day_by_section_and_by_article(client):
    first, second = factories.published(), factories.published(section=factories.section("رياضة"))
    days_ago = timezone.now() - timedelta(days=10)
    Article.objects.update(published_at=timezone.now() - timedelta(days=30))
    _read(first, 3)
    _read(second, 4)
    _read(second, 5, days_ago)

    week = readings.figures(Article.objects.all(), 7)
    month = readings.figures(Article.objects.all(), 30)

    assert (week.total, week.before, month.total, month.before) == (7, 5, 12, 0)
    assert (len(week.per_day), week.per_day[-1]) == (7, (timezone.localdate(), 7))
    assert [(article.pk, count) for article, count in month.top] == [(second.pk, 9), (first.pk, 3)]
    assert month.by_section == [("رياضة", 9), ("تقنية", 3)]


def test_who_is_limited_sees_the_own_sections_and_a_reporter_the_own_articles(client):
    editor, reporter = factories.staff(factories.EDITORS), factories.staff(factories.REPORTERS)
    sport = factories.section("رياضة")
    articles = [factories.published(), factories.published(section=sport), factories.published(by=reporter)]
    for article in articles:
        _read(article, 1)
    scopes.limit(Editor.objects.get(pk=editor.pk), [sport], by=None)

    assert _told(client, editor) == (200, [articles[1].pk])
    assert _told(client, editor, f"?article={articles[0].pk}") == (404, [])
    assert _told(client, reporter) == (200, [articles[2].pk])
    assert _told(client, factories.staff(factories.MODERATORS))[0] == 403


@pytest.mark.parametrize(
    "query", ["?days=x", "?days=31", "?days=90", "?article=x", "?article=0", "?article=9" * 9]
)
def test_whatever_is_asked_of_the_page_is_answered(client, query):
    client.force_login(factories.superuser())

    assert client.get(PAGE + query).status_code == (404 if "article" in query else 200)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لا قراءات"), (1, "قراءة واحدة"), (2, "قراءتان"), (3, "3 قراءات"), (11, "11 قراءة"), (1_100, "1,100 قراءة"),
    ],
)  # fmt: skip
def test_numbers_agree_with_their_noun(count, words):
    assert in_words(count) == words


def test_a_list_of_articles_is_sorted_by_readings(client):
    articles = [factories.published() for _ in range(3)]
    _read(articles[1], 3)
    _read(articles[2], 1)
    client.force_login(factories.superuser())

    page = client.get("/admin/articles/article/?o=-5").text

    assert re.findall(r'field-title"><a href="/admin/articles/article/(\d+)/', page) == [
        str(articles[number].pk) for number in (1, 2, 0)
    ]


def test_a_list_tells_who_is_limited_nothing_of_the_readings_of_other_sections(client):
    editor, sport = factories.staff(factories.EDITORS), factories.section("رياضة")
    own, other = factories.published(section=sport), factories.published()
    _read(own, 2)
    _read(other, 3)
    scopes.limit(Editor.objects.get(pk=editor.pk), [sport], by=None)
    client.force_login(editor)

    page = client.get("/admin/articles/article/?o=-5").text

    assert re.findall(r'articles/article/(\d+)/change/.*?field-read">([^<]*)<', page, re.DOTALL) == [
        (str(own.pk), "2"), (str(other.pk), "-"),
    ]  # fmt: skip
