"""The queue with the line down or the site in trouble: what is told, and that nothing is lost."""

import pytest

from comments.models import Decision, Status
from tests.queue_page import card, current, hold_answers, lose_answer, poll, press, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_decision_that_is_refused_gives_the_card_back_and_moves_nothing_else(open_queue, layla, comments):
    page = open_queue(layla)
    page.route("**/decide/", lambda route: route.abort())

    page.keyboard.press("a")
    page.wait_for_selector(".folded-trouble")
    assert current(page) == comments[1].pk
    page.unroute("**/decide/")
    page.click(".toast button")
    assert current(page) == comments[0].pk
    press(page, "s")
    page.wait_for_selector(".folded-spam")

    assert statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]


def test_with_the_line_down_nothing_is_lost_and_trying_again_works(open_queue, layla, comments):
    page = open_queue(layla)

    page.context.set_offline(True)
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.fill("details[open] [name=note]", "إلى رئيس التحرير")
    page.keyboard.press("Enter")
    page.wait_for_selector(".folded-trouble")
    assert page.input_value(".card [name=note] >> nth=0") == "إلى رئيس التحرير"
    assert statuses(comments)[0] == Status.PENDING

    page.context.set_offline(False)
    with page.expect_response("**/decide/"):
        page.click(".folded-trouble button >> nth=0")

    decision = Decision.objects.get()
    assert (decision.reason_id, decision.note) == ("incitement", "إلى رئيس التحرير")


def test_a_decision_whose_answer_is_lost_can_be_tried_again_and_taken_back(open_queue, layla, comments):
    page = open_queue(layla)
    lose_answer(page, "**/decide/")

    page.keyboard.press("a")
    with page.expect_response("**/decide/"):
        page.click(".folded-trouble button >> nth=0")
    page.wait_for_selector(".folded-approved")
    assert statuses(comments)[0] == Status.APPROVED
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{card(comments[0])}[data-version='3']:not(.busy)")
    assert statuses(comments)[0] == Status.PENDING


@pytest.mark.parametrize("case", ["under way", "a note is typed"])
def test_the_page_is_not_left_before_all_is_recorded(open_queue, layla, comments, case):
    page = open_queue(layla)
    if case == "under way":
        wait_for_held = hold_answers(page, 1)
        page.keyboard.press("a")
        wait_for_held()
    else:
        page.keyboard.press("r")
        page.keyboard.press("Tab")
        page.keyboard.type("a")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("location.href = '/admin/'")
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", "{"), ("text/html", "<h1>Bad gateway</h1>")],
    ids=["half an answer", "no answer of the site"],
)
def test_an_answer_that_cannot_be_read_is_told_in_arabic(open_queue, layla, comments, content_type, body):
    page = open_queue(layla)
    page.route("**/decide/", lambda route: route.fulfill(content_type=content_type, body=body))

    page.keyboard.press("a")

    told = page.wait_for_selector(".folded-trouble p").inner_text()
    assert told.startswith("حدث عطل في الموقع.")


def test_a_poll_takes_away_its_own_news_only(open_queue, layla, comments):
    page = open_queue(layla)
    page.route("**/decide/", lambda route: route.abort())
    page.keyboard.press("a")
    page.wait_for_selector("#toast-act")

    page.route("**/counts/*", lambda route: route.abort(), times=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#toast-poll")
    poll(page)
    page.wait_for_selector("#toast-poll", state="detached")

    assert page.is_visible("#toast-act button")


def test_the_queue_is_not_called_empty_while_more_wait(open_queue, layla, comments, monkeypatch):
    monkeypatch.setattr("comments.queue.PAGE_SIZE", 1)
    page = open_queue(layla)
    page.route("**/comment/?after=*", lambda route: route.abort())

    press(page, "a")
    page.wait_for_selector(".folded-approved")

    assert page.is_visible("#more")
    assert not page.is_visible("#nothing")
