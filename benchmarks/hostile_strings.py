"""Whether anything that can run survives: hostile strings by the thousand, through what prints what people write.

    python benchmarks/hostile_strings.py --strings 18000 --seed 1

The strings of the tests (`tests.xss_vectors`), whole, cut, joined, escaped and spelled otherwise by a generator with a
seed. Each goes in as the body of an article, as a comment and as a name, and comes out as pages print it: the body
sanitized and isolated; the comment with its links; the name in text, in an attribute and in structured data. What comes
out is read by two parsers (html5lib as browsers do it, and lexbor), and shown by Chromium under the policy of the site,
whose reports are counted. Prints a JSON line; ends with 1 if anything could run.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django
import html5lib
from csp.utils import build_policy
from django.conf import settings
from django.utils.html import format_html
from playwright.sync_api import sync_playwright

from newsroom.templatetags.text import isolate, readers_text
from newsroom.text.bidi import isolate_markup
from newsroom.text.sanitizer import SanitizerError, sanitize_article
from tests.xss_vectors import XSS_VECTORS, script_capable

# So many are judged together; a finding is looked for one by one.
BATCH = 300
WRAPPERS = (
    "{}", "<p>{}</p>", '<a href="https://example.com/">{}</a>', '"{}', "'>{}", "-->{}", "]]>{}", "</script>{}",
    "</title>{}", "</textarea>{}", "&lt;{}", "نصّ {} بعده", "<svg>{}</svg>", "<math><mtext>{}</mtext></math>",
    "<table><tr>{}</tr></table>", "<select>{}</select>", "<template>{}</template>", "<noscript>{}</noscript>",
    "<bdi dir=rtl>{}</bdi>", "<!--{}-->", "<style>{}</style>", "<xmp>{}</xmp>", "`{}`", "[x]({})", "https://{}",
)  # fmt: skip
INSERTED = (
    "\0",
    "\t",
    "\n",
    "\r",
    "\u200b",
    "\u202e",
    "/",
    " ",
    '"',
    "'",
    "<",
    ">",
    "&",
    "&#x3c;",
    "%3c",
    "ـ",
)


def strings(count: int, seed: int) -> Iterator[str]:
    """Different ones, those of the tests first."""
    draw = random.Random(seed)  # noqa: S311 (which strings are drawn is no secret)
    known: set[str] = set()
    for vector in XSS_VECTORS:
        known.add(vector)
        yield vector
    while len(known) < count:
        made = draw.choice(XSS_VECTORS)
        for _change in range(draw.randint(1, 4)):
            made = _changed(made, draw)
        if made not in known:
            known.add(made)
            yield made


def _changed(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    match draw.randrange(7):
        case 0:
            return draw.choice(WRAPPERS).replace("{}", text)
        case 1:
            return text[:at] + draw.choice(INSERTED) + text[at:]
        case 2:
            return text[:at] + draw.choice(XSS_VECTORS) + text[at:]
        case 3:
            return text[:at]
        case 4:
            return "".join(letter.swapcase() if draw.random() < 0.5 else letter for letter in text)
        case 5:
            return text[:at] + escape(text[at:])
        case _:
            return text[:at] + text[at + draw.randint(1, 3) :]


def printed(string: str) -> Iterator[str]:
    """What pages make of a string, by where it went in."""
    # Its models want Django to be set up.
    from articles import seo

    with suppress(SanitizerError):
        yield isolate_markup(sanitize_article(string), "rtl")
    yield str(readers_text(string))
    yield format_html('<h2 title="{}">{}</h2>', string, isolate(string))
    yield f'<script type="application/ld+json">{seo.graph({"@type": "Thing", "name": string})}</script>'


def page(pieces: list[str]) -> str:
    return f'<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>x</title><body>{"".join(pieces)}'


def runs(html: str) -> list[str]:
    """What could run in a document, by either parser."""
    again = html5lib.serialize(html5lib.parse(html), omit_optional_tags=False, escape_lt_in_attrs=True)
    return [*script_capable(html), *script_capable(again)]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--strings", type=int, default=18_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    django.setup()
    begun = time.monotonic()
    policy = build_policy()
    found: list[tuple[str, str]] = []
    violations: list[str] = []
    count = outputs = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page()
        shown.on(
            "console",
            lambda message: violations.append(message.text) if "Content Security" in message.text else None,
        )
        shown.on("dialog", lambda dialog: (violations.append(f"dialog {dialog.message}"), dialog.dismiss()))
        held = {"html": ""}
        shown.route(
            "**/*",
            lambda route: (
                route.fulfill(
                    body=held["html"],
                    content_type="text/html; charset=utf-8",
                    headers={"Content-Security-Policy": policy},
                )
                if route.request.is_navigation_request()
                else route.abort()
            ),
        )
        batch: list[str] = []
        for string in [*strings(options.strings, options.seed), None]:
            if string is not None:
                batch.append(string)
                count += 1
                if len(batch) < BATCH:
                    continue
            pieces = [piece for each in batch for piece in printed(each)]
            outputs += len(pieces)
            if runs(page(pieces)):
                found += [
                    (each, finding)
                    for each in batch
                    for piece in printed(each)
                    for finding in runs(page([piece]))
                ] or [("a batch together", "")]
            held["html"] = page(pieces)
            shown.goto(settings.SITE_URL + "/")
            batch = []
        browser.close()
    told = {
        "strings": count,
        "outputs": outputs,
        "seed": options.seed,
        "script_capable": len(found),
        "violations": len(violations),
        "seconds": round(time.monotonic() - begun, 1),
    }
    print(json.dumps(told))
    for each, finding in found[:20]:
        print(repr(each[:300]), finding, file=sys.stderr)
    for violation in violations[:20]:
        print(violation[:300], file=sys.stderr)
    return bool(found or violations)


if __name__ == "__main__":
    sys.exit(main())
