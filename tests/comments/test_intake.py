"""Comments that are taken by one statement: each has its own outcome, as if it came after the one before."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, transaction

from comments import intake, moderation
from comments.models import Comment, LikenessKey, Policy, Status
from comments.submission import Sender, SubmissionError, TooManyComments, submit
from tests import factories
from tests.kept_pages import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

BODIES = [
    "Mistral AI تفتح مكتبًا في الرياض، فمن يعمل هناك؟",
    "من يذكر أول سعر أُعلن لبطاقات Blackwell في السوق؟",
    "زرت المستشفى الجديد أمس فوجدت نصفه مغلقا والطبيب الوحيد في إجازة منذ أسبوعين",
    "ابني تخرّج مهندسا ولا يزال بلا وظيفة والوزارة صامتة كعادتها",
]
HOME = Sender("203.0.113.9", "Firefox")
AWAY = [Sender(f"198.51.{number}.7", "Firefox") for number in range(8)]


@pytest.fixture
def batches(monkeypatch):
    """How many comments each statement was for."""
    found = []
    take = intake._TAKING._ask
    monkeypatch.setattr(
        intake._TAKING, "_ask", lambda arrivals: found.append(len(arrivals)) or take(arrivals)
    )
    return found


def _together(article, *sent, meanwhile=lambda: None):
    """Send comments that are all taken by one statement, behind one that waits; return what becomes of each.

    The one that waits does until all are there, and until `meanwhile` is done, which they do not see before.
    """
    outcomes = {}
    first = factories.new_comment(
        body="متى يعود Llama إلى الصدارة برأيكم أيها القراء؟", email="first@example.org"
    )

    def send(place, new, sender):
        try:
            outcomes[place] = submit(article.pk, new, sender)
        except SubmissionError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[-1, first, Sender("192.0.2.9", "Firefox")])]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE newsroom_rate IN EXCLUSIVE MODE")
        threads[0].start()
        wait_until(lambda: intake._TAKING._is_under_way)
        for place, (new, sender) in enumerate(sent):
            threads.append(threading.Thread(target=send, args=[place, new, sender]))
            threads[-1].start()
            wait_until(lambda place=place: len(intake._TAKING._waiting) > place)
        meanwhile()
    for thread in threads:
        thread.join()
    assert outcomes.pop(-1).pk
    return [outcomes[place] for place in range(len(sent))]


def _counts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(key, ':', 2), count FROM newsroom_rate")
        return sorted(cursor.fetchall())


def _new(number, body=None, **fields):
    return factories.new_comment(body=body or BODIES[number], email=f"reader{number}@example.org", **fields)


def test_all_are_written_and_counted(batches):
    article = factories.published()

    told = _together(article, *((_new(number), AWAY[number]) for number in range(4)))

    assert batches == [1, 4]
    assert [comment.body for comment in told] == BODIES
    assert set(Comment.objects.values_list("status", flat=True)) == {Status.PENDING}
    assert {comment.pk for comment in told} < set(LikenessKey.objects.values_list("comment", flat=True))
    assert _counts() == [("article", 5), *[("claimed", 1)] * 5, *[("network", 1)] * 5]


def test_findings_stay_with_their_comments_in_their_order(batches):
    sent = _new(1, "انظروا http://a.example و http://b.example و http://c.example !!!!!")

    _first, second = _together(factories.published(), (_new(0), AWAY[0]), (sent, AWAY[1]))

    assert batches == [1, 2]
    assert [finding.rule for finding in second.findings.order_by("pk")] == ["many_links", "stretching"]
    assert second.findings.count() == Comment.objects.get(pk=second.pk).findings.count() == 2


@pytest.mark.parametrize("allowed", [1, 2])
def test_of_those_over_a_limit_as_many_are_stored_as_it_allows(batches, allowed):
    article = factories.published()
    Policy.objects.update(network_limit=allowed)

    told = _together(article, *((_new(number), HOME) for number in range(3)), (_new(3), AWAY[0]))

    assert batches[:2] == [1, 4]
    refused = [outcome for outcome in told if isinstance(outcome, TooManyComments)]
    assert (len(refused), told[3].body) == (3 - allowed, BODIES[3])
    stored = allowed + 1
    assert Comment.objects.count() == stored + 1
    of_networks = [("network", 1), ("network", 1), ("network", allowed)]
    assert _counts() == [("article", stored + 1), *[("claimed", 1)] * (stored + 1), *of_networks]


def test_the_same_twice_is_one_and_others_are_stored(batches):
    article, new = factories.published(), _new(0)

    one, other, second = _together(article, (new, HOME), (_new(1), AWAY[1]), (new, HOME))

    assert batches[:2] == [1, 3]
    assert (one, Comment.objects.count()) == (second, 3)
    assert other.body == BODIES[1]
    assert _counts()[0] == ("article", 3)


def test_an_answer_to_what_is_hidden_meanwhile_is_refused_and_others_are_stored(batches):
    Policy.objects.update(mode="findings")
    article = factories.published()
    parent = factories.sent(article)
    Policy.objects.update(mode="hold_all")

    refused, stored = _together(
        article,
        (_new(0, parent=parent), AWAY[0]),
        (_new(1), AWAY[1]),
        meanwhile=lambda: moderation.reject([parent], by=None, reason="abuse"),
    )

    assert batches == [1, 2]
    assert (type(refused), stored.body) == (SubmissionError, BODIES[1])
    assert Comment.objects.count() == 3
    assert _counts()[0] == ("article", 3)


def test_an_answer_is_stored_below_what_it_answers(batches):
    Policy.objects.update(mode="findings")
    article = factories.published()
    parent = factories.sent(article)
    Policy.objects.update(mode="hold_all")

    told = _together(article, (_new(0, parent=parent), AWAY[0]), (_new(1, parent=parent), AWAY[1]))

    assert batches == [1, 2]
    assert [(comment.parent, comment.depth, comment.root_id) for comment in told] == [
        (parent, 1, parent.pk)
    ] * 2


def test_copies_of_one_text_begin_a_wave_and_further_ones_join_it():
    article, body = factories.published(), BODIES[2]

    _together(article, *((_new(number, body), AWAY[number]) for number in range(5)))

    alike = Comment.objects.filter(body=body).order_by("pk")
    (wave,) = set(alike.values_list("wave", flat=True))
    assert (wave is not None, alike.count()) == (True, 5)
    assert {key.comment.body for key in LikenessKey.objects.filter(in_wave=True)} == {body}


def test_those_who_join_a_wave_together_are_told_apart_by_their_number():
    article, body = factories.published(), BODIES[2]
    for number in range(3):
        submit(article, _new(number, body), AWAY[number])

    told = _together(article, *((_new(number, body), AWAY[number]) for number in (3, 4, 5)))

    assert {comment.wave_id for comment in told} == {Comment.objects.earliest("pk").wave_id}
    alike = sorted(comment.findings.get(rule="wave").facts["alike"] for comment in told)
    assert alike == [3, 4, 5]
    assert not LikenessKey.objects.filter(comment__in=told).exists()


def test_what_no_statement_takes_keeps_nobody_else_out(batches):
    article = factories.published()

    broken, stored = _together(
        article, (replace(_new(0), website="https://example.org/\0"), AWAY[0]), (_new(1), AWAY[1])
    )

    assert batches[:2] == [1, 2]
    assert (type(broken).__name__, stored.body) == ("Unavailable", BODIES[1])
    assert Comment.objects.count() == 2
