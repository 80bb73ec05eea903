"""Documents for the fediverse are kept like pages, by their addresses; whoever wants the other form gets past them."""

import json

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from articles import publishing
from newsroom import jobs
from newsroom.announcements import telling
from newsroom.federation import actors, addresses, following
from newsroom.federation.models import Follow
from newsroom.federation.negotiation import negotiated
from newsroom.federation.remote import Told
from tests import factories
from tests.kept_pages import ask, hear

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT, BROWSER = "application/activity+json", "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def news(settings, cache):
    settings.FEDERATION = True
    actor = actors.open_one(None, "news")
    hear(cache)
    return actor


@pytest.fixture
def site(news, cache):
    """What the server calls, as `newsroom.wsgi` puts it together."""
    return negotiated(cache, WSGIHandler())


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/webfinger?resource=acct:news@127.0.0.1:8000",
        "/.well-known/nodeinfo",
        "/fediverse/nodeinfo/2.1/",
        "/fediverse/actors/{actor}/",
        "/fediverse/actors/{actor}/followers/",
        "/fediverse/actors/{actor}/outbox/",
        "/fediverse/actors/{actor}/outbox/?page=1",
        "/fediverse/articles/{article}/",
    ],
)
def test_documents_are_kept(cache, news, site, path):
    address = path.format(actor=news.pk, article=factories.published().pk)
    hear(cache)
    first = ask(site, address, HTTP_ACCEPT=DOCUMENT)

    assert first.status == 200
    assert ask(site, address, HTTP_ACCEPT=DOCUMENT).told == "hit"


@pytest.mark.parametrize(
    "query",
    [
        "resource=ACCT:News@127.0.0.1:8000",
        "resource=@@acct:acct:@NEWS@127.0.0.1:8000",
        "rel=self&rel=x&resource=acct:news@127.0.0.1:8000",
    ],
)
def test_an_account_is_kept_once_whatever_it_is_called(cache, news, site, query):
    ask(site, "/.well-known/webfinger?resource=acct:news@127.0.0.1:8000")

    answer = ask(site, f"/.well-known/webfinger?{query}")

    assert (answer.status, answer.told) == (200, "hit")


def test_whoever_wants_the_other_form_passes_by_what_is_kept(cache, news, site):
    article = factories.published()
    hear(cache)
    document, page = addresses.post(article.pk), article.get_absolute_url()
    path = document.removeprefix("http://127.0.0.1:8000")
    for address in (path, page):
        ask(site, address)

    assert [ask(site, path, HTTP_ACCEPT=accept).status for accept in (DOCUMENT, BROWSER, "*/*")] == [
        200,
        303,
        200,
    ]
    assert [ask(site, page, HTTP_ACCEPT=accept).status for accept in (DOCUMENT, BROWSER, "*/*")] == [
        303,
        200,
        200,
    ]
    # What was told to one is told to no other.
    assert ask(site, path, HTTP_ACCEPT=DOCUMENT).told == "hit"


def test_a_document_changes_with_its_article(cache, news, site):
    article = factories.published(headline="عنوان عن OpenAI")
    path = reverse("federation:article", args=[article.pk])
    ask(site, path)
    article.headline = "عنوان آخر عن Mistral"
    publishing.save(article)
    hear(cache)

    assert "Mistral" in json.loads(ask(site, path).body)["content"]
    publishing.move(article, "archive", by=None)
    hear(cache)

    assert ask(site, path).status == 410
    telling.tell_due(jobs.LISTENERS)
    assert ask(site, path).status == 410


def test_how_many_follow_changes_with_them(cache, news, site):
    path = reverse("federation:followers", args=[news.pk])
    ask(site, path)
    told = Told(
        "https://mastodon.example/1", "mastodon.example", "https://mastodon.example/inbox", "", "", ""
    )
    following.follow(news, told, "https://mastodon.example/follows/1")
    hear(cache)

    assert json.loads(ask(site, path).body)["totalItems"] == 1
    assert Follow.objects.count() == 1


def test_a_profile_changes_with_its_section(cache, news, site):
    technology = actors.open_one(factories.section(), "technology")
    path = reverse("federation:actor", args=[technology.pk])
    ask(site, path)
    technology.section.name = "التقنية والعلوم"
    publishing.save_named(technology.section)
    hear(cache)

    assert "التقنية والعلوم" in json.loads(ask(site, path).body)["name"]
    actors.close(technology)
    hear(cache)
    assert ask(site, path).status == 410
