"""Stories that the browser fetches before they are opened: which, and that nothing takes them for opened."""

import pytest

from articles.models import Reading
from tests import factories
from tests.browser.test_offline import KEPT, PAGES, _open, _wait_until, reader, site  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

# By which the browser tells how a page came.
CAME = "performance.getEntriesByType('navigation')[0].deliveryType"
# A link rested on for so long would have been fetched ahead.
PATIENCE = 1_000


@pytest.fixture
def ahead(page):
    """Paths that the browser fetched ahead so far."""
    found = []
    page.on(
        "request",
        lambda request: (
            found.append(request.url.partition("/article/")[2])
            if "prefetch" in request.headers.get("sec-purpose", "")
            else None
        ),
    )
    return found


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_story_is_fetched_when_the_pointer_rests_on_its_link(page, ahead, live_server, language):
    article = factories.published(headline="الترام يعود")
    page.goto(f"{language}/")
    link = page.locator(f"a[href='{language}{article.get_absolute_url()}']").first

    with page.expect_event(
        "requestfinished", lambda request: "prefetch" in request.headers.get("sec-purpose", "")
    ):
        link.hover()
    link.click()
    page.wait_for_selector(".story__headline")

    assert len(ahead) == 1
    assert page.evaluate(CAME) == "navigational-prefetch"
    live_server.wait_until_idle()
    assert not Reading.objects.exists()


def test_nothing_else_is_fetched_ahead(page, ahead):
    comment = factories.approved(factories.published())
    factories.approved(comment.article)
    page.goto(comment.article.get_absolute_url())

    for link in (
        ".orders a[href*='sort=']", f"a[href*='/comments/{comment.pk}/']", ".comment__report", ".masthead__name a",
        ".menu a", ".footer__pages a",
    ):  # fmt: skip
        page.locator(link).first.hover()
        page.wait_for_timeout(PATIENCE)

    assert ahead == []


def test_what_was_fetched_ahead_is_kept_for_reading_off_line_once_it_is_opened(reader):  # noqa: F811
    first, second = factories.published(), factories.published(headline="الترام يعود")
    _open(reader, first)
    reader.goto("/")
    link = reader.locator(f"a[href='{second.get_absolute_url()}']").first

    with reader.expect_event(
        "requestfinished", lambda request: "prefetch" in request.headers.get("sec-purpose", "")
    ):
        link.hover()
    reader.wait_for_timeout(PATIENCE)
    before = reader.evaluate(PAGES)
    link.click()
    reader.wait_for_selector(".story__headline")
    came = reader.evaluate(CAME)
    _wait_until(reader, KEPT % f"/article/{second.pk}/")

    assert (before, came) == (1, "navigational-prefetch")
