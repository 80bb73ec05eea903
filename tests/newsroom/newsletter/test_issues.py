"""Issues: when they go out, to whom, once; what was taken back is not in them."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from articles import publishing
from comments import erasure
from newsroom.mail import sending
from newsroom.mail.models import OutgoingMail
from newsroom.newsletter import issues, subscribing
from newsroom.newsletter.models import Issue, State, Subscription
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(settings):
    """The hour has come, whatever the clock says."""
    settings.NEWSLETTER_HOUR = 0


def _texts():
    return [mail.read()[1]["text"] for mail in OutgoingMail.objects.order_by("pk")]


def _digests():
    return OutgoingMail.objects.filter(key__startswith="digest:")


def test_everybody_gets_an_issue_once_a_day(subscribed):
    factories.published(headline="خبر اليوم")
    for number in range(3):
        subscribed(f"r{number}@example.org")

    assert [issues.send_due(), issues.send_due()] == [3, 0]
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        # No story since.
        assert issues.send_due() == 0
        factories.published(headline="خبر الغد")
        assert issues.send_due() == 3
    assert ["خبر اليوم" in text for text in _texts()] == [True] * 3 + [False] * 3
    assert list(Issue.objects.order_by("day").values_list("mails", flat=True)) == [3, 3]


def test_nothing_goes_out_before_its_hour_of_the_newsroom(subscribed, settings):
    settings.NEWSLETTER_HOUR = 7
    subscribed()
    day = timezone.localtime().replace(hour=6, minute=59) + timedelta(days=1)
    with time_machine.travel(day, tick=False):
        factories.published()
        assert issues.send_due() == 0
    with time_machine.travel(day + timedelta(minutes=1), tick=False):
        assert issues.send_due() == 1


def test_nobody_gets_one_who_has_not_confirmed_or_has_gone(subscribed):
    factories.published()
    waiting, gone = subscribed("w@example.org"), subscribed("g@example.org")
    Subscription.objects.filter(pk=waiting.pk).update(state=State.WAITING)
    subscribing.leave(gone)

    assert issues.send_due() == 0


def test_whoever_leaves_gets_not_even_what_waits(subscribed):
    factories.published()
    reader = subscribed()
    issues.send_due()
    reader.refresh_from_db()

    subscribing.leave(reader)

    assert not _digests().exists()


def test_whoever_leaves_while_an_issue_goes_out_gets_none_of_it(subscribed):
    factories.published()
    reader = subscribed()
    issues.send_due()

    # As the page had it, before the issue was written.
    subscribing.leave(reader)

    assert not _digests().exists()


def test_whoever_leaves_gets_no_earlier_issue_that_waits(subscribed):
    factories.published()
    reader = subscribed()
    issues.send_due()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        factories.published()
        issues.send_due()
        reader.refresh_from_db()
        assert _digests().count() == 2

        subscribing.leave(reader)

    assert not _digests().exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_while_mails_are_written_anew_gets_none(subscribed, monkeypatch):
    factories.published()
    gone = factories.published()
    reader = subscribed()
    issues.send_due()
    publishing.move(gone, "archive", by=None)
    write = issues._write_to

    def leave():
        subscribing.leave(reader)
        connection.close()

    leaving = threading.Thread(target=leave)

    def while_leaving(*args):
        leaving.start()
        leaving.join(0.5)
        return write(*args)

    monkeypatch.setattr(issues, "_write_to", while_leaving)
    issues.take_back()
    leaving.join()

    assert not OutgoingMail.objects.wanted().filter(key__startswith="digest:").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_is_erased_while_an_issue_goes_out_gets_none_of_it(subscribed, monkeypatch):
    factories.published()
    subscribed("reader@example.org")
    write = issues._write_to

    def erase():
        list(erasure.erase("reader@example.org"))
        connection.close()

    erasing = threading.Thread(target=erase)

    def while_erasing(*args):
        erasing.start()
        erasing.join(0.5)
        return write(*args)

    monkeypatch.setattr(issues, "_write_to", while_erasing)
    issues.send_due()
    erasing.join()

    assert not OutgoingMail.objects.exists()


def test_a_reader_gets_the_sections_and_the_language_that_were_chosen(subscribed):
    sport, tech = factories.section("رياضة"), factories.section("تقنية")
    factories.published(headline="مباراة", section=sport)
    factories.published(headline="معالج", section=tech)
    factories.published(headline="A match", section=sport, language="en")
    subscribed("all@example.org")
    subscribed("sport@example.org", sections=[sport.pk])
    subscribed("none@example.org", sections=[9_999])
    subscribed("english@example.org", language="en")

    assert issues.send_due() == 3
    found = [{word for word in ("مباراة", "معالج", "A match") if word in text} for text in _texts()]
    assert found == [{"مباراة", "معالج"}, {"مباراة"}, {"A match"}]


def test_what_is_taken_back_before_a_mail_goes_out_is_not_in_it(subscribed, mail_server):
    kept, wrong = factories.published(headline="صحيح"), factories.published(headline="خطأ فادح")
    for number in range(3):
        subscribed(f"r{number}@example.org")
    issues.send_due()
    publishing.move(wrong, "withdraw", by=None)

    assert [issues.take_back(), issues.take_back()] == [3, 0]
    assert sending.send_due() == 3
    assert {("صحيح" in text, "فادح" in text) for text in _texts()} == {(True, False)}
    publishing.move(kept, "withdraw", by=None)
    # It went out already.
    assert issues.take_back() == 0


def test_an_issue_without_stories_left_is_taken_back(subscribed):
    article = factories.published()
    subscribed()
    issues.send_due()

    publishing.move(article, "withdraw", by=None)
    issues.take_back()

    assert (_digests().count(), Issue.objects.get().mails) == (0, 0)


def test_what_is_taken_back_is_not_in_an_earlier_issue_that_waits(subscribed):
    gone = factories.published()
    subscribed()
    issues.send_due()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        factories.published()
        issues.send_due()
        publishing.move(gone, "archive", by=None)

        issues.take_back()

    assert gone.headline not in "".join(_texts())
    assert _digests().count() == 1


def test_the_switch_stops_it_and_lets_it_go_on(subscribed):
    factories.published()
    subscribed()

    issues.stop(stopped=True)
    assert issues.send_due() == 0
    issues.stop(stopped=False)
    assert issues.send_due() == 1


def test_an_address_that_is_refused_for_good_is_written_to_no_more(subscribed):
    reader, other = subscribed("gone@example.org"), subscribed("other@example.org")
    now = timezone.now()
    sent = []
    for day in range(5):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            factories.published()
            sent.append(issues.send_due())
            _digests().filter(key__endswith=f":{reader.pk}", state="waiting").update(
                state="failed", last_error="550 5.1.1"
            )

    reader.refresh_from_db()
    other.refresh_from_db()
    assert sent == [2, 2, 2, 1, 1]
    assert (reader.state, reader.email_encrypted) == (State.REFUSED, "")
    assert other.state == State.CONFIRMED


def test_what_ended_in_the_middle_is_done_by_the_next_turn(subscribed, monkeypatch):
    monkeypatch.setattr(issues, "BATCH", 2)
    factories.published()
    for number in range(5):
        subscribed(f"r{number}@example.org")
    write, calls = issues.enqueue, []

    def ending(*args, **kwargs):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        write(*args, **kwargs)

    with mock.patch.object(issues, "enqueue", ending), pytest.raises(KeyboardInterrupt):
        issues.send_due()
    before = _digests().count()
    issues.send_due()

    assert before == 2
    assert _digests().count() == Subscription.objects.exclude(issue=None).count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_to_everybody_once(subscribed, monkeypatch):
    monkeypatch.setattr(issues, "BATCH", 3)
    factories.published()
    for number in range(20):
        subscribed(f"r{number}@example.org")
    begin = threading.Barrier(2)

    def work():
        begin.wait()
        issues.send_due()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (_digests().count(), Issue.objects.get().mails) == (20, 20)


def test_headers_are_those_of_a_list(subscribed, mail_server, settings):
    factories.published()
    subscribed()
    issues.send_due()
    sending.send_due()

    [mail] = mail_server.mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{settings.SITE_URL}/newsletter/unsubscribe/")
    assert mail["List-ID"] == "<newsletter.127.0.0.1>"
    assert mail["Content-Language"] == "ar"
