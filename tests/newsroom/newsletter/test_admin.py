"""The newsletter on the desk: what is seen, tried and stopped, and that no address is there."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from newsroom.mail.models import OutgoingMail
from newsroom.newsletter import issues, subscribing
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/admin/newsletter/newsletter/"


@pytest.fixture
def desk(client):
    person = factories.superuser()
    person.email = "chief@example.org"
    person.save()
    client.force_login(person)
    return client


def test_the_page_counts_and_names_nobody(desk, subscribed):
    for number in range(3):
        subscribed(f"r{number}@example.org")
    subscribing.leave(subscribed("gone@example.org"))

    page = desk.get(PAGE)

    assert [count for _name, count in page.context["counts"]] == [0, 3, 1, 0]
    assert not any(f"r{number}@" in page.text for number in range(3))


def test_a_try_goes_to_whoever_asks_and_counts_as_no_issue(desk, subscribed):
    subscribed()
    factories.published(headline="خبر اليوم")

    desk.post(PAGE, {"act": "try"})

    to, content = OutgoingMail.objects.get().read()
    assert to == "chief@example.org"
    assert "خبر اليوم" in content["text"]
    assert "invalid" not in content["text"] + content["html"]
    assert issues.Issue.objects.count() == 0


def test_the_switch_is_logged(desk):
    for act, is_stopped in [("stop", True), ("go_on", False)]:
        assert desk.post(PAGE, {"act": act}).status_code == 302
        assert issues.is_stopped() is is_stopped

    assert list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True)) == [
        "أوقف النشرة البريدية.",
        "أعاد النشرة البريدية إلى الإرسال.",
    ]
    assert desk.post(PAGE, {"act": "nothing"}).status_code == 400


def test_the_preview_is_the_mail_in_a_frame_without_scripts(desk):
    assert desk.get(f"{PAGE}preview/")["Content-Type"] == "text/plain; charset=utf-8"
    factories.published(headline="خبر اليوم")

    answer = desk.get(f"{PAGE}preview/")

    assert "خبر اليوم" in answer.text
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(("group", "status"), [("محرّر", 403), ("مشرف تعليقات", 403), ("مدير الموقع", 200)])
def test_it_is_for_the_administrators_of_the_site(client, group, status):
    client.force_login(factories.staff(Group.objects.get(name=group).name))

    assert [client.get(PAGE).status_code, client.get(f"{PAGE}preview/").status_code] == [status] * 2
    assert client.post(PAGE, {"act": "stop"}).status_code == (302 if status == 200 else 403)
