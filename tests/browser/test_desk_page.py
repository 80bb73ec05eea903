"""The queue as a page: without scripts, on a phone, and still under the hand while news comes in."""

import pytest

from comments.models import Status
from tests import factories
from tests.queue_page import card, decide_as_another, poll, press, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_of_it_works_without_script(open_queue, layla, comments):
    page = open_queue(layla, java_script_enabled=False)

    page.click(".card >> nth=0 >> .verb-approved")
    page.click(".undo-banner button")
    assert statuses(comments)[0] == Status.PENDING

    page.click(".card >> nth=0 >> summary.verb-rejected")
    page.check(".card >> nth=0 >> input[value=abuse]")
    page.click(".card >> nth=0 >> details button")
    page.check(".card >> nth=0 >> .pick input")
    page.check(".card >> nth=1 >> .pick input")
    page.click("#bulk .verb-spam")

    assert statuses(comments) == [Status.REJECTED, Status.SPAM, Status.SPAM, Status.PENDING]


def test_without_script_nothing_covers_the_buttons_of_a_card(open_queue, layla, comments):
    page = open_queue(layla, java_script_enabled=False, viewport={"width": 390, "height": 844})

    last = page.locator(".card").last.bounding_box()
    assert page.locator("#bulk").bounding_box()["y"] >= last["y"] + last["height"]


def test_on_a_phone_every_tab_is_in_sight(open_queue, layla, comments):
    for _ in range(8):
        factories.sent(comments[0].article)
    page = open_queue(layla)
    page.set_viewport_size({"width": 390, "height": 844})

    row = page.locator(".tabs").bounding_box()
    starts = [tab.bounding_box()["x"] for tab in page.locator(".tabs a").all()]

    assert [start >= row["x"] for start in starts] == [True] * 5


@pytest.mark.parametrize("news", ["a colleague's decision", "an undo that succeeds", "an undo that fails"])
def test_no_news_moves_the_buttons_of_the_next_card(open_queue, layla, comments, news):
    page = open_queue(layla)
    place = f"{card(comments[1])} .verb-approved"
    if news == "a colleague's decision":
        before = page.locator(place).bounding_box()
        decide_as_another(comments[:1])
        poll(page)
        page.wait_for_selector(".card.settled .notice:visible")
    else:
        press(page, "a")
        page.wait_for_selector(".folded-approved")
        held = []
        page.route("**/undo/", lambda route: held.append(route))  # noqa: PLW0108
        page.keyboard.press("u")
        page.wait_for_selector(".folded-busy")
        page.wait_for_timeout(300)
        before = page.locator(place).bounding_box()
        if news == "an undo that succeeds":
            held[0].continue_()
            page.wait_for_selector(".folded-done")
        else:
            held[0].abort()
            page.wait_for_selector(".folded-trouble")

    assert page.locator(place).bounding_box() == before
