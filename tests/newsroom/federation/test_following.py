import pytest
from apsig.draft import Verifier

from newsroom.federation.models import Follow, RemoteActor
from tests import factories
from tests.fediverse import deliver, following, post, undoing

pytestmark = pytest.mark.django_db


def test_who_follows_is_accepted_by_a_signed_answer(client, news, mastodon):
    sara = mastodon.add_actor()

    response = post(client, following(sara, news))
    deliver()

    assert response.status_code == 202
    assert list(Follow.objects.values_list("actor", "follower__uri")) == [(news.pk, sara)]
    [(path, headers, accept)] = mastodon.received
    assert path == "/users/sara/inbox"
    assert accept["type"] == "Accept"
    assert accept["object"]["id"] == f"{sara}/follows/1"
    verified = Verifier(news.public_key, "POST", mastodon.at(path), headers).verify(raise_on_fail=True)
    assert verified == f"{accept['actor']}#main-key"


def test_what_is_published_comes_to_followers(client, news, mastodon):
    post(client, following(mastodon.add_actor(), news))
    article = factories.published(headline="مايكروسوفت تعلن شراكة مع Mistral AI")

    deliver()

    assert mastodon.types() == ["Accept", "Create"]
    path, _headers, create = mastodon.received[-1]
    assert path == "/inbox"
    assert create["object"]["id"] == f"http://127.0.0.1:8000/fediverse/articles/{article.pk}/"
    assert "مايكروسوفت" in create["object"]["content"]


def test_who_unfollows_is_forgotten(client, news, mastodon):
    sara = mastodon.add_actor()
    post(client, following(sara, news))

    post(client, undoing(following(sara, news)))

    assert not RemoteActor.objects.exists()
