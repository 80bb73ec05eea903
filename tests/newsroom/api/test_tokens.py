"""What opens the doors of staff to programs, for how long, and for what."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsroom.api import tokens
from newsroom.api.models import Scope, Token, Use
from newsroom.web import rate_limit
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESSES = {
    Scope.READ_DRAFTS: ("get", "drafts/"),
    Scope.WRITE_ARTICLES: ("post", "drafts/"),
    Scope.WRITE_IMAGES: ("post", "images/"),
    Scope.MODERATE_COMMENTS: ("get", "held-comments/"),
}


def _make(user, scopes=(Scope.READ_DRAFTS,), days=30):
    expires_at = timezone.now() + timedelta(days=days)
    return tokens.make(user, name="برنامج", scopes=scopes, expires_at=expires_at)


def test_only_a_digest_of_it_is_stored(reporter):
    assert re.fullmatch(r"nshr_[\w-]{43}", reporter.secret)
    row = Token.objects.values().get()
    assert reporter.secret not in str(row)
    assert reporter.secret.startswith(row["beginning"])
    assert len(row["beginning"]) == 13


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_it_ends_within_a_year(days):
    user = factories.staff(factories.REPORTERS)

    with pytest.raises(tokens.TokenRefused):
        _make(user, days=days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(
            user=user,
            name="x",
            digest="x",
            scopes=["drafts:read"],
            expires_at=timezone.now() + timedelta(days),
        )


def test_nobody_makes_one_for_what_they_may_not_do():
    reporter = factories.staff(factories.REPORTERS)

    for scopes in ([Scope.MODERATE_COMMENTS], [Scope.READ_DRAFTS, Scope.MODERATE_COMMENTS], [], ["all"]):
        with pytest.raises(tokens.TokenRefused):
            _make(reporter, scopes)


def test_each_scope_opens_its_own_doors(program):
    root = factories.superuser()

    for scope in Scope:
        asked = program(root, [scope])
        for other, (method, path) in ADDRESSES.items():
            status = asked.ask(method, path, {} if method == "post" else None).status_code
            assert (status == 403) is (other != scope), (scope, other, status)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer nshr_" + "a" * 43, "bearer \x7f"]
)
def test_without_a_valid_one_no_door_opens(client, header):
    client.force_login(factories.superuser())

    for method, path in ADDRESSES.values():
        response = getattr(client, method)(
            f"/api/v1/{path}", **({"HTTP_AUTHORIZATION": header} if header else {})
        )
        assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="Nashra"')


def test_it_ends_by_its_hour_and_by_being_revoked(reporter):
    assert reporter.ask("get", "drafts/").status_code == 200

    tokens.revoke(reporter.token, by=reporter.token.user)
    assert reporter.ask("get", "drafts/").status_code == 401

    now = timezone.now()
    Token.objects.update(
        revoked_at=None, created_at=now - timedelta(2), expires_at=now - timedelta(seconds=1)
    )
    assert reporter.ask("get", "drafts/").status_code == 401


def test_it_may_never_do_more_than_its_account_at_this_moment(reporter, settings):
    user = reporter.token.user

    user.groups.clear()
    assert reporter.ask("get", "drafts/").status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    assert reporter.ask("get", "drafts/").status_code == 200
    user.user_permissions.add(Permission.objects.get(codename="publish_article"))
    settings.SECOND_FACTOR = True
    assert reporter.ask("get", "drafts/").status_code == 403
    user.authenticators.create(name="x", secret_encrypted="")
    assert reporter.ask("get", "drafts/").status_code == 200
    for column in ("is_staff", "is_active"):
        type(user).objects.filter(pk=user.pk).update(
            is_staff=column != "is_staff", is_active=column != "is_active"
        )
        assert reporter.ask("get", "drafts/").status_code == 403


def test_answers_to_it_are_kept_nowhere(reporter):
    answers = [reporter.ask("get", path) for path in ("drafts/", "articles/", "drafts/1/", "nothing/")]
    answers.append(reporter.ask("post", "drafts/", {}))

    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert not any("Access-Control-Allow-Origin" in answer for answer in answers)


def test_who_asks_too_often_is_told_when_to_go_on(reporter, monkeypatch):
    monkeypatch.setattr(tokens, "READS_A_WINDOW", 2)

    answers = [reporter.ask("get", "drafts/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    # What it writes is counted apart.
    assert reporter.ask("post", "drafts/", {}).status_code == 422


def test_the_end_of_a_window_is_told(transactional_db):
    assert rate_limit.seconds_left("nobody", window=timedelta(minutes=1)) == 1
    with transaction.atomic():
        rate_limit.take("somebody", limit=1, window=timedelta(minutes=1))
    assert rate_limit.seconds_left("somebody", window=timedelta(minutes=1)) == 60


def test_when_it_was_used_last_is_known(reporter):
    reporter.ask("get", "drafts/")

    used = Token.objects.get().last_used_at
    reporter.ask("get", "drafts/")
    assert timezone.now() - used < timedelta(minutes=1)
    assert Token.objects.get().last_used_at == used


def test_others_tokens_are_revoked_by_who_oversees_them(reporter):
    with pytest.raises(PermissionDenied):
        tokens.revoke(reporter.token, by=factories.staff(factories.EDITORS))
    tokens.revoke(reporter.token, by=factories.staff(factories.ADMINISTRATORS))

    assert not Token.objects.get().is_valid


def test_an_account_has_so_many_at_a_time(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_VALID", 1)
    user = factories.staff(factories.REPORTERS)
    token, _secret = _make(user)

    with pytest.raises(tokens.TokenRefused):
        _make(user)
    tokens.revoke(token, by=user)
    _make(user)


def test_what_was_answered_is_forgotten_after_a_day(reporter):
    values = {"token": reporter.token, "verb": "create_draft", "answer": "{}"}
    Use.objects.create(key="old", at=timezone.now() - timedelta(hours=25), **values)
    Use.objects.create(key="new", **values)

    assert tokens.forget_answers() == 1
    assert list(Use.objects.order_by("pk").values_list("key", "answer")) == [(None, ""), ("new", "{}")]
