"""The queue in a browser: what is pressed, what is seen, and what others do meanwhile."""

import time

from comments import moderation
from comments.models import Comment, Status
from tests import factories


def statuses(comments):
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


def press(page, key):
    with page.expect_response("**/decide/"):
        page.keyboard.press(key)


def current(page):
    return int(page.get_attribute(".card.current", "data-comment"))


def hold_answers(page, count):
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


def poll(page):
    """Let the page ask at once what others did."""
    with page.expect_response("**/counts/*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def decide_as_another(comments, to=Status.SPAM):
    moderation.decide(
        dict(
            Comment.objects.filter(pk__in=[comment.pk for comment in comments]).values_list("pk", "version")
        ),
        to,
        by=factories.staff(factories.MODERATORS, "omar"),
    )


def lose_answer(page, address):
    """Let the site carry out the next request to `address` and lose its answer."""

    def lose(route):
        route.fetch()
        route.abort()

    page.route(address, lose, times=1)


def card(comment):
    return f".card[data-comment='{comment.pk}']"


def select(page, count):
    for number in range(count):
        if number:
            page.keyboard.press("j")
        page.keyboard.press("x")
