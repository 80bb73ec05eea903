"""Measure the site behind nginx, which keeps its pages, beside nginx with a file.

Run from the root of the repository; it makes a site of its own, and needs wrk and nginx:

    python benchmarks/front.py [--seconds 1] [--repeat 15]

nginx runs by `deploy/nginx.conf` in a temporary folder, with two processes. By turns wrk asks it, with gzip,
for the page of an article with 20 comments as it keeps it for a second at a time, and for a file with the same bytes
and headers. One JSON line each, and one with the ratio of requests a second, median of the turns, and that of the
processor's work for an answer, of nginx and wrk together: what the ratio is where both have the machine for themselves.
"""

import argparse
import http.client
import json
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from database import BASE_DIR
from filled_site import filled
from served_site import (
    CONNECTIONS,
    NoPrograms,
    Site,
    free_port,
    postmaster,
    processor_seconds,
    served,
    spread,
    wrk,
)

ASKED = {"Accept-Encoding": "gzip"}
# Told by nginx anew, or of the connection.
OWN = {
    "date",
    "server",
    "connection",
    "content-length",
    "content-type",
    "last-modified",
    "etag",
    "keep-alive",
}
LEAST = 0.9


def tell(**row: object) -> None:
    print(json.dumps({**row, "loadavg1": round(os.getloadavg()[0], 2)}, ensure_ascii=False), flush=True)


def kept_answer(front: Site, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    for _number in range(100):
        answer, body = front.get(path, ASKED)
        if answer.status == 200 and "nashra-nginx; hit" in (answer.getheader("Cache-Status") or ""):
            return answer, body
    raise RuntimeError("nginx keeps no page")


def as_a_file(folder: Path, port: int, answer: http.client.HTTPResponse, body: bytes) -> str:
    """A server of nginx's with that answer as a file."""
    (folder / "file").mkdir()
    (folder / "file" / "page").write_bytes(body)
    head = "\n".join(
        f"add_header {name} {json.dumps(value, ensure_ascii=False)};"
        for name, value in answer.getheaders()
        if name.lower() not in OWN
    )
    (folder / "file.conf").write_text(
        f"server {{ listen 127.0.0.1:{port}; root {folder}/file; types {{ }}"
        f" default_type 'text/html; charset=utf-8'; {head} }}"
    )
    return f"include {folder}/file.conf;"


def measure(seconds: int, repeat: int, postgres: int, path: str) -> None:
    from tests import nginx_front

    port, file_port = free_port(), free_port()
    settings = {"SITE_URL": f"http://127.0.0.1:{port}", "BEHIND_PROXY": "1", "PAGE_CDN_SECONDS": "1"}
    var_dir = Path(os.environ["VAR_DIR"])
    with (
        served(postgres, settings) as site,
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
    ):
        with nginx_front.running(Path(first), port, site.port, var_dir):
            answer, body = kept_answer(Site(port), path)
        more = as_a_file(Path(second), file_port, answer, body)
        with nginx_front.running(Path(second), port, site.port, var_dir, processes=2, more=more) as nginx:
            asked = {"kept by nginx": (Site(port), path), "file": (Site(file_port), "/page")}
            if kept_answer(Site(port), path)[1] != asked["file"][0].get("/page")[1]:
                raise RuntimeError("The file is another than the page")
            found: dict[str, list[dict]] = {name: [] for name in asked}
            spent: dict[str, list[float]] = {name: [] for name in asked}
            for turn in range(repeat + 1):
                # Each is first in every other turn.
                for name in list(asked)[:: 1 if turn % 2 else -1]:
                    before = processor_seconds(nginx.pid) + of_wrk()
                    run = wrk(*asked[name], seconds=seconds, headers=ASKED)
                    # The first turn only prepares.
                    if turn:
                        found[name].append(run)
                        used = processor_seconds(nginx.pid) + of_wrk() - before
                        spent[name].append(1_000_000 * used / run["requests"])
    for name, runs in found.items():
        tell(
            scenario=name,
            rps=spread([run["rps"] for run in runs]),
            p50_ms=spread([run["p50_ms"] for run in runs]),
            p99_ms=spread([run["p99_ms"] for run in runs]),
            bad=sum(run["bad"] for run in runs),
            processor_ms_for_1000=spread(spent[name]),
            bytes=len(body),
            connections=CONNECTIONS,
        )
    turns = [
        kept["rps"] / file["rps"] for kept, file in zip(found["kept by nginx"], found["file"], strict=True)
    ]
    work = {name: statistics.median(values) for name, values in spent.items()}
    tell(
        kept_by_nginx_to_file=spread(turns),
        by_work=round(work["file"] / work["kept by nginx"], 3),
        required=LEAST,
    )


def of_wrk() -> float:
    """What ended children of this process have used of the processor, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=15)
    asked = parser.parse_args()
    sys.path.insert(0, str(BASE_DIR))
    with filled(50, 20, 20, 10) as folder:
        from django.utils.encoding import iri_to_uri

        from articles.models import Article
        from tests import nginx_front

        if nginx_front.program() is None:
            raise NoPrograms("nginx is missing; on Debian: apt-get install nginx-light")
        measure(
            asked.seconds,
            asked.repeat,
            postmaster(folder),
            iri_to_uri(Article.objects.by_date()[1].get_absolute_url()),
        )


if __name__ == "__main__":
    try:
        main()
    except NoPrograms as missing:
        sys.exit(str(missing))
