"""The test run: its own PostgreSQL, compiled messages, collected static files, and a browser."""

import fcntl
import gc
import itertools
import os
import shutil
import threading
from pathlib import Path
from urllib.parse import urlsplit

import django
import hypothesis
import psycopg
import pytest
from pytest_django.live_server_helper import LiveServer

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# For a search of an hour in place of a minute: make test PYTEST_ARGS='--hypothesis-profile=long tests/newsroom/text'
hypothesis.settings.register_profile("long", deadline=None, max_examples=5_000)

BASE_DIR = Path(__file__).resolve().parent.parent
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
TESTS_DIR = Path(__file__).parent

if not IS_WORKER:
    # Uploads, secrets and static files of the tests stay apart from those of a site run from the same folder.
    os.environ["VAR_DIR"] = str(Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve() / "test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    # Playwright keeps an event loop running, in which Django would refuse to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

VAR_DIR = Path(os.environ["VAR_DIR"])
POSTGRES_DIR = VAR_DIR / "postgres"

# The first five make processes for each tab, some ahead and some for the popup of the address line, which no test comes
# to use: more than half of what the browser takes. The others are Playwright's, said again because the last such list
# counts.
CHROMIUM_FEATURES_OFF = [
    "PreloadTopChromeWebUI", "SpareRendererForSitePerProcess",
    "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "SkipListAccountsWithoutGaiaCookies", "ThirdPartyStoragePartitioning",
]  # fmt: skip
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(CHROMIUM_FEATURES_OFF)}",
]
NO_CHROMIUM = "Chromium is missing; on Debian: sudo apt-get install chromium"


class TestServer:
    """The PostgreSQL that the test runs of this folder share, each with a database of its own.

    A run holds a shared lock while it uses the server, so that the last one to end may stop it, and an
    exclusive one on the number in its database's name.
    """

    def __init__(self):
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        self.in_use = (VAR_DIR / "runs.lock").open("a")
        fcntl.flock(self.in_use, fcntl.LOCK_SH)
        for number in itertools.count(1):
            self.slot = (VAR_DIR / f"run-{number}.lock").open("a")
            try:
                fcntl.flock(self.slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                self.slot.close()
        url = embedded_postgres.start(POSTGRES_DIR, durable=False)
        os.environ["DATABASE_URL"] = url.replace("/postgres?", f"/run_{number}?")

    def leave(self):
        self.slot.close()
        try:
            fcntl.flock(self.in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded_postgres.stop(POSTGRES_DIR)
        except BlockingIOError:
            pass
        self.in_use.close()


# pytest-django reads the settings as soon as their name is known, so all this comes before any hook.
from newsroom import embedded_postgres, message_catalog  # noqa: E402

server = None
if not IS_WORKER:
    if "DATABASE_URL" not in os.environ:
        server = TestServer()
    message_catalog.compile_stale(BASE_DIR / "locale")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.servers.basehttp import WSGIServer  # noqa: E402
from django.core.signals import setting_changed  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.template import Template  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from django.test.signals import template_rendered  # noqa: E402

from newsroom import static_files  # noqa: E402
from newsroom.web.fragments import forget_all  # noqa: E402
from tests import clusters  # noqa: E402
from tests.object_stores import ObjectStoreProcess, storages  # noqa: E402
from tests.smtp import MailServer  # noqa: E402

SITE_DATABASE = connection.settings_dict["NAME"]
TEMPLATE = f"template_{SITE_DATABASE}"

# Beside the tables, those of them that have rows when the migrations are done, for EMPTY_TABLES.
KEEP_FIRST_ROWS = """DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    CREATE SCHEMA first_rows;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
        ('django_migrations', 'django_content_type', 'auth_permission', 'comments_edition')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE first_rows.%I AS TABLE %I', name, name);
        END IF;
    END LOOP;
END $$"""

# By the roles of replication no trigger keeps a row from going, and no row is looked for that refers to it.
EMPTY_TABLES = """DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
        ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'first_rows' LOOP
        EXECUTE format('INSERT INTO %I TABLE first_rows.%I', name, name);
    END LOOP;
    -- What triggers do where rows go, else.
    INSERT INTO comments_edition VALUES ('words', gen_random_uuid()), ('names', gen_random_uuid());
END $$"""


def empty_tables(_test):
    """Leave the database as the migrations did, after a test with real transactions.

    In place of Django's way, which makes a new file for every table and index and writes all permissions anew.
    """
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY_TABLES)
            return
        except OperationalError as error:
            # This and the last word of a page that was closed waited for each other.
            if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                raise


def pytest_configure(config):
    # Each test client would look through all static files, and each member of staff wait for Argon2.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TransactionTestCase._fixture_teardown = empty_tables
    if not IS_WORKER and not config.option.collectonly:
        static_files.collect_stale()


def pytest_unconfigure(config):
    if not IS_WORKER and not config.option.collectonly:
        with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as wire:
            wire.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        clusters.forget_migrated()
    if server is not None:
        server.leave()


# What takes a minute or more begins first, the longest before the others, or one worker ends long after them.
LONGEST = [
    "test_hostile_input.py", "test_permission_matrix.py", "test_lost_edits.py", "test_accessibility.py",
    "test_desk_pages.py", "test_serve.py", "test_canaries.py", "test_editor.py", "test_stale_pages.py",
    "test_many_comments.py", "test_integrity.py", "test_waves.py", "test_worker.py", "test_desk_sharing.py",
    "test_arabic.py", "test_pictures.py", "test_layout.py", "test_hostile_requests.py", "test_desk_oracles.py",
    "test_validity.py", "test_edition.py",
]  # fmt: skip


# Files of many whole pages, or many rows: a minute has no place for them.
SLOW = {
    "test_addresses.py", "test_archive.py", "test_article_form.py", "test_article_list.py",
    "test_article_moves.py", "test_authoring.py", "test_calendar.py", "test_desk.py", "test_desk_rights.py",
    "test_feeds.py", "test_front_page.py", "test_gaps.py", "test_integrity.py", "test_interface_words.py",
    "test_preview.py", "test_preview_links.py", "test_queue.py", "test_record.py", "test_related.py",
    "test_reviewing.py", "test_search_page.py", "test_search_quality.py", "test_seo.py",
    "test_site_pages.py", "test_threads.py", "test_translations.py", "test_views.py", "test_waves.py",
}  # fmt: skip


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))
    for item in items:
        folder = item.path.relative_to(TESTS_DIR).parts[0]
        if item.path.name in SLOW:
            item.add_marker("slow")
        if folder == "browser":
            item.add_marker("browser")
        elif folder == "faults":
            item.add_marker("fault")
        elif (database := item.get_closest_marker("django_db")) and database.kwargs.get("transaction"):
            # After each of them all tables are emptied.
            item.add_marker("slow")


def pytest_collection_finish():
    # What is loaded by now stays until the end, so nobody need look through it for garbage.
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Have the workers of a run copy one database, which the first of them to come migrates."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return
    test = connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    lock = (VAR_DIR / "template.lock").open("a")
    with lock, django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cursor.execute(
            "SELECT FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s",
            [TEMPLATE, run],
        )
        if cursor.rowcount == 0:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            # A database that somebody is connected to is not copied.
            connection.close()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = SITE_DATABASE
            cursor.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{run}'")
    test["NAME"], test["TEMPLATE"] = own, TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database with a copy of its first rows; at the end, whoever is still connected is sent away.

    It could not be dropped else: a thread of the live server keeps its connection for a minute, as those of the
    site do.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(KEEP_FIRST_ROWS)
    yield
    # A test may have ended the one that is open.
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Who listens for what changed would be back at once.
        cursor.execute("UPDATE pg_database SET datallowconn = false WHERE datname = current_database()")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _pages_told_once(django_test_environment):
    """Have `response.context` hold what whole pages and widgets were given, not what each piece of them was.

    Django notes a copy for every template that another includes or extends: a fifth of what it takes to make a page.
    """

    def render(template, context):
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    Template._render = render


def _forget_fragments(**_changed):
    # They know nothing of settings, which a site has for as long as its processes live.
    forget_all()


setting_changed.connect(_forget_fragments)


@pytest.fixture(autouse=True)
def _media_apart(settings, tmp_path_factory, request):
    """Give uploads of each worker a folder that is swept away."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


@pytest.fixture(scope="session")
def object_store():
    """A process that speaks S3."""
    store = ObjectStoreProcess()
    store.start()
    yield store
    store.stop()


@pytest.fixture
def shared_media(object_store, settings):
    """Have the media of the site in that store; return the place."""
    settings.MEDIA_STORE = object_store.place()
    settings.STORAGES = storages(settings.MEDIA_STORE, settings)
    return settings.MEDIA_STORE


@pytest.fixture
def mail_server(tmp_path, settings):
    """A real mail server that the site sends to."""
    server = MailServer(tmp_path)
    settings.EMAIL_URL = server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    yield server
    server.stop()


class CountedHandler(WSGIHandler):
    """The site, which can be waited for until it has answered all that it was asked."""

    def __init__(self):
        super().__init__()
        self.under_way = 0
        self.changed = threading.Condition()

    def __call__(self, environ, start_response):
        with self.changed:
            self.under_way += 1
        try:
            return super().__call__(environ, start_response)
        finally:
            with self.changed:
                self.under_way -= 1
                self.changed.notify_all()

    def wait_until_idle(self):
        with self.changed:
            assert self.changed.wait_for(lambda: self.under_way == 0, timeout=15)


@pytest.fixture(scope="session")
def live_server(request):
    """The site on a port of its own, with static files as in production: hashed, from WhiteNoise."""
    # As many as come at once in any test; who finds the queue full is sent away.
    WSGIServer.request_queue_size = 128
    live = LiveServer("localhost", start=False)
    # Django's own handlers in front find the sources of static files but no hashed file, and serve media unasked.
    handler = CountedHandler()
    live.thread.static_handler = lambda _application: handler
    live.wait_until_idle = handler.wait_until_idle
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, one for all tests of a worker; where it is there, the one that has no windows to manage."""
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if executable is None:
        if os.environ.get("NASHRA_REQUIRE_BROWSER"):
            pytest.fail(NO_CHROMIUM, pytrace=False)
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import expect, sync_playwright

    # Under the load of a whole run a page may answer late; what never comes is told of all the same.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser, live_server):
    """Return a function that opens a browser context on the site, for one person; options are Playwright's.

    The test fails if any page of it asks another server for anything.
    """
    contexts = []
    strangers = []
    home = urlsplit(live_server.url).netloc

    def note(request):
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != home:
            strangers.append(request.url)

    def new(**options):
        # What a service worker asks, tests cannot intercept; those that need one allow it.
        usual = {"locale": "ar", "base_url": live_server.url, "service_workers": "block"}
        context = browser.new_context(**usual | options)
        context.set_default_timeout(15_000)
        context.on("request", note)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        # A page that is closed may have a last word, such as what was typed; the tables are about to be emptied.
        context.set_offline(True)
        context.close()
    live_server.wait_until_idle()
    assert strangers == []


@pytest.fixture
def page(new_context):
    """A page of a new browser context on the site."""
    return new_context().new_page()
