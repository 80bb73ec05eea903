"""The queue as moderators drive it: by keys, many at once, two people at a time, and with the line down."""

import time

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


def _current(page):
    return int(page.get_attribute(".card.current", "data-comment"))


def _hold_answers(page, count):
    """Stop the page's decisions on their way; return a function that waits for `count` of them and returns them."""
    held = []
    # Playwright cannot take a method of a built-in class.
    page.route("**/decide/", lambda route: held.append(route))  # noqa: PLW0108

    def wait():
        deadline = time.monotonic() + 10
        while len(held) < count and time.monotonic() < deadline:
            page.wait_for_timeout(20)
        assert len(held) == count
        return held

    return wait


def _press_arabic(page, letter, code):
    """Press a key as a keyboard with an Arabic layout reports it."""
    page.evaluate(
        """([key, code]) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))""",
        [letter, code],
    )


def test_keys_meet_the_cards_in_sight_however_slowly_the_site_answers(open_queue, comments):
    page = open_queue("layla")
    wait_for_held = _hold_answers(page, 3)

    for key in ("a", "s", "j", "r", "3", "Enter"):
        page.keyboard.press(key)
    # The last is answered first, and focus stays where the moderator put it.
    for route in reversed(wait_for_held()):
        route.continue_()
    page.wait_for_selector(".folded-busy", state="detached")

    assert _statuses(comments) == [Status.APPROVED, Status.SPAM, Status.PENDING, Status.REJECTED]
    assert Decision.objects.get(comment=comments[3]).reason == "off_topic"
    assert _current(page) == comments[2].pk


def test_undo_takes_back_the_last_decision_even_before_it_is_answered(open_queue, comments):
    page = open_queue("layla")
    _press(page, "a")
    page.wait_for_selector(".folded-approved")
    wait_for_held = _hold_answers(page, 1)

    page.keyboard.press("s")
    page.keyboard.press("u")
    # Pressed while the card still waits for its answers, so it decides nothing.
    page.keyboard.press("s")
    with page.expect_response("**/undo/"):
        wait_for_held()[0].continue_()
    page.wait_for_selector(f".card.current:not(.busy)[data-comment='{comments[1].pk}'][data-version='3']")

    assert _statuses(comments) == [Status.APPROVED, Status.PENDING, Status.PENDING, Status.PENDING]
    assert page.title().startswith("(3) ")


def test_a_decision_that_is_refused_gives_the_card_back_and_moves_nothing_else(open_queue, comments):
    page = open_queue("layla")
    page.route("**/decide/", lambda route: route.abort())

    page.keyboard.press("a")
    page.wait_for_selector(".folded-trouble")
    assert _current(page) == comments[1].pk
    page.unroute("**/decide/")
    page.click(".toast button")
    assert _current(page) == comments[0].pk
    _press(page, "s")
    page.wait_for_selector(".folded-spam")

    assert _statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]


def test_a_card_that_comes_in_by_itself_is_decided_only_when_chosen(open_queue, comments):
    page = open_queue("layla")
    for _ in comments:
        page.keyboard.press("a")
    page.wait_for_selector("#nothing:not([hidden])")
    late = factories.sent(comments[0].article)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(f".card[data-comment='{late.pk}']")

    page.keyboard.press("a")
    assert _current(page) == late.pk
    assert _statuses([late]) == [Status.PENDING]
    _press(page, "a")

    page.wait_for_selector("#nothing:not([hidden])")
    assert _statuses([late]) == [Status.APPROVED]


def test_keys_work_by_their_place_on_an_arabic_keyboard(open_queue, comments):
    page = open_queue("layla")

    with page.expect_response("**/decide/"):
        _press_arabic(page, "ش", "KeyA")
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

    told = second.wait_for_selector(".folded-conflict").inner_text()
    assert "layla" in told
    assert _statuses(comments)[0] == Status.SPAM
    assert not second.is_visible(f".card[data-comment='{comments[0].pk}']")
    assert _current(second) == comments[1].pk


def test_with_the_line_down_nothing_is_lost_and_trying_again_works(open_queue, comments):
    page = open_queue("layla")

    page.context.set_offline(True)
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.fill("details[open] [name=note]", "إلى رئيس التحرير")
    page.keyboard.press("Enter")
    page.wait_for_selector(".folded-trouble")
    assert page.input_value(".card [name=note] >> nth=0") == "إلى رئيس التحرير"
    assert _statuses(comments)[0] == Status.PENDING

    page.context.set_offline(False)
    with page.expect_response("**/decide/"):
        page.click(".folded-trouble button >> nth=0")

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
