"""Measure the served site: pages made and kept, lists, search, the queue, comments sent and decided.

Run from the root of the repository; it makes a site of its own, with the content of `news_content`:

    python benchmarks/rates.py [--seconds 10] [--repeat 3] [--only home,search] [--pages FOLDER]

One JSON line a scenario: requests a second and milliseconds by wrk (median and extremes of the repeats), and of one
client alone the processor's milliseconds that a request takes the server and PostgreSQL, which depend little on what
else the machine does. `--pages` keeps the bytes of what was measured, for others to serve.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import news_content
from filled_site import filled
from served_site import (
    CONNECTIONS,
    EVERY_PAGE_MADE,
    PAGES_KEPT,
    NoPrograms,
    Site,
    memory,
    postmaster,
    processor_seconds,
    served,
    settle,
    spread,
    timed,
    wrk,
)

SEARCHED = "الاصطناعي"
QUEUE = "/admin/comments/comment/"
DECIDED = 30
# What every reader of other systems is made to send, so that all are asked the same; here it is one large wave.
ALIKE = "تعليق جديد رقم @@ID@@ عن الذكاء الاصطناعي و OpenAI. " * 3
REMARKS = 500
# More than any run sends.
NO_LIMIT = 32_767


def tell(scenario: str, **row: Any) -> None:
    load = round(os.getloadavg()[0], 2)
    print(
        json.dumps({"system": "nashra", "scenario": scenario, **row, "loadavg1": load}, ensure_ascii=False),
        flush=True,
    )


class Bench:
    """What is measured of a site with content; `made` says whether every page is made."""

    def __init__(self, postgres: Path, seconds: int, repeat: int, pages: Path | None) -> None:
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.test import Client
        from django.utils.encoding import iri_to_uri

        from articles.models import Article, Section

        self.postgres = postmaster(postgres)
        self.seconds, self.repeat, self.pages = seconds, repeat, pages
        self.hot, self.article = Article.objects.by_date()[:2]
        self.paths = {
            "article20": iri_to_uri(self.article.get_absolute_url()),
            "hot500": iri_to_uri(self.hot.get_absolute_url()),
            "home": "/",
            "section": iri_to_uri(Section.objects.order_by("pk")[0].get_absolute_url()),
            "search": f"/search/?q={quote(SEARCHED)}",
            "feed": "/feed/",
        }
        self.moderator = User.objects.create_superuser("moderator", password=None)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.moderator)
        session = self.client.cookies[settings.SESSION_COOKIE_NAME]
        self.cookie = f"{session.key}={session.value}"

    def made(self, wanted: Callable[[str], bool]) -> None:
        """Everything with every page made."""
        with served(self.postgres, EVERY_PAGE_MADE | {"PROXY_HOPS": "1"}) as found:
            for name, path in self.paths.items():
                if wanted(name):
                    tell(name, **self._timed(found, name, path), queries=self._queries(path))
            if wanted("moderation_list"):
                headers = {"Cookie": self.cookie}
                row = timed(found, QUEUE, seconds=self.seconds, repeat=self.repeat, headers=headers)
                tell("moderation_list", **row, queries=self._queries(QUEUE), pending=self._waiting())
            if wanted("approve_one"):
                self.approve(found)
            for name, texts in (("comment_submit", self._remarks()), ("comment_submit_alike", [ALIKE])):
                if wanted(name):
                    self.submit(found, name, texts)
            if wanted("memory"):
                tell("memory", pss_mb={name: memory(pid) for name, pid in found.processes.items()})

    def kept(self, wanted: Callable[[str], bool]) -> None:
        """Pages as readers get them, those that are kept among them."""
        with served(self.postgres, PAGES_KEPT) as found:
            for name in ("article20", "hot500", "home"):
                if wanted(f"{name}_kept"):
                    row = self._timed(found, f"{name}_kept", self.paths[name], {"Accept-Encoding": "gzip"})
                    tell(f"{name}_kept", **row)

    def _timed(
        self, found: Site, name: str, path: str, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        if self.pages:
            self.pages.mkdir(parents=True, exist_ok=True)
            (self.pages / f"{name}.html").write_bytes(found.get(path)[1])
        return timed(found, path, seconds=self.seconds, repeat=self.repeat, headers=headers)

    def _queries(self, path: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.client.get(path)
        with CaptureQueriesContext(connection) as captured:
            self.client.get(path)
        return len(captured)

    def _waiting(self) -> int:
        from comments.models import Comment

        return Comment.objects.held().count()

    def _remarks(self) -> list[str]:
        chance = news_content.Chance(7)
        return [f"{news_content.remark(chance)} @@ID@@" for _number in range(REMARKS)]

    def approve(self, found: Site) -> None:
        """One comment after the other by the desk's own form, and the queue after it; taken back afterwards."""
        from comments import moderation
        from comments.models import Comment

        answer, page = found.get(QUEUE, {"Cookie": self.cookie})
        cookie = f"{self.cookie}; {answer.headers['Set-Cookie'].partition(';')[0]}"
        token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
        comments = list(Comment.objects.held().order_by("pk")[: DECIDED + 1])
        deciding, both = [], []
        before = {}
        for comment in comments:
            # The first is not counted: it finds nothing prepared.
            if deciding and not before:
                before = {name: processor_seconds(pid) for name, pid in found.processes.items()}
            form = {
                "csrfmiddlewaretoken": token, "comment": f"{comment.pk}:{comment.version}", "to": "approved",
            }  # fmt: skip
            headers = {
                "Cookie": cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{found.port}{QUEUE}",
            }
            begun = time.perf_counter()
            answer, _page = found.ask("POST", f"{QUEUE}decide/", urlencode(form), headers)
            deciding.append(1_000 * (time.perf_counter() - begun))
            found.get(QUEUE, {"Cookie": cookie})
            both.append(1_000 * (time.perf_counter() - begun))
            if answer.status not in (200, 302):
                raise RuntimeError(f"A decision is answered {answer.status}")
        used = {name: processor_seconds(pid) - before[name] for name, pid in found.processes.items()}
        numbers = [comment.pk for comment in comments]
        shown = Comment.objects.filter(pk__in=numbers, is_shown=True)
        done = shown.count()
        moderation.undo([comment.decisions.latest("pk").pk for comment in shown], by=self.moderator)
        tell(
            "approve_one",
            cpu_ms={name: round(1_000 * seconds / DECIDED, 3) for name, seconds in used.items()},
            post_ms=spread(deciding[1:]),
            post_and_next_list_ms=spread(both[1:]),
            approved=f"{done}/{len(numbers)}",
        )

    def submit(self, found: Site, scenario: str, texts: list[str]) -> None:
        """As many comments as are taken, by the form that readers post; removed afterwards."""
        from django.db import connection
        from django.db.models import Max

        from comments.models import Comment, Policy, Status
        from newsroom.web import rate_limit

        Policy.objects.update(network_limit=NO_LIMIT, writer_limit=NO_LIMIT, article_limit=NO_LIMIT)
        bodies = [
            urlencode(
                {"author_name": "قارئ @@ID@@", "email": "reader-@@ID@@@example.com", "body": text}, safe="@"
            )
            for text in texts
        ]
        path = f"/comments/article/{self.article.pk}/"
        headers = {"Referer": f"http://127.0.0.1:{found.port}{self.paths['article20']}"}
        runs, rates, processor, lost, public = [], [], [], 0, 0
        for number in range(self.repeat + 1):
            settle(found)
            top = Comment.objects.aggregate(top=Max("pk"))["top"] or 0
            before = {name: processor_seconds(pid) for name, pid in found.processes.items()}
            # The first run prepares the processes and is not counted.
            run = wrk(found, path, seconds=self.seconds if number else 1, headers=headers, bodies=bodies)
            settle(found)
            new = Comment.objects.filter(pk__gt=top)
            stored = new.count()
            if number:
                accepted = run["requests"] - run["bad"]
                runs.append(run)
                rates.append(run["rps"] * accepted / max(run["requests"], 1))
                processor.append(
                    {
                        name: 1_000 * (processor_seconds(pid) - before[name]) / max(stored, 1)
                        for name, pid in found.processes.items()
                    }
                )
                lost += max(accepted - stored, 0)
                public += new.exclude(status=Status.PENDING).count()
            new.delete()
            rate_limit.purge(timedelta(0))
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        tell(
            scenario,
            accepted_per_s=spread(rates),
            cpu_ms_per_comment={
                name: spread([used[name] for used in processor])["median"] for name in found.processes
            },
            p50_ms=spread([run["p50_ms"] for run in runs]),
            p99_ms=spread([run["p99_ms"] for run in runs]),
            bad=sum(run["bad"] for run in runs),
            lost=lost,
            published_without_moderation=public,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--pending", type=int, default=10_000)
    parser.add_argument("--only", default="", help="scenarios, with commas between them")
    parser.add_argument("--pages", type=Path, help="folder for the bytes of the pages")
    asked = parser.parse_args()
    only = set(filter(None, asked.only.split(",")))

    def wanted(name: str) -> bool:
        return not only or name in only

    with filled(asked.articles, 20, 500, asked.pending) as postgres:
        bench = Bench(postgres, asked.seconds, asked.repeat, asked.pages)
        tell("environment", connections=CONNECTIONS, seconds=asked.seconds, repeat=asked.repeat)
        bench.made(wanted)
        bench.kept(wanted)


if __name__ == "__main__":
    try:
        main()
    except NoPrograms as missing:
        sys.exit(str(missing))
