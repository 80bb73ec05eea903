"""The page cache around the site, in this process."""

import time
from functools import partial

import pytest
from django.core.handlers.wsgi import WSGIHandler

from articles import kept_pages
from newsroom.web import purges, redis_store
from newsroom.web.page_cache import PageCache
from newsroom.web.page_store import DatabaseStore, Sweep
from newsroom.web.redis_store import RedisStore
from newsroom.web.stored_pages import EVERY_PAGE, Page
from tests import factories
from tests.kept_pages import HEADLINE, ask, hear, is_shared, wait_until
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def _page_cache():
    # One for all tests: what hears of purges ends with the process.
    return PageCache(WSGIHandler(), ahead=kept_pages.ahead, most_bytes=50_000_000, fresh=60, stale=3600)


@pytest.fixture(params=["database", "redis"])
def kind(request):
    """Where pages are shared."""
    return request.param


@pytest.fixture(scope="session")
def redis_server():
    """For all tests, which are to wait for it as long as a busy machine has them wait."""
    server = RedisServer()
    server.start()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(redis_store, "ANSWER_SECONDS", 10.0)
        yield server
    server.end()


@pytest.fixture
def store_of(kind, request):
    """A store of an edition."""
    if kind == "database":
        return DatabaseStore
    return partial(RedisStore, request.getfixturevalue("redis_server").address, fresh=60)


@pytest.fixture(scope="session")
def _sharing_caches():
    return {}


@pytest.fixture
def cache(_page_cache, transactional_db):
    """With nothing kept, and in touch with the database."""
    be_in_touch(_page_cache)
    _page_cache.pages.purge([EVERY_PAGE])
    return _page_cache


@pytest.fixture
def caches(_sharing_caches, transactional_db, kind, store_of):
    """Two that share what they make, as two processes do, with nothing kept or shared."""
    if kind not in _sharing_caches:
        _sharing_caches[kind] = [
            PageCache(
                WSGIHandler(),
                ahead=kept_pages.ahead,
                most_bytes=50_000_000,
                fresh=60,
                stale=3600,
                store=store_of(edition="of the tests"),
            )
            for _ in range(2)
        ]
    caches = _sharing_caches[kind]
    for cache in caches:
        be_in_touch(cache)
        purges.purge(EVERY_PAGE)
        hear(cache)
        # Whatever the test before made has been written then.
        ask(cache, "/saved/")
        wait_until(lambda cache=cache: is_shared(cache, "/saved/"))
    purges.purge(EVERY_PAGE)
    Sweep().run()
    if kind == "redis":
        caches[0]._store._client.flushall()
    for cache in caches:
        hear(cache)
    return caches


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


@pytest.fixture
def page():
    """One that no view has made."""
    return Page(
        "200 OK",
        frozenset({EVERY_PAGE, "article:7"}),
        tag="tag",
        made_at=time.time(),
        modified_at=time.time(),
        heads={"": [("Content-Type", "text/html")], "br": []},
        bodies={"": "خبر عن Mistral".encode(), "br": b"\x00\xff"},
    )
