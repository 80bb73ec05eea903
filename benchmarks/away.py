"""Read warm pages while the database is away, and then, behind nginx, while the whole site is.

Run from the root of the repository; it makes a site of its own, and needs nginx:

    python benchmarks/away.py [--pages 1000] [--seconds 60]

So many pages of articles are opened once in each process of the site. Then the database is stopped for so long, and
they are asked for over and over, by a reader at each process; somebody sends a comment meanwhile, and again once the
database is back. Afterwards nginx, by `deploy/nginx.conf`, opens them all, and the site is killed. One JSON line each:
answers by status, milliseconds of the quiet site beside those of the time without. Ends with 1 unless all were read.
"""

import argparse
import http.client
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from database import site
from served_site import Site, free_port, postmaster, served, wires

# After so long every process has noticed.
NOTICED_SECONDS = 5


class Reader:
    """Reads over one connection; `statuses` and `took`, in milliseconds, are of all answers since `begin`."""

    def __init__(self, wire: http.client.HTTPConnection, paths: list[str], headers: dict[str, str]) -> None:
        self._wire, self._paths, self._headers = wire, paths, headers
        self.begin()

    def begin(self) -> None:
        self.statuses: Counter = Counter()
        self.took: list[float] = []

    def round(self) -> None:
        for path in self._paths:
            begun = time.perf_counter()
            self._wire.request("GET", path, headers=self._headers)
            answer = self._wire.getresponse()
            answer.read()
            self.took.append(1_000 * (time.perf_counter() - begun))
            self.statuses[answer.status] += 1

    def rounds(self, until: float) -> None:
        while time.monotonic() < until:
            self.round()


def told(readers: list[Reader]) -> dict:
    took = sorted(value for reader in readers for value in reader.took)
    statuses: Counter = sum((reader.statuses for reader in readers), Counter())
    return {
        "answers": {str(status): count for status, count in statuses.items()},
        "p50_ms": round(statistics.median(took), 2),
        "p99_ms": round(took[int(0.99 * len(took))], 2),
        "longest_ms": round(took[-1], 1),
    }


def together(readers: list[Reader], what: str, *arguments: float) -> dict:
    for reader in readers:
        reader.begin()
    threads = [threading.Thread(target=getattr(reader, what), args=arguments) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told(readers)


def send(found: Site, article: int, body: str) -> tuple[int, bool]:
    """The status of the answer to a comment, and whether the text came back in it."""
    fields = {"author_name": "قارئ", "email": "reader@example.org", "body": body}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": "Firefox",
    }
    answer, page = found.ask("POST", f"/comments/article/{article}/", urlencode(fields), headers)
    return answer.status, body in page.decode()


def without_database(found: Site, article: int, paths: list[str], seconds: int, data_dir: Path) -> dict:
    from newsroom import embedded_postgres

    readers = [
        Reader(wire, paths, {"Accept-Encoding": "br"})
        for (wire,) in wires(found, 1).values()
    ]  # fmt: skip
    together(readers, "round")
    quiet = together(readers, "rounds", time.monotonic() + seconds / 4)
    embedded_postgres.stop(data_dir)
    time.sleep(NOTICED_SECONDS)
    away = together(readers, "rounds", time.monotonic() + seconds)
    refused, is_kept = send(found, article, "تعليق أرسل والقاعدة غائبة عن OpenAI")
    embedded_postgres.start(data_dir)
    back = time.monotonic()
    while send(found, article, "تعليق أرسل والقاعدة غائبة عن OpenAI")[0] != 302:
        time.sleep(0.05)
    return {
        "scenario": "database away",
        "quiet": quiet,
        "away": away,
        "comment": refused,
        "text_came_back": is_kept,
        "written_after_s": round(time.monotonic() - back, 2),
    }


def without_site(paths: list[str], seconds: int, data_dir: Path) -> dict:
    from tests import nginx_front

    port = free_port()
    settings = {"SITE_URL": f"http://127.0.0.1:{port}", "BEHIND_PROXY": "1", "PAGE_CDN_SECONDS": "1"}
    with (
        served(postmaster(data_dir), settings) as found,
        tempfile.TemporaryDirectory() as folder,
        nginx_front.running(Path(folder), port, found.port, Path(os.environ["VAR_DIR"])),
    ):
        readers = [
            Reader(
                http.client.HTTPConnection("127.0.0.1", port, timeout=60), paths, {"Accept-Encoding": "br"}
            )
            for _number in range(2)
        ]
        together(readers, "round")
        quiet = together(readers, "rounds", time.monotonic() + seconds / 4)
        os.killpg(found.processes["server"], signal.SIGKILL)
        time.sleep(1)
        away = together(readers, "rounds", time.monotonic() + seconds)
    return {"scenario": "site away behind nginx", "quiet": quiet, "away": away}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()

    from django.db import connections
    from django.utils.encoding import iri_to_uri

    from newsroom import embedded_postgres
    from tests import factories

    data_dir = Path(os.environ["VAR_DIR"]) / "postgres"
    articles = [factories.published() for _number in range(asked.pages)]
    paths = [iri_to_uri(article.get_absolute_url()) for article in articles]
    connections.close_all()
    rows = []
    # Without an address the site looks after the database by itself.
    with served(postmaster(data_dir), {"DATABASE_URL": ""}) as found:
        rows.append(without_database(found, articles[0].pk, paths, asked.seconds, data_dir))
    # The site ended it with itself.
    embedded_postgres.start(data_dir)
    rows.append(without_site(paths, asked.seconds, data_dir))
    for row in rows:
        print(json.dumps({"pages": asked.pages, **row, "loadavg1": round(os.getloadavg()[0], 2)}), flush=True)
    return any(set(row["away"]["answers"]) != {"200"} for row in rows)


if __name__ == "__main__":
    with site():
        code = main()
    sys.exit(code)
