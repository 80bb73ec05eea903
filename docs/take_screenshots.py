"""Take the pictures of the editors' guide and of the README, on a fresh demo site that runs.

    .venv/bin/python docs/take_screenshots.py http://127.0.0.1:8000 var/demo-accounts.txt

It drives the forms of the desk as people do, each in a browser of their own, and leaves behind what they wrote. Needs
Debian's Chromium.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

DOCS = Path(__file__).parent
PICTURES = DOCS / "screenshots"
DEMO_PICTURES = DOCS.parent / "newsroom" / "demo" / "images"
ARTICLES = "/admin/articles/article/"
TEXT = ".prose-editor > .ProseMirror"
SCREEN = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
# Text stays sharp, and no picture weighs more than 120 kB.
WEBP_QUALITY = 72
PNG_COLORS = 128
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector(".prose-editor > .ProseMirror").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
FROM_WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><!--StartFragment-->"
    "<p class=MsoNormal dir=RTL><span style='font-family:Arial;color:red'>افتُتحت في مرسى اللؤلؤ محطة لقراءة"
    " المدّ والجزر، تبثّ قياساتها كل دقيقة عبر شبكة LoRaWAN، ويقرؤها البحارة على هواتفهم بلا مقابل.</span></p>"
    "<p class=MsoNormal dir=RTL><span style='font-family:Arial'>وقالت المهندسة ريم الساعدي إن المحطة عملت"
    " ثلاثة أشهر قبل الإعلان عنها، ولم تنقطع إلا مرتين.</span></p><!--EndFragment--></body></html>"
)
TRANSLATED = (
    "<p>أعلنت الجمعية الفلكية خسوفا كليا للقمر, يُرى من المنطقة كلها , ومواعيده خطوة بخطوة.</p>"
    "<p>وقال رئيس الجمعية إن المرصد المرصد يفتح أبوابه للزوار .</p>"
)


class Desk:
    """The people of the demo at their desks: `page_of` opens one for each, signed in once."""

    def __init__(self, browser: Browser, site: str, passwords: dict[str, str]) -> None:
        self.browser, self.site, self.passwords = browser, site, passwords
        self.pages: dict[str, Page] = {}

    def new_page(self, **options) -> Page:
        context = self.browser.new_context(
            **{"base_url": self.site, "locale": "ar", "viewport": SCREEN, "reduced_motion": "reduce"}
            | options
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def sign_in(self, name: str, **options) -> Page:
        page = self.new_page(**options)
        page.goto("/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", self.passwords[name])
        page.click("[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    def page_of(self, name: str) -> Page:
        if name not in self.pages:
            self.pages[name] = self.sign_in(name)
        return self.pages[name]

    @contextmanager
    def elsewhere(self, name: str, **options) -> Iterator[Page]:
        """A second browser of the same person."""
        page = self.sign_in(name, **options)
        yield page
        page.context.close()


def keep(png: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    if path.suffix == ".png":
        picture.quantize(PNG_COLORS).save(path, optimize=True)
    else:
        picture.save(path, quality=WEBP_QUALITY, method=6)


def take(page: Page, name: str, *, top: Locator | None = None, only: Locator | None = None) -> None:
    """Keep what the screen shows, scrolled to `top`, or of the page one element `only`."""
    # No caret and no mouse in the picture.
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    if top is not None:
        top.evaluate("element => element.scrollIntoView({block: 'start'})")
        page.evaluate("scrollBy(0, -16)")
    if only is None:
        keep(page.screenshot(caret="hide"), PICTURES / f"{name}.webp")
        return
    # The buttons that stick to the lower edge must not cover it.
    page.set_viewport_size({"width": SCREEN["width"], "height": 5 * SCREEN["height"]})
    keep(only.screenshot(caret="hide"), PICTURES / f"{name}.webp")
    page.set_viewport_size(SCREEN)


def find(page: Page, words: str) -> None:
    """Open the form of the one article that the list finds by these words."""
    page.goto(f"{ARTICLES}?q={words}")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_selector(".prose-menubar button")


def write(page: Page, section: str, headline: str, body: str, **fields: str) -> None:
    page.goto(f"{ARTICLES}add/")
    page.wait_for_selector(".prose-menubar button")
    page.fill("#id_headline", headline)
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)
    page.select_option("#id_section", label=section)
    page.click(TEXT)
    page.evaluate(PASTE, body)


def save(page: Page) -> None:
    page.click(".submit-row [name=_continue]")
    page.wait_for_selector(".messagelist .success")


def wait_for_draft(page: Page) -> None:
    page.wait_for_function(
        "() => document.querySelector('.draft-state').textContent.startsWith('حُفظت المسوّدة')"
    )


def take_start(desk: Desk) -> None:
    take(desk.page_of("editor"), "start")
    with desk.elsewhere("reporter", viewport=PHONE, color_scheme="dark", device_scale_factor=2) as page:
        take(page, "start-phone")


def take_front_page(desk: Desk) -> None:
    reader = desk.new_page()
    reader.goto("/")
    reader.wait_for_load_state("networkidle")
    keep(reader.screenshot(), DOCS / "front-page.png")
    reader.context.close()
    chief = desk.page_of("chief")
    chief.goto("/admin/articles/arrangement/")
    take(chief, "front-page-desk")
    take(chief, "breaking", only=chief.locator(".front-banner"))


def take_writing(desk: Desk) -> None:
    """An article from the first word to its reviewer."""
    page = desk.page_of("reporter")
    write(
        page,
        "علوم",
        "محطة في مرسى اللؤلؤ تقرأ المدّ كل دقيقة",
        FROM_WORD,
        kicker="بحر",
        summary="قياسات مفتوحة للبحارة عبر LoRaWAN، من محطة بنتها جامعة المدينة.",
    )
    wait_for_draft(page)
    take(page, "writing")
    page.click(f"{TEXT} > p:last-of-type")
    for keys in ("End", "Control+Alt+f"):
        page.keyboard.press(keys)
    page.keyboard.type("بحسب سجلّ المحطة المنشور على الشبكة.")
    for keys in ("Enter", "Control+Alt+q"):
        page.keyboard.press(keys)
    page.keyboard.type("البحر يُقرأ كما يُقرأ الخبر: كل دقيقة.")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("ريم الساعدي")
    for keys in ("Enter", "Control+Alt+b"):
        page.keyboard.press(keys)
    page.keyboard.type("المحطة في أرقام")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("تقيس كل دقيقة، وكلفتها أقل من 900 دولار.")
    page.keyboard.press("Control+Enter")
    wait_for_draft(page)
    take(page, "blocks", only=page.locator(".prose-editor").first)
    page.select_option("#id_reviewer", label="ماجد الخوري")
    page.click("[name=_move][value=submit]")
    page.wait_for_selector(".messagelist .success")


def take_warnings(desk: Desk) -> None:
    """What stands beside the text: the tells of machine translation, and stories like it."""
    page = desk.page_of("editor")
    write(page, "علوم", "خسوف كلي للقمر يُرى من المنطقة كلها", TRANSLATED)
    page.wait_for_selector("#similar li")
    page.wait_for_selector("#tells ol")
    wait_for_draft(page)
    take(page, "tells", top=page.locator("#similar"))


def take_pictures(desk: Desk) -> None:
    page = desk.page_of("editor")
    page.goto("/admin/articles/image/")
    files = [DEMO_PICTURES / f"{name}.webp" for name in ("harbor", "reef")]
    page.set_input_files("upload-queue [type=file]", files)
    rows = page.locator("upload-queue .upload-queue__files > li")
    rows.nth(0).locator("input[type=text]").fill("سفينة حاويات أمام ثلاث رافعات")
    page.fill(".upload-queue__shared input", "ليلى حدّاد")
    take(page, "pictures")
    page.goto("/admin/articles/image/?q=ترام")
    page.locator(".picture-card a").first.click()
    take(page, "picture", top=page.locator(".form-row").first)


def take_what_is_kept(desk: Desk) -> None:
    """A draft offered again, two who save at once, and a session that ended."""
    chief, editor = desk.page_of("chief"), desk.page_of("editor")
    find(chief, "العمل عن بُعد")
    find(editor, "العمل عن بُعد")
    chief.fill("#id_headline", "العمل عن بُعد في المدن الصغيرة: مقهى ومقعد وشبكة")
    chief.fill("#id_summary", "ثلاث مدن صغيرة فتحت مقاهيها لمن يعملون بعيدًا عن مكاتبهم.")
    editor.fill("#id_headline", "مدن صغيرة تربح من العمل عن بُعد")
    wait_for_draft(editor)
    editor.reload()
    editor.wait_for_selector(".kept-draft")
    take(editor, "draft")
    editor.locator(".kept-draft a.default").first.click()
    editor.wait_for_selector(".prose-menubar button")
    save(chief)
    editor.click(".submit-row [name=_continue]")
    editor.wait_for_selector(".conflict-form")
    take(editor, "conflict")
    editor.get_by_role("button", name="احفظ ما اخترته").click()
    with desk.elsewhere("reporter") as page:
        find(page, "سباحو المياه")
        take(page, "returned")
        page.fill("#id_summary", "عشرون سباحًا عبروا الخليج فجرًا.")
        wait_for_draft(page)
        page.context.clear_cookies(name="session")
        page.click(".submit-row [name=_continue]")
        page.wait_for_selector("[name=sign_in-username]")
        take(page, "session-ended")


def take_preview(desk: Desk) -> None:
    page = desk.page_of("editor")
    find(page, "Unicode للصحفيين")
    page.get_by_role("button", name="معاينة ما كُتب").click()
    page.locator("iframe.is-shown").wait_for()
    take(page, "preview")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="إنشاء رابط").click()
    page.wait_for_selector(".preview-links ol")
    take(page, "preview-links", only=page.locator(".preview-links"))


def take_review(desk: Desk) -> None:
    """The article of the reporter before its reviewer, who talks with a colleague and schedules it."""
    page = desk.page_of("editor")
    find(page, "تقاسم حصص الري")
    take(page, "review", top=page.locator(".situation"))
    take(page, "notes", only=page.locator("#desk-notes"))
    find(page, "محطة في مرسى اللؤلؤ")
    # Near the hour of the other scheduled article, so that one screen of the calendar shows both.
    tomorrow = datetime.now(UTC) + timedelta(hours=30)
    page.fill("#id_publish_at", f"{tomorrow:%Y-%m-%dT%H}:00")
    page.click("[name=_move][value=publish]")
    page.wait_for_selector(".messagelist .success")
    page.goto(f"{ARTICLES}calendar/?view=week&day={tomorrow:%Y-%m-%d}")
    take(page, "calendar", top=page.locator(".calendar-item.is-scheduled").first)


def take_what_is_public(desk: Desk) -> None:
    """Changes that wait to be published, and a correction."""
    page = desk.page_of("editor")
    find(page, "شعاب مرجانية")
    page.fill("#id_kicker", "من البحر")
    save(page)
    take(page, "changes", only=page.locator(".situation"))
    page.get_by_role("link", name="أضف تصحيحًا").click()
    page.select_option("#id_kind", index=1)
    page.fill("#id_note", "ذكرنا أن المسح شمل 12 موقعًا، والصواب أنه شمل 14 موقعًا.")
    take(page, "correction")


def take_list(desk: Desk) -> None:
    page = desk.page_of("editor")
    page.goto(f"{ARTICLES}?state=in_review")
    page.locator(".views-save summary").click()
    page.fill("#view-name", "قيد المراجعة")
    page.locator(".views-save [type=submit]").click()
    page.wait_for_selector(".messagelist .success")
    page.goto(f"{ARTICLES}?section=&state=in_review")
    take(page, "list")
    page.goto(ARTICLES + "?view=all")
    for number in range(3):
        page.locator("#result_list .action-select").nth(number).check()
    page.select_option("[name=action]", label="إعادة إلى الكاتب")
    page.locator(".actions [type=submit]").click()
    page.wait_for_selector(".bulk")
    take(page, "bulk")


def take_oversight(desk: Desk) -> None:
    page = desk.page_of("chief")
    page.goto("/admin/articles/editor/")
    page.get_by_role("link", name="كريم منصور").click()
    take(page, "sections")
    page.goto("/admin/articles/transition/")
    take(page, "record")


TAKEN = [
    take_start,
    take_front_page,
    take_writing,
    take_warnings,
    take_pictures,
    take_what_is_kept,
    take_preview,
    take_review,
    take_what_is_public,
    take_list,
    take_oversight,
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("site", help="the address of a fresh demo site, such as http://127.0.0.1:8000")
    parser.add_argument("accounts", type=Path, help="its demo accounts, such as var/demo-accounts.txt")
    arguments = parser.parse_args()
    executable = shutil.which("chromium")
    if executable is None:
        sys.exit("Chromium is missing; on Debian: sudo apt-get install chromium")
    passwords = dict(line.split() for line in arguments.accounts.read_text("utf-8").splitlines())
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        desk = Desk(browser, arguments.site.rstrip("/"), passwords)
        for step in TAKEN:
            step(desk)
        browser.close()


if __name__ == "__main__":
    main()
