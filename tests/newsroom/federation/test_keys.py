"""The keys of our actors: encrypted where they lie, and renewed with all else that is."""

import pytest
from apsig.draft import Verifier

from newsroom import encryption, key_rotation
from newsroom.federation import actors, addresses, keys
from newsroom.web.outgoing import Request
from tests import factories

pytestmark = pytest.mark.django_db
REQUEST = Request("POST", "https://mastodon.example/inbox", {}, b"{}")


@pytest.fixture
def quick_keys():
    """Here they are made."""


def test_each_actor_has_a_key_of_its_own(news):
    other = actors.open_one(factories.section(), "technology")

    assert news.public_key != other.public_key
    assert keys._private(other.private_key_encrypted).key_size == 2048


def test_a_private_key_is_encrypted(news):
    assert "PRIVATE" not in news.private_key_encrypted
    assert "BEGIN PRIVATE KEY" in encryption.decrypt(news.private_key_encrypted)


def test_an_actor_signs_after_its_key_was_encrypted_anew(settings, news):
    settings.EMAIL_KEYS = ["newest", *settings.EMAIL_KEYS]
    before = news.private_key_encrypted

    key_rotation.rotate()
    settings.EMAIL_KEYS = ["newest"]
    news.refresh_from_db()

    made = keys.headers(news, REQUEST)
    assert news.private_key_encrypted != before
    verified = Verifier(news.public_key, "POST", REQUEST.url, made, REQUEST.body).verify(raise_on_fail=True)
    assert verified == addresses.key(news)


def test_a_delivery_is_signed_for_an_actor_that_is_there(settings, news):
    assert "Signature" in keys.sign(REQUEST, str(news.pk))
    with pytest.raises(LookupError):
        keys.sign(REQUEST, "999999")
    settings.FEDERATION = False
    with pytest.raises(LookupError):
        keys.sign(REQUEST, str(news.pk))
