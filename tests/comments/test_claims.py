import threading
from datetime import timedelta

import pytest
from django.db import connection

from comments import claims, moderation
from comments.models import Comment
from comments.queue import Wanted
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def layla():
    return factories.staff(factories.MODERATORS, "layla")


@pytest.fixture
def omar():
    return factories.staff(factories.MODERATORS, "omar")


@pytest.fixture
def comments():
    article = factories.published()
    return [factories.sent(article) for _ in range(4)]


def _holders():
    return list(Comment.objects.order_by("pk").values_list("claimed_by__username", flat=True))


def test_the_next_ones_are_the_oldest_that_nobody_has(comments, layla, omar):
    claims.claim([comments[0].pk], by=layla)

    claimed = claims.claim_next(Wanted().all_comments(), 2, by=omar)

    assert claimed == comments[1:3]
    assert _holders() == ["layla", "omar", "omar", None]


def test_what_another_has_is_not_taken(comments, layla, omar):
    claims.claim([comments[0].pk], by=layla)

    claims.claim([comments[0].pk, comments[1].pk], by=omar)

    assert _holders() == ["layla", "omar", None, None]


def test_a_claim_ends_by_itself(comments, layla, omar):
    claims.claim([comments[0].pk], by=layla, lease=timedelta(0))

    claims.claim([comments[0].pk], by=omar)

    assert _holders() == ["omar", None, None, None]


def test_only_ones_own_is_given_back(comments, layla, omar):
    claims.claim([comments[0].pk, comments[1].pk], by=layla)
    claims.claim([comments[2].pk], by=omar)

    claims.release([comments[0].pk, comments[2].pk], by=layla)

    assert _holders() == [None, "layla", "omar", None]


def test_all_is_given_back(comments, layla):
    claims.claim([comment.pk for comment in comments], by=layla)

    claims.release(by=layla)

    assert _holders() == [None] * 4


def test_a_decision_frees_it(comments, layla, omar):
    claims.claim([comments[0].pk], by=layla)

    moderation.approve(comments[:1], by=omar)

    assert _holders() == [None] * 4


def test_its_holder_decides_without_being_asked(comments, layla):
    claims.claim([comments[0].pk], by=layla)

    outcome = moderation.decide({comments[0].pk: 1}, "approved", by=layla, respects_claims=True)

    assert outcome.decided == comments[:1]


@pytest.mark.django_db(transaction=True)
def test_what_is_locked_is_passed_over_and_nobody_waits(comments, layla, omar):
    locked, done = threading.Event(), threading.Event()

    def decide_slowly():
        from django.db import transaction

        with transaction.atomic():
            list(Comment.objects.select_for_update().filter(pk=comments[0].pk))
            locked.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=decide_slowly)
    other.start()
    locked.wait(20)

    claimed = claims.claim_next(Wanted().all_comments(), 2, by=omar)

    done.set()
    other.join()
    assert claimed == comments[1:3]
