"""Statements that take too long, locks that are not given back, and how many connections the site takes."""

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from comments.models import Comment
from newsroom.management.commands.serve import THREADS, WORKERS
from tests import factories
from tests.faults.test_serve import Site, var_dir  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENT_SECONDS = 2
# By which the database tells the connections of this site from those of the run, whose caches listen as well.
SITE_NAME = "site of the test"
# Whatever a busy machine adds.
SLACK_SECONDS = 8
SLEEPY = """
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
CREATE TRIGGER sleep BEFORE INSERT ON comments_comment FOR EACH ROW EXECUTE FUNCTION sleep();
"""


def database_of_the_test():
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}"


@pytest.fixture
def site(var_dir):  # noqa: F811
    site = Site(
        var_dir,
        "--no-demo",
        "--no-worker",
        DATABASE_URL=f"{database_of_the_test()}&application_name={quote(SITE_NAME)}",
        SECRET_KEY=settings.SECRET_KEY,
        STATEMENT_SECONDS=str(STATEMENT_SECONDS),
        PAGE_CACHE_MB="0",
    )
    try:
        site.start()
        yield site
    finally:
        site.process.kill()
        site.process.wait()


def ask(site, path, fields=None):
    """Status, headers and text of an answer, and how many seconds it took."""
    wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    begun = time.monotonic()
    try:
        wire.request("POST" if fields else "GET", path, fields and urlencode(fields), headers)
        answer = wire.getresponse()
        return answer.status, answer.headers, answer.read().decode(), time.monotonic() - begun
    finally:
        wire.close()


def test_a_page_that_waits_for_a_lock_says_that_the_site_is_busy_and_frees_its_thread(site):
    with psycopg.connect(database_of_the_test()) as holder:
        holder.execute("LOCK TABLE articles_section IN ACCESS EXCLUSIVE MODE")
        # More than there are threads: none of them hangs.
        with ThreadPoolExecutor(WORKERS * THREADS + 4) as readers:
            answers = list(readers.map(lambda _number: ask(site, "/archive/"), range(WORKERS * THREADS + 4)))
        english = ask(site, "/en/archive/")

    for status, headers, text, seconds in answers:
        assert (status, headers["Retry-After"]) == (503, "10")
        assert "<h1>الموقع مشغول الآن</h1>" in text
        assert seconds < 2 * STATEMENT_SECONDS + SLACK_SECONDS
    assert "<h1>The site is busy</h1>" in english[2]
    assert ask(site, "/archive/")[0] == 200


def test_a_comment_that_the_database_takes_too_long_to_store_comes_back_with_its_text(site):
    article = factories.published()
    fields = {"author_name": "قارئ", "email": "reader@example.org", "body": "نصّ كُتب على مهل"}
    with connection.cursor() as cursor:
        cursor.execute(SLEEPY)
    try:
        status, _headers, text, seconds = ask(site, f"/comments/article/{article.pk}/", fields)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER sleep ON comments_comment; DROP FUNCTION sleep()")

    assert status == 503
    assert all(value in text for value in fields.values())
    # Once for all who came with it, and once alone.
    assert STATEMENT_SECONDS <= seconds < 3 * STATEMENT_SECONDS + SLACK_SECONDS
    assert not Comment.objects.exists()
    assert ask(site, f"/comments/article/{article.pk}/", fields)[0] == 302
    assert Comment.objects.count() == 1


def test_each_thread_has_one_connection_and_no_more(site):
    with ThreadPoolExecutor(8 * WORKERS * THREADS) as readers:
        answers = list(readers.map(lambda _number: ask(site, "/archive/")[0], range(16 * WORKERS * THREADS)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [SITE_NAME])
        (count,) = cursor.fetchone()
    assert set(answers) == {200}
    assert 1 <= count <= WORKERS * THREADS
