"""What followers are told of articles."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from articles import clock_moves, publishing
from articles.models import Article
from newsroom import jobs
from newsroom.announcements import telling
from newsroom.deliveries.models import Delivery
from newsroom.federation import actors, following
from newsroom.federation.models import Follow, Post, RemoteActor, Server
from tests import factories
from tests.fediverse import KEYS, pem, site_actor, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def technology(news):
    """The actor of a section."""
    return actors.open_one(factories.section(), "technology")


def _follower(actor, name="sara", host="mastodon.example", *, shared=True):
    uri = f"https://{host}/users/{name}"
    Server.objects.get_or_create(host=host)
    follower, _is_new = RemoteActor.objects.get_or_create(
        uri=uri,
        defaults={
            "server_id": host,
            "inbox": f"{uri}/inbox",
            "shared_inbox": f"https://{host}/inbox" if shared else "",
            "key_id": f"{uri}#main-key",
            "public_key": pem(KEYS[0]),
        },
    )
    Follow.objects.create(actor=actor, follower=follower, activity_id=f"{uri}/follows/{actor.pk}")


def _told():
    """What is to go out: kind, who says so, and what of, by the ends of their addresses; with its server."""
    telling.tell_due(jobs.LISTENERS)
    rows = [(json.loads(row.read().body), row.host) for row in Delivery.objects.order_by("pk")]
    return [
        (activity["type"], _end(activity["actor"]), _end(activity["object"]), host) for activity, host in rows
    ]


def _end(told):
    address = told["id"] if isinstance(told, dict) else told
    return address.removeprefix("http://127.0.0.1:8000/fediverse/")


def _change(article, **fields):
    article.refresh_from_db()
    for name, value in fields.items():
        setattr(article, name, value)
    publishing.save(article)


def test_an_article_is_created_changed_and_deleted(news):
    _follower(news)
    article = factories.published()
    at, by = f"articles/{article.pk}/", f"actors/{news.pk}/"
    host = "mastodon.example"
    assert _told() == [("Create", by, at, host)]

    _change(article, headline="عنوان آخر عن OpenAI")
    assert _told()[1:] == [("Update", by, at, host)]

    publishing.move(article, "archive", by=None)
    assert _told()[2:] == [("Delete", by, at, host)]
    assert waiting()[-1]["object"]["type"] == "Tombstone"


def test_what_follows_of_an_article_comes_in_its_order(news):
    _follower(news)
    article = factories.published()
    _told()
    _change(article, headline="عنوان آخر عن OpenAI")
    _told()

    assert len({(row.host, row.lane) for row in Delivery.objects.all()}) == 1


def test_a_change_says_when(news):
    _follower(news)
    article = factories.published()
    _told()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        _change(article, headline="عنوان آخر عن OpenAI")
        _told()

    created, updated = (activity["object"] for activity in waiting())
    assert created["published"] == updated["published"] < updated["updated"]
    assert created["content"] != updated["content"]


def test_a_change_that_followers_do_not_see_is_not_told(news):
    _follower(news)
    article = factories.published()
    _told()

    _change(article, body="<p>فقرة أخرى عن Mistral AI.</p>")

    assert len(_told()) == 1


def test_a_thousand_followers_on_a_server_are_one_delivery(news):
    Server.objects.create(host="mastodon.example")
    rows = RemoteActor.objects.bulk_create(
        RemoteActor(
            uri=f"https://mastodon.example/users/{number}",
            server_id="mastodon.example",
            inbox=f"https://mastodon.example/users/{number}/inbox",
            shared_inbox="https://mastodon.example/inbox",
        )
        for number in range(1_000)
    )
    Follow.objects.bulk_create(Follow(actor=news, follower=row, activity_id="x") for row in rows)

    factories.published()

    assert [host for _kind, _by, _what, host in _told()] == ["mastodon.example"]


def test_a_server_without_an_inbox_for_all_is_told_at_each(news):
    _follower(news, "sara", "small.example", shared=False)
    _follower(news, "ali", "small.example", shared=False)
    _follower(news, "noor", "mastodon.example")

    factories.published()

    assert sorted(host for _kind, _by, _what, host in _told()) == [
        "mastodon.example",
        "small.example",
        "small.example",
    ]


def test_a_blocked_server_is_told_nothing(news):
    _follower(news)
    Server.objects.update(blocked_at=timezone.now())

    factories.published()

    assert _told() == []


def test_the_actor_of_a_section_passes_on_what_stands_there(news, technology):
    _follower(technology)
    article = factories.published()
    factories.published(section=factories.section("رياضة"))

    assert _told() == [
        ("Announce", f"actors/{technology.pk}/", f"articles/{article.pk}/", "mastodon.example")
    ]


def test_who_heard_of_an_article_by_its_section_hears_of_its_end(news, technology):
    _follower(technology)
    _follower(news)
    article = factories.published()
    _told()
    publishing.move(article, "archive", by=None)

    [*_before, deletion] = _told()

    assert deletion == ("Delete", f"actors/{news.pk}/", f"articles/{article.pk}/", "mastodon.example")
    # Once for both, for they read at the same inbox.
    assert [kind for kind, *_rest in _told()] == ["Create", "Announce", "Delete"]


def test_an_article_that_moves_is_passed_on_by_the_other_section(news, technology):
    sports = actors.open_one(factories.section("رياضة"), "sports")
    _follower(technology)
    _follower(sports, "ali", "other.example")
    article = factories.published()
    _told()

    _change(article, section=sports.section)

    at = f"articles/{article.pk}/"
    assert _told()[1:] == [
        ("Undo", f"actors/{technology.pk}/", f"{at}#share-{technology.pk}", "mastodon.example"),
        ("Announce", f"actors/{sports.pk}/", at, "other.example"),
    ]


def test_what_comes_back_is_another_post(news):
    _follower(news)
    article = factories.published()
    _told()
    publishing.move(article, "archive", by=None)
    _told()
    article.refresh_from_db()
    publishing.move(article, "restore", by=None)
    publishing.move(article, "publish", by=None)

    assert [what for _kind, _by, what, _host in _told()] == [
        f"articles/{article.pk}/",
        f"articles/{article.pk}/",
        f"articles/{article.pk}/2/",
    ]


def test_what_was_deleted_is_told(news):
    _follower(news)
    article = factories.published()
    number = article.pk
    _told()

    publishing.delete(Article.objects.filter(pk=number))

    assert _told()[1:] == [("Delete", f"actors/{news.pk}/", f"articles/{number}/", "mastodon.example")]


@pytest.mark.parametrize("kind", ["draft", "scheduled"])
def test_what_readers_do_not_see_is_not_told(news, kind):
    _follower(news)
    if kind == "draft":
        factories.draft()
    else:
        publishing.move(factories.draft(), "publish", by=None, at=timezone.now() + timedelta(hours=1))

    assert _told() == []
    assert not Post.objects.exists()


def test_what_the_clock_shows_and_takes_away_is_told(news):
    _follower(news)
    now = timezone.now()
    article = factories.draft(withdraw_at=now + timedelta(hours=2))
    publishing.move(article, "publish", by=None, at=now + timedelta(hours=1))

    for hours, told in [(0.5, []), (1.5, ["Create"]), (2.5, ["Create", "Delete"])]:
        with time_machine.travel(now + timedelta(hours=hours)):
            clock_moves.note_due()
            assert [kind for kind, *_rest in _told()] == told


def test_an_archive_that_comes_in_is_no_news(news):
    _follower(news)

    article = factories.published(at=timezone.now() - timedelta(days=3))
    _told()
    _change(article, headline="عنوان آخر عن OpenAI")

    assert _told() == []


def test_what_was_published_before_anybody_could_follow_is_told_as_it_changes(fediverse, db):
    article = factories.published()
    _told()
    _follower(site_actor())
    _change(article, headline="عنوان آخر عن OpenAI")

    assert [kind for kind, *_rest in _told()] == ["Create"]


def test_where_it_is_switched_off_nothing_is_told(settings, news):
    _follower(news)
    settings.FEDERATION = False
    factories.published()

    assert _told() == []


def test_an_actor_that_is_closed_says_so(news, technology):
    _follower(technology)

    actors.close(technology)

    assert _told() == [("Delete", f"actors/{technology.pk}/", f"actors/{technology.pk}/", "mastodon.example")]
    assert not RemoteActor.objects.exists()


def test_with_the_account_of_the_newspaper_those_of_sections_are_closed(news, technology):
    _follower(news)
    _follower(technology)
    article = factories.published()
    _told()

    actors.close(news)

    ends = {(kind, by) for kind, by, *_rest in _told() if kind == "Delete"}
    assert ends == {("Delete", f"actors/{news.pk}/"), ("Delete", f"actors/{technology.pk}/")}
    assert not RemoteActor.objects.exists()
    # Opened anew, it is another one, with posts of its own.
    assert Post.objects.generation_of(article.pk) == 2


def test_opened_in_whatever_language_an_account_says_the_same(fediverse, db):
    with translation.override("en"):
        site_actor()

    assert actors.tell_changes() == 0


def test_a_section_with_another_name_tells_its_followers(news, technology):
    _follower(technology)
    assert actors.tell_changes() == 0
    technology.section.name = "التقنية والعلوم"
    publishing.save_named(technology.section)

    assert actors.tell_changes() == 1
    assert actors.tell_changes() == 0

    [update] = waiting()
    assert update["type"] == "Update"
    assert "التقنية والعلوم" in update["object"]["name"]


def test_a_server_that_comes_off_the_list_may_follow_again(news):
    following.block("spam.example", "بريد مزعج")

    following.unblock("spam.example")

    assert not Server.objects.exists()
