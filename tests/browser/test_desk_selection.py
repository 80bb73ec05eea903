"""Several comments selected in the queue and decided at once."""

import pytest

from comments.models import Decision, Status
from tests.queue_page import decide_as_another, poll, press, select, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_are_decided_at_once_and_taken_back_at_once(open_queue, layla, comments):
    page = open_queue(layla)

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    press(page, "s")
    page.wait_for_selector(".folded")
    assert statuses(comments) == [Status.SPAM, Status.SPAM, Status.PENDING, Status.PENDING]

    with page.expect_response("**/undo/"):
        page.click(".folded button")

    page.wait_for_function("document.querySelectorAll('.card:not([hidden])').length === 4")
    assert statuses(comments) == [Status.PENDING] * 4


def test_what_was_written_for_some_is_not_sent_with_the_next(open_queue, layla, comments):
    page = open_queue(layla)
    select(page, 1)
    for key in ("r", "2"):
        page.keyboard.press(key)
    page.fill("#bulk [name=note]", "مرّة ثالثة")
    press(page, "Enter")

    page.keyboard.press("x")
    page.keyboard.press("r")

    assert page.input_value("#bulk [name=note]") == ""
    assert page.locator("#bulk [name=reason]:checked").count() == 0


def test_what_was_written_for_some_comes_back_when_the_line_is_down(open_queue, layla, comments):
    page = open_queue(layla)
    select(page, 2)
    for key in ("r", "2"):
        page.keyboard.press(key)
    note = "إلى رئيس التحرير: " * 50
    page.fill("#bulk [name=note]", note)
    page.route("**/decide/", lambda route: route.abort())
    page.keyboard.press("Enter")

    page.click(".toast button")

    assert page.input_value("#bulk [name=note]") == note
    assert page.input_value("#bulk [name=reason]:checked") == "incitement"
    assert page.locator(".card.picked").count() == 2


def test_when_others_decide_all_that_was_selected_the_next_key_only_chooses(open_queue, layla, comments):
    page = open_queue(layla)
    page.keyboard.press("x")
    page.keyboard.press("j")
    decide_as_another(comments[:1])
    poll(page)
    page.wait_for_selector(".toast")

    page.keyboard.press("a")
    assert page.locator(".folded").count() == 0
    press(page, "a")

    assert statuses(comments)[:3] == [Status.SPAM, Status.APPROVED, Status.PENDING]


def test_the_note_for_some_stays_while_it_is_typed(open_queue, layla, comments):
    page = open_queue(layla)
    page.keyboard.press("x")
    page.keyboard.press("r")
    page.focus("#bulk [name=note]")
    decide_as_another(comments[:1])
    poll(page)
    page.wait_for_selector(".toast")

    page.keyboard.type("ja")

    assert page.input_value("#bulk [name=note]") == "ja"
    assert Decision.objects.count() == 1


def test_selecting_all_and_none_alternates_beside_a_settled_card(open_queue, layla, comments):
    page = open_queue(layla)
    decide_as_another(comments[:1])
    poll(page)
    page.wait_for_selector(".card.settled")

    counts = []
    for _ in range(2):
        page.keyboard.press("Shift+X")
        counts.append(page.locator(".card.picked").count())

    assert counts == [3, 0]
