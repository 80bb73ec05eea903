"""Take a picture of every page that readers see, on a demo site started for it: `make screenshots`.

Each is shown at 1280 and at 390 pixels, in light and in dark, in one file below docs/screens/, and with English chrome
in another; docs/screens.md shows them all. Needs Debian's Chromium.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.template import Context, Engine
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).parent
PICTURES = DOCS / "screens"
TEMPLATES = DOCS.parent / "templates"
STORY, ENGLISH_STORY = "الترام يعود إلى وسط المرسى", "A quiet desert"
PREPARATION_SECONDS = 600
TIMEOUT = 10_000
# Of a page no more than this much is shown, in pixels of the picture; a phone is shown a little larger.
HEIGHT, GAP = 900, 12
DESK, PHONE = (1280, 0.5), (390, 2 / 3)
PANELS = {
    "ar": [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)],
    "en": [("light", DESK), ("dark", PHONE)],
}
BETWEEN = "#8a8a8a"
WEBP_QUALITY = 60
TITLES = {
    "front": "Front page",
    "section": "Section",
    "tag": "Tag",
    "series": "Series",
    "author": "Author",
    "authors": "Writers",
    "article": "Article",
    "article-end": "End of an article, and comments",
    "article-english": "Article in English",
    "archive": "Archive of a year",
    "month": "Archive of a month",
    "day": "Archive of a day",
    "site-page": "Page of the newspaper itself",
    "corrections": "Corrections",
    "feeds": "Feeds",
    "search": "Search, before words",
    "found": "Search, with results",
    "meant": "Search, with another spelling",
    "nothing-found": "Search, without results",
    "suggestions": "Suggestions",
    "settings": "Reading settings",
    "saved": "Saved stories",
    "thread": "Thread of comments",
    "reply": "Answer to a comment",
    "refused": "Comment with errors",
    "receipt": "Private page of a comment",
    "report": "Report of a comment",
    "reported": "Thanks for a report",
    "confirmation": "Link that is no longer good",
    "unsubscription": "End of mails, with a link that is not good",
    "preview": "Preview by a link",
    "offline": "Off line",
    "400": "Not understood",
    "403": "Not allowed",
    "404": "Not found",
    "410": "Withdrawn",
    "413": "Too large",
    "500": "Failure",
}


@contextmanager
def demo_site() -> Iterator[tuple[str, Path]]:
    """A fresh demo site: its address, and the folder in which it keeps what it has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"VAR_DIR": folder, "HOST": "127.0.0.1", "PORT": str(port)}
        site = f"http://127.0.0.1:{port}"
        command = [sys.executable, DOCS.parent / "manage.py", "serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for(port, server)
                yield site, Path(folder)
            finally:
                server.terminate()
                server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PREPARATION_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The demo site did not start.")


def addresses(page: Page, folder: Path) -> dict[str, str]:
    """The addresses of pages that the demo names by numbers of its own."""
    link = "element => element.getAttribute('href')"
    page.goto("/")
    found = {"article": page.locator(f"main a:has-text('{STORY}')").first.evaluate(link)}
    found["section"] = page.locator(".menu a").nth(3).evaluate(link)
    found["site-page"] = page.locator(".footer__pages a").nth(2).evaluate(link)
    page.goto(f"/search/?q={ENGLISH_STORY}")
    found["article-english"] = page.locator(".found__headline a").first.evaluate(link)
    page.goto(found["article"])
    found["tag"] = page.locator("a[rel=tag]").first.evaluate(link)
    found["series"] = page.locator("a[href^='/series/']").first.evaluate(link)
    found["author"] = page.locator(".story__authors a").first.evaluate(link)
    found["thread"] = page.locator(
        "a[href^='/comments/thread/'], a[href^='/comments/reply/']"
    ).first.evaluate(link)
    number = found["thread"].strip("/").split("/")[-1]
    found |= {
        "thread": f"/comments/thread/{number}/",
        "reply": f"/comments/reply/{number}/",
        "report": f"/comments/{number}/report/",
        "reported": f"/comments/{number}/reported/",
    }
    page.goto("/archive/")
    found["month"] = page.locator(".archive__months a").last.evaluate(link)
    page.goto(found["month"])
    found["day"] = page.locator("main table a").last.evaluate(link)
    found["410"] = next(
        address
        for address in (f"/article/{number}/" for number in range(1, 100))
        if page.request.get(address).status == 410
    )
    return found | {"receipt": _sent_comment(page, found["article"]), "preview": _preview(page, folder)}


def _sent_comment(page: Page, article: str) -> str:
    page.goto(article)
    page.fill("[name=author_name]", "سندباد")
    page.fill("[name=email]", "sindbad@example.org")
    page.fill("[name=body]", "أركب الحافلة كل يوم، وأنتظر الترام منذ سمعت عنه أول مرة.")
    page.click(".comment-form [type=submit]")
    return _path(page.locator(".receipt a[href*='/comments/mine/']").get_attribute("href"))


def _preview(page: Page, folder: Path) -> str:
    passwords = dict(line.split() for line in (folder / "demo-accounts.txt").read_text("utf-8").splitlines())
    page.goto("/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", passwords["editor"])
    page.click("[type=submit]")
    page.goto("/admin/articles/article/?q=Unicode للصحفيين")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("button", name="إنشاء رابط").click()
    page.wait_for_selector(".preview-links ol")
    address = page.locator(".preview-links [value*='/preview/']").first.input_value()
    page.context.clear_cookies()
    return _path(address)


def _path(address: str | None) -> str:
    return urlsplit(address or "").path


def open_screen(page: Page, name: str, found: dict[str, str], prefix: str) -> None:
    """Bring the page of that name, and what is to be open in it, onto the screen."""
    fixed = {
        "front": "/",
        "authors": "/authors/",
        "archive": "/archive/",
        "corrections": "/corrections/",
        "feeds": "/feeds/",
        "search": "/search/",
        "found": "/search/?q=المرسى",
        "meant": "/search/?q=الترامم",
        "nothing-found": "/search/?q=zzzzzz",
        "confirmation": "/comments/confirm/nobody/",
        "unsubscription": "/comments/unsubscribe/nobody/",
        "400": "/search/?q=%00",
        "404": "/article/999999/",
    }
    if name in fixed or name in found:
        page.goto(prefix + (fixed | found)[name])
        return
    match name:
        case "article-end":
            page.goto(prefix + found["article"])
            page.locator(".story__end").evaluate("element => element.scrollIntoView()")
        case "suggestions":
            page.goto(f"{prefix}/")
            page.locator("#masthead-search").press_sequentially("المر")
            page.wait_for_selector(".suggestions [role=option]")
        case "settings":
            page.goto(f"{prefix}/")
            page.click(".settings summary")
        case "saved":
            page.goto(prefix + found["article"])
            page.click("[data-save][aria-pressed=false]")
            page.goto(f"{prefix}/saved/")
        case "refused":
            page.goto(prefix + found["article"])
            page.click(".comment-form [type=submit]")
            page.wait_for_selector("[aria-invalid=true]")
            page.locator(".comment-form").evaluate("element => element.scrollIntoView()")
        case "offline":
            page.goto("/offline/")
        case "403" | "413":
            page.goto(prefix + found["article"])
            address = page.locator(".comment-form form").get_attribute("action")
            form = {"body": "x" * (3_000_000 if name == "413" else 1)}
            origin = "same-origin" if name == "413" else "cross-site"
            answer = page.request.post(address, form=form, headers={"Sec-Fetch-Site": origin})
            page.route("**/refused", lambda route: route.fulfill(response=answer))
            page.goto("/refused")
            page.unroute("**/refused")
        case "500":
            template = Engine([TEMPLATES]).get_template("500.en.html" if prefix else "500.html")
            text = template.render(Context())
            page.route("**/failure", lambda route: route.fulfill(body=text, content_type="text/html"))
            page.goto("/failure")


def panel(page: Page, name: str, width: int, scale: float) -> Image.Image:
    """What a page shows from its top, or from where it was scrolled to, as large as a panel."""
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")
    top, height = page.evaluate("[scrollY, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": top, "width": width, "height": min(height - top, HEIGHT / scale)}
    shot = page.screenshot(clip=clip, full_page=True, caret="hide", animations="disabled")
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    return picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )


def keep(panels: list[Image.Image], path: Path) -> None:
    """Put the panels side by side."""
    width = sum(one.width for one in panels) + GAP * (len(panels) - 1)
    whole = Image.new("RGB", (width, max(one.height for one in panels)), BETWEEN)
    begin = 0
    for one in panels:
        whole.paste(one, (begin, 0))
        begin += one.width + GAP
    whole.save(path, quality=WEBP_QUALITY, method=6)


def take(browser: Browser, site: str, folder: Path, names: list[str]) -> None:
    with browser.new_context(base_url=site, locale="ar") as context:
        found = addresses(context.new_page(), folder)
    for language, panels in PANELS.items():
        prefix = "" if language == "ar" else f"/{language}"
        pages = []
        for theme, (width, scale) in panels:
            context = browser.new_context(
                base_url=site,
                locale=language,
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                reduced_motion="reduce",
                service_workers="block",
            )
            context.set_default_timeout(TIMEOUT)
            pages.append((context.new_page(), width, scale))
        for name in names:
            shown = []
            for page, width, scale in pages:
                open_screen(page, name, found, prefix)
                shown.append(panel(page, name, width, scale))
            keep(shown, PICTURES / f"{name}.{language}.webp")


def write_index() -> None:
    lines = ["# Screens", "", "Every page that readers see, as `make screenshots` took it on the demo site."]
    for name, title in TITLES.items():
        lines += ["", f"## {title}", "", f"![{title}](screens/{name}.ar.webp)", ""]
        lines += [f"![{title}, in English](screens/{name}.en.webp)"]
    (DOCS / "screens.md").write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    executable = shutil.which("chromium")
    if executable is None:
        sys.exit("Chromium is missing; on Debian: sudo apt-get install chromium")
    names = sys.argv[1:] or list(TITLES)
    PICTURES.mkdir(exist_ok=True)
    with demo_site() as (site, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        take(browser, site, folder, names)
        browser.close()
    write_index()


if __name__ == "__main__":
    main()
