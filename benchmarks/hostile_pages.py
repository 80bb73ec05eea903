"""Whether anything that can run survives: hostile strings by the thousand, through every entry and on every page.

Run from the root of the repository; it makes a site of its own:

    python benchmarks/hostile_pages.py [--strings 18000] [--seed 1] [--together 150] [--plant]

The strings of `hostile_strings.py`. So many together go into every text that somebody can write: each alone in a row of
its own, as lists show them, and all of them joined in the rows that pages of one thing show, for which the columns of
this database take texts of any length. Articles, names, pictures, notes, comments and reports go in by the verbs and
forms of the site; what only staff, headers and machines write is put into every other column of text that a model has,
so that one which is added is among them (`tests.hostile_site`). Then every page of the site is opened: those of readers
by `tests.public_site`, those of the desk by `tests.desk_walk`, what answers to hostile forms and queries, feeds and
sitemaps, and mails.

Each is read by two parsers, and some that are pages are shown by Chromium from a server with the headers they came
with. What is found is told after each round, and one JSON line at the end; ends with 1 if anything could run. `--plant`
has comments printed as they came, which is to be found.
"""

import argparse
import json
import mimetypes
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock
from urllib.parse import unquote, urlsplit

from database import site
from hostile_strings import strings
from served_site import free_port, processor_seconds

_ATOM = "{http://www.w3.org/2005/Atom}"
# The newsletter in two widths, in frames without scripts.
OWN_FRAMES = {"GET /admin/newsletter/newsletter/": Counter({"<iframe>": 2})}
OWN_SCRIPTS = ("/static/", "/admin/jsi18n/")


class Judge:
    """Reads answers by two parsers, and counts."""

    def __init__(self, chromium: "Chromium") -> None:
        from articles.editor import EditorWidget
        from tests.xss_vectors import script_capable

        self._chromium = chromium
        # What the editor itself brings along: its import map.
        self._own = set(script_capable(str(EditorWidget().media), OWN_SCRIPTS))
        self.found: list[tuple[str, str]] = []
        self.outputs: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.bytes = 0

    def markup(self, kind: str, name: str, html: str) -> None:
        from tests.xss_vectors import script_capable, script_capable_by_html5ever

        self.outputs[kind] += 1
        self.bytes += len(html)
        for judge in (script_capable, script_capable_by_html5ever):
            found = Counter(one for one in judge(html, OWN_SCRIPTS) if one not in self._own)
            found -= OWN_FRAMES.get(name, Counter())
            self.found += [(name, one) for one in found.elements()]

    def mail(self, name: str, html: str) -> None:
        self.markup("mails", name, html)

    def answer(self, kind: str, response, shown: bool) -> None:
        """Whatever was answered: pages are shown too, markup within feeds is read by itself."""
        from lxml import etree

        path = response.request["PATH_INFO"].encode("iso-8859-1").decode()
        name = f"{response.request['REQUEST_METHOD']} {path}"
        self.statuses[response.status_code] += 1
        if response.status_code >= 500:
            self.found.append((name, f"answers {response.status_code}"))
        mime = response.get("Content-Type", "").partition(";")[0]
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if mime == "text/html" and body:
            self.markup(kind, name, body.decode())
            if shown:
                self._chromium.show(response, body)
        elif mime.endswith("xml"):
            document = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
            # By their specifications these are HTML, and of Atom what says so; every other element is text.
            for element in document.iter("description", "{*}encoded", "{*}content", "{*}summary"):
                if element.text and (not element.tag.startswith(_ATOM) or element.get("type") == "html"):
                    self.markup("feeds", name, element.text)
        elif mime == "application/feed+json":
            for item in json.loads(body)["items"]:
                if html := item.get("content_html"):
                    self.markup("feeds", name, html)
        elif body:
            self.outputs[mime] += 1
            if response.get("X-Content-Type-Options") != "nosniff":
                self.found.append((name, "may be taken for something else"))


class Chromium:
    """Shows answers as a server would give them, with all that they name of our files, and counts what it refuses."""

    def __init__(self, browser, port: int, every: int) -> None:
        self.shown = 0
        self.complaints: list[str] = []
        self._port, self._answers = port, {}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._every, self._draw, self._name = every, random.Random(every), ""  # noqa: S311 (no secret)
        self._page = browser.new_context(service_workers="block").new_page()
        self._page.on("console", self._note)
        self._page.on("dialog", self._dismiss)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        chromium = self
        from django.conf import settings

        files = Path(settings.STATIC_ROOT)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Or each answer waits for a delayed acknowledgment of its headers.
            disable_nagle_algorithm, wbufsize = True, -1

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                headers, body = chromium._answers.get(path, ({}, b""))
                status = 200
                if path.startswith(settings.STATIC_URL):
                    file = files / unquote(path.removeprefix(settings.STATIC_URL))
                    body = file.read_bytes() if file.is_file() else b""
                    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
                    headers = {"Content-Type": kind, "Cache-Control": "max-age=86400, immutable"}
                elif not body:
                    status = 404
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_said) -> None:
                pass

        return Handler

    def _note(self, message) -> None:
        if "Content Security" in message.text:
            self.complaints.append(f"{self._name}: {message.text}")

    def _dismiss(self, dialog) -> None:
        # A form that is left asks whether to; nothing of ours opens any other on its own.
        if dialog.type != "beforeunload":
            self.complaints.append(f"{self._name}: {dialog.type} {dialog.message}")
        dialog.accept()

    def show(self, response, body: bytes) -> None:
        from django.conf import settings

        # By chance, or the same pages would be shown of each round.
        if self._draw.random() * self._every >= 1:
            return
        self.shown += 1
        self._name = f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']}"
        path = f"/shown/{self.shown}"
        left_out = {"content-length", "set-cookie", "content-encoding", "transfer-encoding"}
        headers = {name: value for name, value in response.items() if name.lower() not in left_out}
        self._answers = {path: (headers, body)}
        self._page.goto(settings.SITE_URL + path, wait_until="load")
        if self._page.url != settings.SITE_URL + path:
            self.complaints.append(f"{self._name} leads to {self._page.url}")


@contextmanager
def long_lists(count: int) -> Iterator[None]:
    """Let lists show so many at a time."""
    from django.contrib import admin

    from articles import search, views
    from comments import threads

    for registered in admin.site._registry.values():
        registered.list_per_page = count + 10
    with (
        mock.patch.object(views, "PAGE_SIZE", count + 10),
        mock.patch.object(search, "PAGE_SIZE", count + 10),
        mock.patch.object(threads, "COMMENTS_PER_PAGE", count + 10),
    ):
        yield


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--strings", type=int, default=18_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--together", type=int, default=150)
    parser.add_argument("--passed-over", type=int, default=0, help="so many of the first are for others")
    parser.add_argument("--shown-every", type=int, default=3, help="of so many pages one is shown")
    parser.add_argument("--plant", action="store_true", help="print comments as they came")
    asked = parser.parse_args()

    from django.utils.safestring import mark_safe
    from playwright.sync_api import sync_playwright

    from newsroom.web.fragments import forget_all
    from tests.desk_roles import taken_back
    from tests.desk_walk import World
    from tests.hostile_site import Round, widen

    begun = time.monotonic()
    columns = widen()
    filled: set[str] = set()
    count, told_of = 0, (0, 0)
    with sync_playwright() as playwright, long_lists(asked.together):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        chromium = Chromium(browser, int(os.environ["PORT"]), asked.shown_every)
        judge = Judge(chromium)
        world = World()
        if asked.plant:
            from newsroom.templatetags import text

            def planted(value: str, _base: str = "") -> str:
                return mark_safe(value)

            text.register.filters["readers_text"] = planted
        all_of_them = list(strings(asked.strings, asked.seed))[asked.passed_over : asked.strings]
        for number, first in enumerate(range(0, len(all_of_them), asked.together)):
            these = all_of_them[first : first + asked.together]
            with taken_back():
                these_round = Round(world, these, number, judge=judge.answer, judge_mail=judge.mail)
                these_round.write()
                these_round.fill()
                these_round.open()
                these_round.open_dressed()
                filled |= these_round.filled
            forget_all()
            count += len(these)
            new = [f"{name[:200]} {finding[:200]}" for name, finding in judge.found[told_of[0] :]]
            new += [complaint[:400] for complaint in chromium.complaints[told_of[1] :]]
            told_of = len(judge.found), len(chromium.complaints)
            for line, times in Counter(new).most_common(40):
                print(times, line, file=sys.stderr)
            print(f"{count} strings, {judge.outputs.total()} outputs, {len(judge.found)} findings,"
                  f" {len(chromium.complaints)} violations, {time.monotonic() - begun:.0f} s",
                  file=sys.stderr, flush=True)  # fmt: skip
        browser.close()
    told = {
        "strings": count,
        "columns": columns,
        "columns_of_other_models": len(filled),
        "outputs": dict(judge.outputs),
        "statuses": {str(status): found for status, found in sorted(judge.statuses.items())},
        "megabytes": round(judge.bytes / 1e6),
        "shown_in_chromium": chromium.shown,
        "seed": asked.seed,
        "script_capable": len(judge.found),
        "violations": len(chromium.complaints),
        "processor_s": round(processor_seconds(os.getpid())),
        "seconds": round(time.monotonic() - begun),
        "loadavg1": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(told), flush=True)
    return bool(judge.found or chromium.complaints)


if __name__ == "__main__":
    port = free_port()
    os.environ |= {
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    os.environ["SECOND_FACTOR"] = "0"
    with site():
        code = main()
    sys.exit(code)
