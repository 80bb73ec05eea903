import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from newsroom.web import rate_limit

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_no_more_than_the_limit_within_a_window():
    taken = [rate_limit.take("a", limit=3, window=MINUTE) for _ in range(5)]

    assert taken == [True, True, True, False, False]


@pytest.mark.django_db
def test_each_key_is_counted_by_itself():
    rate_limit.take("a", limit=1, window=MINUTE)

    assert rate_limit.take("b", limit=1, window=MINUTE)


@pytest.mark.django_db(transaction=True)
def test_a_window_ends():
    rate_limit.take("a", limit=1, window=timedelta(seconds=-1))

    assert rate_limit.take("a", limit=1, window=timedelta(seconds=-1))
    assert rate_limit.purge(older_than=-MINUTE) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_not_counted():
    with transaction.atomic():
        rate_limit.take("a", limit=1, window=MINUTE)
        transaction.set_rollback(True)

    assert rate_limit.take("a", limit=1, window=MINUTE)


@pytest.mark.django_db(transaction=True)
def test_the_count_is_exact_for_many_at_once():
    gate = threading.Barrier(12)
    taken = []

    def come():
        gate.wait()
        with transaction.atomic():
            taken.append(rate_limit.take("a", limit=5, window=MINUTE))
        connection.close()

    visitors = [threading.Thread(target=come) for _ in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert sorted(taken) == [False] * 7 + [True] * 5
