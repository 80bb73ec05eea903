"""Articles of Word and Google Docs, in the markup that these put on the clipboard, pasted into the real editor."""

from pathlib import Path

import pytest

from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = ".prose-editor > .ProseMirror"
PASTED = Path(__file__).parents[1] / "pasted"
BODIES = {
    "word": (
        "<h2>سباق النماذج</h2>"
        '<p>أعلنت شركة OpenAI نموذج GPT-5، وقالت<small class="footnote">في بيان على '
        '<a href="https://example.com/blog">OpenAI Blog</a>.</small> إن '
        '<bdi dir="ltr" lang="EN-GB">the model is available to everyone</bdi> من <strong>اليوم</strong>.</p>'
        "<h2>ما الجديد</h2><ul><li><p>أسرع من سابقه</p><ul><li><p>في العربية أيضًا</p></li></ul></li>"
        "<li><p>أرخص</p></li></ul>"
        "<p>والخطوات:</p><ol><li><p>تسجيل الدخول</p></li><li><p>الاختيار</p></li></ol>"
        "<table><tbody><tr><td><p><strong>النموذج</strong></p></td><td><p>GPT-5</p></td></tr>"
        '<tr><td colspan="2"><p>السعر 20 دولارًا</p></td></tr></tbody></table>'
        '<p>للمزيد: <a href="https://example.com/gpt?a=1&amp;b=2">OpenAI</a>.</p>'
        '<p dir="ltr">Sam Altman said it himself.</p>'
    ),
    "google_docs": (
        "<h2>سباق النماذج</h2>"
        "<p>أعلنت شركة OpenAI <strong>نموذج GPT-5</strong><em> اليوم</em>، بدرجة 10<sup>6</sup>.</p>"
        "<h2>ما الجديد</h2><ul><li><p>أسرع من سابقه</p><ul><li><p>في العربية أيضًا</p></li></ul></li>"
        "<li><p>أرخص</p></li></ul><ol><li><p>تسجيل الدخول</p></li></ol>"
        '<table><tbody><tr><td><p><strong>النموذج</strong></p></td><td><p dir="ltr">GPT-5</p></td></tr></tbody></table>'
        '<p>للمزيد: <a href="https://example.com/gpt?a=1">OpenAI</a>.</p>'
        '<p dir="ltr">Sam Altman said it himself.</p>'
    ),
}
PASTE = """(html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    const field = document.querySelector(".prose-editor > .ProseMirror");
    field.focus();
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def desk(page_of):
    return page_of(factories.staff(factories.EDITORS))


def _save(page):
    page.click(".submit-row [name=_continue]")
    page.wait_for_selector(".messagelist .success")
    page.wait_for_selector(".prose-menubar button")


@pytest.mark.parametrize("program", BODIES)
def test_an_article_comes_out_clean_and_the_same_bytes_after_the_second_save(desk, program):
    section = factories.section()
    desk.goto("/admin/articles/article/add/")
    desk.wait_for_selector(".prose-menubar button")
    desk.fill("[name=headline]", "نص ملصق")
    desk.select_option("[name=section]", str(section.pk))
    desk.evaluate(PASTE, (PASTED / f"{program}.html").read_text())
    _save(desk)
    first = Article.objects.get().body

    # A change that is taken back, so that the editor writes the whole text anew.
    desk.click(f"{TEXT} > h2")
    desk.keyboard.type("x")
    desk.keyboard.press("Backspace")
    _save(desk)

    assert (first, Article.objects.get().body) == (BODIES[program],) * 2
