"""What readers and an honest comment meet while a hundred connections flood the site.

Run from the root of the repository; it makes a site of its own, and needs wrk:

    python benchmarks/flood.py [--seconds 60] [--connections 100]

Somebody reads kept pages, twenty a second, and sends a comment every two seconds, each from a network of its own: first
on a quiet site, then under a flood, by turns, of comments, searches for words that nobody searched for, pages that are
not there, and lists far behind. wrk sends it as fast as it is answered. One JSON line: milliseconds of kept pages and
of honest comments, quiet and flooded; answers to the flood by status; how many comments were acknowledged and not
stored; megabytes of the site before and after each eighth of the flood; and milliseconds of pages while `--slow`
connections send a byte a second each, half of them within their headers.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from database import site
from served_site import Site, memory, postmaster, served

# Whatever is answered is counted by its status, in each thread, and told at the end.
_FLOOD = r"""
local threads, sent, answers = {}, 0, {}
function setup(thread) table.insert(threads, thread); thread:set("number", #threads) end
local form = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Sec-Fetch-Site"] = "same-origin",
  ["User-Agent"] = "Firefox" }
function request()
  sent = sent + 1
  local key = os.getenv("WRK_RUN") .. "x" .. number .. "x" .. sent
  local from = string.format("10.%d.%d.%d", number, math.floor(sent / 250) % 250, sent % 250)
  if sent % 4 == 0 then
    form["X-Forwarded-For"] = from
    local body = "author_name=flood&email=flood" .. key .. "%40example.org&body=buy+" .. key .. "+now+and+win+" .. key
    return wrk.format("POST", os.getenv("WRK_ARTICLE"), form, body)
  end
  local paths = { "/search/?q=zq" .. key, "/article/" .. (900000 + sent) .. "/none/", "/?page=" .. key }
  return wrk.format("GET", paths[sent % 4], { ["X-Forwarded-For"] = from })
end
statuses = {}
function response(status) statuses[status] = (statuses[status] or 0) + 1 end
function done()
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses")) do answers[status] = (answers[status] or 0) + count end
  end
  for status, count in pairs(answers) do io.write("status ", status, " ", count, "\n") end
end
"""
READ_EVERY, SEND_EVERY = 0.05, 2.0


class Honest:
    """Who reads and writes among the others, for so many seconds."""

    def __init__(self, found: Site, paths: list[str], article: int) -> None:
        self._site, self._paths, self._article = found, paths, article
        self.acknowledged = 0
        self.reads: list[float] = []
        self.sends: list[float] = []
        self.statuses: set[int] = set()
        self._sent = 0

    def _for(self, seconds: float, every: float, act) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            act()
            time.sleep(every)

    def _read(self) -> None:
        begun = time.perf_counter()
        answer, _page = self._site.get(self._paths[len(self.reads) % len(self._paths)])
        self.reads.append(1_000 * (time.perf_counter() - begun))
        self.statuses.add(answer.status)

    def _send(self) -> None:
        self._sent += 1
        fields = {
            "author_name": "قارئ", "email": f"honest{self._sent}@example.org",
            "body": f"رأيي أن هذا الخبر عن OpenAI ينقصه مصدر رقم {self._sent} {id(self)}",
        }  # fmt: skip
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
            "User-Agent": "Firefox", "X-Forwarded-For": f"172.{16 + self._sent // 250}.{self._sent % 250}.7",
        }  # fmt: skip
        begun = time.perf_counter()
        answer, _page = self._site.ask(
            "POST", f"/comments/article/{self._article}/", urlencode(fields), headers
        )
        self.sends.append(1_000 * (time.perf_counter() - begun))
        self.acknowledged += answer.status == 302
        self.statuses.add(answer.status)

    def act(self, seconds: float) -> dict:
        threads = [
            threading.Thread(target=self._for, args=[seconds, every, act])
            for every, act in ((READ_EVERY, self._read), (SEND_EVERY, self._send))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {
            "kept_page_ms": spread(self.reads),
            "comment_ms": spread(self.sends),
            "statuses": sorted(self.statuses),
        }


def spread(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[int(0.99 * len(ordered))], 1),
        "longest": round(ordered[-1], 1),
    }


def flood(found: Site, article: int, seconds: int, connections: int) -> dict[str, int]:
    """Answers by status."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "flood.lua")
        script.write_text(_FLOOD)
        command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", script]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{found.port}/"],
            env=os.environ | {"WRK_ARTICLE": f"/comments/article/{article}/", "WRK_RUN": str(time.time_ns())},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    answers = {status: int(count) for status, count in re.findall(r"status (\d+) (\d+)", said)}
    if errors := re.search(r"Socket errors: (.*)", said):
        answers["errors"] = sum(map(int, re.findall(r"\d+", errors[1])))
    return answers


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--slow", type=int, default=300)
    asked = parser.parse_args()

    from django.db import connections
    from django.utils.encoding import iri_to_uri

    from comments.models import Comment
    from tests import factories
    from tests.faults.test_restarts import probe, slow_senders

    data_dir = Path(os.environ["VAR_DIR"]) / "postgres"
    articles = [factories.published() for _number in range(50)]
    paths = ["/", *(iri_to_uri(article.get_absolute_url()) for article in articles)]
    before = Comment.objects.count()
    connections.close_all()
    # Readers' own rates hold for them; where they come from is what the proxy says.
    with served(postmaster(data_dir), {"PROXY_HOPS": "1"}) as found:
        server = found.processes["server"]
        for path in paths * 8:
            found.get(path)
        honest = Honest(found, paths, articles[0].pk)
        quiet = honest.act(asked.seconds / 4)
        # As much as it takes once it has done a little of everything.
        said = Counter(flood(found, articles[1].pk, 5, asked.connections))
        megabytes = [memory(server)]
        flooding = threading.Thread(
            target=lambda: said.update(flood(found, articles[1].pk, asked.seconds + 4, asked.connections))
        )
        flooding.start()
        time.sleep(2)
        honest.reads, honest.sends = [], []
        for _eighth in range(8):
            flooded = honest.act(asked.seconds / 8)
            megabytes.append(memory(server))
        flooding.join()
        with slow_senders(found.port, asked.slow):
            time.sleep(1)
            probes = [
                1_000 * seconds if status == 200 else float("inf")
                for _time in range(10)
                for status, seconds in [
                    probe(found.port, path) for path in ("/healthz/live", "/healthz", "/", "/archive/")
                ]
            ]
    stored = Comment.objects.count() - before
    acknowledged = honest.acknowledged + said["302"]
    row = {
        "connections": asked.connections,
        "quiet": quiet,
        "flooded": flooded,
        "flood": said,
        "acknowledged": acknowledged,
        # wrk ends in the middle of some, which are stored and nobody has heard of.
        "lost": max(0, acknowledged - stored),
        "memory_mb": megabytes,
        "beside_slow_senders_ms": spread(probes),
        "loadavg1": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(row), flush=True)
    return row["lost"] > 0


if __name__ == "__main__":
    with site():
        code = main()
    sys.exit(code)
