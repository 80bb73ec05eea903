"""Programs with tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.api import tokens
from newsroom.api.models import Scope
from tests import factories


@pytest.fixture
def program(client):
    """Return a function that asks the site with a token of an account, for all that this may do."""

    def begin(user, scopes=None):
        scopes = scopes or tokens.offered_to(user)
        expires_at = timezone.now() + timedelta(days=1)
        token, secret = tokens.make(user, name="برنامج", scopes=scopes, expires_at=expires_at)
        return Program(client, token, secret)

    return begin


class Program:
    def __init__(self, client, token, secret):
        self.client, self.token, self.secret = client, token, secret

    def ask(self, method, path, sent=None, **headers):
        kind = {} if sent is None else {"data": sent, "content_type": "application/json"}
        return getattr(self.client, method)(
            f"/api/v1/{path}", **kind, HTTP_AUTHORIZATION=f"Bearer {self.secret}", **headers
        )

    def upload(self, content, **words):
        return self.client.post(
            "/api/v1/images/",
            {"file": content, "alt": "صورة"} | words,
            HTTP_AUTHORIZATION=f"Bearer {self.secret}",
        )


@pytest.fixture
def reporter(program):
    return program(factories.staff(factories.REPORTERS))


@pytest.fixture
def moderator(program):
    return program(factories.staff(factories.MODERATORS), [Scope.MODERATE_COMMENTS])
