"""A site whose processes share pages in Redis, and what its readers see while that fails."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from articles import publishing
from articles.models import Article
from tests import factories
from tests.faults.test_page_cache import CONNECTIONS, Reader, readers_of, redis_server, site  # noqa: F401
from tests.faults.test_serve import var_dir  # noqa: F401
from tests.kept_pages import heads

# The site hears of a change.
# How soon it is on a machine that does nothing else, benchmarks/freshness.py tells.
SEEN_WITHIN = 5.0
READERS = 4
SAYS = re.compile(r"العنوان (\d+)\.")


FAULTS = {
    "emptied": (lambda server: server.client.flushall(), lambda server: None),
    "full": (
        lambda server: server.client.config_set("maxmemory", 1),
        lambda server: server.client.config_set("maxmemory", 0),
    ),
    "stopped": (lambda server: server.pause(), lambda server: server.go_on()),
    "killed": (lambda server: server.kill(), lambda server: server.start()),
}


class Load:
    """Readers who ask for pages without pause, by a connection each, and note whatever is no answer, or old."""

    def __init__(self, site, paths, changes):  # noqa: F811
        self.site, self.paths, self.changes = site, paths, changes
        self.statuses, self.old = Counter(), []
        self.ended = threading.Event()

    def run(self, _number):
        reader = Reader(self.site)
        while not self.ended.is_set():
            for path in self.paths:
                begun = time.monotonic()
                must_be = max(number for number, at in [*self.changes] if at + SEEN_WITHIN < begun)
                status, text, _told = reader.ask(path)
                self.statuses[status] += 1
                shown = max(map(int, SAYS.findall(text)), default=None)
                if shown is None or shown < must_be:
                    self.old.append((path, shown, must_be))
        reader.wire.close()


@pytest.mark.parametrize("site", ["failing redis"], indirect=True)
def test_whatever_becomes_of_redis_all_readers_are_answered_and_see_what_was_changed(site, redis_server):  # noqa: F811
    article = factories.published(headline="العنوان 0.")
    changes = [(0, 0.0)]

    def change():
        stored = Article.objects.get(pk=article.pk)
        number = changes[-1][0] + 1
        stored.headline = f"العنوان {number}."
        publishing.save(stored)
        changes.append((number, time.monotonic()))

    load = Load(site, [article.get_absolute_url(), "/"], changes)
    back = {}
    with ThreadPoolExecutor(READERS) as readers:
        under_way = [readers.submit(load.run, number) for number in range(READERS)]
        try:
            for fault, (fail, mend) in FAULTS.items():
                fail(redis_server)
                for _ in range(2):
                    change()
                    time.sleep(0.4)
                mend(redis_server)
                change()
                back[fault] = is_used_again(site, redis_server, article, change)
        finally:
            load.ended.set()
        for reader in under_way:
            reader.result()

    assert (set(load.statuses), load.old) == ({200}, [])
    assert load.statuses[200] > 100
    assert back == dict.fromkeys(FAULTS, True)
    told = [line.partition("Shared pages are ")[2] for line in site.errors.read_text().splitlines()]
    assert {line.partition(":")[0] for line in told if line} == {"out of reach", "within reach again"}


def is_used_again(site, server, article, change):  # noqa: F811
    """Whether pages come into it within some seconds, if there is something to share."""
    since = time.time()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        change()
        time.sleep(0.3)
        if any(head["made_at"] > since for head in heads(server.client)):
            return True
    return False
