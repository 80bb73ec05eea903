"""The desk's page of the fediverse."""

import pytest
from django.contrib.admin.models import LogEntry
from lxml import html

from newsroom.federation import actors, following
from newsroom.federation.models import Actor, Follow, RemoteActor, Server
from newsroom.federation.remote import Told
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/admin/federation/actor/"


@pytest.fixture
def desk(client, fediverse):
    client.force_login(factories.superuser())
    return client


def _page(desk):
    return html.fromstring(desk.get(PAGE).content.decode())


def _words(node):
    return " ".join(node.text_content().split())


def _follow(actor, host="mastodon.example", name="sara"):
    uri = f"https://{host}/users/{name}"
    follower = following.remember(Told(uri, host, f"{uri}/inbox", "", f"{uri}#main-key", ""))
    Follow.objects.create(actor=actor, follower=follower, activity_id=f"{uri}/1")


def test_a_name_is_proposed_for_the_newspaper_first(desk):
    factories.section("رياضة")

    [field] = _page(desk).xpath("//input[@name='handle']")

    assert field.get("value") == "news"


def test_names_are_proposed_for_sections_then(desk):
    factories.section("رياضة"), factories.section("أخبار")
    actors.open_one(None, "news")

    fields = _page(desk).xpath("//input[@name='handle']")

    # «news» is that of the newspaper by now.
    assert sorted(field.get("value") for field in fields) == ["", "sports"]


def test_an_account_is_opened(desk):
    response = desk.post(PAGE, {"act": "open", "section": "0", "handle": " @News "}, follow=True)

    actor = Actor.objects.get()
    assert (actor.handle, actor.section) == ("news", None)
    assert "@news@127.0.0.1:8000" in response.content.decode()
    assert LogEntry.objects.get().object_id == str(actor.pk)


@pytest.mark.parametrize("handle", ["", "أخبار", "a b", "a" * 31, "a-b", "../x", "news"])
def test_a_name_that_cannot_be_had_comes_back(desk, handle):
    actors.open_one(None, "news")
    section = factories.section()

    response = desk.post(PAGE, {"act": "open", "section": str(section.pk), "handle": handle})

    page = html.fromstring(response.content.decode())
    [field] = page.xpath("//input[@aria-invalid]")
    assert response.status_code == 422
    assert field.get("value") == handle
    assert page.get_element_by_id(field.get("aria-describedby")).text
    assert Actor.objects.count() == 1


def test_an_account_is_opened_once(desk):
    actors.open_one(None, "news")

    assert desk.post(PAGE, {"act": "open", "section": "0", "handle": "other"}).status_code == 422


def test_new_followers_are_refused_and_taken_again(desk):
    actor = actors.open_one(None, "news")

    for act, does in [("refuse", False), ("take", True)]:
        desk.post(PAGE, {"act": act, "actor": actor.pk})
        actor.refresh_from_db()
        assert actor.takes_followers is does


def test_an_account_is_closed_for_who_confirms_it(desk):
    actor = actors.open_one(None, "news")
    desk.post(PAGE, {"act": "close", "actor": actor.pk})
    assert Actor.objects.of_site() == actor

    desk.post(PAGE, {"act": "close", "actor": actor.pk, "confirmed": "on"})

    assert Actor.objects.of_site() is None


def test_followers_are_shown_by_server_as_counts(desk):
    actor = actors.open_one(None, "news")
    technology = actors.open_one(factories.section(), "technology")
    for name in ("sara", "ali"):
        _follow(actor, name=name)
    _follow(technology, name="ali")
    _follow(actor, "other.example")

    page = _page(desk)

    rows = [[_words(cell) for cell in row] for row in page.xpath("//table[1]/tbody/tr")][:2]
    assert rows == [["mastodon.example", "2", "يُبلَغ"], ["other.example", "1", "يُبلَغ"]]
    assert "sara" not in page.text_content()


@pytest.mark.parametrize(
    "typed",
    ["spam.example", "SPAM.example.", "https://spam.example/about", "@ali@spam.example"],
)
def test_a_server_is_blocked_as_it_is_pasted(desk, typed):
    _follow(actors.open_one(None, "news"), "spam.example")

    desk.post(PAGE, {"act": "block", "host": typed, "note": "بريد مزعج"})

    server = Server.objects.get()
    assert (server.host, server.note, server.blocked_at is None) == ("spam.example", "بريد مزعج", False)
    assert not RemoteActor.objects.exists()


@pytest.mark.parametrize("typed", ["", " ", "a b", "127.0.0.1:8000", "%%%", "x" * 300])
def test_what_is_no_server_comes_back(desk, typed):
    response = desk.post(PAGE, {"act": "block", "host": typed, "note": "ملاحظة"})

    page = html.fromstring(response.content.decode())
    assert response.status_code == 422
    assert page.xpath("//input[@name='note']")[0].get("value") == "ملاحظة"
    assert page.get_element_by_id("id_host_error").text
    assert not Server.objects.exists()


def test_a_server_is_unblocked(desk):
    following.block("spam.example")

    assert desk.post(PAGE, {"act": "unblock", "host": "\0"}).status_code == 302
    desk.post(PAGE, {"act": "unblock", "host": "spam.example"})

    assert not Server.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [{"act": "open", "section": "999"}, {"act": "close", "actor": "x"}, {"act": "take"}],
    ids=["no section", "no number", "none"],
)
def test_what_is_not_there_is_not_found(desk, sent):
    assert desk.post(PAGE, sent).status_code == 404


def test_what_cannot_be_done_is_said(desk):
    response = desk.post(PAGE, {"act": "launch"}, follow=True)

    assert "لا يمكن القيام بهذا هنا." in response.content.decode()


def test_it_says_where_it_is_switched_off(desk, settings):
    settings.FEDERATION = False

    assert "FEDERATION=1" in _page(desk).text_content()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_many(desk, django_assert_num_queries, count):
    actor = actors.open_one(None, "news")
    for number in range(count):
        factories.section(f"قسم {number}")
        _follow(actor, f"server{number}.example")
    desk.get(PAGE)

    with django_assert_num_queries(8):
        desk.get(PAGE)
