"""What an inbox takes, and what it refuses: everything here is sent as a stranger would."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.utils import timezone

from newsroom.federation import actors, following, inbox
from newsroom.federation.models import Follow, ReceivedActivity, RemoteActor, Server
from tests import factories
from tests.fediverse import KEYS, deliver, pem, post, remote_server, undoing, waiting
from tests.fediverse import following as asking

pytestmark = pytest.mark.django_db
PATH = "/fediverse/inbox/"


def _is_followed():
    return Follow.objects.exists()


def test_the_signature_must_be_by_the_key_that_the_actor_has(client, news, mastodon):
    response = post(client, asking(mastodon.add_actor(), news), key=KEYS[1])

    assert response.status_code == 401
    assert not _is_followed()


def test_a_key_of_another_server_says_nothing_of_an_actor(client, news, mastodon):
    sara = mastodon.add_actor()
    with remote_server() as other:
        mallory = other.add_actor("mallory", KEYS[1])

        response = post(client, asking(sara, news), key=KEYS[1], key_id=f"{mallory}#main-key")

        assert response.status_code == 401
        assert mastodon.asked == other.asked == []
    assert not _is_followed()


def test_a_key_of_another_actor_of_the_server_says_nothing_of_this_one(client, news, mastodon):
    sara, mallory = mastodon.add_actor(), mastodon.add_actor("mallory", KEYS[1])

    response = post(client, asking(sara, news), key=KEYS[1], key_id=f"{mallory}#main-key")

    assert response.status_code == 401
    assert not _is_followed()


def test_an_actor_who_says_that_the_key_of_another_is_its_own_is_not_believed(client, news, mastodon):
    sara = mastodon.add_actor()
    claimed = {"id": f"{sara}#main-key", "owner": sara, "publicKeyPem": pem(KEYS[1])}
    mallory = mastodon.add_actor("mallory", publicKey=claimed)

    response = post(client, asking(mallory, news), key=KEYS[1], key_id=f"{sara}#main-key")

    assert response.status_code == 401
    assert not _is_followed()


def test_a_key_by_another_id_is_not_that_of_the_actor(client, news, mastodon):
    sara = mastodon.add_actor()

    assert post(client, asking(sara, news), key_id=f"{sara}#other-key").status_code == 401
    assert not _is_followed()


def test_an_activity_with_the_id_of_another_server_is_refused(client, news, mastodon):
    activity = asking(mastodon.add_actor(), news) | {"id": "https://other.example/follows/1"}

    assert post(client, activity).status_code == 401
    assert not _is_followed()


def test_a_key_may_have_an_address_of_its_own(client, news, mastodon):
    sara = mastodon.at("/users/sara")
    key = {"id": f"{sara}/key", "owner": sara, "publicKeyPem": pem(KEYS[0])}
    mastodon.add_actor(publicKey=key)
    mastodon.documents["/users/sara/key"] = {"type": "Key", **key}

    assert post(client, asking(sara, news), key_id=f"{sara}/key").status_code == 202
    assert _is_followed()


def test_another_body_than_the_one_signed_is_refused(client, news, mastodon):
    sara = mastodon.add_actor()
    other = json.dumps(asking(sara, news, number=2)).encode()

    assert post(client, asking(sara, news), sent=other).status_code == 401
    assert not _is_followed()
    assert mastodon.asked == []


def test_an_old_date_is_refused(client, news, mastodon):
    old = format_datetime(timezone.now() - timedelta(hours=13), usegmt=True)

    assert post(client, asking(mastodon.add_actor(), news), Date=old).status_code == 401
    assert not _is_followed()


def test_what_is_not_signed_is_refused(client, news, mastodon):
    activity = json.dumps(asking(mastodon.add_actor(), news))

    response = client.post(PATH, activity, content_type="application/activity+json")

    assert response.status_code == 401
    assert not _is_followed()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"Follow"', 400),
        (b"\xff\xfe", 400),
        (b"NaN", 400),
        (b'{"object":' * 5_000 + b"1" + b"}" * 5_000, 400),
        (b"[" * 100_000, 400),
        (('["\u2201",' + "[" * 100_000).encode("utf-16-le"), 400),
        (b'{"n":' + b"9" * 100_000 + b"}", 400),
        (b'{"x":"' + b"a" * 300_000 + b'"}', 413),
        (b'{"type":"Follow"}', 202),
        (b'{"type":["Follow"],"id":"https://a.example/1","actor":"https://a.example/a"}', 202),
        (b'{"type":"Follow","id":1,"actor":{"id":{}},"object":[[]]}', 202),
    ],
    ids=[
        "empty", "broken", "list", "text", "octets", "nan", "deep", "open", "of two octets each", "long number", "long",
        "bare", "many types", "strange",
    ],
)  # fmt: skip
def test_what_is_no_activity_is_not_taken(client, news, body, status):
    response = client.post(PATH, body, content_type="application/activity+json")

    assert response.status_code == status
    assert waiting() == []


def test_an_inbox_takes_activities_alone(client, news):
    assert client.post(PATH, {"a": 1}).status_code == 415
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "Like", "object": "https://nashra.example/"},
        {"type": "Announce", "object": "https://nashra.example/"},
        {"type": "Create", "object": {"type": "Note", "content": "<script>alert(1)</script>"}},
        {"type": "Delete", "object": "https://mastodon.example/users/sara"},
        {"type": "Follow", "object": "https://other.example/users/ali"},
        {"type": "Follow", "object": "http://127.0.0.1:8000/fediverse/actors/999999/"},
        {"type": "Follow", "object": "http://127.0.0.1:8000/admin/"},
        {"type": "Undo", "object": "https://mastodon.example/follows/7"},
        {"type": "Teleport"},
    ],
    ids=["like", "boost", "reply", "unknown", "another", "nobody", "desk", "no follow", "strange"],
)
def test_what_does_not_matter_is_dropped_without_a_look(client, news, mastodon, activity):
    sara = mastodon.add_actor()

    response = client.post(
        PATH,
        json.dumps({"id": f"{sara}/activities/1", "actor": sara, **activity}),
        content_type="application/activity+json",
    )

    assert response.status_code == 202
    assert mastodon.asked == []
    assert not ReceivedActivity.objects.exists()


def test_the_same_activity_counts_once(client, news, mastodon):
    sara = mastodon.add_actor()
    activity = asking(sara, news)
    post(client, activity)
    post(client, undoing(activity))

    response = post(client, activity)

    assert response.status_code == 202
    assert not _is_followed()


def test_somebody_may_follow_again(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    post(client, asking(sara, news, number=2))

    assert Follow.objects.get().activity_id == f"{sara}/follows/2"
    assert [activity["type"] for activity in waiting()] == ["Accept", "Accept"]


def test_an_undo_may_name_the_follow_alone(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))

    post(client, undoing(asking(sara, news)) | {"object": f"{sara}/follows/1"})

    assert not _is_followed()


def test_nobody_ends_the_following_of_another(client, news, mastodon):
    sara, mallory = mastodon.add_actor(), mastodon.add_actor("mallory", KEYS[1])
    post(client, asking(sara, news))

    taken_back = undoing(asking(sara, news)) | {"actor": mallory, "id": f"{mallory}/undos/1"}
    post(client, taken_back, key=KEYS[1])
    post(client, {"id": f"{mallory}/1", "type": "Delete", "actor": mallory, "object": sara}, key=KEYS[1])

    assert _is_followed()


def test_a_key_that_was_changed_is_looked_up_once(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    mastodon.add_actor(key=KEYS[1])
    mastodon.asked.clear()

    changed = post(client, undoing(asking(sara, news)), key=KEYS[1])
    wrong = post(client, asking(sara, news, number=3), key=KEYS[2])

    assert changed.status_code == 202
    assert wrong.status_code == 401
    assert [path for path, _headers in mastodon.asked] == ["/users/sara", "/users/sara"]
    assert not _is_followed()


def test_what_an_actor_changed_is_asked_of_its_server(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    key = {"id": f"{sara}#key-2", "owner": sara, "publicKeyPem": pem(KEYS[1])}
    mastodon.add_actor(publicKey=key, inbox=mastodon.at("/new-inbox"))
    forged = mastodon.documents["/users/sara"] | {"inbox": "https://victim.example/inbox"}

    # By the key that it had until then, as Mastodon does.
    post(client, {"id": f"{sara}/updates/1", "type": "Update", "actor": sara, "object": forged})

    follower = RemoteActor.objects.get()
    assert follower.inbox == mastodon.at("/new-inbox")
    assert (follower.key_id, follower.public_key) == (key["id"], key["publicKeyPem"])


@pytest.mark.parametrize("is_told", [410, True], ids=["gone", "still told"])
def test_an_actor_who_is_gone_is_forgotten(client, news, mastodon, is_told):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    if is_told == 410:
        # Then nothing can be verified by what is told now.
        mastodon.documents["/users/sara"] = 410
        key = KEYS[1]
    else:
        key = KEYS[0]

    response = post(
        client, {"id": f"{sara}#delete", "type": "Delete", "actor": sara, "object": sara}, key=key
    )

    assert response.status_code == 202
    assert not RemoteActor.objects.exists()


def test_who_blocks_us_follows_no_more(client, news, mastodon):
    sara = mastodon.add_actor()
    activity = asking(sara, news)
    post(client, activity)

    post(client, activity | {"id": f"{sara}/blocks/1", "type": "Block"})

    assert not _is_followed()


def test_an_actor_that_takes_nobody_rejects(client, news, mastodon):
    news.takes_followers = False
    news.save()

    post(client, asking(mastodon.add_actor(), news))

    assert [activity["type"] for activity in waiting()] == ["Reject"]
    assert not RemoteActor.objects.exists()


def test_an_address_that_is_not_public_is_never_asked(client, settings, news, mastodon):
    settings.OUTGOING_NETWORKS = ()

    response = post(client, asking(mastodon.add_actor(), news))

    assert response.status_code == 401
    assert mastodon.asked == []
    assert not _is_followed()


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "http://[::1",
        "https://a.example:22/a",
        "javascript:1",
        "https://user@a.example/",
        "https://ع.example/",
    ],
)
def test_an_actor_at_what_is_no_address_is_refused(client, news, uri):
    assert post(client, asking(uri, news)).status_code == 400


def test_a_date_that_is_no_moment_is_refused(client, news, mastodon):
    date = "Fri, 27 Nov 2026 10:00:00 +99999999999999999999"

    assert post(client, asking(mastodon.add_actor(), news), Date=date).status_code == 401


def test_letters_that_are_none_are_not_looked_for(client, news, mastodon):
    sara = mastodon.add_actor()

    assert post(client, undoing(asking(sara, news)) | {"object": f"{sara}/\ud800"}).status_code == 202


def test_a_key_that_is_gone_does_not_say_that_its_actor_is(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))

    deletion = {"id": f"{sara}#delete", "type": "Delete", "actor": sara, "object": sara}
    response = post(client, deletion, key=KEYS[1], key_id=mastodon.at("/nothing#key"))

    assert response.status_code == 401
    assert _is_followed()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://other.example/users/sara"},
        {"inbox": "https://victim.example/inbox"},
        {"inbox": None},
        {"endpoints": {"sharedInbox": "https://victim.example/inbox"}},
        {"publicKey": None},
        {"publicKey": []},
    ],
    ids=["another", "inbox elsewhere", "no inbox", "shared inbox elsewhere", "no key", "no keys"],
)
def test_an_actor_that_cannot_be_believed_is_refused(client, news, mastodon, changes):
    sara = mastodon.add_actor(**changes)

    assert post(client, asking(sara, news)).status_code == 401
    assert not _is_followed()


@pytest.mark.parametrize("more", ["\0", "x\n" * 10_000], ids=["null", "long"])
def test_a_key_with_more_than_a_key_is_not_kept(client, news, mastodon, more):
    sara = mastodon.add_actor()
    mastodon.documents["/users/sara"]["publicKey"]["publicKeyPem"] = more + pem(KEYS[0])

    assert post(client, asking(sara, news)).status_code == 401
    assert not _is_followed()


def test_a_file_that_looks_like_an_actor_is_none(client, news, mastodon):
    mastodon.kind = "text/plain"

    assert post(client, asking(mastodon.add_actor(), news)).status_code == 401


def test_a_server_that_cannot_be_asked_may_send_again(client, news, mastodon):
    sara = mastodon.add_actor()
    mastodon.documents["/users/sara"] = 500

    response = post(client, asking(sara, news))

    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    mastodon.add_actor()
    assert post(client, asking(sara, news)).status_code == 202


def test_a_server_has_so_many_inboxes(client, monkeypatch, news, mastodon):
    monkeypatch.setattr(following, "MOST_INBOXES_OF_A_SERVER", 2)
    for number in range(4):
        shared = mastodon.at("/inbox" if number < 2 else f"/inbox/{number}")
        uri = mastodon.add_actor(f"reader{number}", endpoints={"sharedInbox": shared})
        post(client, asking(uri, news))

    assert [activity["type"] for activity in waiting()] == ["Accept", "Accept", "Reject", "Reject"]


def test_a_server_has_so_many_followers(client, monkeypatch, news, mastodon):
    monkeypatch.setattr(following, "MOST_FOLLOWERS_OF_A_SERVER", 1)
    for name in ("sara", "ali"):
        post(client, asking(mastodon.add_actor(name), news))

    assert [activity["type"] for activity in waiting()] == ["Accept", "Reject"]


def test_what_is_asked_of_a_server_is_signed_by_the_site(client, news, mastodon):
    post(client, asking(mastodon.add_actor(), news))

    [(_path, headers)] = mastodon.asked
    assert f'keyId="http://127.0.0.1:8000/fediverse/actors/{news.pk}/#main-key"' in headers["Signature"]


def test_a_blocked_server_is_heard_no_more(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))

    following.block(mastodon.host)

    assert not RemoteActor.objects.exists()
    assert waiting() == []
    assert post(client, asking(sara, news, number=2)).status_code == 403


@pytest.mark.parametrize(
    ("host", "is_blocked"),
    [("spam.example", True), ("a.b.spam.example", True), ("nospam.example", False), ("example", False)],
)
def test_what_belongs_to_a_blocked_server_is_blocked(db, host, is_blocked):
    following.block("spam.example")

    assert following.is_blocked(host) == is_blocked


@pytest.mark.parametrize("limit", ["OF_A_SERVER", "OF_A_NETWORK"])
def test_a_server_may_send_so_much_a_minute(client, monkeypatch, news, mastodon, limit):
    monkeypatch.setattr(inbox, limit, 1)
    sara = mastodon.add_actor()
    post(client, asking(sara, news))

    response = post(client, asking(sara, news, number=2))

    assert response.status_code == 429
    assert Follow.objects.get().activity_id == f"{sara}/follows/1"


def test_a_network_may_have_so_many_keys_looked_up(client, monkeypatch, news, mastodon):
    monkeypatch.setattr(inbox, "LOOKUPS_OF_A_NETWORK", 1)
    post(client, asking(mastodon.add_actor(), news), key=KEYS[1])

    assert post(client, asking(mastodon.add_actor("ali"), news)).status_code == 429
    assert len(mastodon.asked) == 1


def test_activities_are_remembered_for_as_long_as_they_count(client, news, mastodon):
    post(client, asking(mastodon.add_actor(), news))

    with time_machine.travel(timezone.now() + timedelta(hours=47)):
        assert inbox.forget_old() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        assert inbox.forget_old() == 1


def test_where_it_is_switched_off_there_is_no_inbox(client, settings, news, mastodon):
    settings.FEDERATION = False

    assert post(client, asking(mastodon.add_actor(), news)).status_code == 404


def test_a_server_that_was_away_for_a_month_is_forgotten(client, news, mastodon):
    post(client, asking(mastodon.add_actor(), news))
    mastodon.inbox_status = 500
    deliver()
    assert Server.objects.get().failing_since is not None

    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert following.forget_gone() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert following.forget_gone() > 0

    assert not RemoteActor.objects.exists()


def test_of_a_server_that_nobody_follows_from_nothing_is_kept(client, news, mastodon):
    following.block("spam.example")
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    following.forget_gone()
    assert Server.objects.count() == 2
    post(client, undoing(asking(sara, news)))

    following.forget_gone()

    assert Server.objects.get().host == "spam.example"


def test_a_server_that_comes_back_is_not_away(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, asking(sara, news))
    mastodon.inbox_status = 500
    deliver()
    mastodon.inbox_status = 202
    post(client, asking(sara, news, number=2))

    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        deliver()

    assert Server.objects.get().failing_since is None


def test_an_inbox_that_is_gone_has_no_follower(client, news, mastodon):
    post(client, asking(mastodon.add_actor(), news))
    mastodon.inbox_status = 410

    deliver()

    assert not RemoteActor.objects.exists()


def test_an_actor_that_was_closed_takes_nobody(client, news, mastodon):
    technology = actors.open_one(factories.section(), "technology")
    actors.close(technology)

    assert post(client, asking(mastodon.add_actor(), technology)).status_code == 202
    assert not _is_followed()
