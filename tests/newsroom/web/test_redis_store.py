"""Pages in Redis: what a process takes before it has heard of a change, and what becomes of it when Redis fails."""

import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from articles import kept_pages
from newsroom import settings as settings_module
from newsroom.web import page_store, purges, redis_store
from newsroom.web.page_store import Sweep
from newsroom.web.purges import Known, Listener
from newsroom.web.redis_store import RedisStore
from newsroom.web.snapshots import Heard
from newsroom.web.stored_pages import Page, StoredPages
from tests import factories
from tests.kept_pages import (
    CHANGED,
    HEADLINE,
    ask,
    change,
    hear,
    is_shared,
    path_of,
    says,
    stored,
    wait_until,
)
from tests.redis_server import RedisServer

FROM_STORE, MADE = "hit; detail=store", "fwd=uri-miss; stored"
KEY, OTHER = ("/", ""), ("/other/", "")
PASSWORD = "open-sesame"
of_real_changes = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind():
    return "redis"


@pytest.fixture
def article(caches):
    article = factories.published(headline=HEADLINE)
    for cache in caches:
        hear(cache)
    return article


def share(cache, address):
    assert ask(cache, address).told == MADE
    wait_until(lambda: is_shared(cache, address))


def kept(cache, address):
    return cache.pages.get((path_of(address), ""))


# Notices that are still to be heard


@pytest.fixture
def deaf(caches, monkeypatch):
    """The second of two processes hears of nothing: what has it hear again."""
    _first, second = caches
    may_hear, note = threading.Event(), Listener._note

    def wait(listener, notice):
        if listener is second._listener:
            assert may_hear.wait(10)
        return note(listener, notice)

    monkeypatch.setattr(Listener, "_note", wait)
    yield may_hear
    may_hear.set()


@of_real_changes
def test_a_page_that_is_taken_before_a_change_is_heard_of_goes_when_it_is(caches, article, address, deaf):
    first, second = caches
    share(first, address)
    change(article)
    before = ask(second, address)
    is_kept = kept(second, address) is not None

    deaf.set()
    hear(second)
    after = ask(second, address)

    assert (before.told, says(before), is_kept) == (FROM_STORE, [HEADLINE], True)
    assert (after.told, says(after)) == (MADE, [CHANGED])


@of_real_changes
def test_a_page_that_is_taken_while_a_change_is_heard_of_is_not_kept(caches, article, address, monkeypatch):
    first, second = caches
    share(first, address)
    find = second._store.find

    def find_and_hear(*key, **options):
        look = find(*key, **options)
        monkeypatch.undo()
        change(article)
        hear(second)
        return look

    monkeypatch.setattr(second._store, "find", find_and_hear)

    before = ask(second, address)

    assert (before.told, says(before), kept(second, address)) == (FROM_STORE, [HEADLINE], None)
    assert says(ask(second, address)) == [CHANGED]


@of_real_changes
def test_what_was_changed_while_nobody_listened_is_shown(caches, article, address, monkeypatch):
    first, second = caches
    share(first, address)
    purged = second.pages.purges
    # The change comes before it listens again.
    listen, may_listen = Listener._listen, threading.Event()

    def wait(listener):
        assert may_listen.wait(10)
        listen(listener)

    monkeypatch.setattr(Listener, "_listen", wait)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_until(lambda: not second._is_in_touch())
    change(article)
    known = second._listener.known()
    may_listen.set()
    wait_until(lambda: second.pages.purges > purged)
    hear(second)
    answer = ask(second, address)

    assert known.heard is None
    assert (answer.told, says(answer)) == (MADE, [CHANGED])


@pytest.mark.parametrize("seconds", [0, purges.LOST_AFTER + 1])
def test_who_has_not_heard_for_long_takes_nothing(seconds):
    listener = Listener(StoredPages(0), lambda since: [], memory=60)
    listener._heard = Heard("database", "1:1:")
    listener._heard_at = time.monotonic() - seconds

    assert (listener.known().heard is None) == bool(seconds)


@of_real_changes
def test_a_notice_of_the_release_before_which_tells_no_number_is_heard(caches, article, address, monkeypatch):
    first, second = caches
    share(first, address)
    numbered = "concat_ws(' ', pg_current_xact_id(), notice)"
    monkeypatch.setattr(purges, "_PURGE", purges._PURGE.replace(numbered, "notice"))
    change(article)
    for cache in caches:
        hear(cache)

    answer = ask(second, address)

    assert (answer.told, says(answer)) == (MADE, [CHANGED])


@of_real_changes
@pytest.mark.parametrize("most", [20_000, 2], ids=["all", "the newest"])
def test_who_begins_to_listen_knows_what_was_purged_before(caches, article, address, monkeypatch, most):
    first, second = caches
    share(first, address)
    share(first, "/saved/")
    monkeypatch.setattr(purges, "_MOST_REMEMBERED", most)
    kept_pages.discussed([article.pk])
    hear(second)
    second._listener._remember()

    answers = [ask(second, path) for path in ("/saved/", address)]

    # One more than are known may have purged anything.
    assert [answer.told for answer in answers] == [FROM_STORE if most > 2 else MADE, MADE]


@of_real_changes
def test_a_page_begun_before_purges_that_were_joined_is_not_there_for_who_begins_to_listen(
    caches, article, address
):
    first, second = caches
    share(first, address)
    kept_pages.discussed([article.pk + 1])
    sweep = Sweep()

    def is_joined():
        sweep.run()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(names) FROM newsroom_purge")
            return cursor.fetchone() == (1, 0)

    wait_until(is_joined)
    second._listener._remember()

    assert ask(second, address).told == MADE


@of_real_changes
def test_purges_are_kept_for_who_begins_to_listen_while_pages_are_fresh(caches, settings):
    settings.PAGE_STORE = "redis://cache.example"
    sweep = Sweep()
    for _ in range(3):
        sweep.run()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 1, count(*) - count(names) FROM newsroom_purge")
        noted = cursor.fetchone()

    assert noted == (True, 0)


@of_real_changes
def test_purges_are_forgotten_after_their_time(caches, article, address, monkeypatch):
    first, second = caches
    share(first, address)
    monkeypatch.setattr(purges, "_MOST_REMEMBERED", 0)
    for _ in range(3):
        kept_pages.discussed([article.pk + 1])
        hear(second)

    assert len(second._listener.known().heard._spans) == 2
    assert ask(second, address).told == MADE


@of_real_changes
def test_pages_are_shared_again_when_statistics_have_begun_anew(caches, article, address, monkeypatch):
    """As after `pg_stat_reset_shared('archiver')`, which other tests would meet: the database has another name then."""
    first, second = caches
    for cache in caches:
        cache._listener._database = cache._listener._heard.database = "as it was"
    ask(first, address)
    assert ask(second, address).told == MADE

    monkeypatch.setattr(purges, "_MOST_REMEMBERED", 0)
    kept_pages.discussed([article.pk])
    for cache in caches:
        hear(cache)
        # After the pages are dropped.
        wait_until(lambda listener=cache._listener: listener._heard.database != "as it was")

    share(first, address)
    assert ask(second, address).told == FROM_STORE


@of_real_changes
def test_a_page_that_was_made_ahead_of_time_is_not_there(caches, article):
    first, second = caches
    at = timezone.now() + timedelta(hours=1)
    factories.published(headline=CHANGED, at=at)
    for cache in caches:
        hear(cache)
    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: ask(first, "/").status == 200 and is_shared(first, "/"))
    for cache in caches:
        hear(cache)

    answer = ask(second, "/")

    assert (answer.told, says(answer)) == (MADE, [HEADLINE])


# The store by itself


@pytest.fixture
def server():
    server = RedisServer()
    server.start()
    yield server
    server.end()


@pytest.fixture
def known(db, monkeypatch):
    # As Django's client for tests has it: the connection is in a transaction.
    monkeypatch.setattr(page_store, "close_old_connections", lambda: None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_snapshot()::text, {purges.DATABASE}")
        snapshot, database = cursor.fetchone()
    return Known(Heard(database, snapshot), snapshot, float("inf"))


@pytest.fixture
def store(server):
    return RedisStore(server.address, "of the test", fresh=60)


def put(store, page, known, key=KEY):
    look = store.find(key, since=0, known=known)
    store.end(key, page, snapshot=look.snapshot, known=known)


def test_a_page_comes_back_as_it_was(store, page, known):
    put(store, page, known)

    found = store.find(KEY, since=0, known=known).page

    assert {**vars_of(found), "modified": ""} == vars_of(page)


def vars_of(page):
    return {name: getattr(page, name) for name in Page.__slots__}


def test_pages_are_forgotten_when_they_are_old(store, page, known, server):
    put(store, replace(page, made_at=page.made_at - 40), known)
    put(store, replace(page, made_at=page.made_at - 60), known, OTHER)

    (name,) = server.client.keys("nashra:*")
    assert 18_000 < server.client.pttl(name) <= 20_000


def test_a_page_that_takes_long_to_be_sent_is_made_by_each(store, page, known, monkeypatch):
    monkeypatch.setattr(redis_store, "_MOST_BYTES", 100)

    put(store, page, known)

    assert store.find(KEY, since=0, known=known).snapshot


def test_one_of_two_makes_a_page(store, known, server):
    other = RedisStore(server.address, "of the test", fresh=60)

    ours, theirs = (one.find(KEY, since=0, known=known) for one in (store, other))
    again = store.find(OTHER, since=0, known=known)

    # Others who use the database may have moved it on.
    assert ours.snapshot
    assert again.snapshot
    assert not ours.is_being_made
    assert (theirs.snapshot, theirs.is_being_made) == ("", True)


def test_a_page_that_took_too_long_does_not_take_the_place_of_a_newer(
    store, page, known, server, monkeypatch
):
    monkeypatch.setattr(redis_store, "LOCK_SECONDS", 0.02)
    late = store.find(KEY, since=0, known=known)
    time.sleep(0.05)
    other = RedisStore(server.address, "of the test", fresh=60)
    newer = replace(page, tag="newer")
    monkeypatch.setattr(redis_store, "LOCK_SECONDS", 60.0)
    look = other.find(KEY, since=0, known=known)
    store.end(KEY, page, snapshot=late.snapshot, known=known)
    is_locked = store.find(KEY, since=0, known=known).is_being_made
    other.end(KEY, newer, snapshot=look.snapshot, known=known)

    assert is_locked
    assert store.find(KEY, since=0, known=known).page.tag == "newer"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value[:-1],
        lambda value: value[:40] + b"<script>" + value[48:],
        lambda value: b"",
        lambda value: b"x" * 1_000,
    ],
    ids=["cut", "changed", "empty", "other"],
)
def test_what_this_site_has_not_written_is_not_a_page(store, page, known, server, spoil):
    put(store, page, known)
    (name,) = server.client.keys("nashra:*")
    server.client.set(name, spoil(server.client.get(name)))

    look = store.find(KEY, since=0, known=known)
    store.end(KEY, page, snapshot=look.snapshot, known=known)

    assert (look.page, bool(look.snapshot)) == (None, True)
    assert store.find(KEY, since=0, known=known).page.tag == "tag"


def test_a_page_is_not_that_of_another_address(store, page, known, server):
    put(store, page, known)
    (name,) = server.client.keys("nashra:*")
    server.client.set(store._name(known.heard, OTHER), server.client.get(name))

    assert store.find(OTHER, since=0, known=known).page is None


def test_a_page_of_another_secret_is_not_there(store, page, known, settings):
    put(store, page, known)
    settings.SECRET_KEY = "another"

    assert store.find(KEY, since=0, known=known).page is None


def test_a_page_of_another_database_or_another_life_of_it_is_not_there(store, page, known):
    put(store, page, known)
    elsewhere = known._replace(heard=Heard("another", known.hours_asked))

    look = store.find(KEY, since=0, known=elsewhere)

    # Nor is any made: the snapshot would be of the database that answers.
    assert look == redis_store.Look()
    assert not store.find(KEY, since=0, known=known._replace(heard=None)).page


def test_nothing_is_made_for_others_while_it_is_asked_what_the_clock_does(store, known):
    looks = [store.find(KEY, since=0, known=known._replace(hours_asked="")) for _ in range(2)]

    assert looks == [redis_store.Look()] * 2


# The setting


@pytest.mark.parametrize(
    "address",
    [
        "",
        "database",
        "redis://cache.example",
        f"redis://user:{PASSWORD}@cache.example:6380/2",
        "rediss://[::1]:6379/0",
        "unix:///run/redis/redis.sock?db=1",
    ],
)
def test_an_address_is_a_setting_that_no_page_of_an_error_shows(monkeypatch, address):
    monkeypatch.setenv("PAGE_STORE", address)

    setting = settings_module._page_store()

    assert setting == address
    assert PASSWORD not in repr(setting)


@pytest.mark.parametrize(
    "address",
    [
        "redis", "yes", "redis:///0", "redis://:6379/0", "redis://cache.example:port/0", "redis://cache.example/pages",
        "http://cache.example", "unix://", "memcached://cache.example", "redis://[::1/0", f"redis:{PASSWORD}@host",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_what_it_holds(monkeypatch, address):
    monkeypatch.setenv("PAGE_STORE", address)

    with pytest.raises(
        ImproperlyConfigured, match=r"^PAGE_STORE must be empty, database, or look like"
    ) as told:
        settings_module._page_store()

    assert PASSWORD not in str(told.value)


def test_the_package_is_missed_before_it_is_needed(monkeypatch):
    monkeypatch.setenv("PAGE_STORE", "redis://cache.example")
    monkeypatch.setattr(settings_module, "find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="the package redis is missing"):
        settings_module._page_store()


# Failures


class Garbage(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(10_000):
            self.request.sendall(self.server.says)


@pytest.fixture
def babbler(tmp_path):
    """Something else where Redis should be."""
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "s"), Garbage) as server:
        # Nobody waits for who keeps a connection.
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    "says",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"$abc\r\n",
        b":7\r\n",
        b"*1\r\n+OK\r\n",
        b"$5\r\nab",
        b"\xff" * 100,
    ],
    ids=["http", "length", "number", "list", "half", "bytes"],
)
def test_what_is_no_redis_is_out_of_reach(babbler, known, says, caplog):
    babbler.says = says
    store = RedisStore(f"unix://{babbler.server_address}", "of the test", fresh=60)

    looks = [store.find(KEY, since=0, known=known) for _ in range(3)]

    assert looks == [redis_store.Look()] * 3
    assert said(caplog) == ["out of reach"]


def said(caplog):
    return [
        record.getMessage().partition(":")[0].removeprefix("Shared pages are ")
        for record in caplog.records
        if record.name.startswith("newsroom.web")
    ]


@pytest.mark.parametrize("failure", ["killed", "stopped", "full"])
def test_what_fails_is_not_asked_again_at_once_and_is_used_when_it_is_back(
    failure, server, store, page, known, caplog, monkeypatch
):
    caplog.set_level("INFO")
    put(store, page, known)
    fail, mend = {
        "killed": (server.kill, server.start),
        "stopped": (server.pause, server.go_on),
        "full": (
            lambda: server.client.config_set("maxmemory", 1),
            lambda: server.client.config_set("maxmemory", 0),
        ),
    }[failure]
    fail()
    begun = time.monotonic()
    looks = [store.find(OTHER, since=0, known=known) for _ in range(100)]
    took = time.monotonic() - begun
    is_away = store.is_away()
    mend()
    at_once = store.find(OTHER, since=0, known=known)
    monkeypatch.setattr(store, "_retry_at", 0.0)
    # The other may be locked by what was asked before, if it was heard.
    back = store.find(("/third/", ""), since=0, known=known)

    assert (set(looks), is_away, at_once) == ({redis_store.Look()}, True, redis_store.Look())
    # Half of what a hundred take that wait.
    assert took < 50 * redis_store.ANSWER_SECONDS
    assert (bool(back.snapshot), store.is_away()) == (True, False)
    assert said(caplog) == ["out of reach", "within reach again"]


def test_one_thread_tries_and_the_others_go_on(server, store, known, monkeypatch):
    monkeypatch.setattr(redis_store, "RETRY_SECONDS", 60.0)
    server.pause()
    store.find(KEY, since=0, known=known)
    asked = []
    monkeypatch.setattr(store, "_answers", lambda: asked.append(True))
    monkeypatch.setattr(store, "_retry_at", 0.0)

    with ThreadPoolExecutor(4) as readers:
        list(readers.map(lambda _: store.find(KEY, since=0, known=known), range(40)))

    assert 1 <= len(asked) <= 4


def test_no_password_is_told(caplog, known):
    store = RedisStore(f"redis://:{PASSWORD}@127.0.0.1:1/0", "of the test", fresh=60)

    store.find(KEY, since=0, known=known)

    assert said(caplog) == ["out of reach"]
    assert PASSWORD not in caplog.text


def test_what_the_server_forgets_is_made_anew(store, page, known, server):
    look = store.find(KEY, since=0, known=known)
    server.client.flushall()
    again = store.find(KEY, since=0, known=known)
    store.end(KEY, page, snapshot=look.snapshot, known=known)

    assert (bool(look.snapshot), bool(again.snapshot)) == (True, True)
    assert stored(store) == [(page.tag, page.made_at)]
