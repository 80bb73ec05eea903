"""Moderators, and the queue as each opens it in a browser."""

import pytest
from django.test import Client

from tests import factories
from tests.desk import QUEUE


@pytest.fixture
def article():
    return factories.published()


@pytest.fixture
def comments(article):
    return [factories.sent(article) for _ in range(4)]


@pytest.fixture
def layla():
    return factories.staff(factories.MODERATORS, "layla")


@pytest.fixture
def omar():
    return factories.staff(factories.MODERATORS, "omar")


@pytest.fixture
def open_queue(new_context, live_server):
    """Return a function that opens a queue for a moderator in a context of their own; options are Playwright's."""

    def open_for(user, query="", *, clock=False, **options):
        # A client each: signing in a second person with one client ends the first one's session.
        client = Client()
        client.force_login(user)
        context = new_context(**options)
        context.add_cookies(
            [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
        )
        page = context.new_page()
        if clock:
            page.clock.install()
        page.goto(QUEUE + query)
        return page

    return open_for
