"""The archive: by the newsroom's clock, of what readers see alone, at a price that its period sets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from lxml import html

from articles import archive, publishing
from articles.archive import Period
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def _links(response, under):
    return [
        address for address in html.fromstring(response.text).xpath("//main//a/@href") if under.match(address)
    ]


@pytest.mark.parametrize(
    ("minute", "day"), [(59, "/archive/2025/12/31/"), (0, "/archive/2026/01/01/")], ids=["before", "after"]
)
def test_a_story_stands_on_the_day_of_the_newsrooms_clocks(client, minute, day):
    # Midnight in Riyadh is nine in the evening in UTC.
    hour = 20 if minute else 21
    article = factories.published(at=datetime(2025, 12, 31, hour, minute, tzinfo=UTC))

    response = client.get(day)

    assert article.headline in response.text
    assert client.get(day[:-3]).status_code == 200


def test_the_front_of_the_archive_counts_the_months_of_the_newest_year(client):
    for at in (NOW - DAY, NOW - 2 * DAY, NOW - 30 * DAY, NOW - 400 * DAY):
        factories.published(at=at)

    page = html.fromstring(client.get("/archive/").text)

    shown = [
        (link.get("href"), link.findtext("span[2]"))
        for link in page.xpath("//ol[@class='archive__months']//a")
    ]
    assert shown == [("/archive/2026/02/", "مادة واحدة"), ("/archive/2026/03/", "مادتان")]
    assert page.xpath("//nav[@class='archive__years']//a/@href") == ["/archive/2026/", "/archive/2025/"]


def test_a_year_in_which_nothing_is_to_be_seen_is_left_out():
    factories.published(at=NOW - DAY)
    factories.published(at=datetime(2019, 5, 1, tzinfo=UTC))
    gone = factories.published(at=datetime(2022, 5, 1, tzinfo=UTC))
    publishing.move(gone, "archive", by=None)

    assert archive.years() == [2026, 2019]


@pytest.mark.parametrize(
    "address",
    ["2026/04", "2026/03/11", "2026/03/08", "2026/02/30", "2025", "2027", "2026/3", "2026/13", "0001/01", "٢٠٢٦/٠٣"],
)  # fmt: skip
def test_what_has_no_stories_is_not_found(client, address):
    factories.published(at=NOW - DAY)
    factories.published(at=NOW + DAY)

    assert client.get(f"/archive/{address}/").status_code == 404


def test_the_archive_of_an_empty_site_says_so(client):
    response = client.get("/archive/")

    assert (response.status_code, "لم يُنشر شيء بعد" in response.text) == (200, True)


def test_from_a_day_one_goes_on_to_the_nearest_with_stories():
    for days in (1, 5, 9):
        factories.published(at=NOW - days * DAY)
    factories.published(at=NOW + DAY)

    assert Period(2026, 3, 1).neighbors == (None, Period(2026, 3, 5))
    assert Period(2026, 3, 5).neighbors == (Period(2026, 3, 1), Period(2026, 3, 9))
    assert Period(2026, 3, 9).neighbors == (Period(2026, 3, 5), None)
    assert Period(2026, 3).neighbors == (None, None)


def test_the_calendar_begins_on_the_first_day_of_the_week_there():
    # In Saudi Arabia on Sunday; the first of March 2026 is one.
    weeks = list(archive.weeks(Period(2026, 3), []))

    assert [cell and cell.day for cell, _part in weeks[0]] == [1, 2, 3, 4, 5, 6, 7]
    assert [cell and cell.day for cell, _part in weeks[-1]] == [29, 30, 31, None, None, None, None]


def test_a_day_with_many_stories_has_pages(client, monkeypatch):
    from articles import views

    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for minutes in range(3):
        factories.published(at=NOW - timedelta(minutes=minutes))

    first, second = client.get("/archive/2026/03/10/"), client.get("/archive/2026/03/10/?page=2")

    stories = re.compile("/article/")
    assert (len(_links(first, stories)), len(_links(second, stories))) == (2, 1)
    assert 'rel="canonical" href="http://127.0.0.1:8000/archive/2026/03/10/?page=2"' in second.text
    assert client.get("/archive/2026/03/10/?page=3").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/archive/", 4), ("/archive/2026/03/", 5), ("/archive/2026/03/09/", 5)]
)
def test_the_archive_takes_as_many_queries_with_three_stories_as_with_one(
    client, django_assert_num_queries, address, queries, count
):
    for minutes in range(count):
        factories.published(at=NOW - DAY - timedelta(minutes=minutes))

    with django_assert_num_queries(queries):
        client.get(address)


def test_the_sitemap_names_the_years_and_their_months(client, settings):
    factories.published(at=NOW - DAY)
    factories.published(at=NOW - 40 * DAY)

    found = re.findall("<loc>(.*?)</loc>", client.get("/sitemap-archive.xml").text)

    paths = ["/archive/2026/", "/archive/2026/01/", "/archive/2026/03/"]
    assert found == [settings.SITE_URL + path for path in paths]


# Writers


def test_writers_stand_in_the_order_of_an_arabic_index_and_foreign_names_after_them(client, monkeypatch):
    from articles import views

    monkeypatch.setattr(views, "AUTHORS_PAGE_SIZE", 3)
    names = ["هالة", "Sarah Keller", "الخوري", "آمنة", "أحمد"]
    factories.published(authors=[factories.author(name) for name in names])
    factories.draft(authors=[factories.author("باسم")])

    first = html.fromstring(client.get("/authors/").text)
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = html.fromstring(client.get(f"/authors/{following}").text)

    shown = [page.xpath("//a[@rel='author']/bdi") for page in (first, second)]
    assert [[name.text_content() for name in page] for page in shown] == [
        ["أحمد", "آمنة", "الخوري"],
        ["هالة", "Sarah Keller"],
    ]
    assert [letter.text_content() for letter in first.xpath("//main//h2")] == ["ا", "خ"]


@pytest.mark.parametrize("after", ["x", "0", "9" * 30])
def test_writers_after_nobody_are_not_found(client, after):
    assert client.get("/authors/", {"after": after}).status_code == 404


def test_where_a_writer_whom_readers_do_not_know_yet_stands_is_not_told(client):
    factories.published(authors=[factories.author("هالة")])
    unknown = factories.author("باسم")
    factories.draft(authors=[unknown])

    assert client.get("/authors/", {"after": unknown.pk}).status_code == 404
