"""Passwords that people choose by a link in a mail: colleagues who are invited, and whoever forgot theirs."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from newsroom import staff_pages
from newsroom.mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

RESET = "/admin/password_reset/"
NEW = "صباح الخير يا بيروت"


@pytest.fixture
def editor():
    user = factories.staff(factories.EDITORS, "editor")
    user.email = "editor@example.org"
    user.save()
    return user


def _mails(prefix):
    return OutgoingMail.objects.filter(key__startswith=prefix).order_by("pk")


def _link(mail):
    return re.search(r"https?://[^/\s]+(/admin/reset/\S+)", mail.read()[1]["text"])[1]


def _choose(client, link, password=NEW):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_a_colleague_is_invited_and_chooses_a_password(client):
    root = factories.superuser()
    client.force_login(root)
    group = Group.objects.get(name=factories.EDITORS)

    client.post(
        "/admin/auth/user/add/",
        {
            "username": "layla", "first_name": "ليلى", "last_name": "حدّاد", "email": "layla@example.org",
            "groups": [group.pk], "usable_password": "false",
        },
    )  # fmt: skip

    layla = User.objects.get(username="layla")
    (mail,) = _mails("invitation:")
    assert (layla.is_staff, layla.has_usable_password(), list(layla.groups.all())) == (True, False, [group])
    assert mail.read()[0] == "layla@example.org"
    assert mail.subject == "دعوة إلى مكتب نشرة"
    browser = Client()
    assert _choose(browser, _link(mail)).url == "/admin/reset/done/"
    browser.post("/admin/login/", {"username": "layla", "password": NEW})
    assert browser.get("/admin/").status_code == 200


def test_an_account_without_password_and_address_is_told_of(client):
    client.force_login(factories.superuser())

    response = client.post(
        "/admin/auth/user/add/", {"username": "layla", "usable_password": "false"}, follow=True
    )

    assert "لا يستطيع أحد الدخول بهذا الحساب" in response.text


def test_an_invitation_is_sent_again_to_who_has_not_come(client, editor):
    root = factories.superuser()
    client.force_login(root)
    editor.set_unusable_password()
    editor.save()

    client.post(
        "/admin/auth/user/", {"action": "invite", "_selected_action": [editor.pk, root.pk]}, follow=True
    )

    assert [mail.read()[0] for mail in _mails("invitation:")] == [editor.email]


def test_a_link_opens_once(editor):
    Client().post(RESET, {"email": editor.email})
    link = _link(_mails("password:").get())
    _choose(Client(), link)

    again = Client().get(link, follow=True)

    assert "new_password1" not in again.text


def test_a_link_ends_after_a_day(editor):
    Client().post(RESET, {"email": editor.email})
    link = _link(_mails("password:").get())

    # Django counts by the clock on the wall, which stands at that of Greenwich here.
    with time_machine.travel(timezone.now() + timedelta(hours=24 + 15)):
        assert "new_password1" not in Client().get(link, follow=True).text


def test_a_second_factor_is_asked_for_after_a_new_password_too(editor):
    from tests.newsroom.staff.test_second_factor import _add

    _add(editor)
    Client().post(RESET, {"email": editor.email})
    browser = Client()
    _choose(browser, _link(_mails("password:").get()))

    response = browser.post("/admin/login/", {"username": editor.username, "password": NEW})

    assert response.url.startswith("/admin/second-step/")


def test_nobody_learns_which_addresses_have_accounts(editor):
    answers = [
        Client().post(RESET, {"email": email}, follow=True) for email in (editor.email, "nobody@example.org")
    ]

    known, unknown = (
        re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.text) for answer in answers
    )
    assert known == unknown
    assert [answer.redirect_chain for answer in answers] == [[("/admin/password_reset/done/", 302)]] * 2
    assert _mails("password:").count() == 1


def test_an_address_is_written_to_three_times_an_hour(editor):
    for _number in range(staff_pages.RESETS_OF_ADDRESS + 2):
        assert Client().post(RESET, {"email": editor.email.upper()}).status_code == 302

    assert _mails("password:").count() == staff_pages.RESETS_OF_ADDRESS


def test_a_network_beyond_its_limit_keeps_nobody_elsewhere_from_a_new_password(editor, monkeypatch):
    monkeypatch.setattr(staff_pages, "RESETS_OF_NETWORK", 1)
    Client().post(RESET, {"email": "nobody@example.org"})
    for _number in range(staff_pages.RESETS_OF_ADDRESS + 1):
        Client().post(RESET, {"email": editor.email})

    Client(REMOTE_ADDR="203.0.113.7").post(RESET, {"email": editor.email})

    assert _mails("password:").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM newsroom_rate WHERE key LIKE 'reset:%'")
        keys = sorted(key for (key,) in cursor.fetchall())
    assert [key.rpartition(":")[0] for key in keys] == ["reset:address"] * 2 + ["reset:network"] * 2


@pytest.mark.parametrize("address", [RESET, "/admin/passkey/"])
def test_networks_are_counted_by_a_digest(editor, address):
    Client(REMOTE_ADDR="203.0.113.7").post(address, {"email": editor.email})

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM newsroom_rate WHERE key LIKE '%:network:%'")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert not any("203.0.113" in key for key in keys)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_may_not_sign_in_is_not_written_to(editor, change):
    User.objects.filter(pk=editor.pk).update(**change)

    Client().post(RESET, {"email": editor.email})

    assert not _mails("password:").exists()


def test_the_link_does_not_reach_the_log(editor, caplog):
    Client().post(RESET, {"email": editor.email})
    link = _link(_mails("password:").get())
    caplog.set_level("INFO")

    Client().get(f"{link}wrong")

    assert link.split("/")[-2] not in caplog.text
