"""The queue as moderators drive it: by keys, many at once, two people at a time, and with the line down."""

import time

import pytest
from django.test import Client

from comments import authoring, moderation
from comments.models import Comment, Decision, Status
from comments.submission import Sender
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
    assert Decision.objects.get(comment=comments[3]).reason_id == "off_topic"
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
    wait_for_held = _hold_answers(page, len(comments))
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
    assert Decision.objects.first().reason_id == "abuse"


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
    assert (decision.reason_id, decision.note) == ("incitement", "إلى رئيس التحرير")


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


def _poll(page):
    """Let the page ask at once what others did."""
    with page.expect_response("**/counts/*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def _decide_as_another(comments, to=Status.SPAM):
    moderation.decide(
        dict(
            Comment.objects.filter(pk__in=[comment.pk for comment in comments]).values_list("pk", "version")
        ),
        to,
        by=factories.staff(factories.MODERATORS, "omar"),
    )


def _lose_answer(page, address):
    """Let the site carry out the next request to `address` and lose its answer."""

    def lose(route):
        route.fetch()
        route.abort()

    page.route(address, lose, times=1)


def _card(comment):
    return f".card[data-comment='{comment.pk}']"


def _select(page, count):
    for number in range(count):
        if number:
            page.keyboard.press("j")
        page.keyboard.press("x")


def test_typing_goes_on_in_a_card_that_somebody_else_decides(open_queue, comments):
    page = open_queue("layla")
    for key in ("r", "2", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("ja")

    _decide_as_another(comments[:1])
    _poll(page)
    page.wait_for_selector(f"{_card(comments[0])}.settled .notice:has-text('omar')")
    page.keyboard.type("ja")
    page.keyboard.press("Enter")

    note = page.locator(f"{_card(comments[0])} [name=note]")
    assert (note.input_value(), note.is_visible()) == ("jaja", True)
    assert _statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]
    page.keyboard.press("Escape")
    assert not note.is_visible()


def test_letters_after_a_field_lost_the_keyboard_decide_nothing(open_queue, comments):
    page = open_queue("layla")
    page.keyboard.press("/")
    page.keyboard.type("a")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("jas")
    assert page.locator(".folded").count() == 0
    page.keyboard.press("Escape")
    _press(page, "a")

    assert _statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_a_failed_undo_leaves_the_card_in_place_and_closed(open_queue, comments):
    page = open_queue("layla")
    _press(page, "a")
    page.wait_for_selector(".folded-approved")
    page.route("**/undo/", lambda route: route.abort())

    page.keyboard.press("u")
    page.wait_for_selector(".folded-trouble")
    for key in ("r", "2", "s"):
        page.keyboard.press(key)

    assert _current(page) == comments[0].pk
    assert page.is_visible(_card(comments[0]))
    assert page.locator("details.reject[open]").count() == 0
    assert _statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_an_undo_under_way_leaves_nothing_to_press_in_the_card(open_queue, comments):
    page = open_queue("layla")
    wait_for_held = _hold_answers(page, 1)

    page.keyboard.press("a")
    page.keyboard.press("u")

    wait_for_held()
    assert page.locator(f"{_card(comments[0])} .verbs").get_attribute("inert") == ""


def test_an_undo_whose_answer_is_lost_can_be_tried_again(open_queue, comments):
    page = open_queue("layla")
    _press(page, "a")
    page.wait_for_selector(".folded-approved")
    _lose_answer(page, "**/undo/")

    page.keyboard.press("u")
    page.wait_for_selector(".folded-trouble")
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")
    page.wait_for_selector(f"{_card(comments[0])}:not(.busy) .notice:visible")
    _press(page, "s")

    assert _statuses(comments)[:2] == [Status.SPAM, Status.PENDING]


def test_a_decision_whose_answer_is_lost_can_be_tried_again_and_taken_back(open_queue, comments):
    page = open_queue("layla")
    _lose_answer(page, "**/decide/")

    page.keyboard.press("a")
    with page.expect_response("**/decide/"):
        page.click(".folded-trouble button >> nth=0")
    page.wait_for_selector(".folded-approved")
    assert _statuses(comments)[0] == Status.APPROVED
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{_card(comments[0])}[data-version='3']:not(.busy)")
    assert _statuses(comments)[0] == Status.PENDING


def test_a_failed_undo_stays_the_next_in_turn(open_queue, comments):
    page = open_queue("layla")
    for key in ("a", "s"):
        _press(page, key)
    page.wait_for_selector(".folded-spam")
    page.route("**/undo/", lambda route: route.abort(), times=1)

    page.click(".folded-approved button")
    page.wait_for_selector(".folded-trouble")
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{_card(comments[1])}[data-version='3']")
    assert _statuses(comments)[:2] == [Status.APPROVED, Status.PENDING]


def test_undo_of_many_takes_back_what_was_decided_and_frees_the_rest(open_queue, comments):
    page = open_queue("layla")
    _select(page, 3)
    _decide_as_another(comments[:1])
    _press(page, "a")
    page.wait_for_selector(".folded-approved")

    with page.expect_response("**/undo/"):
        page.keyboard.press("u")

    page.wait_for_selector(f"{_card(comments[1])}[data-version='3']")
    assert _statuses(comments) == [Status.SPAM, Status.PENDING, Status.PENDING, Status.PENDING]
    assert _current(page) == comments[1].pk
    assert page.locator(".card.busy").count() == 0
    assert not page.is_visible(_card(comments[0]))


def test_undo_before_the_answer_leaves_no_card_busy(open_queue, comments):
    page = open_queue("layla")
    wait_for_held = _hold_answers(page, 1)
    _select(page, 2)
    _decide_as_another(comments[:1])
    page.keyboard.press("a")
    page.keyboard.press("u")

    with page.expect_response("**/undo/"):
        wait_for_held()[0].continue_()

    page.wait_for_selector(f"{_card(comments[1])}[data-version='3']:not(.busy)")
    assert page.locator(".card.busy").count() == 0
    assert page.locator(".card.settled").count() == 1


def test_a_card_given_back_and_decided_alone_is_not_undone_with_the_others(open_queue, comments):
    page = open_queue("layla")
    _select(page, 2)
    _decide_as_another(comments[:1])
    moderation.undo([Decision.objects.get().pk], by=None)
    _press(page, "a")
    page.click(".folded-waiting button")
    _press(page, "s")
    page.wait_for_selector(".folded-spam")

    with page.expect_response("**/undo/"):
        page.click(".folded-approved button")

    page.wait_for_selector(f"{_card(comments[1])}[data-version='3']")
    assert _statuses(comments)[:2] == [Status.SPAM, Status.PENDING]
    assert not page.is_visible(_card(comments[0]))


def test_what_was_written_for_some_is_not_sent_with_the_next(open_queue, comments):
    page = open_queue("layla")
    _select(page, 1)
    for key in ("r", "2"):
        page.keyboard.press(key)
    page.fill("#bulk [name=note]", "مرّة ثالثة")
    _press(page, "Enter")

    page.keyboard.press("x")
    page.keyboard.press("r")

    assert page.input_value("#bulk [name=note]") == ""
    assert page.locator("#bulk [name=reason]:checked").count() == 0


def test_what_was_written_for_some_comes_back_when_the_line_is_down(open_queue, comments):
    page = open_queue("layla")
    _select(page, 2)
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


def test_a_double_click_decides_once(open_queue, comments):
    article = comments[0].article
    comments += [factories.sent(article) for _ in range(6)]
    page = open_queue("layla")
    # Nothing has to scroll, and each new line hides an old one: the next button comes to where the last one was.
    page.set_viewport_size({"width": 1280, "height": 3000})
    for _ in range(6):
        _press(page, "a")
    page.wait_for_selector(".folded-busy", state="detached")

    page.dblclick(f"{_card(comments[6])} .verb-approved")
    page.wait_for_selector(".folded-busy", state="detached")

    assert Decision.objects.count() == 7


@pytest.mark.parametrize("case", ["under way", "a note is typed"])
def test_the_page_is_not_left_before_all_is_recorded(open_queue, comments, case):
    page = open_queue("layla")
    if case == "under way":
        wait_for_held = _hold_answers(page, 1)
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


def test_a_text_that_was_not_read_is_not_decided_upon(open_queue, comments):
    page = open_queue("layla")
    authoring.edit(comments[0], "نصّ آخر لم يقرأه أحد", Sender("203.0.113.9", "Firefox"))
    _poll(page)
    page.wait_for_selector(f"{_card(comments[0])}.settled .notice button")

    page.keyboard.press("a")
    page.keyboard.press("j")
    _press(page, "a")

    assert _statuses(comments)[:2] == [Status.PENDING, Status.APPROVED]


def test_when_others_decide_all_that_was_selected_the_next_key_only_chooses(open_queue, comments):
    page = open_queue("layla")
    page.keyboard.press("x")
    page.keyboard.press("j")
    _decide_as_another(comments[:1])
    _poll(page)
    page.wait_for_selector(".toast")

    page.keyboard.press("a")
    assert page.locator(".folded").count() == 0
    _press(page, "a")

    assert _statuses(comments)[:3] == [Status.SPAM, Status.APPROVED, Status.PENDING]


def test_the_note_for_some_stays_while_it_is_typed(open_queue, comments):
    page = open_queue("layla")
    page.keyboard.press("x")
    page.keyboard.press("r")
    page.focus("#bulk [name=note]")
    _decide_as_another(comments[:1])
    _poll(page)
    page.wait_for_selector(".toast")

    page.keyboard.type("ja")

    assert page.input_value("#bulk [name=note]") == "ja"
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", "{"), ("text/html", "<h1>Bad gateway</h1>")],
    ids=["half an answer", "no answer of the site"],
)
def test_an_answer_that_cannot_be_read_is_told_in_arabic(open_queue, comments, content_type, body):
    page = open_queue("layla")
    page.route("**/decide/", lambda route: route.fulfill(content_type=content_type, body=body))

    page.keyboard.press("a")

    told = page.wait_for_selector(".folded-trouble p").inner_text()
    assert told.startswith("حدث عطل في الموقع.")


def test_a_poll_takes_away_its_own_news_only(open_queue, comments):
    page = open_queue("layla")
    page.route("**/decide/", lambda route: route.abort())
    page.keyboard.press("a")
    page.wait_for_selector("#toast-act")

    page.route("**/counts/*", lambda route: route.abort(), times=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#toast-poll")
    _poll(page)
    page.wait_for_selector("#toast-poll", state="detached")

    assert page.is_visible("#toast-act button")


def test_selecting_all_and_none_alternates_beside_a_settled_card(open_queue, comments):
    page = open_queue("layla")
    _decide_as_another(comments[:1])
    _poll(page)
    page.wait_for_selector(".card.settled")

    counts = []
    for _ in range(2):
        page.keyboard.press("Shift+X")
        counts.append(page.locator(".card.picked").count())

    assert counts == [3, 0]


def test_the_queue_is_not_called_empty_while_more_wait(open_queue, comments, monkeypatch):
    monkeypatch.setattr("comments.queue.PAGE_SIZE", 1)
    page = open_queue("layla")
    page.route("**/comment/?after=*", lambda route: route.abort())

    _press(page, "a")
    page.wait_for_selector(".folded-approved")

    assert page.is_visible("#more")
    assert not page.is_visible("#nothing")


@pytest.mark.parametrize("news", ["a colleague's decision", "an undo that succeeds", "an undo that fails"])
def test_no_news_moves_the_buttons_of_the_next_card(open_queue, comments, news):
    page = open_queue("layla")
    place = f"{_card(comments[1])} .verb-approved"
    if news == "a colleague's decision":
        before = page.locator(place).bounding_box()
        _decide_as_another(comments[:1])
        _poll(page)
        page.wait_for_selector(".card.settled .notice:visible")
    else:
        _press(page, "a")
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


def test_on_a_phone_every_tab_is_in_sight(open_queue, comments):
    for _ in range(8):
        factories.sent(comments[0].article)
    page = open_queue("layla")
    page.set_viewport_size({"width": 390, "height": 844})

    row = page.locator(".tabs").bounding_box()
    starts = [tab.bounding_box()["x"] for tab in page.locator(".tabs a").all()]

    assert [start >= row["x"] for start in starts] == [True] * 5


def test_without_script_nothing_covers_the_buttons_of_a_card(new_context, live_server, client, comments):
    client.force_login(factories.staff(factories.MODERATORS, "layla"))
    context = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto("/admin/comments/comment/")

    last = page.locator(".card").last.bounding_box()
    assert page.locator("#bulk").bounding_box()["y"] >= last["y"] + last["height"]
