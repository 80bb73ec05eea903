"""Sending to a real server: what it gets, what becomes of what it refuses, and what happens while it is down."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from newsroom.mail import outbox, sending
from newsroom.mail.models import Cancellation, OutgoingMail, State
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db

SUBJECT = "ردّ على تعليقك: OpenAI تطلق أداة جديدة للبحث في الأرشيف العربيّ الكامل للصحف"


def enqueue(key="reply:1", to="sindbad@example.org", **fields):
    outbox.enqueue(key=key, to=to, subject=SUBJECT, text="نصّ\n", html='<div dir="rtl">نصّ</div>', **fields)


def make_due():
    OutgoingMail.objects.update(next_at=timezone.now())


def test_the_mail_as_it_arrives(mail_server, settings):
    settings.DEFAULT_FROM_EMAIL = "نشرة <noreply@nashra.example>"
    link = f"<https://nashra.example/comments/unsubscribe/7:{'x' * 80}/>"
    enqueue(headers={"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})

    assert sending.send_due() == 1

    [mail] = mail_server.mails()
    row = OutgoingMail.objects.get()
    assert (mail.recipient, mail["To"]) == ("sindbad@example.org", "sindbad@example.org")
    assert mail["From"] == "نشرة <noreply@nashra.example>"
    assert mail["Subject"] == SUBJECT
    assert mail["Message-ID"] == row.message_id
    assert mail["Content-Language"] == "ar"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == link
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_body(["plain"]).get_content().strip() == "نصّ"
    assert mail.get_body(["html"]).get_content().strip() == '<div dir="rtl">نصّ</div>'
    assert mail.defects == []
    head = (mail_server.raw()[0]).partition("\r\n\r\n")[0].split("\r\n")
    assert [line for line in head if line.endswith(": ")] == []
    assert max(len(line) for line in head if "=?utf-8?" in line) <= 78
    assert (row.state, row.tries, row.last_error) == (State.SENT, 1, "")


def test_a_recipient_refused_for_good_has_failed_at_once_and_the_others_go_out(mail_server, caplog):
    enqueue("reply:1", to="nobody@example.org")
    enqueue("reply:2")

    assert sending.send_due() == 1

    failed = OutgoingMail.objects.get(key="reply:1")
    assert (failed.state, failed.tries, failed.last_error) == (State.FAILED, 1, "550 5.1.1")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"Mail {failed.pk} failed for good: 550 5.1.1"
    ]


def test_a_recipient_refused_for_now_is_tried_again_later(mail_server):
    enqueue(to="busy@example.org")

    sending.send_due()

    row = OutgoingMail.objects.get()
    assert (row.state, row.tries, row.last_error) == (State.WAITING, 1, "451 4.3.0")
    assert row.next_at > timezone.now() + timedelta(seconds=25)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        pytest.param("سارة@مثال.com", "سارة@xn--mgbh0fb.com", id="all in Arabic"),
        pytest.param("سارة@example.org", "سارة@example.org", id="the name alone"),
        pytest.param("sara@موقع.السعودية", "sara@xn--4gbrim.xn--mgberp4a5d4ar", id="the domain alone"),
        # By IDNA 2003 this is fass.de, which is somebody else's.
        pytest.param("sara@faß.de", "sara@xn--fa-hia.de", id="an eszett"),
    ],
)
def test_addresses_in_other_letters_are_written_as_the_network_knows_them(mail_server, address, written):
    enqueue(to=address)
    enqueue("reply:2", to="after@example.org")

    assert sending.send_due() == 2

    first, second = mail_server.mails()
    assert (first.recipient, first["To"], first["Subject"]) == (written, written, SUBJECT)
    assert first.get_body(["plain"]).get_content().strip() == "نصّ"
    assert first.defects == []
    assert second.recipient == "after@example.org"


def test_where_the_server_takes_no_such_address_the_mail_has_failed_at_once_and_says_so(mail_server):
    (mail_server.folder / "ascii").touch()
    enqueue(to="سندباد@example.org")
    enqueue("reply:2")

    assert sending.send_due() == 1

    row = OutgoingMail.objects.get(key="reply:1")
    assert (row.state, row.tries, row.last_error) == (State.FAILED, 1, "SMTPUTF8 is not offered")
    # The newsroom has another server by now.
    (mail_server.folder / "ascii").unlink()
    outbox.try_again(OutgoingMail.objects.all())
    assert sending.send_due() == 1


def test_six_hours_without_a_server_lose_nothing_and_send_nothing_twice(mail_server):
    for number in range(20):
        enqueue(f"reply:{number}", to=f"reader{number}@example.org")
    mail_server.stop()
    for _attempt in range(10):
        assert sending.send_due() == 0
        # As if the time until the next attempt had passed: the tenth comes after more than six hours.
        make_due()
    mail_server.start()

    while sending.send_due():
        pass

    assert set(OutgoingMail.objects.values_list("state", "tries")) == {(State.SENT, 11)}
    recipients = sorted(mail.recipient for mail in mail_server.mails())
    assert recipients == sorted(f"reader{number}@example.org" for number in range(20))


def test_a_mail_is_given_up_after_three_days_at_the_soonest(mail_server):
    mail_server.stop()
    enqueue()
    waited = timedelta(0)
    attempts = 0
    while (row := OutgoingMail.objects.get()).state == State.WAITING:
        make_due()
        begun = timezone.now()
        sending.send_due()
        attempts += 1
        row = OutgoingMail.objects.get()
        if row.state == State.WAITING:
            waited += row.next_at - begun

    assert row.state == State.FAILED
    assert attempts == sending.MAX_TRIES
    assert timedelta(days=3) < waited < timedelta(days=4)


def test_the_longest_wait_is_hours(mail_server):
    mail_server.stop()
    enqueue()
    OutgoingMail.objects.update(tries=30)

    sending.send_due()

    wait = OutgoingMail.objects.get().next_at - timezone.now()
    assert timedelta(hours=1, minutes=59) < wait < timedelta(hours=2, minutes=31)


@pytest.fixture
def under_way(mail_server):
    """A mail of which an attempt is under way that will fail; `end` lets it fail, and the server be well again."""
    enqueue()
    (mail_server.folder / "stall").touch()
    attempt = Attempt(mail_server)
    attempt.thread.start()
    wait_for((mail_server.folder / "stalled").exists)
    yield attempt
    attempt.end()


class Attempt:
    def __init__(self, server):
        self.server = server
        self.thread = threading.Thread(target=self._send)

    def _send(self):
        try:
            sending.send_due()
        finally:
            connection.close()

    def end(self):
        if self.thread.is_alive():
            self.server.stop()
            self.thread.join()
            (self.server.folder / "stall").unlink()
            self.server.start()


@pytest.mark.django_db(transaction=True)
class TestTakenBackWhileAnAttemptIsUnderWay:
    def test_it_does_not_go_out_once_that_has_failed(self, mail_server, under_way):
        outbox.cancel(["reply:1"])
        assert under_way.thread.is_alive()
        under_way.end()
        make_due()

        assert sending.send_due() == 0
        assert mail_server.mails() == []

    def test_nobody_revives_it(self, under_way):
        outbox.cancel(["reply:1"])
        under_way.end()

        assert outbox.try_again(OutgoingMail.objects.all()) == 0

    def test_it_goes_out_when_it_is_written_again(self, mail_server, under_way):
        outbox.cancel(["reply:1"])
        under_way.end()
        enqueue()
        make_due()

        assert (sending.send_due(), len(mail_server.mails())) == (1, 1)

    def test_it_is_removed_later(self, under_way):
        outbox.cancel(["reply:1"])
        outbox.forget_old()
        assert OutgoingMail.objects.count() == 1
        under_way.end()

        outbox.forget_old()

        assert (OutgoingMail.objects.count(), Cancellation.objects.count()) == (0, 0)
