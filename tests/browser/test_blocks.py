"""Blocks beyond paragraphs, from the keys that put them in to the page that readers get."""

from urllib.parse import urlsplit

import pytest

from articles import publishing
from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/articles/article/add/"
TEXT = ".prose-editor > .ProseMirror"
FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
BODY = (
    '<p>أعلنت OpenAI نموذجًا<small class="footnote">بحسب بيانها</small> جديدًا.</p>'
    '<figure class="pull-quote"><blockquote><p>لا عودة إلى الوراء</p></blockquote>'
    "<figcaption>سام ألتمان</figcaption></figure>"
    '<aside class="fact-box"><h3>حقائق</h3><p>تأسست عام 2015</p></aside>'
    f'<figure class="embed"><a href="{FILM}">عرض النموذج</a></figure>'
    '<figure class="gallery"><figure><img src="{0.src}" alt="مقر OpenAI" width="480" height="270">'
    "<figcaption>المقر — ليلى حدّاد</figcaption></figure>"
    '<figure><img src="{1.src}" alt="قاعة" width="480" height="270"><figcaption>وكالة</figcaption></figure></figure>'
    "<p>خاتمة.</p>"
)
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const field = document.querySelector(".prose-editor > .ProseMirror");
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def desk(page_of, listen):
    return listen(page_of(factories.staff(factories.EDITORS)))


@pytest.fixture
def reader(browser, live_server):
    """A page of a reader, who may let another site in: contexts of the others refuse that."""
    context = browser.new_context(locale="ar", base_url=live_server.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def _save(page):
    page.click(".submit-row [name=_continue]")
    page.wait_for_selector(".messagelist .success")
    page.wait_for_selector(".prose-menubar button")


def test_every_block_is_put_in_by_key_kept_and_shown(desk, reader):
    section = factories.section()
    images = [factories.image(alt="مقر OpenAI", caption="المقر"), factories.image(alt="قاعة", credit="وكالة")]
    desk.goto(ADD)
    desk.wait_for_selector(".prose-menubar button")
    desk.fill("[name=headline]", "كل ما في النص")
    desk.select_option("[name=section]", str(section.pk))
    keys = desk.keyboard
    desk.click(TEXT)

    keys.type("أعلنت OpenAI نموذجًا")
    keys.press("Control+Alt+f")
    keys.type("بحسب بيانها")
    keys.press("Enter")
    keys.type(" جديدًا.")
    keys.press("Enter")
    keys.press("Control+Alt+q")
    keys.type("لا عودة إلى الوراء")
    keys.press("ArrowDown")
    keys.type("سام ألتمان")
    keys.press("Enter")
    keys.press("Control+Alt+b")
    keys.type("حقائق")
    keys.press("ArrowDown")
    keys.type("تأسست عام 2015")
    keys.press("Control+Enter")
    desk.evaluate(PASTE, "https://youtu.be/dQw4w9WgXcQ?si=abc")
    keys.type("عرض النموذج")
    keys.press("Enter")
    keys.press("Control+Alt+g")
    for image in images:
        desk.click(f".library button:has-text('{image.alt}')")
    desk.click(".library > button.default")
    desk.wait_for_selector(f"{TEXT} .gallery figure:nth-child(2)")
    keys.press("Control+Enter")
    keys.type("خاتمة.")
    _save(desk)
    first = Article.objects.get().body
    # A change that is taken back, so that the editor writes the whole text anew.
    desk.click(f"{TEXT} > p:last-child")
    keys.press("End")
    keys.type("x")
    keys.press("Backspace")
    _save(desk)

    assert (first, Article.objects.get().body) == (BODY.format(*images),) * 2

    article = Article.objects.get()
    publishing.move(article, "publish", by=None)
    page = reader
    requested = []
    page.on("request", lambda request: requested.append(urlsplit(request.url).hostname))
    page.route(
        "https://www.youtube-nocookie.com/**",
        lambda route: route.fulfill(content_type="text/html", body="A film"),
    )
    page.goto(article.get_absolute_url())
    mark = page.get_by_role("link", name="الحاشية 1", exact=True)
    mark.click()
    note = page.locator(".notes li:target")
    assert note.locator("span").inner_text() == "بحسب بيانها"
    note.get_by_role("link").click()
    assert page.evaluate("location.hash") == "#note-mark-1"
    page.locator(".gallery__strip").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.gallery__strip').scrollLeft < 0")
    assert set(requested) == {"localhost"}
    page.get_by_role("button", name="اعرضه هنا").click()
    page.frame_locator(".embed__frame").get_by_text("A film").wait_for()
    assert set(requested) == {"localhost", "www.youtube-nocookie.com"}
