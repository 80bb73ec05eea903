"""Triage in the database: taught by decisions through the verbs, and never deciding anything."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from comments import authoring, learning, moderation, triage
from comments.models import Cause, Comment, Decision, Lesson, Policy, Revision, Status, TriageState
from tests import factories
from tests.comment_waves import genuine

INSULTS = ("يا حمار", "أنت كذاب وحقير", "اخرس يا جاهل", "كلب مأجور", "تفو عليكم")
PROBES = ("أنت حمار وكذاب", "شكرا على التحقيق الرائع", "الطريق الدائري مغلق منذ شهر")
BODIES = [body for body, _, _ in genuine(7) if body.endswith(".")]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def article(db):
    Policy.objects.update(network_limit=32_000, writer_limit=32_000, article_limit=32_000)
    return factories.published()


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """The threshold has a test of its own."""
    monkeypatch.setattr(learning, "ENOUGH_DECISIONS", 4)


def _decided(article, count=4):
    """Comments, the odd ones rejected."""
    comments = [
        factories.sent(article, body=BODIES[at] + (f" {INSULTS[at % 5]} {at}" if at % 2 else ""))
        for at in range(count)
    ]
    moderation.approve(comments[::2], by=None)
    moderation.reject(comments[1::2], by=None, reason="abuse")
    return Comment.objects.in_bulk([comment.pk for comment in comments])


def _scores():
    return [learning.score(text) for text in PROBES]


def _lessons():
    return dict(Lesson.objects.exclude(rejected=None).values_list("comment", "rejected"))


def test_what_moderators_rejected_scores_higher(article):
    _decided(article, 20)

    assert learning.learn_new() == 20
    insult, thanks, fact = _scores()
    assert insult > max(thanks, fact)


def test_the_model_is_that_of_the_standing_decisions(article):
    comments = _decided(article)
    learning.learn_new()

    expected = triage.Model()
    for comment in comments.values():
        expected.learn(comment.body, rejected=comment.status == Status.REJECTED)
    assert bytes(TriageState.objects.get().data) == expected.to_bytes()


def test_what_was_learned_is_not_learned_again(article, django_assert_num_queries):
    _decided(article)
    learning.learn_new()
    state = TriageState.objects.get().edition

    with django_assert_num_queries(2):
        assert learning.learn_new() == 0

    assert TriageState.objects.get().edition == state


def test_a_decision_that_is_taken_back_leaves_the_former_scores(article):
    _decided(article)
    learning.learn_new()
    before = _scores()
    further = factories.sent(article, body=f"{BODIES[30]} {INSULTS[0]}")

    moderation.reject([further], by=None, reason="abuse")
    learning.learn_new()
    between = _scores()
    moderation.undo([further.decisions.get().pk], by=None)
    learning.learn_new()

    assert between != before
    assert _scores() == before


def test_a_decision_that_is_changed_is_learned_anew(article):
    comments = _decided(article)
    learning.learn_new()
    approved = next(comment for comment in comments.values() if comment.status == Status.APPROVED)

    moderation.mark_spam([approved], by=None)
    learning.learn_new()

    assert _lessons() == {pk: comment.status != Status.APPROVED for pk, comment in comments.items()} | {
        approved.pk: True
    }


@pytest.mark.parametrize("cause", [Cause.RULE, Cause.TRUST])
def test_what_no_moderator_decided_teaches_nothing(article, cause):
    comment = factories.sent(article)
    moderation.decide({comment.pk: 1}, Status.APPROVED, by=None, cause=cause)

    learning.learn_new()

    assert _lessons() == {}


def test_taking_back_brings_back_what_no_moderator_decided(article):
    comment = factories.sent(article)
    moderation.decide({comment.pk: 1}, Status.APPROVED, by=None, cause=Cause.TRUST)
    (rejected,) = moderation.reject([Comment.objects.get()], by=None, reason="abuse").decided
    learning.learn_new()
    learned = _lessons()

    moderation.undo([rejected.decisions.first().pk], by=None)
    learning.learn_new()

    assert (learned, _lessons()) == ({comment.pk: True}, {})


def test_a_comment_back_in_the_queue_teaches_nothing(article):
    approved = factories.approved(article)
    learning.learn_new()

    moderation.decide({approved.pk: approved.version}, Status.PENDING, by=None)
    learning.learn_new()

    assert _lessons() == {}


def test_of_a_wave_one_comment_teaches(article):
    members = [factories.sent(article, body=f"{text} {BODIES[5]}") for text in ("عاجل", "يا شباب", "بصراحة")]
    moderation.mark_spam(members, by=None)

    learning.learn_new()

    assert _lessons() == {members[0].pk: True}


def test_a_decision_committed_late_is_learned_all_the_same(article):
    early, late = factories.sent(article), factories.sent(article)
    moderation.approve([late], by=None)
    newest = Decision.objects.get()
    learning.learn_new()

    Decision.objects.create(
        pk=newest.pk - 1, comment=early, from_status=Status.PENDING, to_status=Status.REJECTED, version_seen=1
    )
    learning.learn_new()

    assert _lessons() == {late.pk: False, early.pk: True}


def test_settled_decisions_are_looked_at_no_more(article):
    with time_machine.travel(timezone.now() - timedelta(minutes=5)):
        _decided(article)
    learning.learn_new()

    assert TriageState.objects.get().learned_through == Decision.objects.latest("pk").pk


@pytest.mark.slow
def test_more_than_a_batch_is_learned_at_once(article, monkeypatch):
    monkeypatch.setattr(learning, "BATCH", 3)

    _decided(article, 8)

    assert learning.learn_new() == 8
    assert TriageState.objects.get().decisions == 8


def _changed(comment, body):
    """Change a comment's text as its writer may."""
    Revision.objects.create(
        comment=comment, body=comment.body, direction=comment.direction, version=comment.version
    )
    comment.body = body
    comment.version += 1
    comment.save(update_fields=["body", "version"])


def test_of_a_changed_comment_the_text_is_forgotten_that_was_learned(article):
    _decided(article)
    learning.learn_new()
    before = _scores()
    comment = factories.approved(article, body=BODIES[40])
    learning.learn_new()

    _changed(comment, f"{BODIES[41]} {INSULTS[1]}")
    moderation.undo([comment.decisions.get().pk], by=None)
    moderation.decide({comment.pk: comment.version}, Status.PENDING, by=None)
    learning.learn_new()

    assert _scores() == before


def test_a_decision_teaches_the_text_that_the_moderator_saw(article):
    comment = factories.approved(article, body=BODIES[40])
    _changed(comment, INSULTS[1])

    learning.learn_new()

    expected = triage.Model()
    expected.learn(BODIES[40], rejected=False)
    assert bytes(TriageState.objects.get().data) == expected.to_bytes()


def test_where_the_learned_text_is_gone_the_model_is_made_anew(article):
    comments = list(_decided(article).values())
    learning.learn_new()
    gone, *others = comments
    Comment.objects.filter(pk=gone.pk).update(body="")

    moderation.reject([gone], by=None, reason="abuse")
    learning.learn_new()

    expected = triage.Model()
    for comment in others:
        expected.learn(comment.body, rejected=comment.status == Status.REJECTED)
    assert bytes(TriageState.objects.get().data) == expected.to_bytes()


def test_a_state_of_another_version_is_made_anew(article):
    _decided(article)
    learning.learn_new()
    before = _scores()
    TriageState.objects.update(data=b"triage 0", edition="0" * 32)
    unreadable = _scores()
    undecided = factories.approved(article)

    learning.learn_new()
    learning.forget([undecided.pk])

    assert (unreadable, _scores()) == ([None] * 3, before)


def test_what_is_forgotten_leaves_no_trace_and_is_not_learned_again(article):
    _decided(article)
    learning.learn_new()
    before = TriageState.objects.get()
    comment = factories.approved(article, body=INSULTS[0])
    learning.learn_new()

    learning.forget([comment.pk])
    learning.learn_new()

    assert bytes(TriageState.objects.get().data) == bytes(before.data)
    lesson = Lesson.objects.get(comment=comment)
    assert (lesson.rejected, bytes(lesson.text_digest)) == (None, b"")


def test_no_score_before_enough_was_learned(article, monkeypatch):
    monkeypatch.setattr(learning, "ENOUGH_DECISIONS", 5)
    _decided(article, 4)
    learning.learn_new()
    too_few = _scores(), learning.explain(factories.sent(article)), factories.sent(article).triage

    factories.approved(article)
    learning.learn_new()

    assert too_few == ([None] * 3, [], None)
    assert all(0 < score < 1 for score in _scores())


def test_a_new_comment_is_scored_as_it_comes(article):
    _decided(article)
    learning.learn_new()

    comment = factories.sent(article, body=PROBES[0])

    assert comment.triage == learning.score(PROBES[0])


def test_waiting_comments_are_scored_anew(article):
    waiting = factories.sent(article, body=PROBES[0])
    decided = factories.approved(article, body=PROBES[1])
    _decided(article)
    learning.learn_new()

    changed = learning.refresh()

    triages = dict(Comment.objects.values_list("pk", "triage"))
    assert changed == 1
    assert (triages[waiting.pk], triages[decided.pk]) == (learning.score(PROBES[0]), None)
    assert Comment.objects.get(pk=waiting.pk).version == waiting.version


def test_scores_that_stay_are_not_written(article):
    factories.sent(article, body=PROBES[0])
    _decided(article)
    learning.learn_new()

    assert (learning.refresh(), learning.refresh()) == (1, 0)


def test_the_strongest_words_explain_a_score(article):
    _decided(article, 20)
    learning.learn_new()
    comment = factories.sent(article, body=PROBES[0])

    clues = learning.explain(comment)

    assert "حمار" in {comment.body[clue.start : clue.end] for clue in clues if clue.contribution > 0}


@pytest.mark.parametrize("is_on", [True, False])
def test_deleting_what_was_learned_changes_no_decision(article, is_on):
    waiting = factories.sent(article)
    _decided(article)
    learning.learn_new()
    learning.refresh()
    columns = ["pk", "status", "version", "is_shown"]
    decided = list(Comment.objects.order_by("pk").values_list(*columns)), list(Decision.objects.values())

    learning.reset(is_on=is_on)
    learning.refresh()

    assert decided == (
        list(Comment.objects.order_by("pk").values_list(*columns)),
        list(Decision.objects.values()),
    )
    assert (_scores(), _lessons(), bytes(TriageState.objects.get().data)) == ([None] * 3, {}, b"")
    assert Comment.objects.get(pk=waiting.pk).triage is None


@pytest.mark.parametrize(("is_on", "learned"), [(True, 4), (False, 0)])
def test_after_that_new_decisions_alone_are_learned(article, is_on, learned):
    _decided(article)
    learning.learn_new()
    learning.reset(is_on=is_on)

    _decided(article)
    learning.learn_new()

    assert TriageState.objects.get().decisions == learned


def test_all_decisions_can_be_learned_anew(article):
    _decided(article)
    learning.learn_new()
    before = bytes(TriageState.objects.get().data)
    learning.reset(is_on=False)

    call_command("learn_triage", "--anew")

    assert bytes(TriageState.objects.get().data) == before


@pytest.mark.django_db(transaction=True)
def test_who_learns_holds_up_nobody_who_decides():
    article = factories.published()
    first, second = factories.sent(article), factories.sent(article)
    moderation.approve([first], by=None)

    with transaction.atomic():
        learning.learn_new()
        moderation.approve([second], by=None)

    assert learning.learn_new() == 1


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_what_is_learned_at_that_moment_do_not_wait_in_a_circle():
    comment = factories.sent(factories.published())
    TriageState.objects.create(pk=1)
    withdrawal = threading.Thread(target=_in_a_connection_of_its_own, args=[authoring.withdraw, comment])

    with transaction.atomic():
        TriageState.objects.select_for_update().get()
        withdrawal.start()
        _wait_for_a_lock()
        Lesson.objects.create(comment=comment, decision=1)
    withdrawal.join()

    assert Comment.objects.get().status == Status.DELETED


def _in_a_connection_of_its_own(verb, *arguments):
    try:
        verb(*arguments)
    finally:
        connection.close()


def _wait_for_a_lock():
    with connection.cursor() as cursor:
        for _ in range(500):
            # Else a transaction sees what it saw the first time.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
            time.sleep(0.01)
    pytest.fail("Nobody waited.")


@pytest.mark.slow
def test_the_comments_page_names_the_words_that_speak_for_rejection(client, article):
    _decided(article, 20)
    learning.learn_new()
    comment = factories.sent(article, body="كلام عادي ثم أنت كذاب وحقير")
    client.force_login(factories.staff(factories.MODERATORS))

    page = client.get(f"/admin/comments/comment/{comment.pk}/change/").content.decode()

    assert '<q dir="rtl">كذاب</q>' in page
