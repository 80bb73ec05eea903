"""Measure how many kept pages a second two processes answer, beside what is possible at all.

Run `python benchmarks/page_cache.py` from the root of the repository; it needs wrk (apt-get install wrk). The page is
that of an article with 20 comments, asked for with Brotli. By turns the same bytes and headers come from a bare WSGI
function, from a Django view without middleware, and from the site as `manage.py serve` runs it; all under granian with
two processes and as many threads. Printed is a line of JSON each, with the median of the turns and the latency of the
slowest hundredth, and then the ratios.
"""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from database import BASE_DIR, site

from tests.ports import free_port

SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "3"))
CONNECTIONS = 16
COMMENTS = 20
PARAGRAPHS = 30
ACCEPTED = {"Accept-Encoding": "gzip, br"}
# Told anew with each answer, or by the server.
OWN = {"date", "server", "age", "cache-status", "connection", "content-length"}


def fetch(port: int, path: str) -> http.client.HTTPResponse:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    wire.request("GET", path, headers=ACCEPTED)
    answer = wire.getresponse()
    answer.content = answer.read()
    wire.close()
    return answer


@contextmanager
def running(command: list[str], port: int, path: str, **environment: str) -> Iterator[int]:
    """Run a server until it answers, and end it afterwards; gives its port."""
    process = subprocess.Popen(
        command,
        cwd=BASE_DIR,
        env=os.environ | {"PYTHONPATH": str(BASE_DIR)} | environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            try:
                if fetch(port, path).status == 200:
                    break
            except OSError as error:
                if process.poll() is not None:
                    raise RuntimeError(f"{command} ended") from error
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def measure(port: int, path: str) -> tuple[float, float]:
    """Answers a second, and the latency of the slowest hundredth in milliseconds."""
    told = subprocess.run(
        [
            shutil.which("wrk"), "--latency", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s",
            *(part for field, value in ACCEPTED.items() for part in ("-H", f"{field}: {value}")),
            f"http://127.0.0.1:{port}{path}",
        ],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    if re.search("Non-2xx|Socket errors", told):
        raise RuntimeError(told)
    slowest, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), float(slowest) * {
        "us": 1e-3,
        "ms": 1,
        "s": 1e3,
    }[unit]


def article_path() -> str:
    from django.utils.encoding import iri_to_uri

    from articles import publishing
    from articles.models import Article, Author, Section
    from comments import moderation
    from comments.models import Policy
    from comments.submission import NewComment, Sender, submit

    section = publishing.save_named(Section(name="تقنية"))
    author = publishing.save_named(Author(name="ليلى حدّاد"))
    text = (
        "<p>"
        + "ستكون نماذج ميسترال متاحة في Microsoft Azure بحسب ما أعلنته الشركة يوم الإثنين. " * 5
        + "</p>"
    )
    article = Article(headline="مايكروسوفت تعلن شراكة مع Mistral AI", body=text * PARAGRAPHS, section=section)
    article = publishing.move(publishing.save(article, authors=[author]), "publish", by=None)
    Policy.objects.update(article_limit=1_000)
    for number in range(COMMENTS):
        new = NewComment(
            f"قارئ {number}", f"reader{number}@example.org", "", f"تعليق هادئ على OpenAI رقم {number} " * 5
        )
        moderation.approve([submit(article, new, Sender(f"10.0.{number}.7", "Firefox"))], by=None)
    return iri_to_uri(article.get_absolute_url())


def main() -> None:
    from newsroom.management.commands.serve import THREADS, WORKERS

    path = article_path()
    folder = Path(os.environ["VAR_DIR"])
    granian = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", str(WORKERS),
        "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "error", "--port",
    ]  # fmt: skip
    page, head = folder / "page", folder / "page.json"
    port = free_port()
    serve = [sys.executable, "manage.py", "serve", "--no-demo", "--no-worker"]
    with running(serve, port, path, PORT=str(port)):
        # Of both processes.
        for _ in range(50):
            answer = fetch(port, path)
    page.write_bytes(answer.content)
    length = ("Content-Length", str(len(answer.content)))
    head.write_text(json.dumps([*((f, v) for f, v in answer.getheaders() if f.lower() not in OWN), length]))

    def bare(name: str, **more: str):
        port = free_port()
        command = [*granian, str(port), f"benchmarks.bare_page:{name}"]
        return running(command, port, path, PAGE=str(page), PAGE_HEAD=str(head), **more)

    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(REPEATS):
        for name, server in (
            ("bare WSGI function", bare("function")),
            ("bare Django view", bare("with_django", WITH_DJANGO="1")),
            ("kept page", running(serve, port, path, PORT=str(port))),
        ):
            with server as at:
                for _ in range(50):
                    fetch(at, path)
                found.setdefault(name, []).append(measure(at, path))
    rates = {}
    for name, measured in found.items():
        rates[name] = statistics.median(rate for rate, _slowest in measured)
        slowest = statistics.median(slowest for _rate, slowest in measured)
        told = {
            "served": name,
            "a second": round(rates[name]),
            "p99 ms": slowest,
            "bytes": len(answer.content),
        }
        print(json.dumps(told | {"seconds": SECONDS, "load": round(os.getloadavg()[0], 1)}), flush=True)
    for name in ("bare WSGI function", "bare Django view"):
        print(f"kept page: {rates['kept page'] / rates[name]:.2f} x {name}")


if __name__ == "__main__":
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with site():
        main()
