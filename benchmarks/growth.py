"""Measure how the site bears its own growth: the same pages over more and more articles, ten times as many comments.

Run from the root of the repository; each size is a site of its own, of which the first 10,000 articles are loaded by
`manage.py load_content` and the others are copies of them, each older than the one before:

    python benchmarks/growth.py [--articles 10000 100000 1000000]

Every page is made, within the process. Printed are a JSON line for each size and page (median and 95th percentile of
the milliseconds that the answer takes, of those that the processor spends on it in Python and in PostgreSQL, and the
queries), one for the sizes on disk, and at the end how much more of the processor the largest site takes than the
smallest. A million articles take about 40 GB.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import news_content
from copies import multiply
from filled_site import filled
from rates import QUEUE
from served_site import EVERY_PAGE_MADE

COMMENTS, HOT, PENDING = 10, 500, 10_000
# More are copies of these, within the database.
LOADED = 10_000
# Indexes of the desk's own search, which is not measured; a million articles would wait an hour for them.
OF_THE_DESK = ("searched_text", "searched_key")
ARTICLES_ASKED, SEARCHES, TIMES = 200, 200, 50
# Of a section with fewer pages, the last one.
DEEP_PAGE = 500
DEEP = f"section, page {DEEP_PAGE} or the last"
PAGE_SIZE = 20
# Tables of which the size is told; the others are small.
LARGE = ("articles_", "comments_")


def searches() -> list[str]:
    """What readers may look for: names, words of a sentence, two of them, a phrase, a word that stands nowhere."""
    chance = random.Random(5)  # noqa: S311 - the same every time
    words = sorted({word for sentence in news_content.SENTENCES for word in sentence.strip(".").split()})
    kinds = (
        lambda: chance.choice(news_content.NAMES),
        lambda: chance.choice(words),
        lambda: " ".join(chance.sample(words, 2)),
        lambda: f"{chance.choice(news_content.TAGS)} {chance.choice(news_content.NAMES)}",
        lambda: '"' + " ".join(chance.choice(news_content.SENTENCES).split()[:2]) + '"',
        lambda: chance.choice(words) + "ظظظ",
    )
    return [kinds[number % len(kinds)]() for number in range(SEARCHES)]


def paths() -> dict[str, list[str]]:
    """The addresses of each kind of page that are asked for."""
    from django.db.models import Count

    from articles.models import Article, Section

    chance = random.Random(3)  # noqa: S311
    numbers = list(Article.objects.published().values_list("pk", flat=True))
    asked = Article.objects.filter(pk__in=chance.sample(numbers, min(ARTICLES_ASKED, len(numbers))))
    largest = Section.objects.annotate(count=Count("articles")).order_by("-count")[0]
    deep = min(DEEP_PAGE, -(-largest.count // PAGE_SIZE))
    section = largest.get_absolute_url()
    return {
        "article": [article.get_absolute_url() for article in asked],
        "hot article": [Article.objects.by_date()[0].get_absolute_url()] * TIMES,
        "home": ["/"] * TIMES,
        "section": [section] * TIMES,
        DEEP: [f"{section}?page={deep}"] * TIMES,
        "search": [f"/search/?q={quote(text)}" for text in searches()],
        "queue": [QUEUE] * TIMES,
        "feed": ["/feed/"] * TIMES,
    }


def measure(articles: int) -> None:
    """Print a line for each kind of page."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from newsroom.wsgi import application

    moderator = Client(SERVER_NAME="127.0.0.1")
    moderator.force_login(User.objects.create_superuser("moderator", password=None))
    signed_in = f"{settings.SESSION_COOKIE_NAME}={moderator.cookies[settings.SESSION_COOKIE_NAME].value}"
    # One backend for all pages, whose time can be read.
    connection.close()
    connection.settings_dict["CONN_MAX_AGE"] = None
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    for kind, asked in paths().items():
        cookie = signed_in if kind == "queue" else ""
        status = get(application, asked[0], cookie)
        if not status.startswith("200"):
            tell(articles, kind, status=status)
            continue
        for path in islice(asked, 3):
            get(application, path, cookie)
        took: dict[str, list[float]] = {"wall": [], "python": [], "postgres": [], "processor": []}
        for path in asked:
            python, postgres, begun = time.thread_time(), milliseconds(backend), time.perf_counter()
            get(application, path, cookie)
            took["wall"].append(1_000 * (time.perf_counter() - begun))
            took["python"].append(1_000 * (time.thread_time() - python))
            took["postgres"].append(milliseconds(backend) - postgres)
            took["processor"].append(took["python"][-1] + took["postgres"][-1])
        with CaptureQueriesContext(connection) as captured:
            get(application, asked[-1], cookie)
        tell(
            articles,
            kind,
            median_ms={clock: round(statistics.median(times), 2) for clock, times in took.items()},
            p95_ms={clock: round(percentile(times, 95), 2) for clock, times in took.items()},
            asked=len(asked),
            queries=len(captured),
        )


def get(application: Callable, path: str, cookie: str) -> str:
    """Have a page made as the server would, without one; return its status."""
    path, _mark, query = path.partition("?")
    environment = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookie, "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
    }  # fmt: skip
    statuses: list[str] = []
    answer = application(environment, lambda status, _headers, _info=None: statuses.append(status))
    with closing(answer):
        b"".join(answer)
    return statuses[0]


def milliseconds(schedstat: Path) -> float:
    """What a process has spent of the processor so far; Linux tells it to the nanosecond."""
    return int(schedstat.read_text().split()[0]) / 1_000_000


def tell_sizes(articles: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (whole,) = cursor.fetchone()
        cursor.execute(
            "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ %s AND pg_total_relation_size(oid) > 1000000"
            " ORDER BY pg_total_relation_size(oid) DESC",
            [f"^({'|'.join(LARGE)})"],
        )
        tables = {name: {"table_mb": mb(table), "indexes_mb": mb(indexes)} for name, table, indexes in cursor}
    tell(articles, "sizes", database_mb=mb(whole), tables=tables)


def mb(size: int) -> float:
    return round(size / 1_000_000, 1)


def percentile(values: Iterable[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def tell(articles: int, kind: str, **row: Any) -> None:
    load = round(os.getloadavg()[0], 2)
    print(
        json.dumps({"articles": articles, "page": kind, **row, "loadavg1": load}, ensure_ascii=False),
        flush=True,
    )


def fill_and_measure(articles: int) -> None:
    begun = time.monotonic()
    times = max(1, articles // LOADED)
    with filled(articles // times, COMMENTS, HOT, PENDING):
        if times > 1:
            multiply(times, without=OF_THE_DESK)
        tell(articles, "filled", seconds=round(time.monotonic() - begun))
        measure(articles)
        tell_sizes(articles)


def measured(articles: int) -> dict[str, tuple[float, float]]:
    """The processor's time by kind of page, median and 95th percentile.

    Of a process of its own: Django's settings hold for one database.
    """
    command = [sys.executable, __file__, "--articles", str(articles)]
    found = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            row = json.loads(line)
            if "median_ms" in row:
                found[row["page"]] = (row["median_ms"]["processor"], row["p95_ms"]["processor"])
    if process.returncode:
        sys.exit(process.returncode)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked = parser.parse_args()
    os.environ |= EVERY_PAGE_MADE
    if len(asked.articles) == 1:
        fill_and_measure(*asked.articles)
        return
    print_growth({articles: measured(articles) for articles in asked.articles})


def print_growth(by_size: dict[int, dict[str, tuple[float, float]]]) -> None:
    """A table of what the processor spends on each page: median / 95th percentile, and how many times as much."""
    smallest, *_between, largest = by_size.values()
    print(f"| page | {' | '.join(f'{articles:,}' for articles in by_size)} | times |")
    print(f"|---|{'---:|' * (len(by_size) + 1)}")
    for kind in smallest:
        figures = [
            " / ".join(f"{ms:.1f}" for ms in found[kind]) if kind in found else "—"
            for found in by_size.values()
        ]
        times = "—"
        if kind in largest:
            times = " / ".join(
                f"{more / less:.2f}" for more, less in zip(largest[kind], smallest[kind], strict=True)
            )
        print(f"| {kind} | {' | '.join(figures)} | {times} |")


if __name__ == "__main__":
    main()
