from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction
from django.utils import timezone

from newsroom.mail import outbox, sending
from newsroom.mail.models import OutgoingMail, State

pytestmark = pytest.mark.django_db

ADDRESS = "sindbad@example.org"


def enqueue(key="reply:1", to=ADDRESS, **fields):
    outbox.enqueue(key=key, to=to, subject="ردّ على تعليقك", text="نصّ", **fields)


def test_a_key_is_written_once():
    enqueue()
    enqueue()

    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_mailed():
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)

    assert OutgoingMail.objects.count() == 0


def test_the_row_holds_neither_address_nor_words():
    enqueue(headers={"List-Unsubscribe": "<https://nashra.example/comments/unsubscribe/7:secret/>"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT mail_outgoingmail::text FROM mail_outgoingmail")
        [(row,)] = cursor.fetchall()
    assert "ردّ على تعليقك" in row
    assert [word for word in (ADDRESS, "sindbad", "نصّ", "secret") if word in row] == []


def test_a_mail_waits_for_its_time(settings):
    settings.EMAIL_URL = "memorymail://"
    enqueue(after=timedelta(minutes=1))

    assert sending.send_due() == 0
    OutgoingMail.objects.update(next_at=timezone.now())
    assert sending.send_due() == 1


def test_without_a_mail_server_mails_wait():
    enqueue()

    assert sending.send_due() == 0
    assert OutgoingMail.objects.get().state == State.WAITING
    assert django_mail.outbox == []


def test_what_has_not_gone_out_can_be_taken_back_and_be_written_again():
    enqueue()

    assert outbox.cancel(["reply:1"]) == 1
    enqueue()
    assert OutgoingMail.objects.count() == 1


def test_what_failed_can_be_taken_back_and_is_not_revived():
    enqueue()
    OutgoingMail.objects.update(state=State.FAILED)

    assert outbox.cancel(["reply:1"]) == 1
    assert outbox.try_again(OutgoingMail.objects.all()) == 0


def test_what_has_gone_out_cannot(settings):
    settings.EMAIL_URL = "memorymail://"
    enqueue()
    sending.send_due()

    assert outbox.cancel(["reply:1"]) == 0


def test_old_mails_are_emptied_and_their_keys_stay(settings):
    settings.EMAIL_URL = "memorymail://"
    enqueue("reply:1")
    sending.send_due()
    enqueue("reply:2")
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(days=31))
    enqueue("reply:3")

    forgotten = outbox.forget_old()

    enqueue("reply:1")
    rows = OutgoingMail.objects.order_by("key")
    assert forgotten == 1
    assert [(row.key, bool(row.content_encrypted), bool(row.recipient_encrypted)) for row in rows] == [
        ("reply:1", False, False),
        ("reply:2", True, True),
        ("reply:3", True, True),
    ]
    assert rows[0].email_fingerprint == ""


def test_what_failed_is_tried_again_as_if_for_the_first_time():
    enqueue("reply:1")
    enqueue("reply:2")
    OutgoingMail.objects.filter(key="reply:1").update(state=State.FAILED, tries=44)
    OutgoingMail.objects.filter(key="reply:2").update(state=State.SENT, sent_at=timezone.now())

    assert outbox.try_again(OutgoingMail.objects.all()) == 1
    failed = OutgoingMail.objects.get(key="reply:1")
    assert (failed.state, failed.tries) == (State.WAITING, 0)
