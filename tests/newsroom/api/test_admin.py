"""Tokens on the desk: made, told once, revoked; one's own, and for administrators those of all."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.api.models import Token, Use
from tests import factories

pytestmark = pytest.mark.django_db

LIST, NEW, ACTS = "/admin/api/token/", "/admin/api/token/add/", "/admin/api/use/"


def _sent(**fields):
    return {"name": "موقع الطقس", "scopes": ["drafts:read"], "days": "30"} | fields


def test_a_token_is_told_once_and_opens_a_door(client):
    user = factories.staff(factories.REPORTERS)
    client.force_login(user)
    form = client.get(NEW).content.decode()

    response = client.post(NEW, _sent())

    (secret,) = re.findall(r'value="(nshr_[\w-]{43})"', response.content.decode())
    token = Token.objects.get()
    assert "no-store" in response["Cache-Control"]
    assert (token.user, token.name, token.scopes) == (user, "موقع الطقس", ["drafts:read"])
    assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
    assert "comments:moderate" not in form
    assert secret not in client.get(LIST).content.decode()
    assert token.beginning in client.get(LIST).content.decode()
    assert client.get("/api/v1/drafts/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200


@pytest.mark.parametrize(
    "fields", [{"name": "\u202e"}, {"scopes": []}, {"scopes": ["comments:moderate"]}, {"days": "400"}]
)
def test_what_is_wrong_is_said_and_nothing_lost(client, fields):
    client.force_login(factories.staff(factories.REPORTERS))

    response = client.post(NEW, _sent(**fields))

    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert Token.objects.count() == 0
    assert fields.get("name") or "موقع الطقس" in response.content.decode()


def test_who_signed_in_long_ago_gives_the_password_once_more(client):
    user = factories.staff(factories.REPORTERS)
    client.force_login(user)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("newsroom.staff_pages.FRESH", -1)
        assert 'name="password"' in client.get(NEW).content.decode()
        assert client.post(NEW, _sent(password="wrong")).status_code == 422
        assert Token.objects.count() == 0
        assert client.post(NEW, _sent(password="not a secret 1")).status_code == 200
    assert Token.objects.count() == 1


def test_who_needs_a_second_factor_first_makes_none(client, settings):
    settings.SECOND_FACTOR = True
    client.force_login(factories.staff(factories.EDITORS))

    assert client.post(NEW, _sent()).status_code == 403
    assert Token.objects.count() == 0


def test_everybody_sees_and_revokes_the_own_and_administrators_all(client, program):
    reporter, editor = (
        program(factories.staff(factories.REPORTERS)),
        program(factories.staff(factories.EDITORS)),
    )
    chosen = {"action": "revoke_chosen", "_selected_action": [reporter.token.pk, editor.token.pk]}

    client.force_login(reporter.token.user)
    page = client.get(LIST).content.decode()
    assert (reporter.token.beginning in page, editor.token.beginning in page) == (True, False)
    client.post(LIST, chosen)
    assert {token.pk for token in Token.objects.valid()} == {editor.token.pk}

    client.force_login(factories.staff(factories.ADMINISTRATORS))
    page = client.get(LIST).content.decode()
    assert reporter.token.beginning in page
    assert editor.token.beginning in page
    client.post(LIST, chosen)
    assert not Token.objects.valid().exists()


def test_acts_are_on_the_record_of_their_account(client, reporter, program):
    Use.objects.create(token=reporter.token, verb="create_draft", row=7, status=201)
    editor = program(factories.staff(factories.EDITORS))

    client.force_login(editor.token.user)
    assert reporter.token.beginning not in client.get(ACTS).content.decode()
    client.force_login(reporter.token.user)
    assert "/admin/articles/article/7/change/" in client.get(ACTS).content.decode()
    client.force_login(factories.superuser())
    assert reporter.token.beginning in client.get(ACTS).content.decode()
