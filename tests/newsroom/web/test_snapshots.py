"""What is told from snapshots, as PostgreSQL tells it."""

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from newsroom.web.snapshots import Heard, Snapshot

NAMES = ["article:7", "site"]


@st.composite
def snapshots(draw):
    lowest = draw(st.integers(3, 40))
    following = draw(st.integers(lowest, lowest + 12))
    # The last of those that are counted has ended.
    running = draw(st.sets(st.integers(lowest, following - 2))) if following > lowest + 1 else set()
    return f"{lowest}:{following}:{','.join(map(str, sorted(running)))}"


@pytest.mark.django_db
@given(st.lists(snapshots(), min_size=1, max_size=20))
def test_a_snapshot_sees_what_postgresql_says(texts):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text, array_agg(number) FROM unnest(%s::text[]) AS text, generate_series(1, 60) AS number"
            " WHERE pg_visible_in_snapshot(number::text::xid8, text::pg_snapshot) GROUP BY text",
            [texts],
        )
        expected = {text: set(numbers) for text, numbers in cursor.fetchall()}

    assert {text: {n for n in range(1, 61) if Snapshot.of(text).sees(n)} for text in texts} == expected


@given(snapshots(), snapshots())
def test_one_is_since_another_if_it_sees_all_of_that(one, other):
    one, other = Snapshot.of(one), Snapshot.of(other)

    assert one.is_since(other) == all(one.sees(number) for number in range(60) if other.sees(number))


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_taken_while_others_come_and_go_the_later_is_since_the_earlier():
    wires = [psycopg.connect(**connection.get_connection_params()) for _ in range(4)]
    taken = []
    with connection.cursor() as cursor:
        for number in range(40):
            # Each begins, and ends while others that began before and after it go on.
            wire = wires[number * 7 % 4]
            if wire.info.transaction_status:
                (wire.commit if number % 3 else wire.rollback)()
            else:
                wire.execute("SELECT pg_current_xact_id()")
            cursor.execute("SELECT pg_current_snapshot()::text")
            taken.append(Snapshot.of(cursor.fetchone()[0]))
    for wire in wires:
        wire.close()

    assert len(set(taken)) > 20
    assert all(later.is_since(taken[place]) for place, one in enumerate(taken) for later in taken[place:])


@pytest.mark.parametrize(
    ("snapshot", "is_right"),
    [
        ("20:20:", True),
        ("19:20:19", True),
        ("12:20:12,19", False),
        ("12:12:", False),
        ("9:20:9", False),
        ("10:10:", False),
    ],
    ids=["after", "beside another", "beside it", "before it", "before all", "at the beginning"],
)
def test_a_page_is_right_if_it_shows_all_that_was_heard_of_and_all_before(snapshot, is_right):
    heard = Heard("database", "10:10:")
    heard.note(12, ["article:7", "lists"])
    heard.note(19, ["article:8"])

    assert heard.is_right(snapshot, NAMES) == is_right


def test_what_ran_when_it_was_begun_to_listen_need_not_have_ended():
    heard = Heard("database", "9:12:9")

    assert (heard.is_right("9:14:9", NAMES), heard.is_right("9:14:9,10", NAMES)) == (True, False)


def test_what_is_forgotten_counts_as_purged_by_all():
    heard = Heard("database", "10:10:")
    heard.note(11, ["article:7"])
    heard.begin_span("12:12:")
    before = heard.is_right("11:11:", ["other"]), heard.is_right("11:11:", NAMES)
    heard.begin_span("20:20:")

    assert before == (True, False)
    assert (heard.is_right("11:11:", ["other"]), heard.is_right("12:12:", NAMES)) == (False, True)
    assert heard.count == 0
