"""The queue as moderators drive it: by keys, many at once, two people at a time, and with the line down."""

import pytest
from django.test import Client

from comments.models import Comment, Decision, Status
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def comments():
    article = factories.published()
    return [factories.sent(article) for _ in range(4)]


@pytest.fixture
def open_queue(new_context, live_server):
    """Return a function that opens the queue for a moderator of their own."""

    def open_for(name):
        user = factories.staff(factories.MODERATORS, name)
        # A client each: signing in a second person with one client ends the first one's session.
        client = Client()
        client.force_login(user)
        context = new_context()
        context.add_cookies(
            [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto("/admin/comments/comment/")
        return page

    return open_for


def _statuses(comments):
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


def _press(page, key):
    with page.expect_response("**/decide/"):
        page.keyboard.press(key)


def _wait_for_current(page, comment):
    """Wait until the page has moved on to the card of `comment`, which it does when the decision is told."""
    page.wait_for_selector(f".card.current[data-comment='{comment.pk}']")


def _press_arabic(page, letter, code):
    """Press a key as a keyboard with an Arabic layout reports it."""
    page.evaluate(
        """([key, code]) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))""",
        [letter, code],
    )


def test_keys_decide_one_after_the_other_and_undo(open_queue, comments):
    page = open_queue("layla")

    _press(page, "a")
    _wait_for_current(page, comments[1])
    _press(page, "s")
    _wait_for_current(page, comments[2])
    page.keyboard.press("j")
    _wait_for_current(page, comments[3])
    page.keyboard.press("r")
    page.keyboard.press("3")
    _press(page, "Enter")
    assert _statuses(comments) == [Status.APPROVED, Status.SPAM, Status.PENDING, Status.REJECTED]
    assert Decision.objects.first().reason == "off_topic"

    page.wait_for_selector(f".card[data-comment='{comments[3].pk}']", state="hidden")
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    assert _statuses(comments)[3] == Status.PENDING
    page.wait_for_selector(f".card.current[data-comment='{comments[3].pk}'][data-version='3']")
    assert page.title().startswith("(2) ")


def test_keys_work_by_their_place_on_an_arabic_keyboard(open_queue, comments):
    page = open_queue("layla")

    with page.expect_response("**/decide/"):
        _press_arabic(page, "ش", "KeyA")
    _wait_for_current(page, comments[1])
    _press_arabic(page, "ق", "KeyR")
    _press_arabic(page, "١", "Digit1")
    _press(page, "Enter")

    assert _statuses(comments)[:2] == [Status.APPROVED, Status.REJECTED]
    assert Decision.objects.first().reason == "abuse"


def test_no_key_decides_while_somebody_types(open_queue, comments):
    page = open_queue("layla")

    page.keyboard.press("/")
    page.keyboard.type("asrux")

    assert page.input_value("#filter-q") == "asrux"
    assert Decision.objects.count() == 0


def test_many_are_decided_at_once_and_taken_back_at_once(open_queue, comments):
    page = open_queue("layla")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    _press(page, "s")
    page.wait_for_selector(".folded")
    assert _statuses(comments) == [Status.SPAM, Status.SPAM, Status.PENDING, Status.PENDING]

    with page.expect_response("**/undo/"):
        page.click(".folded button")

    page.wait_for_function("document.querySelectorAll('.card:not([hidden])').length === 4")
    assert _statuses(comments) == [Status.PENDING] * 4


def test_who_comes_second_is_told_and_overwrites_nothing(open_queue, comments):
    first, second = open_queue("layla"), open_queue("omar")

    _press(first, "s")
    _press(second, "a")

    told = second.wait_for_selector(".card.settled .notice-conflict").inner_text()
    assert "layla" in told
    assert _statuses(comments)[0] == Status.SPAM
    assert not second.is_visible(".card.settled .verb-approved")


def test_with_the_line_down_nothing_is_lost_and_trying_again_works(open_queue, comments):
    page = open_queue("layla")

    page.context.set_offline(True)
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.fill("details[open] [name=note]", "إلى رئيس التحرير")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card .notice-trouble")
    assert page.input_value("details[open] [name=note]") == "إلى رئيس التحرير"
    assert _statuses(comments)[0] == Status.PENDING

    page.context.set_offline(False)
    with page.expect_response("**/decide/"):
        page.click(".card .notice-trouble button")

    decision = Decision.objects.get()
    assert (decision.reason, decision.note) == ("incitement", "إلى رئيس التحرير")


def test_all_of_it_works_without_script(new_context, live_server, client, comments):
    client.force_login(factories.staff(factories.MODERATORS, "layla"))
    context = new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto("/admin/comments/comment/")

    page.click(".card >> nth=0 >> .verb-approved")
    page.click(".undo-banner button")
    assert _statuses(comments)[0] == Status.PENDING

    page.click(".card >> nth=0 >> summary.verb-rejected")
    page.check(".card >> nth=0 >> input[value=abuse]")
    page.click(".card >> nth=0 >> details button")
    page.check(".card >> nth=0 >> .pick input")
    page.check(".card >> nth=1 >> .pick input")
    page.click("#bulk .verb-spam")

    assert _statuses(comments) == [Status.REJECTED, Status.SPAM, Status.SPAM, Status.PENDING]
