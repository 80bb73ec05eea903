"""How often somebody may try to sign in."""

import pytest
from django.contrib.auth.models import User

from newsroom import sign_in
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


def _try(client, username, password="wrong", address="203.0.113.9"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS, "editor")


def test_an_account_is_tried_eight_times_from_a_network_and_then_not_even_with_the_right_password(
    client, editor
):
    tries = [_try(client, "editor").status_code for _ in range(sign_in.TRIES_OF_ACCOUNT)]

    refused = _try(client, "Editor", "not a secret 1", address="203.0.113.77")

    assert (set(tries), refused.status_code) == ({200}, 429)
    assert "session" not in client.cookies
    assert str(sign_in.SignInForm.error_messages["too_many"]) in refused.content.decode()


def test_its_owner_signs_in_from_elsewhere_meanwhile(client, editor):
    for _ in range(sign_in.TRIES_OF_ACCOUNT + 1):
        _try(client, "editor")

    assert _try(client, "editor", "not a secret 1", address="198.51.100.4").status_code == 302


def test_who_signed_in_begins_anew(client, editor):
    for _ in range(3):
        for _ in range(sign_in.TRIES_OF_ACCOUNT - 1):
            _try(client, "editor")
        assert _try(client, "editor", "not a secret 1").status_code == 302


def test_a_network_does_not_try_one_account_after_another(client):
    User.objects.bulk_create(User(username=f"user{number}", password="!") for number in range(50))

    answers = [_try(client, f"user{number}").status_code for number in range(sign_in.TRIES_OF_NETWORK + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)
