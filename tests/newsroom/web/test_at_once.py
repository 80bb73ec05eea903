"""Work done by several threads."""

import threading

import pytest

from newsroom.web.at_once import THREADS, at_once


def test_results_come_in_order_and_work_is_done_at_once():
    together = threading.Barrier(THREADS, timeout=10)

    def work(number):
        if number < THREADS:
            together.wait()
        return number * 2

    assert list(at_once(work, range(100))) == [number * 2 for number in range(100)]


def test_no_more_is_begun_than_can_be_held():
    begun = []
    results = at_once(begun.append, range(1_000))

    next(results)

    assert len(begun) <= 2 * THREADS + 1
    results.close()


def test_what_goes_wrong_is_raised_and_ends_it():
    begun = []

    def work(number):
        begun.append(number)
        if number == 3:
            raise ValueError(number)

    with pytest.raises(ValueError, match="3"):
        list(at_once(work, range(1_000)))

    assert len(begun) < 4 * THREADS
