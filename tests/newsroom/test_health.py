"""What supervisors, balancers and Prometheus are told."""

import os
import re
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from newsroom import backup_folders, checks, health, site_state, worker
from newsroom.web import measures, page_store
from newsroom.web.redis_store import RedisStore
from tests import factories
from tests.redis_server import RedisServer

TOKEN = "a-long-token"


@pytest.fixture(autouse=True)
def _durable(monkeypatch):
    """As the database of a site is; the one of the tests flushes nothing."""
    monkeypatch.setattr(site_state, "DURABLE", ("enable_seqscan",))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_may_lose_what_it_acknowledged_is_told_everywhere(
    client, settings, monkeypatch, name
):
    monkeypatch.setattr(site_state, "DURABLE", (name, "enable_seqscan"))
    settings.METRICS_TOKEN = TOKEN

    answer = client.get("/healthz")
    metrics = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    (warning,) = checks.check_durability(None, databases=["default"])
    client.force_login(factories.superuser())
    page = client.get("/admin/state/").text

    # The server of the tests is started without.
    assert (answer.status_code, health.NOT_DURABLE in answer.json()["worries"]) == (200, True)
    assert "nashra_database_durable 0.0" in metrics.text
    assert (warning.id, name in warning.msg) == ("newsroom.W004", True)
    assert f"عند انقطاع الكهرباء ما أقرّت بحفظه: يجب ضبط {name} على «on»" in page


@pytest.mark.django_db
def test_nobody_is_warned_of_a_database_that_keeps_all(client):
    client.force_login(factories.superuser())

    assert checks.check_durability(None, databases=["default"]) == []
    assert checks.check_durability(None) == []
    assert "عند انقطاع الكهرباء" not in client.get("/admin/state/").text


@pytest.mark.django_db
def test_a_site_without_a_worker_is_ready_and_says_so(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json() == {"database": True, "reasons": [], "worries": [health.NO_WORKER]}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_there_is_no_worry(client):
    may_end, begun = threading.Event(), threading.Event()

    def look():
        begun.set()
        return not may_end.is_set()

    def work():
        worker.work([], goes_on=look)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        begun.wait(10)
        for _time in range(100):
            told = client.get("/healthz").json()
            if not told["worries"]:
                break
            threading.Event().wait(0.05)
    finally:
        may_end.set()
        thread.join()

    assert told["worries"] == []


@pytest.mark.django_db
def test_a_database_that_takes_no_writing_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_transaction_read_only = on")

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["reasons"]) == (503, [health.READ_ONLY])


@pytest.mark.django_db
def test_a_database_older_than_the_code_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "_schema", health._Schema())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'comments' AND name LIKE '0009%'")

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["reasons"]) == (503, [health.OLDER])


@pytest.mark.django_db
def test_pages_that_are_shared_no_more_are_told_to_machines_and_people(client, settings, monkeypatch):
    settings.METRICS_TOKEN = TOKEN
    server = RedisServer()
    server.start()
    try:
        store = RedisStore(server.address, "of the test", fresh=60)
        monkeypatch.setattr(page_store, "of_settings", lambda: store)
        before = told_of_shared_pages(client)
        server.kill()
        away = told_of_shared_pages(client)
    finally:
        server.end()

    assert before == (200, False, "nashra_page_store_up 1.0", False)
    assert away == (200, True, "nashra_page_store_up 0.0", True)


def told_of_shared_pages(client):
    health_told = client.get("/healthz")
    metrics_told = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").text
    client.force_login(User.objects.filter(is_superuser=True).first() or factories.superuser())
    page = client.get(reverse("admin:state")).text
    client.logout()
    (up,) = [line for line in metrics_told.splitlines() if line.startswith("nashra_page_store_up")]
    return (
        health_told.status_code,
        health.NOT_SHARED in health_told.json()["worries"],
        up,
        "PAGE_STORE" in page,
    )


def test_a_process_is_live_without_a_database(client):
    answer = client.get("/healthz/live")

    assert (answer.status_code, answer.json()) == (200, {"live": True})


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer other", f"Basic {TOKEN}", f"Bearer {TOKEN}ش"])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_without_the_token_there_are_no_metrics(client, settings, token, given):
    settings.METRICS_TOKEN = token

    headers = {"HTTP_AUTHORIZATION": given} if given else {}

    assert client.get("/metrics", **headers).status_code == 404


@pytest.mark.django_db
def test_metrics_tell_what_waits_and_what_was_answered(client, settings):
    settings.METRICS_TOKEN = TOKEN
    article = factories.published()
    factories.sent(article)
    before = measures.measures().requests.labels("articles:home", 200)._value.get()
    client.get("/")
    client.get("/nothing-here/")

    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")

    text = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert f'nashra_requests_total{{status="200",view="articles:home"}} {before + 1}' in text
    assert 'nashra_comments_waiting{queue="held"} 1.0' in text
    assert "nashra_database_up 1.0" in text
    assert "nashra_worker_up 0.0" in text
    assert 'view="none"' in text
    assert article.slug not in text


def test_what_processes_that_are_gone_have_counted_is_forgotten(tmp_path, monkeypatch):
    monkeypatch.delenv(measures.SHARED_FOLDER, raising=False)
    gone = subprocess.Popen(["true"])
    gone.wait()
    for pid in (gone.pid, os.getpid()):
        (tmp_path / f"gauge_mostrecent_{pid}.db").touch()

    try:
        measures.share(tmp_path)
    finally:
        os.environ.pop(measures.SHARED_FOLDER)

    assert [path.name for path in tmp_path.iterdir()] == [f"gauge_mostrecent_{os.getpid()}.db"]


# In a process of its own, for the library registers what it counts once and for all.
BEGUN_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from newsroom.web import measures
import prometheus_client

sys.setswitchinterval(1e-6)
barrier = Barrier(8)
with ThreadPoolExecutor(8) as threads:
    found = [threads.submit(lambda: (barrier.wait(), measures.measures())[1]) for _ in range(8)]
assert len({id(future.result()) for future in found}) == 1
"""


def test_the_first_requests_of_a_process_may_come_at_once():
    environment = {name: value for name, value in os.environ.items() if name != measures.SHARED_FOLDER}
    subprocess.run([sys.executable, "-c", BEGUN_AT_ONCE], env=environment, check=True)


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "is_late"), [(3, False), (27, True), (None, False)])
def test_how_old_the_last_backup_is_is_told(client, settings, tmp_path, hours, is_late):
    settings.BACKUP_DIR, settings.METRICS_TOKEN = tmp_path, TOKEN
    if hours is not None:
        for before in (0, 50):
            begun = timezone.now() - timedelta(hours=hours + before)
            backup_folders.target(tmp_path, begun).mkdir()
        # One that is being made is none.
        backup_folders.draft(backup_folders.target(tmp_path, timezone.now())).mkdir()

    metrics = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").text
    client.force_login(factories.superuser())
    page = client.get("/admin/state/").text

    told = re.findall(r"^nashra_backup_age_seconds (\S+)$", metrics, re.MULTILINE)
    assert [round(float(seconds) / 3600) for seconds in told] == ([] if hours is None else [hours])
    assert ("مضى على آخر نسخة احتياطية أكثر من يوم" in page) == is_late
    assert ("لم يُعثر على نسخة في هذا الجهاز" in page) == (hours is None)
