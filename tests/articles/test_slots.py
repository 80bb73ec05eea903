"""The rule of the front page: picks first, by the clock; the rest by date; no story twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.slots import Pick, Row, Shown, Slot, Waiting, Why, fill

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD, SECOND = Slot("lead", 1), Slot("second", 3)
SPORT = Slot("sport", 2, section=7)
# Newest first; two of the five are sports.
ROWS = [Row(5, 1), Row(4, 7), Row(3, 1), Row(2, 7), Row(1, 1)]


def _numbers(page):
    return {name: [story.article for story in stories] for name, stories in page.shown.items()}


def test_without_picks_the_newest_go_from_slot_to_slot():
    page = fill([LEAD, SECOND, SPORT], [], ROWS, NOW)

    assert _numbers(page) == {"lead": [5], "second": [4, 3, 2], "sport": []}


def test_a_section_is_filled_from_itself_alone():
    assert _numbers(fill([LEAD, SPORT], [], ROWS, NOW)) == {"lead": [5], "sport": [4, 2]}


def test_a_slot_can_leave_a_section_out_and_one_can_stay_empty():
    slots = [Slot("lead", 1, not_from=1), Slot("opinion", 2, fills=False)]

    assert _numbers(fill(slots, [], ROWS, NOW)) == {"lead": [4], "opinion": []}


def test_picks_come_first_and_say_so():
    page = fill([LEAD, SECOND], [Pick("second", 1), Pick("lead", 3)], ROWS, NOW)

    assert page.shown == {
        "lead": [Shown(3, Why.PICKED)],
        "second": [Shown(1, Why.PICKED), Shown(5, Why.AUTOMATIC), Shown(4, Why.AUTOMATIC)],
    }


def test_a_pick_with_a_place_stands_there_and_the_others_move_up():
    picks = [Pick("second", 2), Pick("second", 1, place=3), Pick("second", 99)]

    page = fill([SECOND], picks, ROWS, NOW)

    assert page.shown["second"] == [Shown(2, Why.PICKED), Shown(5, Why.AUTOMATIC), Shown(1, Why.PINNED)]


def test_of_two_picks_for_one_place_the_second_moves_up():
    picks = [Pick("second", 2, place=1), Pick("second", 1, place=1)]

    assert _numbers(fill([SECOND], picks, ROWS, NOW)) == {"second": [2, 1, 5]}


@pytest.mark.parametrize(
    ("pick", "reason"),
    [
        (Pick("lead", 1, starts_at=NOW + HOUR), Waiting.NOT_YET),
        (Pick("lead", 1, ends_at=NOW), Waiting.OVER),
        (Pick("lead", 99), Waiting.UNSEEN),
    ],
    ids=["not yet", "over", "withdrawn"],
)
def test_a_pick_that_is_not_to_be_shown_leaves_its_place_to_the_newest(pick, reason):
    page = fill([LEAD], [pick], ROWS, NOW)

    assert (_numbers(page), page.waiting) == ({"lead": [5]}, {pick.article: reason})


def test_a_pick_stands_from_its_first_moment_until_before_its_last():
    pick = Pick("lead", 1, starts_at=NOW, ends_at=NOW + HOUR)
    moments = [NOW - timedelta(seconds=1), NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR]

    shown = [_numbers(fill([LEAD], [pick], ROWS, moment))["lead"] for moment in moments]

    assert shown == [[5], [1], [1], [5]]


def test_a_pick_too_many_waits():
    page = fill([LEAD], [Pick("lead", 1), Pick("lead", 2)], ROWS, NOW)

    assert (_numbers(page), page.waiting) == ({"lead": [1]}, {2: Waiting.NO_ROOM})


def test_what_is_picked_further_down_is_not_filled_in_above():
    assert _numbers(fill([LEAD, SPORT], [Pick("sport", 5)], ROWS, NOW)) == {"lead": [4], "sport": [5, 2]}


PICKS = st.lists(
    st.builds(
        Pick,
        slot=st.sampled_from(["lead", "second", "sport", "gone"]),
        article=st.integers(1, 8),
        place=st.none() | st.integers(1, 5),
        starts_at=st.none() | st.just(NOW + HOUR),
    ),
    max_size=12,
)


@given(PICKS)
def test_no_story_stands_twice_and_no_slot_has_more_than_its_places(picks):
    slots = [LEAD, SECOND, SPORT]

    numbers = _numbers(fill(slots, picks, ROWS, NOW))

    all_numbers = [number for shown in numbers.values() for number in shown]
    assert len(all_numbers) == len(set(all_numbers))
    assert all(len(numbers[slot.name]) <= slot.places for slot in slots)
    assert set(all_numbers) <= {row.article for row in ROWS}
