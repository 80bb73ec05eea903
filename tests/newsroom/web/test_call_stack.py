"""Memory that calls fetch from the operating system and give back."""

import resource

from newsroom.web.call_stack import with_room

CALLS = 1_000


def leaf(a=0, b=0, c=0, d=0):
    return a


def faults_of_calls(depth):
    """How many pages CALLS calls bring in that are made `depth` calls further down."""
    if depth:
        return faults_of_calls(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _number in range(CALLS):
        leaf()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def test_calls_fetch_no_memory_wherever_they_are_made():
    at_each_depth = with_room(lambda: [faults_of_calls(depth) for depth in range(300)])

    assert max(at_each_depth()) < CALLS / 10


def test_what_is_called_is_given_its_arguments():
    assert with_room(lambda *args, **kwargs: (args, kwargs))(1, two=2) == ((1,), {"two": 2})
