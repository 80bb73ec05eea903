"""Nodes of the site over a primary and a replica: who makes pages, how old they are, and what is lost with whom."""

import http.client
import os
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.utils.encoding import iri_to_uri

from articles import publishing
from articles.models import Article
from newsroom.web.purges import LOST_AFTER
from tests import clusters, factories, nginx_front
from tests.faults.test_serve import Site, running
from tests.ports import free_port
from tests.redis_server import RedisServer

# For its database, which is copied; none of them writes to it.
pytestmark = pytest.mark.django_db

CHANGES = 10
# Pages live for ten minutes here.
SEEN_BY_THEN = 30


@pytest.fixture
def _django_db_helper(servers):
    """In place of pytest-django's, which would begin a transaction for each test and end the connection."""


@pytest.fixture(scope="module")
def servers(django_db_setup, django_db_blocker):
    """The primary, which the tests write to, and the replica."""
    with django_db_blocker.unblock(), TemporaryDirectory() as name:
        folder = Path(name)
        # Where root runs this, the servers are somebody else's, and one has to find the other.
        folder.chmod(0o755)
        primary = clusters.Server(folder / "primary")
        clusters.fill(primary)
        replica = primary.standby(folder / "replica")
        with clusters.in_place(primary):
            yield primary, replica
        for server in (replica, primary):
            server.stop()


@pytest.fixture(scope="module")
def pages():
    """Where they share pages."""
    server = RedisServer()
    server.start()
    yield server
    server.end()


@pytest.fixture(scope="module")
def nodes(servers, pages, tmp_path_factory):
    """Two machines of two processes, in each a folder of its own."""
    primary, replica = servers
    found = []
    for number in (1, 2):
        folder = tmp_path_factory.mktemp(f"node{number}")
        for name in ("static", "static.fingerprint"):
            (folder / name).symlink_to(settings.VAR_DIR / name)
        found.append(
            Site(
                folder,
                "--no-demo",
                "--no-worker",
                DATABASE_URL=f"postgres://postgres@/postgres?host={primary.host},{replica.host}"
                "&port=5432,5432&target_session_attrs=read-write",
                DATABASE_REPLICA_URL=replica.url,
                SECRET_KEY=settings.SECRET_KEY,
                EMAIL_KEYS=",".join(settings.EMAIL_KEYS),
                FINGERPRINT_KEY=settings.FINGERPRINT_KEY,
                SITE_URL="http://nashra.test",
                ALLOWED_HOSTS="127.0.0.1",
                PAGE_FRESH_SECONDS="600",
                PAGE_STORE=pages.address,
            )
        )
    with running(found):
        yield found


def ask(port, path):
    """Status, text and what Cache-Status says of an answer to a reader."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wire.request("GET", iri_to_uri(path), headers={"Host": "nashra.test"})
        answer = wire.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Cache-Status", "")
    finally:
        wire.close()


def wait(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_made_by_replica(site):
    """Whether a page that nobody has asked for yet is."""
    article = factories.published()
    # A moment after, for the replica cannot have it before.
    time.sleep(0.1)
    status, _text, told = ask(site.port, article.get_absolute_url())
    # 404 from a process that has heard nothing of it yet, by a replica that has not, either.
    return status == 200 and "detail=replica" in told


def settle(nodes):
    """Wait until both have the replica make pages, in both of their processes most likely."""
    for site in nodes:
        wait(lambda site=site: all(is_made_by_replica(site) for _ in range(6)))


def send(site, article, body):
    """Send a comment as a browser without scripts does: status, text, and where it leads."""
    wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    fields = {"author_name": "قارئ", "email": "reader@example.org", "body": body}
    headers = {
        "Host": "nashra.test",
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": "Firefox",
    }
    try:
        wire.request("POST", f"/comments/article/{article.pk}/", urlencode(fields), headers)
        answer = wire.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location")
    finally:
        wire.close()


class Load:
    """Readers who search, which is never kept, and open articles, at each of these ports, until this is left."""

    def __init__(self, ports, articles):
        self._ports, self._paths = ports, [article.get_absolute_url() for article in articles]
        self._is_over = threading.Event()
        self.statuses = []

    def _read(self, number):
        asked = number
        while not self._is_over.is_set():
            asked += 1
            path = f"/search/?q=Mixtral{asked}" if asked % 2 else self._paths[asked % len(self._paths)]
            try:
                status = ask(self._ports[asked // 2 % len(self._ports)], path)[0]
            except OSError as error:
                status = type(error).__name__
            self.statuses.append(status)
            # What is shown needs no more of them.
            time.sleep(0.03)

    def __enter__(self):
        self._threads = [threading.Thread(target=self._read, args=[100_000 * number]) for number in range(6)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._is_over.set()
        for thread in self._threads:
            thread.join()


def test_pages_are_made_by_the_replica(nodes):
    settle(nodes)


def test_every_process_of_both_nodes_shows_a_change_long_before_a_page_is_stale(nodes):
    article = factories.published(headline="العنوان 0")
    path = article.get_absolute_url()
    late, back = [], []
    for number in range(1, CHANGES + 1):
        article = Article.objects.get(pk=article.pk)
        article.headline = f"العنوان {number}."
        publishing.save(article)
        give_up_at = time.monotonic() + SEEN_BY_THEN
        # Each asks one process or the other.
        waiting = nodes * 8
        while waiting and time.monotonic() < give_up_at:
            waiting = [site for site in waiting if article.headline not in ask(site.port, path)[1]]
        late += [number] * len(waiting)
        back += [number for site in nodes * 8 if article.headline not in ask(site.port, path)[1]]

    assert (late, back) == ([], [])


@contextmanager
def held_back(replica):
    """A replica that gets the log, and does nothing of it."""
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        wait(lambda: replica.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
        yield
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")


def test_while_the_replica_is_behind_nothing_old_is_shown(servers, nodes):
    _primary, replica = servers
    article = factories.published(headline="العنوان القديم")
    settle(nodes)
    with held_back(replica):
        article.headline = "العنوان الجديد عن Qwen"
        publishing.save(article)
        time.sleep(1)
        read = [ask(site.port, article.get_absolute_url()) for site in nodes * 8]
        found = [ask(site.port, "/search/?q=Qwen") for site in nodes * 8]

    assert {(status, "detail=replica" in told) for status, _text, told in read} == {(200, False)}
    assert all(article.headline in text for _status, text, _told in read)
    assert all(article.get_absolute_url() in unquote(text) for _status, text, _told in found)
    settle(nodes)


def test_who_sent_something_reads_it_though_the_replica_is_behind(servers, nodes):
    _primary, replica = servers
    article = factories.published()
    with held_back(replica):
        for site, other in (nodes, nodes[::-1]):
            body = f"تعليق عن OpenAI عند {site.port}"
            status, _text, receipt = send(site, article, body)
            assert status == 302
            assert body in ask(other.port, receipt)[1]


@pytest.mark.parametrize("ending", [signal.SIGSTOP, signal.SIGKILL], ids=["stopped", "killed"])
def test_readers_do_not_notice_that_the_replica_is_gone(servers, nodes, ending):
    _primary, replica = servers
    articles = [factories.published() for _ in range(20)]
    settle(nodes)
    try:
        with Load([site.port for site in nodes], articles) as load:
            time.sleep(1)
            replica.send(ending)
            time.sleep(4)
        assert set(load.statuses) == {200}
        assert len(load.statuses) > 100
        assert not is_made_by_replica(nodes[0])
    finally:
        if ending == signal.SIGSTOP:
            replica.send(signal.SIGCONT)
        else:
            replica.start()
    settle(nodes)


def test_readers_do_not_notice_that_a_node_is_gone(nodes, tmp_path):
    nginx_front.require()
    articles = [factories.published() for _ in range(20)]
    gone, left = nodes
    port = free_port()
    with nginx_front.running(tmp_path, port, gone.port, tmp_path, others=[left.port]):
        with Load([port], articles) as load:
            time.sleep(1)
            os.killpg(gone.process.pid, signal.SIGKILL)
            gone.process.wait()
            time.sleep(3)
            asked = len(load.statuses)
            time.sleep(1)
        gone.start()

    assert set(load.statuses) == {200}
    assert len(load.statuses) > asked > 50


def test_the_replica_takes_the_place_of_the_primary(servers, nodes):
    """As the operator has it do by one command: the nodes find it by themselves."""
    primary, replica = servers
    article = factories.published()
    settle(nodes)
    acknowledged = send(nodes[0], article, "قبل العطل")
    end = primary.ask("SELECT pg_current_wal_insert_lsn()::text")
    wait(lambda: replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{end}'"))
    unseen = [factories.published() for _ in range(6)]
    wait(lambda: replica.ask(f"SELECT count(*) FROM articles_article WHERE id = {unseen[-1].pk}"))

    # What is written last does not come that far, though the nodes hear of it.
    replica.ask("ALTER SYSTEM SET primary_conninfo = ''")
    replica.ask("SELECT pg_reload_conf()")
    wait(lambda: primary.ask("SELECT count(*) FROM pg_stat_replication") == 0)
    lost = factories.published()
    wait(lambda: all(ask(site.port, lost.get_absolute_url())[0] == 200 for site in nodes * 4))
    primary.kill()
    time.sleep(LOST_AFTER + 1)
    wait(lambda: all(ask(site.port, unseen[0].get_absolute_url())[0] == 200 for site in nodes * 4))
    # Pages that nobody has asked for before, too.
    read = [ask(site.port, story.get_absolute_url())[0] for site in nodes for story in [article, *unseen[1:]]]
    refused = send(nodes[0], article, "أثناء العطل")
    replica.promote()
    wait(lambda: send(nodes[0], article, "بعد العطل عند الأول")[0] == 302)
    wait(lambda: send(nodes[1], article, "بعد العطل عند الثاني")[0] == 302)

    assert set(read) == {200}
    assert (refused[0], "أثناء العطل" in refused[1]) == (503, True)
    assert acknowledged[0] == 302
    assert "قبل العطل" in ask(nodes[1].port, acknowledged[2])[1]
    bodies = replica.ask("SELECT array_agg(body ORDER BY id) FROM comments_comment WHERE body LIKE '%العطل%'")
    assert bodies == ["قبل العطل", "بعد العطل عند الأول", "بعد العطل عند الثاني"]
