"""Reading without a connection, with a server that is really gone."""

from contextlib import suppress
from socket import SHUT_RDWR

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from pytest_django.live_server_helper import LiveServer

from articles import publishing
from newsroom.web import offline
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = "caches.open('nashra-pages').then(cache => cache.keys()).then(keys => keys.length)"
# Whether a page at such an address is kept with its files.
KEPT = """caches.open('nashra-pages').then(async (cache) => {
    const key = (await cache.keys()).find(({ url }) => url.includes('%s'));
    return key && (await cache.match(key)).headers.get('X-Kept-With').includes('article');
})"""


class Server(ThreadedWSGIServer):
    """A server that hangs up when it ends; Django's goes on to answer where a connection is kept open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sockets = set()

    def process_request(self, request, client_address):
        self.sockets.add(request)
        super().process_request(request, client_address)

    def server_close(self):
        for socket in self.sockets:
            with suppress(OSError):
                socket.shutdown(SHUT_RDWR)
        super().server_close()


class Site:
    """The site on a port of its own, which can be stopped."""

    def __init__(self):
        self._server = LiveServer("localhost", start=False)
        self._server.thread.static_handler = lambda _application: WSGIHandler()
        self._server.thread.server_class = Server
        self._server.start()
        self.url = self._server.url
        self._is_up = True

    def stop(self):
        if self._is_up:
            self._server.stop()
        self._is_up = False


@pytest.fixture
def site(transactional_db, live_server):
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def reader(browser, site):
    """A page of a browser that keeps what it reads."""
    context = browser.new_context(base_url=site.url, locale="ar", viewport={"width": 390, "height": 800})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def _wait_until(reader, promise):
    """Wait until what is promised is true; Playwright's own waiting takes any promise for it."""
    reader.evaluate(
        f"""async () => {{
            for (let times = 0; times < 300; times++) {{
                if (await {promise}) return;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }}
            throw new Error("it was never so");
        }}"""
    )


def _open(reader, article):
    reader.goto(article.get_absolute_url())
    _wait_until(reader, KEPT % f"/article/{article.pk}/")


def test_the_last_articles_are_read_when_the_server_is_gone(reader, site, monkeypatch):
    monkeypatch.setattr(offline, "MOST", 3)
    articles = [factories.published(hero=factories.image()) for _ in range(4)]
    withdrawn = factories.published()
    _open(reader, withdrawn)
    publishing.move(withdrawn, "withdraw", by=None)
    reader.goto(withdrawn.get_absolute_url())
    for article in articles:
        _open(reader, article)
    # What only some may see, and what is asked of the site, is not kept.
    for address in ("/comments/mine/nobody/", "/search/?q=OpenAI", "/admin/login/", "/"):
        reader.goto(address)
    assert reader.evaluate(PAGES) == 3

    site.stop()

    reader.goto(articles[3].get_absolute_url())
    assert reader.locator("h1").inner_text() == articles[3].headline
    assert (
        reader.locator(".kept-note").inner_text().startswith("لا اتصال الآن. هذه نسخة محفوظة على جهازك منذ")
    )
    assert reader.evaluate("document.querySelector('article figure img').naturalWidth") > 0
    assert reader.evaluate("document.fonts.check('1rem Vazirmatn')")
    assert reader.evaluate("getComputedStyle(document.body).fontFamily").startswith("Vazirmatn")

    # A comment that cannot be sent keeps its words and says so, also after a reload.
    reader.fill("[name=author_name]", "سندباد")
    reader.fill("[name=email]", "sindbad@example.org")
    reader.fill("[name=body]", "تعليق كُتب بلا اتصال")
    reader.click(".comment-form [type=submit]")
    reader.wait_for_selector("text=تعذّر الوصول إلى الموقع. نصّك باقٍ هنا")
    reader.reload()
    assert reader.input_value("[name=body]") == "تعليق كُتب بلا اتصال"

    # The first made room, and a page that was never opened says what can be read.
    for address in (articles[0].get_absolute_url(), "/", "/search/?q=OpenAI"):
        reader.goto(address)
        assert reader.locator("h1").inner_text() == "أنت غير متّصل", address
    # Neither the first, nor what was withdrawn.
    reader.wait_for_selector("[data-kept] li")
    assert reader.locator("[data-kept] li").all_inner_texts() == [
        article.headline for article in reversed(articles[1:])
    ]
    reader.locator("[data-kept] a").last.click()
    reader.wait_for_selector(".kept-note")
    assert reader.locator("h1").inner_text() == articles[1].headline


def test_what_was_withdrawn_goes_in_every_language_that_it_was_opened_in(reader, site):
    article = factories.published()
    _open(reader, article)
    reader.goto(f"/en{article.get_absolute_url()}")
    _wait_until(reader, KEPT % "/en/article/")
    publishing.move(article, "withdraw", by=None)

    reader.goto(article.get_absolute_url())

    reader.goto("/")
    assert reader.evaluate(PAGES) == 0


def test_a_reader_reads_on_where_storage_is_refused(browser, site):
    article = factories.published()
    context = browser.new_context(base_url=site.url, locale="ar")
    context.add_init_script(
        "caches.open = () => Promise.reject(new DOMException('no', 'QuotaExceededError'))"
    )
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(article.get_absolute_url())
    page.goto("/offline/")

    page.wait_for_selector("[data-none]:visible")
    assert faults == []
    context.close()


def test_what_was_kept_goes_when_reading_off_line_is_switched_off(reader, site, settings):
    article = factories.published()
    _open(reader, article)
    settings.OFFLINE_READING = False

    reader.goto(article.get_absolute_url())

    _wait_until(reader, "caches.keys().then(names => names.length === 0)")
    _wait_until(reader, "navigator.serviceWorker.getRegistrations().then(all => all.length === 0)")
