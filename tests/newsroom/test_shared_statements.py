"""Threads that ask one statement together."""

import threading
import time

import pytest
from django.db import connection, transaction

from newsroom import shared_statements
from newsroom.shared_statements import Shared
from tests.kept_pages import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


class NothingAsked(Exception):
    pass


class Counter:
    """Tells what is asked twofold; 0 is what no statement takes. `batches` are those who were asked for together."""

    def __init__(self):
        self.batches = []
        self.may_go = threading.Event()
        self.may_go.set()
        self.is_asked = threading.Event()

    def ask(self, asked):
        self.batches.append(list(asked))
        self.is_asked.set()
        assert self.may_go.wait(30)
        if 0 in asked:
            raise NothingAsked
        return [2 * number for number in asked]


@pytest.fixture
def counter():
    return Counter()


def _start(shared, numbers, told):
    """A thread for each of these, which puts what it is told, or the error, into `told`."""

    def ask(number):
        try:
            told[number] = shared(number)
        except NothingAsked as error:
            told[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in numbers]
    for thread in threads:
        thread.start()
    return threads


def _ask_behind_another(shared, counter, numbers):
    """What these are told who come while a statement is under way."""
    told = {}
    counter.may_go.clear()
    threads = _start(shared, [100], told)
    assert counter.is_asked.wait(30)
    threads += _start(shared, numbers, told)
    wait_until(lambda: len(shared._waiting) >= len(numbers))
    counter.may_go.set()
    for thread in threads:
        thread.join()
    return told


def test_who_comes_alone_asks_alone(counter):
    shared = Shared(counter.ask)

    assert [shared(1), shared(2)] == [2, 4]
    assert counter.batches == [[1], [2]]


def test_who_come_while_one_is_under_way_ask_together_and_each_is_told_his_own(counter):
    told = _ask_behind_another(Shared(counter.ask), counter, [1, 2, 3])

    assert told == {100: 200, 1: 2, 2: 4, 3: 6}
    assert [sorted(batch) for batch in counter.batches] == [[100], [1, 2, 3]]


def test_what_one_does_wrong_is_told_to_nobody_else(counter):
    told = _ask_behind_another(Shared(counter.ask), counter, [1, 0, 3])

    assert isinstance(told.pop(0), NothingAsked)
    assert told == {100: 200, 1: 2, 3: 6}
    assert sorted(map(sorted, counter.batches)) == [[0], [0, 1, 3], [1], [3], [100]]


def test_after_one_that_failed_others_go_on(counter):
    shared = Shared(counter.ask)

    with pytest.raises(NothingAsked):
        shared(0)

    assert shared(1) == 2


def test_within_a_transaction_one_asks_for_himself(counter):
    shared = Shared(counter.ask)

    told = {}
    counter.may_go.clear()
    threads = _start(shared, [100], told)
    assert counter.is_asked.wait(30)
    counter.may_go.set()
    with transaction.atomic():
        own = shared(1)
    for thread in threads:
        thread.join()

    assert (own, told) == (2, {100: 200})
    assert sorted(counter.batches) == [[1], [100]]


def _come(shared, number, *, is_coming, may_ask, told):
    def ask():
        with shared.coming():
            is_coming.set()
            assert may_ask.wait(30)
            told[number] = shared(number)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    assert is_coming.wait(30)
    return thread


@pytest.mark.parametrize(("patience", "batches"), [(30, [[1, 2]]), (0.01, [[1], [2]])])
def test_who_is_about_to_ask_is_waited_for_as_long_as_patience_lasts(monkeypatch, counter, patience, batches):
    monkeypatch.setattr(shared_statements, "PATIENCE_SECONDS", patience)
    shared = Shared(counter.ask)
    told, may_ask = {}, threading.Event()
    coming = _come(shared, 2, is_coming=threading.Event(), may_ask=may_ask, told=told)

    (first,) = _start(shared, [1], told)
    if patience < 1:
        first.join()
    else:
        wait_until(lambda: shared._awaited)
    may_ask.set()
    for thread in (first, coming):
        thread.join()

    assert told == {1: 2, 2: 4}
    assert counter.batches == batches


def test_who_was_about_to_ask_and_does_not_is_waited_for_no_longer(monkeypatch, counter):
    monkeypatch.setattr(shared_statements, "PATIENCE_SECONDS", 30)
    shared = Shared(counter.ask)
    is_coming, may_leave, told = threading.Event(), threading.Event(), {}

    def leave():
        with shared.coming():
            is_coming.set()
            assert may_leave.wait(30)

    leaving = threading.Thread(target=leave)
    leaving.start()
    assert is_coming.wait(30)
    (asking,) = _start(shared, [1], told)
    wait_until(lambda: shared._awaited)
    begun = time.monotonic()
    may_leave.set()
    for thread in (leaving, asking):
        thread.join()

    assert told == {1: 2}
    assert time.monotonic() - begun < 15
