"""Where an account is signed in, and for how long."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.staff import sessions
from tests import factories

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"
SECURITY = "/admin/security/"


def _client(user, agent=FIREFOX, address="203.0.113.9"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/admin/login/", {"username": user.username, "password": "not a secret 1"})
    return client


def _is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


def test_each_is_told_by_browser_system_and_network_the_latest_first(editor):
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        _client(editor, EDGE, "198.51.100.77")
    here = _client(editor)

    found = sessions.of(editor, here.session.session_key)

    told = [(session.browser, session.system, session.network, session.is_this) for session in found]
    assert told == [
        ("Firefox", "Windows", "203.0.113.0/24", True),
        ("Edge", "Android", "198.51.100.0/24", False),
    ]
    page = here.get(SECURITY).text
    assert "هذا الجهاز" in page
    assert page.count('value="end_session"') == 1
    assert all(client.session.session_key not in page for client in (here,))


def test_another_is_ended_from_here_and_this_stays(editor):
    other, here = _client(editor, EDGE), _client(editor)
    (name,) = (
        session.name for session in sessions.of(editor, here.session.session_key) if not session.is_this
    )

    here.post(SECURITY, {"act": "end_session", "session": name})

    assert (_is_in(other), _is_in(here)) == (False, True)


def test_all_others_are_ended_at_once(editor):
    others, here = [_client(editor), _client(editor)], _client(editor)

    here.post(SECURITY, {"act": "end_others"})

    assert ([_is_in(other) for other in others], _is_in(here)) == ([False, False], True)


def test_nobody_ends_what_is_somebody_elses(editor):
    other, here = _client(factories.staff(factories.EDITORS)), _client(editor)
    (name,) = (
        session.name for session in sessions.of(factories.User.objects.get(pk=other.session["_auth_user_id"]))
    )

    here.post(SECURITY, {"act": "end_session", "session": name})

    assert _is_in(other)


def test_one_that_nobody_uses_ends(editor, settings):
    settings.SESSION_IDLE_MINUTES = 60
    client = _client(editor)
    begin = timezone.now()

    for minutes, is_in in ((50, True), (100, True), (170, False)):
        with time_machine.travel(begin + timedelta(minutes=minutes)):
            assert _is_in(client) is is_in


def test_one_ends_whatever_is_done_in_it(editor, settings):
    settings.SESSION_DAYS = 1
    client = _client(editor)
    begin = timezone.now()

    for hours in range(1, 24):
        with time_machine.travel(begin + timedelta(hours=hours)):
            assert _is_in(client)
    with time_machine.travel(begin + timedelta(hours=24, minutes=1)):
        assert not _is_in(client)


def test_use_is_written_down_every_few_minutes_and_no_oftener(editor):
    client = _client(editor)
    begin = timezone.now()

    for minutes, statements in ((4, 0), (6, 1), (10, 0)):
        with (
            time_machine.travel(begin + timedelta(minutes=minutes)),
            CaptureQueriesContext(connection) as asked,
        ):
            client.get("/admin/")
        assert sum('UPDATE "django_session"' in query["sql"] for query in asked) == statements

    assert sessions.of(editor)[0].seen > begin + timedelta(minutes=5)


def test_a_new_password_ends_the_others_and_is_told(editor):
    editor.email = "editor@example.org"
    editor.save()
    other, here = _client(editor), _client(editor)

    here.post(
        "/admin/password_change/",
        {
            "old_password": "not a secret 1",
            "new_password1": "صباح الخير يا بيروت",
            "new_password2": "صباح الخير يا بيروت",
        },
    )

    assert (_is_in(other), _is_in(here)) == (False, True)


def test_signing_in_changes_the_key(editor):
    client = Client()
    client.get("/admin/login/")
    client.session["x"] = 1
    before = client.session.session_key

    client.post("/admin/login/", {"username": editor.username, "password": "not a secret 1"})

    assert client.session.session_key != before
