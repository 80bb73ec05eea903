"""The queue as moderators drive it by keys: which card they meet, and when they decide nothing."""

import pytest

from comments import authoring
from comments.models import Decision, Status
from comments.submission import Sender
from tests import factories
from tests.queue_page import card, current, decide_as_another, hold_answers, poll, press, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def _press_arabic(page, letter, code):
    """Press a key as a keyboard with an Arabic layout reports it."""
    page.evaluate(
        """([key, code]) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))""",
        [letter, code],
    )


def test_keys_meet_the_cards_in_sight_however_slowly_the_site_answers(open_queue, layla, comments):
    page = open_queue(layla)
    wait_for_held = hold_answers(page, 3)

    for key in ("a", "s", "j", "r", "3", "Enter"):
        page.keyboard.press(key)
    # The last is answered first, and focus stays where the moderator put it.
    for route in reversed(wait_for_held()):
        route.continue_()
    page.wait_for_selector(".folded-busy", state="detached")

    assert statuses(comments) == [Status.APPROVED, Status.SPAM, Status.PENDING, Status.REJECTED]
    assert Decision.objects.get(comment=comments[3]).reason_id == "off_topic"
    assert current(page) == comments[2].pk


def test_keys_work_by_their_place_on_an_arabic_keyboard(open_queue, layla, comments):
    page = open_queue(layla)

    with page.expect_response("**/decide/"):
        _press_arabic(page, "ش", "KeyA")
    _press_arabic(page, "ق", "KeyR")
    _press_arabic(page, "١", "Digit1")
    press(page, "Enter")

    assert statuses(comments)[:2] == [Status.APPROVED, Status.REJECTED]
    assert Decision.objects.first().reason_id == "abuse"


def test_no_key_decides_while_somebody_types(open_queue, layla, comments):
    page = open_queue(layla)

    page.keyboard.press("/")
    page.keyboard.type("asrux")

    assert page.input_value("#filter-q") == "asrux"
    assert Decision.objects.count() == 0


def test_a_card_that_comes_in_by_itself_is_decided_only_when_chosen(open_queue, layla, comments):
    page = open_queue(layla)
    wait_for_held = hold_answers(page, len(comments))
    for _ in comments:
        page.keyboard.press("a")
    # The last answer tells of more that wait than the one before, for it was given first.
    first, *others = wait_for_held()
    told = first.fetch()
    for route in others:
        route.continue_()
    page.wait_for_selector(".folded-approved >> nth=2")
    first.fulfill(response=told)
    page.unroute("**/decide/")
    page.wait_for_selector("#nothing:not([hidden])")
    late = factories.sent(comments[0].article)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(f".card[data-comment='{late.pk}']")

    page.keyboard.press("a")
    assert current(page) == late.pk
    assert statuses([late]) == [Status.PENDING]
    press(page, "a")

    page.wait_for_selector("#nothing:not([hidden])")
    assert statuses([late]) == [Status.APPROVED]


def test_typing_goes_on_in_a_card_that_somebody_else_decides(open_queue, layla, comments):
    page = open_queue(layla)
    for key in ("r", "2", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("ja")

    decide_as_another(comments[:1])
    poll(page)
    page.wait_for_selector(f"{card(comments[0])}.settled .notice:has-text('omar')")
    page.keyboard.type("ja")
    page.keyboard.press("Enter")

    note = page.locator(f"{card(comments[0])} [name=note]")
    assert (note.input_value(), note.is_visible()) == ("jaja", True)
    assert statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]
    page.keyboard.press("Escape")
    assert not note.is_visible()


def test_letters_after_a_field_lost_the_keyboard_decide_nothing(open_queue, layla, comments):
    page = open_queue(layla)
    page.keyboard.press("/")
    page.keyboard.type("a")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("jas")
    assert page.locator(".folded").count() == 0
    page.keyboard.press("Escape")
    press(page, "a")

    assert statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_a_double_click_decides_once(open_queue, layla, comments):
    article = comments[0].article
    comments += [factories.sent(article) for _ in range(6)]
    page = open_queue(layla)
    # Nothing has to scroll, and each new line hides an old one: the next button comes to where the last one was.
    page.set_viewport_size({"width": 1280, "height": 3000})
    for _ in range(6):
        press(page, "a")
    page.wait_for_selector(".folded-busy", state="detached")

    page.dblclick(f"{card(comments[6])} .verb-approved")
    page.wait_for_selector(".folded-busy", state="detached")

    assert Decision.objects.count() == 7


def test_a_text_that_was_not_read_is_not_decided_upon(open_queue, layla, comments):
    page = open_queue(layla)
    authoring.edit(comments[0], "نصّ آخر لم يقرأه أحد", Sender("203.0.113.9", "Firefox"))
    poll(page)
    page.wait_for_selector(f"{card(comments[0])}.settled .notice button")

    page.keyboard.press("a")
    page.keyboard.press("j")
    press(page, "a")

    assert statuses(comments)[:2] == [Status.PENDING, Status.APPROVED]
