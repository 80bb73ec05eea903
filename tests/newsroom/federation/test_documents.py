"""What programs of the fediverse read: how an account is found, what it is, what it has said."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone
from html5lib import parseFragment

from articles import publishing
from newsroom import jobs
from newsroom.announcements import telling
from newsroom.federation import actors, addresses
from newsroom.federation.models import Actor
from tests import factories
from tests.fediverse import following, post

pytestmark = pytest.mark.django_db
HOST = "127.0.0.1:8000"
SITE = f"http://{HOST}"
ACTIVITY = "application/activity+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def apmodel():
    """The vocabulary as others have made it. To import it takes a second, which each worker of a run would spend on
    gathering the tests."""
    import apmodel

    return apmodel


@pytest.fixture
def technology(news):
    return actors.open_one(factories.section(), "technology")


def _get(client, address, **headers):
    return client.get(address.removeprefix(SITE), headers=headers)


def _told(client, address):
    response = _get(client, address, accept=ACTIVITY)
    assert response.status_code == 200
    assert response["Content-Type"] == f"{ACTIVITY}; charset=utf-8"
    return response.json()


def _finger(client, resource):
    return client.get("/.well-known/webfinger", {"resource": resource})


@pytest.mark.parametrize(
    "resource",
    [f"acct:news@{HOST}", f"acct:NEWS@{HOST}", f"news@{HOST}", f"@news@{HOST}", f"{SITE}/", SITE],
)
def test_an_account_is_found_by_its_name(client, news, resource):
    response = _finger(client, resource)

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"] == "application/jrd+json; charset=utf-8"
    assert response.json() == {
        "subject": f"acct:news@{HOST}",
        "aliases": [addresses.actor(news), f"{SITE}/"],
        "links": [
            {"rel": "self", "type": ACTIVITY, "href": addresses.actor(news)},
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": f"{SITE}/"},
        ],
    }


def test_a_section_is_found_by_its_addresses(client, technology):
    by_page = _finger(client, addresses.page_of(technology)).json()
    by_id = _finger(client, addresses.actor(technology)).json()

    assert by_page == by_id
    assert by_id["subject"] == f"acct:technology@{HOST}"


@pytest.mark.parametrize(
    "resource",
    [
        "acct:nobody@" + HOST,
        "acct:news@other.example",
        "news",
        "@",
        f"{SITE}/admin/",
        f"{SITE}.evil.example/",
        "x" * 5_000,
    ],
)
def test_what_is_no_account_is_not_found(client, news, resource):
    assert _finger(client, resource).status_code == 404


def test_a_resource_must_be_named(client, news):
    assert client.get("/.well-known/webfinger").status_code == 400


def test_the_newspaper_is_an_organization(client, news, apmodel):
    found = _told(client, addresses.actor(news))

    model = apmodel.load(found)
    assert isinstance(model, apmodel.vocab.Organization)
    assert (model.preferred_username, found["name"], found["url"]) == ("news", "نشرة", f"{SITE}/")
    assert model.get_key(addresses.key(news)).public_key.key_size == 2048
    assert model.endpoints.shared_inbox == f"{SITE}/fediverse/inbox/"


def test_a_section_is_called_as_on_the_site(client, technology):
    section = technology.section
    section.description = "أخبار الأجهزة <والبرامج>"
    publishing.save_named(section)

    found = _told(client, addresses.actor(technology))

    assert found["name"] == "نشرة: \u2067تقنية\u2069"
    assert found["summary"] == "<p>أخبار الأجهزة &lt;والبرامج&gt;</p>"


def test_no_private_key_is_told(client, news):
    told = _get(client, addresses.actor(news)).content.decode()

    assert "PUBLIC KEY" in told
    assert "PRIVATE" not in told
    assert news.private_key_encrypted not in told


def test_how_many_follow_is_told_and_not_who(client, news, mastodon):
    post(client, following(mastodon.add_actor(), news))
    post(client, following(mastodon.add_actor("ali"), news))

    assert _told(client, addresses.followers(news)) == {
        "@context": _told(client, addresses.actor(news))["@context"],
        "id": addresses.followers(news),
        "type": "OrderedCollection",
        "totalItems": 2,
    }


def test_an_article_is_a_note(client, news, apmodel):
    tags = [factories.tag("أسعار النفط"), factories.tag("OpenAI"), factories.tag("2026")]
    hero = factories.image(alt="مقر الشركة", credit="ليلى حدّاد")
    hero.focal_x, hero.focal_y = 100, 0
    hero.save()
    article = factories.published(
        headline="الذكاء <الاصطناعي> & Mistral AI", summary="سطر أول\nسطر ثانٍ", tags=tags, hero=hero
    )

    found = _told(client, addresses.post(article.pk))

    assert isinstance(apmodel.load(found), apmodel.vocab.Note)
    assert found["attributedTo"] == addresses.actor(news)
    assert found["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert found["cc"] == [addresses.followers(news)]
    assert found["contentMap"] == {"ar": found["content"]}
    assert found["url"].startswith(f"{SITE}/article/{article.pk}/%D8")
    assert "updated" not in found
    assert found["content"].startswith(
        "<p><strong>\u200fالذكاء &lt;الاصطناعي&gt; &amp; Mistral AI</strong></p><p>\u200fسطر أول<br>سطر ثانٍ</p>"
        f'<p><a href="{found["url"]}"'
    )
    assert f'<span class="ellipsis">{HOST}/article/{article.pk}</span>' in found["content"]
    assert {tag["name"] for tag in found["tag"]} == {"#أسعار_النفط", "#OpenAI"}
    [picture] = found["attachment"]
    assert (picture["type"], picture["name"], picture["focalPoint"]) == (
        "Image",
        "مقر الشركة\nليلى حدّاد",
        [1, 1],
    )
    assert picture["url"].startswith(f"{SITE}/media/")
    assert picture["mediaType"].startswith("image/")


def test_a_text_from_left_to_right_bears_no_mark(client, news):
    article = factories.published(headline="OpenAI in Riyadh", summary="A summary.", language="en")

    found = _told(client, addresses.post(article.pk))

    assert found["content"].startswith("<p><strong>OpenAI in Riyadh</strong></p><p>A summary.</p>")
    assert list(found["contentMap"]) == ["en"]


# sanitize_config.rb of Mastodon: other elements, attributes and classes would be taken out.
def test_a_note_holds_what_mastodon_keeps(client, news):
    article = factories.published(tags=[factories.tag("OpenAI")])
    root = parseFragment(_told(client, addresses.post(article.pk))["content"], namespaceHTMLElements=False)

    found = {(node.tag, name) for node in root.iter() if node is not root for name in node.attrib}
    assert {node.tag for node in root.iter() if node is not root} == {"p", "strong", "a", "span"}
    assert found <= {("a", "href"), ("a", "rel"), ("a", "class"), ("a", "target"), ("span", "class")}


@pytest.mark.parametrize("kind", ["draft", "scheduled", "none"])
def test_what_readers_do_not_see_is_not_there(client, news, kind):
    if kind == "none":
        number = 999_999
    elif kind == "draft":
        number = factories.draft().pk
    else:
        number = factories.published(at=timezone.now() + timedelta(hours=1)).pk

    assert _get(client, f"/fediverse/articles/{number}/").status_code == 404
    assert _get(client, f"/fediverse/articles/{number}/2/").status_code == 404


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "never told"])
def test_what_was_withdrawn_leaves_a_tombstone(client, news, is_told):
    article = factories.published()
    if is_told:
        telling.tell_due(jobs.LISTENERS)
    publishing.move(article, "archive", by=None)
    if is_told:
        telling.tell_due(jobs.LISTENERS)

    response = _get(client, addresses.post(article.pk))

    assert response.status_code == HTTPStatus.GONE
    assert response.json()["type"] == "Tombstone"
    assert article.headline not in response.content.decode()
    assert ("deleted" in response.json()) == is_told


def test_what_comes_back_has_another_address(client, news):
    article = factories.published()
    telling.tell_due(jobs.LISTENERS)
    publishing.move(article, "archive", by=None)
    telling.tell_due(jobs.LISTENERS)
    article.refresh_from_db()
    publishing.move(article, "restore", by=None)
    publishing.move(article, "publish", by=None)

    again = _told(client, addresses.post(article.pk, 2))
    page = client.get(article.get_absolute_url())
    asked = client.get(article.get_absolute_url(), headers={"accept": ACTIVITY})

    assert again["id"] == addresses.post(article.pk, 2)
    assert _get(client, addresses.post(article.pk)).status_code == HTTPStatus.GONE
    assert _get(client, addresses.post(article.pk, 3)).status_code == 404
    assert f'type="application/activity+json" href="{again["id"]}"' in page.content.decode()
    assert asked["Location"] == again["id"]


def test_the_outbox_holds_what_readers_see(client, news, technology):
    factories.published(section=factories.section("رياضة"))
    shown = factories.published()
    factories.draft()

    of_site = _told(client, addresses.outbox(news))
    of_section = _told(client, addresses.outbox(technology))
    first = _told(client, of_site["first"])
    shared = _told(client, of_section["first"])

    assert (of_site["totalItems"], of_section["totalItems"]) == (2, 1)
    assert [item["type"] for item in first["orderedItems"]] == ["Create", "Create"]
    assert first["orderedItems"][0]["object"]["id"] == addresses.post(shown.pk)
    assert [(item["type"], item["object"]) for item in shared["orderedItems"]] == [
        ("Announce", addresses.post(shown.pk))
    ]
    assert "next" not in first


def test_the_outbox_goes_on(client, monkeypatch, news):
    monkeypatch.setattr("newsroom.federation.views.PAGE_SIZE", 2)
    for _number in range(3):
        factories.published()

    first = _told(client, f"{addresses.outbox(news)}?page=1")
    second = _told(client, first["next"])

    assert second["prev"] == first["id"]
    assert [len(page["orderedItems"]) for page in (first, second)] == [2, 1]
    for page in ("0", "3", "101", "x", "٢"):
        assert client.get(addresses.outbox(news).removeprefix(SITE), {"page": page}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_an_outbox_asks_as_much_for_many(client, django_assert_num_queries, news, technology, count):
    for _number in range(count):
        factories.published(tags=[factories.tag()])

    for actor in (news, technology):
        with django_assert_num_queries(5):
            _told(client, f"{addresses.outbox(actor)}?page=1")


def test_a_post_costs_four_queries(client, django_assert_num_queries, news):
    article = factories.published(tags=[factories.tag()])

    with django_assert_num_queries(3):
        _told(client, addresses.post(article.pk))


def test_an_actor_that_was_closed_is_gone(client, technology):
    actors.close(technology)

    assert _get(client, addresses.actor(technology)).status_code == HTTPStatus.GONE
    assert _get(client, addresses.outbox(technology)).status_code == 404
    assert _finger(client, f"acct:technology@{HOST}").status_code == 404


def test_the_server_says_what_it_is(client, technology):
    factories.published()
    [link] = client.get("/.well-known/nodeinfo").json()["links"]

    found = client.get(link["href"].removeprefix(SITE))

    assert link["rel"] == "http://nodeinfo.diaspora.software/ns/schema/2.1"
    assert found["Content-Type"].startswith("application/json; profile=")
    document = found.json()
    assert document["usage"] == {"users": {"total": 2}, "localPosts": 1}
    assert (document["version"], document["protocols"]) == ("2.1", ["activitypub"])
    assert document["openRegistrations"] is False


# Which form is wanted


def test_whoever_reads_pages_is_sent_to_the_page(client, technology):
    article = factories.published()

    for address, page in [
        (addresses.actor(technology), addresses.page_of(technology)),
        (addresses.post(article.pk), f"{SITE}/article/{article.pk}/"),
    ]:
        response = _get(client, address, accept=BROWSER)
        assert response.status_code == HTTPStatus.SEE_OTHER
        assert response["Location"].startswith(page)
        assert (response["Cache-Control"], response["Vary"].partition(",")[0]) == ("no-store", "Accept")


@pytest.mark.parametrize(
    "accept",
    [
        ACTIVITY,
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        f'{ACTIVITY}, application/ld+json; profile="https://www.w3.org/ns/activitystreams", text/html;q=0.1',
    ],
)
def test_whoever_reads_documents_is_sent_to_them_from_pages(client, technology, accept):
    article = factories.published()
    site = Actor.objects.of_site()

    for page, address in [
        ("/", addresses.actor(site)),
        (technology.section.get_absolute_url(), addresses.actor(technology)),
        (article.get_absolute_url(), addresses.post(article.pk)),
        (f"/article/{article.pk}/", addresses.post(article.pk)),
        (f"/en{article.get_absolute_url()}", addresses.post(article.pk)),
    ]:
        response = client.get(page, headers={"accept": accept})
        assert (response.status_code, response["Location"]) == (HTTPStatus.SEE_OTHER, address)
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "application/json", "", "a" * 10_000])
def test_all_others_get_what_stands_there(client, news, accept):
    article = factories.published()

    assert client.get(article.get_absolute_url(), headers={"accept": accept}).status_code == 200


def test_the_feeds_stay_what_they_are(client, news):
    assert client.get("/feed/", headers={"accept": ACTIVITY}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/.well-known/webfinger?resource=acct:news@127.0.0.1:8000",
        "/.well-known/nodeinfo",
        "/fediverse/nodeinfo/2.1/",
        "/fediverse/actors/{actor}/",
        "/fediverse/actors/{actor}/outbox/",
        "/fediverse/actors/{actor}/followers/",
        "/fediverse/articles/{article}/",
    ],
)
def test_where_it_is_switched_off_there_is_nothing(client, settings, news, address):
    article = factories.published()
    settings.FEDERATION = False

    assert client.get(address.format(actor=news.pk, article=article.pk)).status_code == 404
    page = client.get(article.get_absolute_url(), headers={"accept": ACTIVITY})
    assert page.status_code == 200
