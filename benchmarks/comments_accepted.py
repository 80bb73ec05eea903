"""Measure how many comments a second the site takes through its real form, and what one costs in processor time.

Run `python benchmarks/comments_accepted.py [comments]` from the root of the repository; it makes a database of its own,
durable as in production, and serves the site by `manage.py serve`. Clients on the same machine post comments by readers
who all differ, each from a network of its own; afterwards every one has to be there, and held.
"""

import http.client
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
from database import BASE_DIR, site

COMMENTS = 6_000
WARM_UP = 400
CLIENTS = 16
ARTICLES = 50
# Which the site holds before, so that no index is empty.
HELD = 20_000
WORDS = 12
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
PORT = 8_765
HEADERS = {
    "Host": f"127.0.0.1:{PORT}",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Referer": f"http://127.0.0.1:{PORT}/",
    "Sec-Fetch-Site": "same-origin",
    "Accept-Encoding": "gzip, deflate, br",
}


def fill() -> list[int]:
    """Make articles and comments that wait; return the numbers of the articles."""
    from django.db import connection

    from tests import factories
    from tests.comment_waves import genuine

    sentences = [body for body, _, _ in genuine(1) if len(body) > 60]
    chance = random.Random(1)  # noqa: S311 - the same texts every time
    articles = [
        factories.published(
            headline=f"عنوان {number}", body=f"<p>{' '.join(chance.sample(sentences, 40))}</p>"
        )
        for number in range(ARTICLES)
    ]
    fingerprints = {f"{of}_fingerprint": f"md5('{of}' || place)" for of in ("email", "sender", "wording")}
    factories.flood(articles, HELD, **fingerprints)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [article.pk for article in articles]


@contextmanager
def served() -> Iterator[psutil.Process]:
    command = [sys.executable, BASE_DIR / "manage.py", "serve", "--no-demo", "--no-worker"]
    # The address of a reader is what the proxy in front says.
    settings = {"PORT": str(PORT), "SITE_URL": f"http://127.0.0.1:{PORT}", "PROXY_HOPS": "1"}
    server = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        while not answers():
            if server.poll() is not None:
                sys.exit("The site did not start.")
            time.sleep(0.1)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def answers() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def comments(articles: list[int], numbers: range) -> list[bytes]:
    """The requests of the comments of these numbers, as they are sent: clients share the processor with the site."""
    made = []
    for number in numbers:
        chance = random.Random(number)  # noqa: S311
        fields = {
            "author_name": f"قارئ {number}",
            "email": f"reader{number}@example.org",
            "website": "",
            # Of any letters: texts of few words would be somewhat alike, and wait for each other.
            "body": " ".join("".join(chance.choices(LETTERS, k=chance.randint(3, 7))) for _ in range(WORDS)),
            "wants_replies": "",
            "subject": "",
            "parent": "",
        }
        network = f"{11 + number // 62_500}.{number // 250 % 250}.{number % 250}.7"
        form = urlencode(fields)
        headers = HEADERS | {"X-Forwarded-For": network, "Content-Length": str(len(form))}
        lines = [
            f"POST /comments/article/{articles[number % ARTICLES]}/ HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        made.append("\r\n".join([*lines, "", form]).encode())
    return made


def post(requests: list[bytes], gate, answered) -> None:
    """Post the comments of one client over one connection; put how many were taken into `answered`."""
    connection = socket.create_connection(("127.0.0.1", PORT), timeout=60)
    gate.wait()
    taken = 0
    for request in requests:
        connection.sendall(request)
        answer = connection.recv(65_536)
        # A redirect has no body. Whatever else comes would be read as the next answer, and so be counted as none.
        taken += answer.startswith(b"HTTP/1.1 302") and b"/comments/mine/" in answer
    answered.put(taken)


def post_all(articles: list[int], numbers: range) -> tuple[int, float]:
    """Post comments by CLIENTS processes; return how many were taken, and the seconds from the first to the last."""
    context = multiprocessing.get_context("fork")
    gate, answered = context.Barrier(CLIENTS + 1), context.Queue()
    clients = [
        context.Process(target=post, args=[comments(articles, numbers[first::CLIENTS]), gate, answered])
        for first in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    gate.wait()
    begun = time.perf_counter()
    taken = sum(answered.get() for _ in clients)
    seconds = time.perf_counter() - begun
    for client in clients:
        client.join()
    return taken, seconds


def processor_seconds(process: psutil.Process) -> float:
    """What a process and all its children have used, those that ended among them."""
    return sum(process.cpu_times()[:4]) + sum(
        sum(child.cpu_times()[:2]) for child in process.children(recursive=True)
    )


def held(least: int) -> int:
    """How many comments that came later are there with their text, their keys and their address, and are held."""
    from comments.models import Comment, LikenessKey

    rows = Comment.objects.held().filter(pk__gt=least, is_shown=False).exclude(body="", email_encrypted="")
    return rows.filter(pk__in=LikenessKey.objects.values("comment")).count()


def main() -> None:
    from django.db import connections

    from comments.models import Comment
    from newsroom import embedded_postgres

    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMMENTS
    articles = fill()
    database = embedded_postgres._postmaster(Path(os.environ["VAR_DIR"]) / "postgres")
    connections.close_all()
    with served() as server:
        post_all(articles, range(WARM_UP))
        least = Comment.objects.order_by("-pk").values_list("pk", flat=True)[0]
        connections.close_all()
        before = processor_seconds(server), processor_seconds(database)
        taken, seconds = post_all(articles, range(WARM_UP, WARM_UP + count))
        after = processor_seconds(server), processor_seconds(database)
    site_ms, database_ms = (1000 * (end - begin) / count for begin, end in zip(before, after, strict=True))
    print(f"{count:,} comments by {CLIENTS} clients in {seconds:.1f} s: {taken / seconds:,.0f} a second")
    print(
        f"CPU of one: {site_ms:.2f} ms site, {database_ms:.2f} ms PostgreSQL, {site_ms + database_ms:.2f} ms in all"
    )
    print(f"answered with a private page: {taken:,}; stored and held: {held(least):,}")


if __name__ == "__main__":
    with site():
        main()
