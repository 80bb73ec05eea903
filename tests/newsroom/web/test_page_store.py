"""Pages that processes share: who finds them, when they are no longer there, and what becomes of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from articles import kept_pages
from articles.models import Article
from newsroom.web import page_cache, page_store, purges
from newsroom.web.page_store import Sweep
from newsroom.web.stored_pages import EVERY_PAGE, OVERHEAD
from tests import factories
from tests.kept_pages import (
    CHANGED,
    HEADLINE,
    ask,
    change,
    hear,
    is_shared,
    lasting,
    path_of,
    says,
    stored,
    wait_until,
)

pytestmark = pytest.mark.django_db(transaction=True)

FROM_STORE, MADE = "hit; detail=store", "fwd=uri-miss; stored"
KEY = ("/", "")
NEVER = float("inf")
in_the_database = pytest.mark.parametrize("kind", ["database"])


@pytest.fixture
def article(caches):
    article = factories.published(headline=HEADLINE)
    for cache in caches:
        hear(cache)
    return article


def noted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT names FROM newsroom_purge ORDER BY number")
        return [names for (names,) in cursor.fetchall()]


def sweep_until(sweep, expected):
    """Run it until these purges are noted: transactions of other databases hold it up, too."""

    def is_done():
        sweep.run()
        return noted() == expected

    wait_until(is_done)


def share(cache, address):
    """Have a page made by this process, and wait until it is shared."""
    answer = ask(cache, address)
    assert answer.told == MADE
    wait_until(lambda: is_shared(cache, address))
    return answer


# Who finds them


def test_a_page_made_by_one_process_serves_the_others(caches, address):
    first, second = caches
    before = second.counts()
    theirs = share(first, address)

    ours, again = ask(second, address), ask(second, address)

    after = second.counts()
    assert (ours.told, again.told) == (FROM_STORE, "hit")
    assert {name: after[name] - before[name] for name in ("taken", "made", "ready")} == {
        "taken": 1,
        "made": 0,
        "ready": 1,
    }
    assert (ours.status, ours.body) == (theirs.status, theirs.body)


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_it_is_the_same_in_each_coding(caches, address, coding):
    first, second = caches
    share(first, address)
    theirs = ask(first, address, HTTP_ACCEPT_ENCODING=coding)

    ours = ask(second, address, HTTP_ACCEPT_ENCODING=coding)

    assert (ours.body, lasting(ours.headers)) == (theirs.body, lasting(theirs.headers))


def test_its_age_counts_from_where_it_was_made(caches, address):
    first, second = caches
    share(first, address)

    ask(second, address)

    key = (path_of(address), "")
    assert second.pages.get(key).made_at == first.pages.get(key).made_at


@pytest.mark.parametrize(("kind", "queries"), [("database", 1), ("redis", 0)])
def test_to_look_for_a_page_costs_one_query_or_none(caches, address, queries, django_assert_num_queries):
    first, second = caches
    share(first, address)

    with django_assert_num_queries(queries):
        ask(second, address)


def test_a_page_past_its_time_is_not_there(caches, address, monkeypatch):
    first, second = caches
    share(first, address)
    monkeypatch.setattr(second, "fresh", 0)

    assert ask(second, address).told == MADE


def test_a_page_of_another_edition_of_the_site_is_not_there(caches, address, store_of, monkeypatch):
    first, second = caches
    share(first, address)
    monkeypatch.setattr(second, "_store", store_of(edition="another"))

    assert ask(second, address).told == MADE


def test_the_edition_is_another_by_another_setting(settings):
    before = page_store.edition()
    settings.NUMERALS = "arabic-indic"

    assert page_store.edition() not in {before, ""}


def test_after_a_lost_connection_pages_come_from_the_store(caches, address):
    first, _second = caches
    share(first, address)
    purged = first.pages.purges
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_until(lambda: first.pages.purges > purged)
    hear(first)

    assert ask(first, address).told == FROM_STORE


@in_the_database
def test_without_the_store_pages_are_made(caches, address, caplog):
    caplog.set_level("INFO")
    first, second = caches
    share(first, address)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE newsroom_page RENAME TO elsewhere")
    try:
        answer = ask(second, address)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO newsroom_page")
    ask(second, "/corrections/")

    assert (answer.told, says(answer)) == (MADE, [HEADLINE])
    assert [record.getMessage() for record in caplog.records if record.name == page_store.__name__] == [
        "Shared pages are out of reach: ProgrammingError",
        "Shared pages are within reach again",
    ]


# Who makes them


@pytest.fixture
def held(caches, address, monkeypatch):
    """The first of two processes is making a page, in a thread of its own, and does not end: what lets it go on."""
    first, _second = caches
    rendered, begun, may_go_on = first._rendered, Event(), Event()

    def render(key):
        if key[0] == path_of(address):
            begun.set()
            assert may_go_on.wait(10)
        return rendered(key)

    monkeypatch.setattr(first, "_rendered", render)
    with ThreadPoolExecutor(1) as readers:
        answer = readers.submit(ask_apart, first, address)
        assert begun.wait(10)
        try:
            yield may_go_on
        finally:
            may_go_on.set()
            answer.exception()


def test_a_page_that_one_process_makes_is_waited_for_by_the_others(caches, held, address):
    first, second = caches
    before = first.made + second.made
    with ThreadPoolExecutor(1) as readers:
        answer = readers.submit(ask_apart, second, address)
        wait_until(lambda: is_being_made(second, address))
        held.set()

        assert answer.result().told == FROM_STORE
    assert first.made + second.made - before == 1


def is_being_made(cache, address):
    return (path_of(address), "") in cache.pages._makings


def test_nobody_waits_for_a_page_that_fails(caches, held, address, monkeypatch):
    first, second = caches

    def fail(key):
        raise ValueError

    monkeypatch.setattr(page_cache, "WAIT_FOR_OTHERS_SECONDS", 60)
    monkeypatch.setattr(first, "_application", fail)
    with ThreadPoolExecutor(1) as readers:
        answer = readers.submit(ask_apart, second, address)
        wait_until(lambda: is_being_made(second, address))
        held.set()

        assert answer.result().told == MADE


@in_the_database
def test_nobody_waits_for_who_makes_a_page_and_has_lost_the_database(caches, held, address, monkeypatch):
    _first, second = caches
    monkeypatch.setattr(page_cache, "WAIT_FOR_OTHERS_SECONDS", 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert cursor.rowcount == 1

    assert ask_apart(second, address).told == MADE


def test_a_page_that_takes_long_is_made_by_the_others_too(caches, held, address, monkeypatch):
    _first, second = caches
    monkeypatch.setattr(page_cache, "WAIT_FOR_OTHERS_SECONDS", 0.1)

    assert ask_apart(second, address).told == MADE


@in_the_database
def test_what_nobody_keeps_is_let_go_of(caches):
    first, _second = caches

    ask(first, "/article/999999/")
    ask(first, "/corrections/")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


# What comes in


def test_nothing_comes_in_but_what_everybody_is_shown(caches, address):
    first, _second = caches
    staff = Client()
    staff.force_login(factories.superuser())
    session = staff.cookies[settings.SESSION_COOKIE_NAME].value
    ask(first, address, HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={session}")
    for other in ("/article/999999/", "/search/?q=Neom", "/healthz", "/admin/login/", f"{address}?unknown=1"):
        ask(first, other)
    ask(first, address, HTTP_HOST="evil.example")

    # What is shared is shared in the order in which it was made.
    share(first, "/corrections/")

    assert len(stored(first._store)) == 1


# Purges


@in_the_database
def test_a_change_that_is_committed_is_shown_whoever_has_heard_of_it(caches, article, address):
    first, second = caches
    share(first, address)

    with transaction.atomic():
        change(article)

    assert says(ask(second, address)) == [CHANGED]


def test_what_is_rolled_back_takes_nothing_away(caches, article, address):
    first, second = caches
    share(first, address)

    with transaction.atomic():
        change(article)
        transaction.set_rollback(True)

    assert ask(second, address).told == FROM_STORE


def test_a_purge_leaves_the_pages_of_other_names(caches, article, address):
    first, second = caches
    share(first, address)

    kept_pages.discussed([article.pk + 1])

    assert ask(second, address).told == FROM_STORE


def test_a_page_that_is_written_late_is_not_there_after_the_change(caches, article, address, monkeypatch):
    first, second = caches
    end, may_end = first._store.end, Event()

    def wait(*key, **options):
        assert may_end.wait(10)
        end(*key, **options)

    monkeypatch.setattr(first._store, "end", wait)
    with ThreadPoolExecutor(1) as readers:
        late = readers.submit(ask_apart, first, address)
        wait_until(lambda: first.pages.get((path_of(address), "")))
        with transaction.atomic():
            # The clock has no part in it, for which the page would not be written at all.
            Article.objects.filter(pk=article.pk).update(headline=CHANGED)
            kept_pages.corrected(article.pk)
        hear(second)
        may_end.set()
        late.result()
    assert len(stored(first._store)) == 1

    answer = ask(second, address)

    assert (answer.told, says(answer)) == (MADE, [CHANGED])


def test_a_page_that_is_shared_while_it_is_changed_is_not_there_after_that(caches, article, address):
    first, second = caches
    with ThreadPoolExecutor(1) as readers, transaction.atomic():
        change(article)
        early = readers.submit(ask_apart, first, address).result()
        wait_until(lambda: stored(first._store))
    hear(second)

    answer = ask(second, address)

    assert (early.told, says(early), says(answer)) == (MADE, [HEADLINE], [CHANGED])


def ask_apart(cache, address):
    """Ask from a thread, which has a connection to the database of its own."""
    try:
        return ask(cache, address)
    finally:
        connection.close()


# The clock


def test_a_page_is_not_there_after_the_hour_at_which_the_clock_changes_pages(caches, address, monkeypatch):
    first, second = caches
    for cache in caches:
        monkeypatch.setattr(cache, "fresh", 100_000)
    at = timezone.now() + timedelta(hours=1)
    factories.published(headline=CHANGED, at=at)
    for cache in caches:
        hear(cache)
    share(first, "/")

    with time_machine.travel(at + timedelta(seconds=1)):
        answer = ask(second, "/")

    assert (answer.told, sorted(says(answer))) == (MADE, sorted([HEADLINE, CHANGED]))


def test_a_page_is_not_shared_by_who_has_not_heard_what_the_clock_will_do(shelf, page):
    known = shelf.known()
    purges.purge(purges.CLOCK)

    look = shelf.store.find(KEY, since=0, known=known)
    if look.snapshot:
        shelf.store.end(KEY, page, snapshot=look.snapshot, known=known)

    assert stored(shelf.store) == []


def test_a_page_begun_while_it_is_asked_what_the_clock_does_is_not_shared(caches, address, monkeypatch):
    first, _second = caches
    at = timezone.now() + timedelta(hours=1)
    factories.published(headline=CHANGED, at=at)
    hear(first)
    monkeypatch.setattr(first, "fresh", 100_000)
    # Whoever asks which hours come next waits.
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE articles_clockmove IN ACCESS EXCLUSIVE MODE")
        with time_machine.travel(at + timedelta(seconds=1)):
            wait_until(lambda: first._listener.known().hours_asked == "")
            ask(first, "/authors/")
        other.rollback()
    hear(first)

    share(first, "/corrections/")

    assert not is_shared(first, "/authors/")


@in_the_database
def test_who_purges_nothing_notes_nothing(caches):
    before = noted()

    purges.purge()

    assert noted() == before


# The store by itself


class Shelf:
    """A store, and a process that uses it."""

    def __init__(self, cache, store):
        self.cache = cache
        self.store = store

    def known(self):
        """What it knows by now, of what the clock does, too."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            (snapshot,) = cursor.fetchone()
        return self.cache._listener.known()._replace(hours_asked=snapshot, until=NEVER)

    def begin(self, key=KEY):
        known = self.known()
        snapshot = self.store.find(key, since=0, known=known).snapshot
        self.store.end(key, None, snapshot=snapshot, known=known)
        return snapshot

    def put(self, page, snapshot, key=KEY):
        known = self.known()
        self.store.find(key, since=0, known=known)
        self.store.end(key, page, snapshot=snapshot, known=known)

    def found(self, key=KEY):
        known = self.known()
        look = self.store.find(key, since=0, known=known)
        if look.snapshot:
            self.store.end(key, None, snapshot=look.snapshot, known=known)
        return look.page

    def has(self, key=KEY):
        return self.found(key) is not None

    def purge(self, *names):
        purges.purge(*names)
        hear(self.cache)


@pytest.fixture
def shelf(caches, store_of):
    return Shelf(caches[0], store_of(edition="another of the tests"))


def begin_alone(shelf):
    """A snapshot in which nobody else is under way, in no database of the server."""
    found = []

    def is_alone():
        found.append(shelf.begin())
        return found[-1].endswith(":")

    wait_until(is_alone)
    return found[-1]


@pytest.mark.parametrize(
    ("names", "is_left"),
    [(["article:7"], False), ([EVERY_PAGE], False), (["article:77", "lists"], True)],
    ids=["own", "every", "other"],
)
def test_a_page_is_refused_by_purges_that_it_had_not_seen(shelf, page, names, is_left):
    shelf.put(page, shelf.begin())
    shelf.purge(*names)

    assert shelf.has() == is_left


def test_a_page_is_not_refused_by_purges_of_before(shelf, page):
    shelf.purge("article:7")
    shelf.put(page, shelf.begin())

    assert shelf.has()


def test_a_purge_is_not_seen_before_it_is_committed_though_later_ones_are(shelf, page):
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(purges._PURGE, purges._values(["article:7"]))
        shelf.purge("article:7")
        shelf.put(page, shelf.begin())
        before = shelf.has()
    hear(shelf.cache)

    assert (before, shelf.has()) == (True, False)


def test_an_older_page_does_not_take_the_place_of_a_newer(shelf, page):
    shelf.put(page, shelf.begin())
    shelf.put(replace(page, tag="older", made_at=page.made_at - 1), shelf.begin())

    assert shelf.found().tag == "tag"


@in_the_database
def test_a_page_of_the_database_of_which_this_is_a_copy_is_not_there(shelf, page):
    shelf.put(page, "9000000000000:9000000000000:")

    assert (len(stored(shelf.store)), shelf.has()) == (1, False)


@pytest.mark.parametrize("address", ["/%00/", "/" + "x" * 9_000 + "/", "/%ff%fe/", "/?page=" + "9" * 9_000])
def test_any_address_can_be_looked_for(caches, address):
    first, _second = caches

    assert ask(first, address).status == ask(WSGIHandler(), address).status


# What is removed


@in_the_database
def test_pages_that_are_old_or_were_purged_are_removed(shelf, page):
    for number, made in enumerate([page, replace(page, names=frozenset({EVERY_PAGE, "article:8"}))]):
        shelf.put(made, shelf.begin(), (str(number), ""))
    shelf.put(replace(page, made_at=page.made_at - settings.PAGE_FRESH_SECONDS), shelf.begin(), ("old", ""))
    purges.purge("article:7")

    removed = Sweep().run()

    assert (removed, shelf.has(("1", ""))) == (2, True)


@in_the_database
def test_what_was_made_longest_ago_makes_room(shelf, page, settings):
    settings.PAGE_CACHE_BYTES = 2 * (OVERHEAD + 100)
    for number in range(4):
        made = replace(page, made_at=page.made_at + number / 1_000)
        shelf.put(made, shelf.begin(), (str(number), ""))

    Sweep().run()

    assert [shelf.has((str(number), "")) for number in range(4)] == [False, False, True, True]


@in_the_database
def test_purges_that_all_pages_have_seen_are_joined(shelf, page):
    for number in range(3):
        purges.purge(f"article:{number}")
    shelf.put(page, begin_alone(shelf))
    purges.purge("lists")
    sweep = Sweep()

    sweep.run()
    once = len(noted())
    sweep_until(sweep, [None, ["lists"]])

    assert (once > 4, shelf.has()) == (True, True)


@in_the_database
def test_a_page_begun_before_purges_that_were_joined_is_refused(shelf, page):
    snapshot = shelf.begin()
    purges.purge("article:7")
    sweep_until(Sweep(), [None])

    shelf.put(page, snapshot)

    assert not shelf.has()
