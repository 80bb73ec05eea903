"""When kept pages end: by purges, by the clock, with age; and what many readers are shown meanwhile."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.utils import timezone

from articles import front_page, kept_pages
from articles.models import Article
from articles.slots import Pick
from comments.models import Policy
from newsroom.web import page_cache
from tests import factories
from tests.kept_pages import CHANGED, HEADLINE, ask, change, hear, leads, path_of, says, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


# Purges


def test_a_change_is_shown_once_it_is_committed(cache, article, address):
    ask(cache, address)
    with transaction.atomic():
        change(article)
        during = ask(cache, address)
    hear(cache)

    assert (says(during), says(ask(cache, address))) == ([HEADLINE], [CHANGED])


def test_what_is_rolled_back_purges_nothing(cache, article, address):
    ask(cache, address)
    with transaction.atomic():
        change(article)
        transaction.set_rollback(True)
    hear(cache)

    assert ask(cache, address).told == "hit"


def test_a_purge_of_more_names_than_a_notice_holds_reaches_all(cache, article, address):
    ask(cache, address)

    kept_pages.discussed(range(article.pk - 2_000, article.pk + 2_000))
    hear(cache)

    assert ask(cache, address).told == "fwd=uri-miss; stored"


def test_a_page_read_before_a_change_and_made_after_it_is_not_kept(cache, article, address):
    with ThreadPoolExecutor(1) as readers:
        with comments_out_of_reach() as somebody_waits:
            early = readers.submit(ask_apart, cache, address)
            wait_until(somebody_waits)
            with transaction.atomic():
                change(article)
            hear(cache)
        told = early.result().told

    assert (told, says(ask(cache, address))) == ("fwd=uri-miss", [CHANGED])


def test_who_comes_after_a_change_does_not_wait_for_what_was_begun_before(cache, article, address):
    with ThreadPoolExecutor(2) as readers:
        with comments_out_of_reach() as somebody_waits:
            early = readers.submit(ask_apart, cache, address)
            wait_until(somebody_waits)
            with transaction.atomic():
                change(article)
            hear(cache)
            late = readers.submit(ask_apart, cache, address)
            # That it waits shows nowhere.
            time.sleep(0.1)
        pages = early.result(), late.result()

    assert [says(page) for page in pages] == [[HEADLINE], [CHANGED]]


def test_a_lost_connection_leaves_no_page_that_may_be_old(cache, article, address):
    ask(cache, address)
    purged = cache.pages.purges
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_until(lambda: cache.pages.purges > purged)
    hear(cache)

    assert ask(cache, address).told == "fwd=uri-miss; stored"


def test_who_waits_too_long_has_the_page_made_by_django(cache, address, monkeypatch):
    monkeypatch.setattr(page_cache, "WAIT_SECONDS", 0.1)
    passed = cache.passed
    with ThreadPoolExecutor(2) as readers:
        with comments_out_of_reach() as somebody_waits:
            first = readers.submit(ask_apart, cache, address)
            wait_until(somebody_waits)
            second = readers.submit(ask_apart, cache, address)
            wait_until(lambda: cache.passed > passed)
        answers = first.result(), second.result()

    assert [(answer.told, says(answer)) for answer in answers] == [
        ("fwd=uri-miss; stored", [HEADLINE]),
        ("", [HEADLINE]),
    ]


# The clock


def test_a_page_is_purged_at_the_hour_for_which_a_story_is_scheduled(cache, address, monkeypatch):
    monkeypatch.setattr(cache, "fresh", 100_000)
    at = timezone.now() + timedelta(hours=1)
    factories.published(headline=CHANGED, at=at)
    hear(cache)
    before = [ask(cache, "/") for _ in range(2)][1]

    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: ask(cache, "/").told != "hit")
        after = ask(cache, "/")

    assert (before.told, after.told) == ("hit", "hit")
    assert (says(before), sorted(says(after))) == ([HEADLINE], sorted([HEADLINE, CHANGED]))


def test_what_a_wrong_clock_showed_is_not_shown_when_it_is_set_back(cache, monkeypatch):
    monkeypatch.setattr(cache, "fresh", 100_000)
    at = timezone.now() + timedelta(hours=1)
    article = factories.published(headline=CHANGED, at=at)
    hear(cache)
    with time_machine.travel(at + timedelta(minutes=1)):
        # Whoever purges by the clock has passed that hour, too.
        wait_until(lambda: cache._listener._passed_until > at.timestamp())
        wait_until(lambda: CHANGED in says(ask(cache, "/")) and ask(cache, "/").told == "hit")

    wait_until(lambda: CHANGED not in says(ask(cache, "/")))

    assert ask(cache, article.get_absolute_url()).status == 404
    # Its hour comes once more.
    wait_until(lambda: cache._listener.known().until == at.timestamp())
    wait_until(lambda: ask(cache, "/").told == "hit")
    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: CHANGED in says(ask(cache, "/")))


def test_a_story_goes_at_the_hour_of_its_withdrawal(cache, address, monkeypatch):
    monkeypatch.setattr(cache, "fresh", 100_000)
    at = timezone.now() + timedelta(hours=1)
    going = factories.published(headline=CHANGED, withdraw_at=at).get_absolute_url()
    hear(cache)
    before = [ask(cache, going) for _ in range(2)][1]

    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: ask(cache, going).told != "hit")
        after = ask(cache, going)

    assert [(answer.told, answer.status) for answer in (before, after)] == [("hit", 200), ("hit", 410)]


def test_a_pick_comes_to_the_front_page_at_its_hour(cache, article, monkeypatch):
    monkeypatch.setattr(cache, "fresh", 100_000)
    factories.published(headline=CHANGED)
    at = timezone.now() + timedelta(hours=1)
    front_page.arrange(front_page.Choice(picks=(Pick("lead", article.pk, starts_at=at),)), by=None)
    hear(cache)
    before = [ask(cache, "/") for _ in range(2)][1]

    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: ask(cache, "/").told != "hit")
        after = ask(cache, "/")

    assert [(answer.told, leads(answer)) for answer in (before, after)] == [
        ("hit", CHANGED),
        ("hit", HEADLINE),
    ]


def test_breaking_news_end_at_their_hour_on_all_pages(cache, address, monkeypatch):
    monkeypatch.setattr(cache, "fresh", 100_000)
    at = timezone.now() + timedelta(hours=1)
    front_page.arrange(front_page.Choice(banner=CHANGED, banner_ends_at=at), by=None)
    hear(cache)
    before = [ask(cache, address) for _ in range(2)][1]

    with time_machine.travel(at + timedelta(seconds=1)):
        wait_until(lambda: ask(cache, address).told != "hit")
        after = ask(cache, address)

    assert [(answer.told, CHANGED in answer.body.decode()) for answer in (before, after)] == [
        ("hit", True),
        ("hit", False),
    ]


def test_a_page_ends_when_comments_close(cache, article, address):
    Policy.objects.update(closes_after_days=1)
    closes_at = article.published_at + timedelta(days=1)

    ask(cache, address)

    assert cache.pages.get((path_of(address), "")).until == closes_at.timestamp()


# Lifetimes


def test_a_page_past_its_time_is_shown_once_more_while_it_is_made_anew(cache, article, address):
    ask(cache, address)
    Article.objects.filter(pk=article.pk).update(headline=CHANGED)
    before = cache.pages.get((path_of(address), ""))
    before.made_at -= cache.fresh + 1

    shown = ask(cache, address)
    wait_until(lambda: cache.pages.get((path_of(address), "")) is not before)

    assert (shown.told, shown.headers["Cache-Status"].endswith("ttl=-1"), says(shown)) == (
        "hit",
        True,
        [HEADLINE],
    )
    assert says(ask(cache, address)) == [CHANGED]


def test_a_page_long_past_its_time_is_made_anew_before_it_is_shown(cache, article, address):
    ask(cache, address)
    Article.objects.filter(pk=article.pk).update(headline=CHANGED)
    cache.pages.get((path_of(address), "")).made_at -= 3 * cache.fresh

    assert says(ask(cache, address)) == [CHANGED]


def test_a_page_is_shown_longer_where_a_newer_one_cannot_be_made(cache, address):
    ask(cache, address)
    cache.pages.get((path_of(address), "")).made_at -= 3 * cache.fresh
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_policy RENAME TO elsewhere")
    try:
        failed, shown = ask(WSGIHandler(), address), ask(cache, address)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO comments_policy")

    assert failed.status == 500
    assert (shown.status, shown.told, says(shown)) == (200, "hit", [HEADLINE])


def test_a_page_that_was_purged_is_not_shown_where_a_newer_one_cannot_be_made(cache, article, address):
    ask(cache, address)
    change(article)
    hear(cache)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_policy RENAME TO elsewhere")
    try:
        answer = ask(cache, address)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO comments_policy")

    assert (answer.status, len(cache.pages)) == (500, 0)


def test_the_age_of_a_page_is_told(cache, address):
    ask(cache, address)
    cache.pages.get((path_of(address), "")).made_at -= 7

    assert ask(cache, address).headers["Age"] == "7"


# Many readers


def test_a_hundred_readers_of_a_page_that_is_not_there_have_it_made_once(cache, address):
    made = cache.made
    gate = threading.Barrier(100)

    def read():
        gate.wait()
        return ask_apart(cache, address)

    with ThreadPoolExecutor(100) as readers:
        answers = [answer.result() for answer in [readers.submit(read) for _ in range(100)]]

    assert {(answer.status, *says(answer)) for answer in answers} == {(200, HEADLINE)}
    assert cache.made - made == 1


def ask_apart(cache, address):
    """Ask from a thread, which has a connection to the database of its own."""
    try:
        return ask(cache, address)
    finally:
        connection.close()


@contextmanager
def comments_out_of_reach():
    """Keep pages of articles from being finished: whoever makes one has read the article, and waits for its comments.

    Gives a question whether somebody waits.
    """
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        waiting = "SELECT FROM pg_locks WHERE relation = 'comments_comment'::regclass AND NOT granted"
        yield lambda: other.execute(waiting).rowcount > 0
