"""Measure how soon readers see and can use a page, in Chromium with a slow processor and a slow line.

Run from the root of the repository; it makes a site of its own, with the content of `news_content`:

    python benchmarks/first_view.py [--repeat 3] [--only article,home] [--articles 200]

One JSON line a page, of pages kept and pages made: milliseconds until something is painted (FCP) and until the largest
text or picture is (LCP), with what that is; by how much things moved (CLS); the longest that an action waited for the
next frame (INP), of a press on the menu of settings and of letters typed into the form of comments; bytes of the page
and of all that it fetched. Each is the median of the repeats with the least and the most, each repeat a browser without
anything kept. Processor and line are slowed by the browser: four times, 1.6 Mbit/s, 150 ms.
"""

import argparse
import json
import os
import shutil
import sys
from typing import Any
from urllib.parse import quote

from filled_site import filled
from served_site import EVERY_PAGE_MADE, PAGES_KEPT, NoPrograms, Site, postmaster, served, spread

LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
PROCESSOR = {"rate": 4}
WINDOW = {"width": 390, "height": 844}
COMMENTS, HOT = 20, 20
OBSERVED = """
    globalThis.seen = {lcp: 0, of: "", cls: 0, inp: 0};
    const observe = (type, note, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(note))
        .observe({type, buffered: true, ...more});
    observe("largest-contentful-paint", (entry) => {
        seen.lcp = entry.startTime;
        seen.of = entry.element ? `${entry.element.localName}.${entry.element.className}` : entry.url;
    });
    observe("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
    observe("event", (entry) => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration); },
        {durationThreshold: 16});
"""
TOLD = """() => {
    const paints = performance.getEntriesByName("first-contentful-paint");
    const [page] = performance.getEntriesByType("navigation");
    const files = performance.getEntriesByType("resource");
    return {
        ...seen, fcp: paints[0]?.startTime ?? null, answered: page.responseStart, html: page.transferSize,
        all: files.reduce((sum, file) => sum + file.transferSize, page.transferSize), files: files.length,
    };
}"""
FRAMES = (
    "new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(shown, 100))))"
)


def look(browser: Any, site: Site, path: str) -> dict[str, Any]:
    """One view of a page, in a browser that has nothing of it."""
    context = browser.new_context(
        viewport=WINDOW, locale="ar", is_mobile=True, has_touch=True, device_scale_factor=2
    )
    page = context.new_page()
    page.add_init_script(OBSERVED)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", PROCESSOR)
    page.goto(f"http://127.0.0.1:{site.port}{path}", wait_until="networkidle")
    page.evaluate(FRAMES)
    told: dict[str, Any] = page.evaluate(TOLD)
    page.locator("[data-settings] summary").tap()
    page.evaluate(FRAMES)
    page.locator("[data-settings] summary").tap()
    form = page.locator(".comment-form [name=body]")
    if form.count():
        form.tap()
        page.keyboard.type("OpenAI", delay=60)
    page.evaluate(FRAMES)
    told["inp"] = page.evaluate("seen.inp")
    context.close()
    return told


def row(browser: Any, site: Site, path: str, repeat: int) -> dict[str, Any]:
    # Whatever the server does once is not what a reader waits for.
    for _number in range(4):
        answer, _body = site.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
    looks = [look(browser, site, path) for _number in range(repeat)]
    return {
        **{
            f"{name}_ms": spread([found[name] for found in looks])
            for name in ("answered", "fcp", "lcp", "inp")
        },
        "lcp_of": sorted({found["of"] for found in looks}),
        "cls": max(round(found["cls"], 4) for found in looks),
        "bytes": {name: looks[-1][name] for name in ("html", "all")},
        "files": looks[-1]["files"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--only", help="names of pages, separated by commas")
    asked = parser.parse_args()
    executable = shutil.which("chromium")
    if executable is None:
        raise NoPrograms("Chromium is missing; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with filled(asked.articles, COMMENTS, HOT, 0) as database:
        from django.utils.encoding import iri_to_uri

        from articles.models import Article, Section

        paths = {
            "article": iri_to_uri(Article.objects.by_date()[1].get_absolute_url()),
            "home": "/",
            "section": iri_to_uri(Section.objects.order_by("pk")[0].get_absolute_url()),
            "search": f"/search/?q={quote('الاصطناعي')}",
        }
        wanted = asked.only.split(",") if asked.only else list(paths)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
            )
            for how, settings in (("kept", PAGES_KEPT), ("made", EVERY_PAGE_MADE)):
                with served(postmaster(database), settings) as site:
                    for name in wanted:
                        found = row(browser, site, paths[name], asked.repeat)
                        load = round(os.getloadavg()[0], 2)
                        line = {"page": name, "how": how, **found, "loadavg1": load}
                        print(json.dumps(line, ensure_ascii=False), flush=True)
            browser.close()


if __name__ == "__main__":
    try:
        main()
    except NoPrograms as missing:
        sys.exit(str(missing))
