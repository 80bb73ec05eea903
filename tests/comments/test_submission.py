import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from comments import erasure, moderation
from comments.models import Comment, Policy, Status, Thread, WatchedWord
from comments.submission import (
    Sender,
    SubmissionError,
    TooManyComments,
    answer,
    submit,
)
from newsroom.encryption import email_fingerprint
from tests import factories
from tests.races import overtaken

pytestmark = pytest.mark.django_db
HOME = Sender("203.0.113.9", "Firefox")


def test_every_comment_is_held():
    comment = factories.sent(factories.published())

    assert comment.status == Comment.Status.PENDING


def test_the_address_is_stored_encrypted_only():
    comment = factories.sent(factories.published(), email="zoro@example.org")

    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM comments_comment c WHERE id = %s", [comment.pk])
        (row,) = cursor.fetchone()
    assert "قارئ" in row
    assert "zoro" not in row


def test_the_same_submission_is_stored_once():
    article, new = factories.published(), factories.new_comment()

    first, second = submit(article, new, HOME), submit(article, new, HOME)

    assert first == second
    assert Comment.objects.count() == 1


def test_another_sender_is_not_led_to_the_first_ones_receipt():
    article, new = factories.published(), factories.new_comment()

    first, second = submit(article, new, HOME), submit(article, new, Sender("198.51.100.1", "Firefox"))

    assert first.receipt != second.receipt


def test_the_same_submission_an_hour_later_is_a_comment_of_its_own():
    article, new = factories.published(), factories.new_comment()
    first = submit(article, new, HOME)
    Comment.objects.update(created_at=first.created_at - timedelta(hours=1))

    second = submit(article, new, HOME)

    assert (first.pk != second.pk, submit(article, new, HOME)) == (True, second)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_store_one():
    article, new = factories.published(), factories.new_comment()
    gate = threading.Barrier(8)
    stored = []

    def send():
        gate.wait()
        stored.append(submit(article, new, HOME).pk)
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(stored) == 8
    assert set(stored) == {Comment.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_an_answer_of_the_newsroom_sent_eight_times_at_once_is_one():
    comment = factories.approved(factories.published())
    moderator = factories.staff(factories.MODERATORS)
    gate = threading.Barrier(8)
    stored, failures = [], []

    def send():
        gate.wait()
        try:
            stored.append(answer(comment, "شكرًا لك.", by=moderator).pk)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert failures == []
    assert len(stored) == 8
    assert set(stored) == {Comment.objects.get(staff=moderator).pk}


@pytest.mark.parametrize(
    ("seconds", "proven", "is_the_same"), [(10, False, True), (60, False, False), (60, True, True)]
)
def test_who_repeats_a_public_comment_is_soon_led_to_its_private_page_no_more(seconds, proven, is_the_same):
    Policy.objects.update(mode="findings")
    article, new = factories.published(), factories.new_comment()
    sender = replace(HOME, proven=email_fingerprint(new.email) if proven else "")
    first = submit(article, new, sender)
    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=seconds))

    assert (submit(article, new, sender).pk == first.pk) is is_the_same


def test_neither_is_who_repeats_one_that_was_public_and_is_hidden():
    Policy.objects.update(mode="findings")
    article, new = factories.published(), factories.new_comment()
    first = submit(article, new, HOME)
    moderation.decide({first.pk: first.version}, Status.PENDING, by=None)
    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=60))

    assert submit(article, new, HOME).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_the_last_comment_that_is_allowed_sent_twice_at_the_same_moment_is_one():
    Policy.objects.update(writer_limit=1)
    article, new = factories.published(), factories.new_comment()

    # The second has seen neither the first nor its count when it comes to count itself.
    second = overtaken(lambda: submit(article, new, HOME), lambda: submit(article, new, HOME))

    assert second == Comment.objects.get()


def test_what_is_over_a_limit_is_not_judged(django_assert_max_num_queries):
    Policy.objects.update(network_limit=1)
    article = factories.published()
    submit(article, factories.new_comment(), HOME)

    with django_assert_max_num_queries(1), pytest.raises(TooManyComments):
        submit(article, factories.new_comment(), HOME)


def test_all_findings_are_stored_with_their_places():
    WatchedWord.objects.create(term="احتيال", reason="إعلانات مخادعة")
    body = "هذا احــتيال من http://a.example و http://b.example"

    comment = factories.sent(factories.published(), body=body)

    found = {finding.rule: finding for finding in comment.findings.all()}
    assert {"many_links", "watched_words"} <= set(found)
    (span,) = [s for s in found["watched_words"].evidence if s["field"] == "body"]
    assert comment.body[span["start"] : span["end"]] == "احــتيال"


def test_a_switched_off_word_is_not_watched():
    WatchedWord.objects.create(term="احتيال", reason="إعلانات", is_active=False)

    comment = factories.sent(factories.published(), body="هذا احتيال واضح")

    assert not comment.findings.filter(rule="watched_words").exists()


def test_a_closed_thread_takes_nothing():
    article = factories.published()
    Thread.objects.create(article=article, mode="closed")

    with pytest.raises(SubmissionError):
        factories.sent(article)


@pytest.mark.parametrize("case", ["pending", "elsewhere", "erased meanwhile"])
def test_only_an_approved_comment_of_the_article_is_answered(case):
    article = factories.published()
    parent = factories.sent(article) if case == "pending" else factories.approved(factories.published())
    if case == "erased meanwhile":
        parent = factories.approved(article, email="zoro@example.org")
        factories.approved(article, parent=parent)
        list(erasure.erase("zoro@example.org", delete=True))

    with pytest.raises(SubmissionError):
        factories.sent(article, parent=parent)


def test_a_flood_from_one_network_is_stopped():
    article = factories.published()
    Policy.objects.update(network_limit=5)
    for number in range(5):
        factories.sent(article, address=f"203.0.113.{number}")

    with pytest.raises(TooManyComments):
        factories.sent(article, address="203.0.113.200")

    assert factories.sent(article, address="198.51.100.2").pk


def test_replies_stand_below_their_parent_in_order_of_time():
    article = factories.published()
    root = factories.approved(article, body="الجذر")
    other = factories.approved(article, body="جذر آخر")
    reply = factories.approved(article, body="ردّ", parent=root)
    deeper = factories.approved(article, body="ردّ على الردّ", parent=reply)
    late = factories.approved(article, body="ردّ متأخر", parent=root)

    in_order = list(Comment.objects.order_by("path"))

    assert in_order == [root, reply, deeper, late, other]
    assert [comment.depth for comment in in_order] == [0, 1, 2, 1, 0]


@pytest.mark.slow
def test_a_thread_of_any_depth_is_stored():
    article = factories.published()
    parent = factories.approved(article)
    for _ in range(120):
        new = factories.sent(article, parent=parent)
        Comment.objects.filter(pk=new.pk).update(status=Comment.Status.APPROVED, is_shown=True)
        parent = new

    assert parent.depth == 120


def test_the_same_words_sent_anew_after_a_rejection_are_not_published():
    article, new = factories.published(), factories.new_comment()
    comment = submit(article, new, HOME)
    moderation.reject([comment], by=None, reason="abuse")

    assert submit(article, new, HOME).status == Comment.Status.REJECTED


def test_a_comment_takes_two_statements(django_assert_num_queries):
    article = factories.published()
    submit(article, factories.new_comment(), HOME)
    new = factories.new_comment(body="Mistral AI تفتح مكتبًا في الرياض، فمن يعمل هناك؟")

    # Its circumstances, and all that is written; and the savepoint that is a transaction else.
    with django_assert_num_queries(2 + 2):
        submit(article, new, HOME)


def test_one_like_another_is_compared_and_counted_once(django_assert_num_queries):
    article, new = factories.published(), factories.new_comment()
    first = submit(article, factories.new_comment(), HOME)

    # Once it is told which one that is, it says that it was compared with it.
    with django_assert_num_queries(2 + 2 + 1):
        second = submit(article, new, HOME)

    assert second.pk != first.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(count) FROM newsroom_rate")
        assert cursor.fetchone() == (2,)


def test_one_that_begins_a_wave_is_compared_in_a_transaction(django_assert_num_queries):
    article = factories.published()
    long = "هذا الكاتب يقبض من الخارج ليشوه صورة بلدنا وعلى الصحيفة أن تعتذر للشعب كله"
    for greeting in ("", "عاجل "):
        submit(article, factories.new_comment(body=greeting + long), HOME)
    third = factories.new_comment(body=f"بصراحة {long}")

    # Once it is told that there are others: locks, what is alike, the wave, all that is written, who comes along, what
    # they become, their keys and its own; and a savepoint twice.
    with django_assert_num_queries(2 + 2 + 8 + 2):
        comment = submit(article, third, HOME)

    assert set(Comment.objects.values_list("wave", flat=True)) == {comment.wave_id}


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_what_is_hidden_at_this_moment_is_neither_stored_nor_counted():
    Policy.objects.update(mode="findings")
    article = factories.published()
    parent = factories.sent(article)
    Policy.objects.update(mode="hold_all")
    new = factories.new_comment(body="Mistral AI تفتح مكتبًا في الرياض، فمن يعمل هناك؟", parent=parent)
    away = Sender("198.51.100.1", "Firefox")

    with pytest.raises(SubmissionError):
        overtaken(
            lambda: moderation.reject([parent], by=None, reason="abuse"), lambda: submit(article, new, away)
        )

    assert list(Comment.objects.all()) == [parent]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(count) FROM newsroom_rate")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_alike", [False, True], ids=["by itself", "like another"])
def test_one_over_the_limit_of_its_article_at_this_moment_is_counted_nowhere(is_alike):
    article = factories.published()
    bodies = [
        "Mistral AI تفتح مكتبًا في الرياض، فمن يعمل هناك؟",
        "من يذكر أول سعر أُعلن لبطاقات Blackwell في السوق؟",
    ]
    second = factories.new_comment(body=bodies[0 if is_alike else 1], email="robin@example.org")
    away = Sender("203.0.113.77" if is_alike else "198.51.100.1", "Firefox")
    Policy.objects.update(article_limit=1)

    with pytest.raises(TooManyComments):
        overtaken(
            lambda: submit(article, factories.new_comment(body=bodies[0]), HOME),
            lambda: submit(article, second, away),
        )

    assert Comment.objects.get().body == bodies[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(count) FROM newsroom_rate")
        assert cursor.fetchone() == (3,)
