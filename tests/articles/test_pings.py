"""Who is told that pages changed: a hub of feeds, and search engines."""

import json
from urllib.parse import parse_qs

import feedparser
import pytest
from django.utils.encoding import iri_to_uri

from articles import pings, publishing
from articles.models import Article
from newsroom.announcements.models import Announcement
from newsroom.deliveries.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db

HUB = "https://hub.example/"


@pytest.fixture
def hub(settings):
    settings.WEBSUB_HUB = HUB


@pytest.fixture
def key(settings):
    settings.INDEXNOW_KEY = "0123456789abcdef"


def announced():
    return list(Announcement.objects.all())


def test_a_hub_hears_of_every_feed_in_which_a_story_stands(hub, settings):
    tag, author, series = factories.tag("OpenAI"), factories.author("ليلى"), factories.series()
    article = factories.published(tags=[tag], authors=[author], series=series)
    factories.published(section=article.section, tags=[tag], authors=[author])

    pings.tell_hub(announced())

    request = Delivery.objects.get().read()
    fields = parse_qs(request.body.decode())
    assert (request.method, request.url, fields["hub.mode"]) == ("POST", HUB, ["publish"])
    at = [
        "/feed/", "/corrections/feed/", f"/feed/section/{article.section_id}/", f"/feed/tag/{tag.pk}/",
        f"/feed/author/{author.pk}/", f"/feed/series/{series.pk}/",
    ]  # fmt: skip
    assert sorted(fields["hub.url"]) == sorted(
        f"{settings.SITE_URL}{path}{form}" for path in at for form in ("", "atom/", "json/")
    )


def test_what_is_deleted_is_told_by_the_feeds_of_all(hub, settings):
    factories.published()
    Announcement.objects.all().delete()
    publishing.delete(Article.objects.all())

    pings.tell_hub(announced())

    fields = parse_qs(Delivery.objects.get().read().body.decode())
    assert f"{settings.SITE_URL}/feed/" in fields["hub.url"]


def test_many_feeds_are_told_in_several_requests(hub, monkeypatch):
    monkeypatch.setattr(pings, "_MOST_FEEDS", 4)
    factories.published()

    pings.tell_hub(announced())

    told = [parse_qs(row.read().body.decode())["hub.url"] for row in Delivery.objects.order_by("pk")]
    assert [len(feeds) for feeds in told] == [4, 4, 4]


def test_feeds_name_their_hub(client, hub, settings):
    factories.published()

    feeds = {form: client.get(f"/feed/{form}") for form in ("", "atom/", "json/")}

    for form in ("", "atom/"):
        links = {link.rel: link.href for link in feedparser.parse(feeds[form].content).feed.links}
        assert (links["hub"], links["self"]) == (HUB, f"{settings.SITE_URL}/feed/{form}")
    assert json.loads(feeds["json/"].content)["hubs"] == [{"type": "WebSub", "url": HUB}]
    settings.WEBSUB_HUB = ""
    assert HUB.encode() not in client.get("/feed/").content


def test_search_engines_hear_of_pages_that_changed_or_went_in_one_request(key, client, settings):
    article, other = factories.published(), factories.published()
    publishing.move(other, "withdraw", by=None)

    pings.tell_search_engines(announced())

    request = Delivery.objects.get().read()
    message = json.loads(request.body)
    site = settings.SITE_URL
    assert request.url == "https://api.indexnow.org/indexnow"
    assert message == {
        "host": site.partition("//")[2],
        "key": settings.INDEXNOW_KEY,
        "keyLocation": f"{site}/{settings.INDEXNOW_KEY}.txt",
        "urlList": [f"{site}{iri_to_uri(row.get_absolute_url())}" for row in (article, other)],
    }
    file = client.get(f"/{settings.INDEXNOW_KEY}.txt")
    assert (file.content.decode(), file["Content-Type"]) == (
        settings.INDEXNOW_KEY,
        "text/plain; charset=utf-8",
    )


def test_nobody_is_told_where_nobody_was_named(client):
    factories.published()

    pings.tell_hub(announced())
    pings.tell_search_engines(announced())

    assert not Delivery.objects.exists()
    assert client.get("/0123456789abcdef.txt").status_code == 404


@pytest.mark.parametrize("name", ["0123456789abcde", "0123456789abcdeg", "robots-txt"])
def test_another_key_is_no_file(client, key, name):
    assert client.get(f"/{name}.txt").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_telling_takes_the_same_queries_for_many(hub, key, count, django_assert_num_queries):
    for number in range(count):
        factories.published(tags=[factories.tag(str(number))], authors=[factories.author(str(number))])
    rows = announced()

    # Articles, tags, authors, a delivery; a delivery.
    with django_assert_num_queries(5):
        pings.tell_hub(rows)
        pings.tell_search_engines(rows)
