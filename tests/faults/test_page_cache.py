"""Kept pages in real processes: who hears of a change and when, and what is shown while the database is away."""

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils.encoding import iri_to_uri

from articles import kept_pages, publishing
from articles.models import Article
from newsroom import embedded_postgres
from tests import factories
from tests.faults.test_serve import STOP_SECONDS, Site, var_dir  # noqa: F401
from tests.kept_pages import heads
from tests.redis_server import RedisServer

# Of two processes that share a port, each connection has one for itself.
CONNECTIONS = 16
ROUNDS = 20
# How soon it is on a machine that does nothing else, benchmarks/freshness.py tells: pages live for ten minutes here.
SEEN_BY_THEN = 30
# One that a busy machine may keep waiting, and one that is away as soon as it is on a site.
REDIS = {"redis": "&socket_timeout=10", "failing redis": ""}


class Reader:
    """A browser that keeps its connection, and so asks one process."""

    def __init__(self, site):
        self.wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)

    def ask(self, path):
        """The text of a page, and what Cache-Status says of it."""
        self.wire.request("GET", iri_to_uri(path), headers={"Accept-Encoding": "identity"})
        answer = self.wire.getresponse()
        told = answer.getheader("Cache-Status", "").removeprefix("nashra; ").partition("; ttl")[0]
        return answer.status, answer.read().decode(), told

    def is_answered_from_memory(self, path):
        return self.ask(path)[2] == "hit"


@pytest.fixture
def readers_of():
    """So many readers of a site, each with a connection."""
    found = []

    def readers(site, count):
        found.extend(Reader(site) for _ in range(count))
        return found[-count:]

    yield readers
    for reader in found:
        reader.wire.close()


@pytest.fixture
def redis_server():
    server = RedisServer()
    server.start()
    yield server
    server.end()


@pytest.fixture(params=["", "database", "redis"], ids=["each", "database", "redis"])
def site(var_dir, transactional_db, request):  # noqa: F811
    """Two processes over the database of the test, which keep pages each for itself, or share them."""
    store = request.param
    if store in REDIS:
        store = request.getfixturevalue("redis_server").address + REDIS[store]
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    address = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}"
    site = Site(
        var_dir,
        "--no-demo",
        "--no-worker",
        DATABASE_URL=address,
        SECRET_KEY=settings.SECRET_KEY,
        PAGE_STORE=store,
        PAGE_FRESH_SECONDS="600",
    )
    try:
        site.start()
        yield site
    finally:
        site.process.kill()
        site.process.wait()


def send(site, body):
    """Send an answer to comment 7 from a browser without scripts: the status and the text of the page."""
    wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    fields = {"author_name": "قارئ", "email": "reader@example.org", "body": body, "parent": "7"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": "Firefox",
    }
    wire.request("POST", "/comments/article/1/", urlencode(fields), headers)
    answer = wire.getresponse()
    try:
        return answer.status, answer.read().decode()
    finally:
        wire.close()


def keep(site, readers, path):
    """Have all processes keep a page."""
    for reader in readers:
        site.wait_for(lambda reader=reader: reader.is_answered_from_memory(path))


def test_every_process_shows_a_change_long_before_a_page_is_stale(site, readers_of):
    article = factories.published(headline="العنوان 0")
    path = article.get_absolute_url()
    readers = readers_of(site, CONNECTIONS)
    keep(site, readers, path)
    late, back = [], []
    for number in range(1, ROUNDS + 1):
        article = Article.objects.get(pk=article.pk)
        article.headline = f"العنوان {number}."
        publishing.save(article)
        give_up_at = time.monotonic() + SEEN_BY_THEN
        waiting = list(readers)
        while waiting and time.monotonic() < give_up_at:
            waiting = [reader for reader in waiting if article.headline not in reader.ask(path)[1]]
        late += [number] * len(waiting)
        back += [number for reader in readers if article.headline not in reader.ask(path)[1]]

    # Whoever saw the new page saw no older one after it.
    assert (late, back) == ([], [])


def test_a_page_that_many_ask_for_at_once_is_made_once(site, readers_of):
    article = factories.published()
    readers = readers_of(site, 200)
    keep(site, readers[:CONNECTIONS], "/saved/")

    with ThreadPoolExecutor(len(readers)) as at_once:
        answers = list(at_once.map(lambda reader: reader.ask(article.get_absolute_url()), readers))

    assert {status for status, _text, _told in answers} == {200}
    assert len({text for _status, text, _told in answers}) == 1
    made = [told for _status, _text, told in answers if told == "fwd=uri-miss; stored"]
    # By each process, or by one for all.
    assert 1 <= len(made) <= (1 if site.environment["PAGE_STORE"] else 2)


@pytest.mark.parametrize("site", ["database", "redis"], indirect=True)
def test_a_page_is_there_after_a_restart_and_shows_what_was_changed_meanwhile(site, readers_of):
    left = factories.published(section=factories.section("تقنية"))
    changed = factories.published(headline="العنوان 0", section=factories.section("اقتصاد"))
    paths = left.get_absolute_url(), changed.get_absolute_url()
    for path in paths:
        keep(site, readers_of(site, CONNECTIONS), path)
    site.wait_for(lambda: is_shared(site, left) and is_shared(site, changed))
    site.process.terminate()
    site.process.wait(timeout=2 * STOP_SECONDS)
    changed.headline = "العنوان 1"
    publishing.save(changed)

    site.start()
    # Its threads begin with the first request.
    reader = readers_of(site, 1)[0]
    site.wait_for(lambda: reader.ask("/saved/")[2] != "")
    answers = [reader.ask(path) for path in paths]

    assert [told for _status, _text, told in answers] == ["hit; detail=store", "fwd=uri-miss; stored"]
    assert changed.headline in answers[1][1]


def is_shared(site, article):
    name = kept_pages.name_of(article.pk)
    if site.environment["PAGE_STORE"] != "database":
        client = redis.Redis.from_url(site.environment["PAGE_STORE"])
        return any(name in head["names"] for head in heads(client))
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM newsroom_page WHERE %s = ANY(names)", [name])
        return cursor.rowcount > 0


@pytest.mark.parametrize("site", ["database"], indirect=True)
def test_a_page_that_one_process_has_made_serves_the_other(site, readers_of):
    article = factories.published()
    path = article.get_absolute_url()
    readers = readers_of(site, CONNECTIONS)
    keep(site, readers, "/saved/")
    # A process that had no turn for some seconds keeps nothing until it is in touch again, and shares nothing.
    told = []
    site.wait_for(lambda: told.append(readers[0].ask(path)[2]) or told[-1] == "fwd=uri-miss; stored")
    told = told[-1:]
    site.wait_for(lambda: is_shared(site, article))

    def ask_others():
        told.extend(reader.ask(path)[2] for reader in readers_of(site, CONNECTIONS))
        return "hit; detail=store" in told

    # The system gives each connection to one of the processes that have started by then.
    site.wait_for(ask_others)

    # By one from the store, whose memory has it then.
    assert told[0] == "fwd=uri-miss; stored"
    assert set(told[1:]) == {"hit", "hit; detail=store"}
    assert told.count("hit; detail=store") == 1


def test_pages_are_shown_while_the_database_is_away_and_made_anew_after(var_dir, readers_of):  # noqa: F811
    site = Site(var_dir, "--no-demo")
    try:
        site.start()
        readers = readers_of(site, CONNECTIONS)
        keep(site, readers, "/corrections/")

        embedded_postgres.stop(site.database)
        away = [reader.ask("/corrections/") for reader in readers]
        missing = readers[0].ask("/archive/")
        given_back = send(site, "كُتب والقاعدة غائبة")
        embedded_postgres.start(site.database)
        # That each process is in touch again shows by a page that it did not have.
        keep(site, readers, "/archive/")
        back = {reader.ask("/corrections/")[2] for reader in readers}

        assert {(status, told) for status, _text, told in away} == {(200, "hit")}
        assert (missing[0], missing[2]) == (503, "")
        assert given_back[0] == 503
        for kept in ("كُتب والقاعدة غائبة", "قارئ", "reader@example.org", 'name="parent" value="7"'):
            assert kept in given_back[1]
        # By the first that asks each process.
        assert back == {"fwd=uri-miss; stored", "hit"}
        begun = time.monotonic()
        site.process.terminate()
        assert site.process.wait(timeout=2 * STOP_SECONDS) == 0
        assert time.monotonic() - begun < STOP_SECONDS
    finally:
        site.end()
