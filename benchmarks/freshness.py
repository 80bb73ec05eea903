"""Measure how soon a change is seen while readers ask as fast as they can, and how often a page nobody has is made.

Run from the root of the repository; it makes a site of its own, with the content of `news_content`, and needs wrk:

    python benchmarks/freshness.py [--rounds 200] [--readers 1000] [--only changes,cold] [--store database]
        [--nodes 2] [--replica]

A Redis of its own is started for `--store redis`, where there is one (apt-get install redis-server).

*changes*: wrk asks the two processes of each node without pause for an article and the front page, kept and compressed,
while an editor, in another process, saves a headline and publishes the change, round after round. Polling readers, each
of which keeps its connection and so its process, note when a process first shows the change on either page, counted
from the end of the verb: the last of all processes and pages counts. An older page after a newer one is told where a
request that was sent after the same process had answered somebody with the newer page brings the older one. Each node
has a folder of its own; with `--replica` their pages are made by a standby of the database.

*cold*: so many readers at once ask for an article that was never made, a new one each time; the processes' own counters
tell how often it was made, or passed on to Django without being kept.

One JSON line for each, with and without pages that processes share.
"""

import argparse
import asyncio
import gzip
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

from filled_site import filled
from served_site import CONNECTIONS, THREADS, NoPrograms, Site, postmaster, served, settle, wires

# All nodes are one site.
SITE = {"SITE_URL": "http://nashra.test", "ALLOWED_HOSTS": "127.0.0.1"}
ASKED = {"Accept-Encoding": "gzip", "Host": "nashra.test"}
VISIBLE_WITHIN = 1.0
# Longer than any change takes; a round that is not seen by then counts as not seen.
GIVEN_UP_AFTER = 10.0
READERS_EACH, POLL_SECONDS = 3, 0.005
COLD_TIMES = 5
STORES = ("none", "database", "redis")
_SAID = re.compile(r"الجولة (\d+)\.")
# Asks for the pages of WRK_PATHS in turn.
_IN_TURN = r"""
local paths, sent = {}, 0
for path in os.getenv("WRK_PATHS"):gmatch("%S+") do paths[#paths + 1] = path end
function request()
  sent = sent + 1
  return wrk.format("GET", paths[sent % #paths + 1])
end
"""


def tell(**row: object) -> None:
    print(json.dumps({**row, "loadavg1": round(os.getloadavg()[0], 2)}, ensure_ascii=False), flush=True)


@contextmanager
def full_load(site: Site, paths: list[str]) -> Iterator[Counter[str]]:
    """Have wrk ask for these pages as fast as they are had; what it told is counted when it has ended."""
    script = f"/proc/self/fd/{_in_memory(_IN_TURN)}"
    command = [
        "wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", "-d3600s", "-s", script,
        *(part for name, value in ASKED.items() for part in ("-H", f"{name}: {value}")),
        f"http://127.0.0.1:{site.port}",
    ]  # fmt: skip
    told: Counter[str] = Counter()
    asking = subprocess.Popen(
        command,
        env=os.environ | {"WRK_PATHS": " ".join(paths)},
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[int(script.rpartition("/")[2])],
    )
    try:
        yield told
    finally:
        # It tells what it has by then.
        asking.send_signal(2)
        said, _nothing = asking.communicate(timeout=60)
        for name, pattern in (
            ("rps", r"Requests/sec:\s+(\d+)"),
            ("requests", r"(\d+) requests in"),
            ("bad", r"Non-2xx or 3xx responses: (\d+)"),
        ):
            found = re.search(pattern, said)
            told[name] = int(found[1]) if found else 0


def _in_memory(text: str) -> int:
    """The descriptor of a file without a place."""
    descriptor = os.memfd_create("wrk")
    os.write(descriptor, text.encode())
    return descriptor


class Watch:
    """What readers saw last of each page of each process, and when they first saw each round."""

    def __init__(self) -> None:
        self.newest: dict[tuple[int, str], int] = {}
        self.seen_at: dict[tuple[int, str, int], float] = {}
        self.answers = self.back = 0
        self.failed: list[str] = []
        self.changed = threading.Condition()

    def note(self, place: tuple[int, str], said: int, known: int) -> None:
        """Somebody was answered with what round `said` wrote; `known` had been shown before the request was sent."""
        with self.changed:
            self.answers += 1
            self.back += said < known
            if said > self.newest.get(place, -1):
                now = time.monotonic()
                for number in range(self.newest.get(place, -1) + 1, said + 1):
                    self.seen_at[(*place, number)] = now
                self.newest[place] = said
                self.changed.notify_all()

    def wait(self, places: list[tuple[int, str]], number: int, until: float) -> bool:
        with self.changed:
            return self.changed.wait_for(
                lambda: self.failed or all(self.newest.get(place, -1) >= number for place in places),
                timeout=until - time.monotonic(),
            )


def poll(
    watch: Watch, wire: http.client.HTTPConnection, process: int, paths: list[str], ended: threading.Event
) -> None:
    try:
        while not ended.wait(POLL_SECONDS):
            for path in paths:
                place = process, path
                known = watch.newest.get(place, -1)
                wire.request("GET", path, headers=ASKED)
                answer = wire.getresponse()
                body = answer.read()
                if answer.status != HTTPStatus.OK:
                    raise RuntimeError(f"{path} answers {answer.status}")
                said = _SAID.search(gzip.decompress(body).decode())
                # None before the first round.
                watch.note(place, int(said[1]) if said else -1, known)
    except Exception as error:
        watch.failed.append(repr(error))
        with watch.changed:
            watch.changed.notify_all()
        raise


@contextmanager
def served_by(nodes: int, postgres: int, environment: dict[str, str]) -> Iterator[list[Site]]:
    """The same site served by so many machines, as far as one can tell by their folders."""
    with ExitStack() as stack:
        sites = []
        for _node in range(nodes):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="node-")))
            for name in ("static", "static.fingerprint"):
                (folder / name).symlink_to(Path(os.environ["VAR_DIR"]) / name)
            sites.append(
                stack.enter_context(served(postgres, {**environment, **SITE, "VAR_DIR": str(folder)}))
            )
        yield sites


def changes(postgres: int, store: str, environment: dict[str, str], rounds: int, nodes: int) -> None:
    from django.contrib.auth.models import User
    from django.utils.encoding import iri_to_uri

    from articles import publishing, revising
    from articles.models import Article

    editor = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("editor")

    def publish(number: int) -> None:
        article = Article.objects.get(pk=chosen.pk)
        article.headline = f"الجولة {number}. تعلن Mistral AI نموذجًا جديدًا"
        signed, tags = list(article.authors.all()), list(article.tags.all())
        revising.save(article, by=editor, expected_version=article.version, authors=signed, tags=tags)
        publishing.move(Article.objects.get(pk=chosen.pk), "publish_changes", by=editor)

    chosen = Article.objects.by_date()[0]
    paths = [iri_to_uri(chosen.get_absolute_url()), "/"]
    publish(0)
    with served_by(nodes, postgres, environment) as sites, ExitStack() as loads:
        watch, ended = Watch(), threading.Event()
        connections = {process: kept for site in sites for process, kept in wires(site, READERS_EACH).items()}
        places = [(process, path) for process in connections for path in paths]
        readers = [
            threading.Thread(target=poll, args=(watch, wire, process, paths, ended))
            for process, kept in connections.items()
            for wire in kept
        ]
        told = [loads.enter_context(full_load(site, paths)) for site in sites]
        with loads:
            for reader in readers:
                reader.start()
            watch.wait(places, 0, time.monotonic() + GIVEN_UP_AFTER)
            time.sleep(1)
            verb, took = [], []
            for number in range(1, rounds + 1):
                begun = time.monotonic()
                publish(number)
                committed = time.monotonic()
                verb.append(1_000 * (committed - begun))
                watch.wait(places, number, committed + GIVEN_UP_AFTER)
                if watch.failed:
                    raise RuntimeError(watch.failed)
                last = max(
                    watch.seen_at.get((*place, number), committed + GIVEN_UP_AFTER) for place in places
                )
                took.append(1_000 * max(0.0, last - committed))
            ended.set()
            for reader in readers:
                reader.join()
    tell(
        scenario="changes",
        store=store,
        nodes=nodes,
        replica="DATABASE_REPLICA_URL" in environment,
        rounds=rounds,
        visible_within_1s=sum(milliseconds <= 1_000 * VISIBLE_WITHIN for milliseconds in took),
        ms=spread_of(took),
        verb_ms=spread_of(verb),
        old_after_new=watch.back,
        polled=watch.answers,
        load={name: sum(one[name] for one in told) for name in told[0]},
    )


def spread_of(values: list[float]) -> dict[str, float]:
    p95 = statistics.quantiles(values, n=20, method="inclusive")[18] if len(values) > 1 else values[0]
    return {"median": round(statistics.median(values), 1), "p95": round(p95, 1), "max": round(max(values), 1)}


def cold(postgres: int, store: str, environment: dict[str, str], readers: int) -> None:
    from django.utils.encoding import iri_to_uri

    from articles.models import Article

    # Not those that the front page and its neighbours have made.
    articles = list(Article.objects.by_date()[100 : 100 + COLD_TIMES])
    with served(postgres, environment) as site:
        asked = wires(site, 1)
        for kept in asked.values():
            # Each keeps pages from its first request on, once it hears of purges.
            settled(kept[0])
        for article in articles:
            settle(site)
            before = counts(asked)
            answers, seconds = asyncio.run(
                at_once(site.port, iri_to_uri(article.get_absolute_url()), readers)
            )
            settle(site)
            after = counts(asked)
            tell(
                scenario="cold",
                store=store,
                readers=readers,
                renders=after["made"] - before["made"],
                # The counters are asked for by one request to each process, which is passed on itself.
                renders_not_kept=after["passed"] - before["passed"] - len(asked),
                taken=after["taken"] - before["taken"],
                statuses=dict(Counter(status for status, _body in answers)),
                bodies=len({body for _status, body in answers}),
                seconds=round(seconds, 2),
            )


def settled(wire: http.client.HTTPConnection) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        wire.request("GET", "/saved/")
        answer = wire.getresponse()
        answer.read()
        if answer.getheader("Cache-Status", "").startswith("nashra; hit"):
            return
        time.sleep(0.05)
    raise RuntimeError("A process keeps no pages")


def counts(asked: dict[int, list[http.client.HTTPConnection]]) -> Counter[str]:
    """What the processes tell of their pages, added up."""
    total: Counter[str] = Counter()
    for kept in asked.values():
        kept[0].request("GET", "/healthz")
        total.update(json.loads(kept[0].getresponse().read())["pages"])
    return total


async def at_once(port: int, path: str, readers: int) -> tuple[list[tuple[int, bytes]], float]:
    """Connect so many readers, then have all of them ask; status and body of each answer, and the time of all."""
    wires = [await asyncio.open_connection("127.0.0.1", port, limit=2**20) for _number in range(readers)]
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, bytes]:
        writer.write(request.encode())
        head, _blank, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        writer.close()
        return int(head.split(maxsplit=2)[1]) if head else 0, body

    begun = time.perf_counter()
    answers = await asyncio.gather(*(ask(*wire) for wire in wires))
    return answers, time.perf_counter() - begun


@contextmanager
def sharing(store: str) -> Iterator[dict[str, str]]:
    """What a site is told of where its processes share pages."""
    if store != "redis":
        yield {"PAGE_STORE": "" if store == "none" else store}
        return
    from tests.redis_server import RedisServer

    server = RedisServer("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
    server.start()
    try:
        yield {"PAGE_STORE": server.address}
    finally:
        server.end()


@contextmanager
def following(database: Path, is_wanted: bool) -> Iterator[dict[str, str]]:
    """What a site is told of a standby of this database, which is started for it."""
    if not is_wanted:
        yield {}
        return
    from tests import clusters

    standby = clusters.Server(database).standby(database.with_name("standby"))
    try:
        yield {"DATABASE_REPLICA_URL": standby.url}
    finally:
        standby.stop()
        shutil.rmtree(standby.data_dir)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--only", default="changes,cold", help="scenarios, with commas between them")
    parser.add_argument("--store", choices=STORES, help="only with this store of pages")
    parser.add_argument("--nodes", type=int, default=1, help="for changes")
    parser.add_argument("--replica", action="store_true", help="have a standby make the pages")
    asked = parser.parse_args()
    with filled(asked.articles, 20, 500, 100) as folder:
        postgres = postmaster(folder)
        for store in [asked.store] if asked.store else STORES:
            with sharing(store) as environment, following(folder, asked.replica) as replica:
                if "cold" in asked.only:
                    cold(postgres, store, environment | replica, asked.readers)
                if "changes" in asked.only:
                    changes(postgres, store, environment | replica, asked.rounds, asked.nodes)


if __name__ == "__main__":
    try:
        main()
    except NoPrograms as missing:
        sys.exit(str(missing))
