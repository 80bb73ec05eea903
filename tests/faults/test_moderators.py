"""Moderators at work at once, each a process of its own, and one of them killed."""

import json
import time
from collections import Counter

import pytest
from django.utils import timezone

from comments import claims
from comments.models import Comment, Decision
from comments.queue import Wanted
from tests import factories, moderators

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = [f"moderator{number}" for number in range(8)]
LEASE_SECONDS = 2


def _people(names):
    return [factories.staff(factories.MODERATORS, name) for name in names]


def test_eight_processes_decide_two_thousand_comments_once_each():
    numbers = factories.flood([factories.published()], 2_000)
    _people(NAMES)
    processes = [moderators.start(name) for name in NAMES]

    for process in processes:
        moderators.go(process)
    results = [moderators.result(process) for process in processes]

    decided = Counter(pk for result in results for pk in result["decided"])
    assert decided == dict.fromkeys(numbers, 1)
    assert [result["conflicts"] for result in results] == [0] * 8
    assert Counter(Decision.objects.values_list("comment", flat=True)) == decided
    assert Comment.objects.held().count() == 0
    assert Comment.objects.exclude(version=2).count() == 0
    # Each had a part in it, else nothing was tried.
    assert all(result["decided"] for result in results)


def test_what_a_killed_moderator_had_comes_back_after_the_lease():
    numbers = factories.flood([factories.published()], 20)
    (survivor, _killed) = _people(["layla", "omar"])
    process = moderators.start("omar", batch=20, bulk=0, lease=LEASE_SECONDS)
    moderators.go(process)
    claimed = json.loads(process.stdout.readline())

    process.kill()
    process.communicate()
    at_once = claims.claim_next(Wanted().all_comments(), 20, by=survivor)
    lease_ends = Comment.objects.first().claimed_until
    time.sleep(max(0.0, (lease_ends - timezone.now()).total_seconds()) + 0.05)
    later = claims.claim_next(Wanted().all_comments(), 20, by=survivor)

    assert (claimed, at_once) == (numbers, [])
    assert [comment.pk for comment in later] == numbers
