"""The page cache around the site, in this process."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from articles import kept_pages
from newsroom.web import purges
from newsroom.web.page_cache import PageCache
from newsroom.web.page_store import PageStore, Sweep
from newsroom.web.stored_pages import EVERY_PAGE
from tests import factories
from tests.kept_pages import HEADLINE, ask, hear, is_shared, wait_until


@pytest.fixture(scope="session")
def _page_cache():
    # One for all tests: what hears of purges ends with the process.
    return PageCache(WSGIHandler(), ahead=kept_pages.ahead, most_bytes=50_000_000, fresh=60, stale=3600)


@pytest.fixture(scope="session")
def _sharing_caches():
    return [
        PageCache(
            WSGIHandler(),
            ahead=kept_pages.ahead,
            most_bytes=50_000_000,
            fresh=60,
            stale=3600,
            store=PageStore("of the tests"),
        )
        for _ in range(2)
    ]


@pytest.fixture
def cache(_page_cache, transactional_db):
    """With nothing kept, and in touch with the database."""
    be_in_touch(_page_cache)
    _page_cache.pages.purge([EVERY_PAGE])
    return _page_cache


@pytest.fixture
def caches(_sharing_caches, transactional_db):
    """Two that share what they make, as two processes do, with nothing kept or shared."""
    for cache in _sharing_caches:
        be_in_touch(cache)
        purges.purge(EVERY_PAGE)
        hear(cache)
        # Whatever the test before made has been written then.
        ask(cache, "/saved/")
        wait_until(lambda cache=cache: is_shared(cache, "/saved/"))
    purges.purge(EVERY_PAGE)
    Sweep().run()
    for cache in _sharing_caches:
        hear(cache)
    return _sharing_caches


def be_in_touch(cache):
    # Of what is not there nothing is kept.
    wait_until(lambda: ask(cache, "/article/999999/").told != "")
    hear(cache)


@pytest.fixture
def article(cache):
    article = factories.published(headline=HEADLINE)
    # What is made before is not kept.
    hear(cache)
    return article


@pytest.fixture
def address(article):
    return article.get_absolute_url()
