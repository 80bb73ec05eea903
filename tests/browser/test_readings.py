"""What a page tells of its reader: that it was in sight for a while, once."""

import pytest

from articles import readings
from articles.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HIDDEN = "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})"
SHOWN = """delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"""


@pytest.fixture(autouse=True)
def _nobody_was_counted():
    readings.forget_networks()


def _wait(page, milliseconds):
    """Let so much time pass; whether a reading was told of by then."""
    told = len(page.told)
    page.clock.run_for(milliseconds)
    # Behind whatever the page's own turn asked for.
    page.evaluate("fetch('/healthz')")
    return len(page.told) > told


def _page(new_context):
    page = new_context(user_agent=FIREFOX).new_page()
    page.told = []
    page.on("request", lambda request: page.told.append(request) if "/readings/" in request.url else None)
    page.clock.install()
    return page


def test_an_article_tells_once_a_tab_that_it_was_in_sight(new_context, live_server):
    article = factories.published()
    page = _page(new_context)
    page.goto(article.get_absolute_url())
    told = [_wait(page, 8_000), _wait(page, 2_500)]
    page.reload()
    told.append(_wait(page, 20_000))
    live_server.wait_until_idle()

    assert told == [False, True, False]
    assert [(request.method, request.post_data) for request in page.told] == [("POST", None)]
    assert "cookie" not in page.told[0].all_headers()
    assert [row.number for row in Reading.objects.all()] == [article.pk]


def test_a_tab_that_is_not_in_sight_tells_nothing_until_it_is(new_context):
    article = factories.published()
    page = _page(new_context)
    page.add_init_script(HIDDEN)
    page.goto(article.get_absolute_url())
    told = [_wait(page, 60_000)]
    page.evaluate(SHOWN)
    told += [_wait(page, 8_000), _wait(page, 2_500)]

    assert told == [False, False, True]


def test_a_browser_that_asks_not_to_be_tracked_tells_nothing(new_context):
    article = factories.published()
    page = _page(new_context)
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(article.get_absolute_url())

    assert _wait(page, 20_000) is False
