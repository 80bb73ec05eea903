"""Measure what memory the site holds while it is at work, minute by minute, and how soon it answers after a start.

Run from the root of the repository; it makes a site of its own, with the content of `news_content`:

    python benchmarks/memory.py [--minutes 10] [--starts 5] [--articles 2000]

`manage.py serve` runs with two processes and the worker beside them. First its starts are timed: from the command to
the first front page, over a database that is there. Then readers ask at once, each at a pace of its own, for pages
that are kept, for articles of which there are more than are kept, for searches of which none comes twice, and send
comments. Each minute a line of JSON tells the proportional set size in megabytes of 2^20 bytes, and what was
answered; the last one tells the slope of each in megabytes a minute, by least squares from the third minute on, when
what is kept fills its room.
"""

import argparse
import http.client
import itertools
import json
import os
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote, urlencode

import news_content
import psutil
from filled_site import filled
from growth import searches
from rates import NO_LIMIT
from served_site import MEGABYTE, PAGES_KEPT, NoPrograms, Site, postmaster, served

# By then the room for kept pages is full.
SETTLED = 3
# After so many requests a reader connects anew and may come to the other process.
REQUESTS_A_CONNECTION = 50
STARTED_WITHIN = 2.0


def tell(**row: object) -> None:
    print(json.dumps({**row, "loadavg1": round(os.getloadavg()[0], 2)}, ensure_ascii=False), flush=True)


def starts(postgres: int, count: int) -> None:
    """Time from the command to the first answer with 200: of `/healthz`, and of the front page, which is made."""
    healthy, front = [], []
    for _number in range(count):
        begun = time.perf_counter()
        with served(postgres, PAGES_KEPT, with_worker=True) as site:
            healthy.append(time.perf_counter() - begun)
            if site.get("/")[0].status != 200:
                raise RuntimeError("The front page fails")
            front.append(time.perf_counter() - begun)
    tell(
        starts=count,
        first_answer_s={"median": round(statistics.median(healthy), 2), "max": round(max(healthy), 2)},
        first_page_s={"median": round(statistics.median(front), 2), "max": round(max(front), 2)},
        goal_s=STARTED_WITHIN,
    )


class Readers:
    """Threads that ask and send until they are ended; `answers` counts what came, by kind and status."""

    def __init__(self, site: Site, articles: list[tuple[int, str]]) -> None:
        self.site = site
        self.answers: Counter[str] = Counter()
        self._ended = threading.Event()
        chance = random.Random(11)  # noqa: S311 - the same every time
        words = searches()
        self._numbers = itertools.count()
        kinds: list[tuple[str, float, Callable[[], tuple]]] = [
            ("kept", 0.005, lambda: ("GET", chance.choice(["/", articles[0][1], articles[1][1]]))),
            ("article", 0.03, lambda: ("GET", chance.choice(articles)[1])),
            ("article", 0.03, lambda: ("GET", chance.choice(articles)[1])),
            (
                "search",
                0.2,
                lambda: ("GET", f"/search/?q={quote(f'{chance.choice(words)} {next(self._numbers)}')}"),
            ),
            ("comment", 0.3, lambda: self._comment(chance.choice(articles)[0], chance)),
        ]
        self._threads = [threading.Thread(target=self._ask, args=kind) for kind in kinds]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _comment(self, article: int, chance: random.Random) -> tuple[str, str, str, dict[str, str]]:
        number = next(self._numbers)
        body = f"{news_content.remark(news_content.Chance(number))} {number}"
        form = {"author_name": f"قارئ {number}", "email": f"reader-{number}@example.com", "body": body}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.7",
        }
        return "POST", f"/comments/article/{article}/", urlencode(form), headers

    def _ask(self, kind: str, pause: float, next_request: Callable[[], tuple]) -> None:
        while not self._ended.is_set():
            wire = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
            for _number in range(REQUESTS_A_CONNECTION):
                method, path, body, headers = (*next_request(), None, None)[:4]
                try:
                    wire.request(method, path, body, {"Accept-Encoding": "gzip", **(headers or {})})
                    answer = wire.getresponse()
                    answer.read()
                    self.answers[f"{kind} {answer.status}"] += 1
                except OSError:
                    self.answers[f"{kind} lost"] += 1
                    break
                if self._ended.wait(pause):
                    break
            wire.close()


def sizes(site: Site) -> dict[str, float]:
    """Proportional set sizes by what the processes are."""
    found: Counter[str] = Counter()
    for pid, name in _processes(site):
        with suppress(psutil.Error):
            found[name] += psutil.Process(pid).memory_full_info().pss
    return {name: round(size / MEGABYTE, 1) for name, size in sorted(found.items())} | {
        "all": round(sum(found.values()) / MEGABYTE, 1)
    }


def _processes(site: Site) -> Iterator[tuple[int, str]]:
    yield site.processes["server"], "server"
    for process in psutil.Process(site.processes["server"]).children(recursive=True):
        with suppress(psutil.Error):
            yield process.pid, "worker" if "work" in process.cmdline() else "answering"
    yield site.processes["postgres"], "postgres"
    for process in psutil.Process(site.processes["postgres"]).children(recursive=True):
        yield process.pid, "postgres"


def minutes(site: Site, count: int) -> None:
    from django.utils.encoding import iri_to_uri

    from articles.models import Article

    articles = [(article.pk, iri_to_uri(article.get_absolute_url())) for article in Article.objects.by_date()]
    taken: list[dict[str, float]] = []
    with Readers(site, articles) as readers:
        for minute in range(1, count + 1):
            before = Counter(readers.answers)
            time.sleep(60)
            taken.append(sizes(site))
            pages = json.loads(site.get("/healthz")[1])["pages"]
            answered = dict(sorted((Counter(readers.answers) - before).items()))
            tell(
                minute=minute,
                pss_mb=taken[-1],
                answers=answered,
                kept_mb_of_one=round(pages["bytes"] / MEGABYTE, 1),
            )
    settled = taken[SETTLED - 1 :]
    if len(settled) > 1:
        places = range(len(settled))
        slopes = {
            name: round(
                statistics.linear_regression(places, [size.get(name, 0.0) for size in settled]).slope, 2
            )
            for name in settled[0]
        }
        tell(
            from_minute=SETTLED,
            to_minute=count,
            slope_mb_a_minute=slopes,
            grown_mb=round(settled[-1]["all"] - settled[0]["all"], 1),
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--articles", type=int, default=2_000)
    asked = parser.parse_args()
    with filled(asked.articles, 10, 500, 1_000) as folder:
        from comments.models import Policy

        Policy.objects.update(network_limit=NO_LIMIT, writer_limit=NO_LIMIT, article_limit=NO_LIMIT)
        postgres = postmaster(folder)
        if asked.starts:
            starts(postgres, asked.starts)
        if asked.minutes:
            with served(postgres, PAGES_KEPT | {"PROXY_HOPS": "1"}, with_worker=True) as site:
                minutes(site, asked.minutes)


if __name__ == "__main__":
    try:
        main()
    except NoPrograms as missing:
        sys.exit(str(missing))
