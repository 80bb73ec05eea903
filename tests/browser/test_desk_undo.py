"""Taking back on the desk: the last decision, one that is still under way, and those of many at once."""

import pytest

from comments import moderation
from comments.models import Decision, Status
from tests.queue_page import (
    card,
    current,
    decide_as_another,
    hold_answers,
    lose_answer,
    press,
    select,
    statuses,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_undo_takes_back_the_last_decision_even_before_it_is_answered(open_queue, layla, comments):
    page = open_queue(layla)
    press(page, "a")
    page.wait_for_selector(".folded-approved")
    wait_for_held = hold_answers(page, 1)

    page.keyboard.press("s")
    page.keyboard.press("u")
    # Pressed while the card still waits for its answers, so it decides nothing.
    page.keyboard.press("s")
    with page.expect_response("**/undo/"):
        wait_for_held()[0].continue_()
    page.wait_for_selector(f".card.current:not(.busy)[data-comment='{comments[1].pk}'][data-version='3']")

    assert statuses(comments) == [Status.APPROVED, Status.PENDING, Status.PENDING, Status.PENDING]
    assert page.title().startswith("(3) ")


def test_a_failed_undo_leaves_the_card_in_place_and_closed(open_queue, layla, comments):
    page = open_queue(layla)
    press(page, "a")
    page.wait_for_selector(".folded-approved")
    page.route("**/undo/", lambda route: route.abort())

    page.keyboard.press("u")
    page.wait_for_selector(".folded-trouble")
    for key in ("r", "2", "s"):
        page.keyboard.press(key)

    assert current(page) == comments[0].pk
    assert page.is_visible(card(comments[0]))
    assert page.locator("details.reject[open]").count() == 0
    assert statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_an_undo_under_way_leaves_nothing_to_press_in_the_card(open_queue, layla, comments):
    page = open_queue(layla)
    wait_for_held = hold_answers(page, 1)

    page.keyboard.press("a")
    page.keyboard.press("u")

    wait_for_held()
    assert page.locator(f"{card(comments[0])} .verbs").get_attribute("inert") == ""


def test_an_undo_whose_answer_is_lost_can_be_tried_again(open_queue, layla, comments):
    page = open_queue(layla)
    press(page, "a")
    page.wait_for_selector(".folded-approved")
    lose_answer(page, "**/undo/")

    page.keyboard.press("u")
    page.wait_for_selector(".folded-trouble")
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")
    page.wait_for_selector(f"{card(comments[0])}:not(.busy) .notice:visible")
    press(page, "s")

    assert statuses(comments)[:2] == [Status.SPAM, Status.PENDING]


def test_a_failed_undo_stays_the_next_in_turn(open_queue, layla, comments):
    page = open_queue(layla)
    for key in ("a", "s"):
        press(page, key)
    page.wait_for_selector(".folded-spam")
    page.route("**/undo/", lambda route: route.abort(), times=1)

    page.click(".folded-approved button")
    page.wait_for_selector(".folded-trouble")
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{card(comments[1])}[data-version='3']")
    assert statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_undo_of_many_takes_back_what_was_decided_and_frees_the_rest(open_queue, layla, comments):
    page = open_queue(layla)
    select(page, 3)
    decide_as_another(comments[:1])
    press(page, "a")
    page.wait_for_selector(".folded-approved")

    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{card(comments[1])}[data-version='3']")
    assert statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]
    assert current(page) == comments[1].pk
    assert page.locator(".card.busy").count() == 0
    assert not page.is_visible(card(comments[0]))


def test_undo_before_the_answer_leaves_no_card_busy(open_queue, layla, comments):
    page = open_queue(layla)
    wait_for_held = hold_answers(page, 1)
    select(page, 2)
    decide_as_another(comments[:1])
    page.keyboard.press("a")
    page.keyboard.press("u")

    with page.expect_response("**/undo/"):
        wait_for_held()[0].continue_()

    page.wait_for_selector(f"{card(comments[1])}[data-version='3']:not(.busy)")
    assert page.locator(".card.busy").count() == 0
    assert page.locator(".card.settled").count() == 1


def test_a_card_given_back_and_decided_alone_is_not_undone_with_the_others(open_queue, layla, comments):
    page = open_queue(layla)
    select(page, 2)
    decide_as_another(comments[:1])
    moderation.undo([Decision.objects.get().pk], by=None)
    press(page, "a")
    page.click(".folded-waiting button")
    press(page, "s")
    page.wait_for_selector(".folded-spam")

    with page.expect_response("**/undo/"):
        page.click(".folded-approved button")

    page.wait_for_selector(f"{card(comments[1])}[data-version='3']")
    assert statuses(comments)[:2] == [Status.SPAM, Status.PENDING]
    assert not page.is_visible(card(comments[0]))
