import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail, State
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "sindbad@example.org"
LIST = "/admin/mail/outgoingmail/"


@pytest.fixture
def mail():
    outbox.enqueue(key="reply:1", to=ADDRESS, subject="ردّ على تعليقك", text="نصّ")
    OutgoingMail.objects.update(state=State.FAILED, tries=3, last_error="550 5.1.1")
    return OutgoingMail.objects.get()


def staff_with(*codenames):
    user = factories.staff(factories.MODERATORS)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


def press_try_again(client, mail):
    return client.post(LIST, {"action": "try_again", "_selected_action": [mail.pk]})


def test_who_may_see_the_outbox_sees_failures_and_no_address(client, mail):
    client.force_login(staff_with("view_outgoingmail"))

    for address in (LIST, reverse("admin:mail_outgoingmail_change", args=[mail.pk])):
        page = client.get(address).text
        assert "550 5.1.1" in page
        assert [word for word in (ADDRESS, "sindbad", mail.email_fingerprint) if word in page] == []


def test_a_mail_that_nobody_names_is_shown_by_its_key(client):
    outbox.enqueue(key="test:1", to=ADDRESS, subject="تجربة", text="نصّ")
    client.force_login(staff_with("view_outgoingmail"))

    cells = re.findall(r'class="field-told"[^>]*>([^<]*)<', client.get(LIST).text)
    assert cells == ["test:1"]


def test_others_see_nothing_of_it(client, mail):
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.get(LIST).status_code == 403


def test_a_failed_mail_is_tried_again_by_who_may(client, mail):
    client.force_login(staff_with("view_outgoingmail", "retry_outgoingmail"))

    press_try_again(client, mail)

    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (State.WAITING, 0)


def test_a_failed_mail_stays_so_for_who_may_only_look(client, mail):
    client.force_login(staff_with("view_outgoingmail"))

    press_try_again(client, mail)

    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_the_list_cannot_be_asked_for_an_address(client, mail):
    client.force_login(staff_with("view_outgoingmail"))

    response = client.get(LIST, {"email_fingerprint__startswith": mail.email_fingerprint[:1]})

    assert response.status_code == 400
