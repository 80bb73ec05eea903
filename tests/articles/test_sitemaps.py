"""Sitemaps against the protocol: https://www.sitemaps.org/protocol.html and the two extensions of Google."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.encoding import iri_to_uri
from lxml import etree

from articles import publishing, sitemaps
from tests import factories, public_site

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"} | sitemaps._NAMESPACES
W3C_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
# The order and number of elements that the schemas allow.
URL = ["loc", "lastmod", "news", "image"]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def _read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return etree.fromstring(response.content)


def _locations(root):
    return root.xpath("*/s:loc/text()", namespaces=NAMES)


def _index(client):
    return [location.partition("/sitemap-")[2] for location in _locations(_read(client, "/sitemap.xml"))]


def _paths(client, address):
    return [re.sub("^https?://[^/]+", "", location) for location in _locations(_read(client, address))]


def test_the_index_names_a_sitemap_of_each_month_with_its_last_change(client, now):
    factories.published(at=datetime(2025, 12, 31, 20, 59, tzinfo=UTC))
    # By the newsroom's clock, three hours ahead, another year.
    old = factories.published(at=datetime(2025, 12, 31, 21, 1, tzinfo=UTC))

    root = _read(client, "/sitemap.xml")

    assert root.tag == f"{{{NAMES['s']}}}sitemapindex"
    found = {
        entry.findtext("s:loc", namespaces=NAMES).partition("/sitemap-")[2]: entry.findtext(
            "s:lastmod", namespaces=NAMES
        )
        for entry in root
    }
    assert found == {
        "pages.xml": None, "news.xml": "2025-12-31T21:01:00+00:00", "archive.xml": None, "site-pages.xml": None,
        "sections.xml": None, "series.xml": None,
        "tags.xml": None, "authors.xml": None, "2025-12.xml": "2025-12-31T20:59:00+00:00",
        "2026-01.xml": "2025-12-31T21:01:00+00:00",
    }  # fmt: skip
    assert [path.split("/")[2] for path in _paths(client, "/sitemap-2026-01.xml")] == [str(old.pk)]


def test_the_sitemap_of_a_past_month_stays_as_it_is_when_others_are_published(client, now):
    factories.published(at=NOW - 40 * DAY, hero=factories.image())
    before = client.get("/sitemap-2026-01.xml")
    factories.published(at=NOW - DAY)

    after = client.get("/sitemap-2026-01.xml", headers={"if-none-match": before["ETag"]})

    assert (before.status_code, after.status_code) == (200, 304)


def test_every_sitemap_keeps_to_its_schema(client, now):
    factories.published(hero=factories.image(), tags=[factories.tag("R&D")], series=factories.series())
    factories.published(at=NOW - 40 * DAY, headline="بلا صورة")

    for name in _index(client):
        root = _read(client, f"/sitemap-{name}")
        assert root.tag == f"{{{NAMES['s']}}}urlset"
        locations = _locations(root)
        assert len(set(locations)) == len(locations) == len(root)
        assert all(location.isascii() and len(location) < 2_048 for location in locations)
        for url in root:
            names = [child.tag.rpartition("}")[2] for child in url]
            assert names == [name for name in URL if name in names]
        for moment in root.xpath("//s:lastmod/text() | //news:publication_date/text()", namespaces=NAMES):
            assert W3C_MOMENT.fullmatch(moment)


def test_a_sitemap_goes_on_where_it_is_full(client, now, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 2)
    articles = [factories.published(at=NOW - (5 - number) * DAY) for number in range(5)]

    pages = ["2026-03.xml", "2026-03.xml?p=2", "2026-03.xml?p=3"]
    assert [name for name in _index(client) if name.startswith("2026")] == pages
    found = [[int(path.split("/")[2]) for path in _paths(client, f"/sitemap-{page}")] for page in pages]
    numbers = [article.pk for article in articles]
    assert found == [numbers[:2], numbers[2:4], numbers[4:]]


def test_the_longest_addresses_fit_into_what_a_sitemap_may_weigh():
    letters = "%F0%90%80%80" * 160
    entry = sitemaps._entry(f"/article/{10**18}/{letters}/", NOW, "x" * 600)

    assert len(entry) * sitemaps.MOST_ADDRESSES < 50_000_000
    assert sitemaps.MOST_ADDRESSES <= 50_000


@pytest.mark.parametrize(
    "name",
    ["2026-03", "2026-13", "2026-3", "0000-01", "9999-12", "articles", "2026-02.xml?p=2", "news.xml?p=2",
     "tags.xml?p=0", "tags.xml?p=x", "tags.xml?p=" + "9" * 18, "٢٠٢٦-٠٢"],
)  # fmt: skip
def test_a_sitemap_of_nothing_is_not_found(client, now, name):
    factories.published(at=NOW - 20 * DAY)

    assert client.get(f"/sitemap-{name}" + ("" if ".xml" in name else ".xml")).status_code == 404


def test_news_are_what_was_published_in_the_last_two_days(client, now, settings):
    headline = "خبر ]]> </title> & \u202eC++"
    article = factories.published(
        at=NOW - 2 * DAY + timedelta(seconds=1), hero=factories.image(), language="en"
    )
    type(article).objects.update(headline=headline)
    factories.published(at=NOW - 2 * DAY)
    factories.published(at=NOW + DAY)

    (url,) = _read(client, "/sitemap-news.xml")

    (news,) = url.findall("news:news", NAMES)
    assert (
        url.findtext("s:loc", namespaces=NAMES)
        == f"{settings.SITE_URL}{iri_to_uri(article.get_absolute_url())}"
    )
    assert (
        url.findtext("image:image/image:loc", namespaces=NAMES)
        == f"{settings.SITE_URL}{article.hero.fallback}"
    )
    assert [(element.tag.rpartition("}")[2], element.text) for element in news.iter()][1:] == [
        ("publication", None),
        ("name", "نشرة"),
        ("language", "en"),
        ("publication_date", "2026-03-08T12:00:01+00:00"),
        ("title", "خبر ]]> </title> & C++"),
    ]


def test_no_more_news_are_named_than_are_read(client, now, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_NEWS", 2)
    _older, newer, newest = (factories.published(at=NOW - timedelta(hours=hours)) for hours in (3, 2, 1))

    found = [int(path.split("/")[2]) for path in _paths(client, "/sitemap-news.xml")]

    assert found == [newest.pk, newer.pk]


@pytest.mark.parametrize("name", ["tags", "authors", "series"])
def test_what_no_public_article_has_is_in_no_sitemap(client, now, name):
    factories.published(
        at=NOW + DAY,
        tags=[factories.tag("سرّ")],
        authors=[factories.author("سرّ")],
        series=factories.series("سرّ"),
    )

    assert _paths(client, f"/sitemap-{name}.xml") == []


@pytest.mark.parametrize("count", [1, 3])
def test_sitemaps_take_as_many_queries_with_three_articles_as_with_one(
    client, now, django_assert_num_queries, count
):
    for number in range(count):
        factories.published(
            at=NOW - timedelta(hours=number), hero=factories.image(), tags=[factories.tag(str(number))]
        )

    # The last change, the months, and how many there are of each other list.
    with django_assert_num_queries(7):
        client.get("/sitemap.xml")
    for name in ("news", "tags", "2026-03"):
        with django_assert_num_queries(1):
            client.get(f"/sitemap-{name}.xml")


def test_an_article_that_is_withdrawn_is_in_no_sitemap(client):
    article = factories.published()
    shown = _paths(client, public_site.sitemap_of_the_month())
    publishing.move(article, "withdraw", by=None)

    assert shown == [iri_to_uri(article.get_absolute_url())]
    assert client.get(public_site.sitemap_of_the_month()).status_code == 404
