"""Moderators, and the queue as each opens it in a browser."""

import pytest
from django.conf import settings
from django.test import Client

from tests import factories
from tests.desk import QUEUE


@pytest.fixture
def session_of(live_server):
    """Return a function that gives somebody's session, as Playwright takes cookies."""

    def sign_in(user):
        # A client each: signing in a second person with one client ends the first one's session.
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": live_server.url}

    return sign_in


@pytest.fixture
def page_of(new_context, session_of):
    """Return a function that opens a page for somebody in a browser of their own; options are Playwright's.

    What the page asks is answered with yes, or left to the test.
    """

    def open_for(user, *, says_yes=True, **options):
        context = new_context(**options)
        context.add_cookies([session_of(user)])
        page = context.new_page()
        if says_yes:
            page.on("dialog", lambda dialog: dialog.accept())
        return page

    return open_for


@pytest.fixture
def listen():
    """Return a function that listens to a page; the test fails if its browser refused or missed anything."""
    complaints = []

    def to(page, but=None):
        def note(message):
            if message.type == "error" and not (but and but in message.text):
                complaints.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield to
    assert complaints == []


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
def open_queue(page_of):
    """Return a function that opens a queue for a moderator in a context of their own; options are Playwright's."""

    def open_for(user, query="", *, clock=False, **options):
        page = page_of(user, says_yes=False, **options)
        if clock:
            page.clock.install()
        page.goto(QUEUE + query)
        return page

    return open_for
