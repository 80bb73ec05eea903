"""The editor in a real browser: what is pasted, what is marked, and that nothing typed is lost."""

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image as Picture

from articles import images, library
from articles.models import Article, Image
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/articles/article/add/"
TEXT = ".prose-editor > .ProseMirror"
LIBRARY = "/admin/articles/image/library/"
TOO_LARGE = "حجم الملفّ يتجاوز 25 ميغابايت. ارفع ملفًّا أصغر."

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml>
<![endif]--><style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri"} --></style></head>
<body lang=AR-SA style='tab-interval:36.0pt'><!--StartFragment-->
<h1 dir=RTL style='margin:12pt'><b><span lang=AR-SA style='color:#2E74B5'>شراكة جديدة</span></b><span
dir=LTR><o:p></o:p></span></h1>
<p class=MsoNormal dir=RTL style='text-align:right;unicode-bidi:embed'><span lang=AR-SA style='font-family:"Arial";
color:red'>أعلنت </span><span dir=LTR>Microsoft</span><span dir=RTL></span><span lang=AR-SA> شراكة مع&nbsp;<b
style='mso-bidi-font-weight:normal'>ميسترال</b> و<i style='mso-bidi-font-style:normal'>لو
شات</i>.<o:p></o:p></span></p>
<p class=MsoNormal dir=RTL><span lang=AR-SA><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraphCxSpFirst dir=RTL style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]><span lang=AR-SA>البند الأول<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpLast dir=RTL style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span></span><![endif]>بند فرعي</p>
<p class=MsoListParagraph dir=RTL style='mso-list:l1 level1 lfo2'><![if !supportLists]><span><span
style='mso-list:Ignore'>1.<span>&nbsp;</span></span></span><![endif]><span lang=AR-SA>خطوة</span></p>
<p class=MsoNormal><a href="https://example.com/a?x=1&amp;y=2"><span style='color:blue'>رابط</span></a> و<a
href="javascript:alert(1)">شر</a> <a name="_Toc1">مرساة</a> <img src="file:///C:/x.png" onerror=alert(1)></p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=200 style='width:150pt'>
<p class=MsoNormal dir=RTL>خلية<o:p></o:p></p></td></tr></table><script>alert(1)</script>
<p class=MsoNormal dir=LTR style='text-align:left'><span lang=EN-US>OpenAI released a model.</span></p>
<!--EndFragment--></body></html>"""
FROM_WORD = (
    "<h2>شراكة جديدة</h2><p>أعلنت Microsoft شراكة مع <strong>ميسترال</strong> و<em>لو شات</em>.</p>"
    "<ul><li><p>البند الأول</p><ul><li><p>بند فرعي</p></li></ul></li></ul><ol><li><p>خطوة</p></li></ol>"
    '<p><a href="https://example.com/a?x=1&amp;y=2">رابط</a> وشر مرساة</p>'
    "<table><tbody><tr><td><p>خلية</p></td></tr></tbody></table>"
    '<p dir="ltr">OpenAI released a model.</p>'
)

GOOGLE_DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-5f0"><h2 dir="rtl"
style="line-height:1.38;"><span style="font-size:16pt;color:#000;font-weight:400;">عنوان من مستند</span></h2><p
dir="rtl"><span style="font-weight:400;white-space:pre-wrap;">نص عادي مع </span><span
style="font-weight:700;">غامق</span><span style="font-style:italic;font-weight:400"> ومائل</span><span
style="vertical-align:super">2</span></p><br /><p
dir="ltr"><span style="background-color:#ff0">نص عربي باتجاه خاطئ عن GPT-4</span></p><ul><li dir="rtl"
style="list-style-type:disc" aria-level="1"><p dir="rtl" role="presentation"><span>واحد</span></p></li><ul><li dir="rtl"
aria-level="2"><p dir="rtl"><span>واحد فرعي</span></p></li></ul></ul><p dir="rtl"><a
href="https://www.google.com/url?q=https://example.org/x&amp;sa=D" style="text-decoration:none;"><span
style="color:#15c">رابط</span></a></p></b><br class="Apple-interchange-newline">"""
FROM_GOOGLE_DOCS = (
    "<h2>عنوان من مستند</h2><p>نص عادي مع <strong>غامق</strong><em> ومائل</em><sup>2</sup></p>"
    "<p>نص عربي باتجاه خاطئ عن GPT-4</p><ul><li><p>واحد</p><ul><li><p>واحد فرعي</p></li></ul></li></ul>"
    '<p><a href="https://example.org/x">رابط</a></p>'
)

HTML = "document.querySelector('.prose-editor > .ProseMirror').editor.getHTML()"
PASTE = """(html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    const text = document.querySelector(".prose-editor > .ProseMirror");
    text.focus();
    text.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
SELECT = """(words) => {
    const {editor} = document.querySelector(".prose-editor > .ProseMirror");
    editor.state.doc.descendants((node, position) => {
        const start = node.isText ? node.text.indexOf(words) : -1;
        if (start >= 0) {
            editor.commands.setTextSelection({from: position + start, to: position + start + words.length});
        }
    });
}"""


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


@pytest.fixture
def desk(page_of, listen, editor):
    return listen(page_of(editor))


def _open(page, address=ADD):
    page.goto(address)
    page.wait_for_selector(".prose-menubar button")


def _file(size):
    return {"name": "x.png", "mimeType": "image/png", "buffer": bytes(size)}


def _save(page):
    page.click(".submit-row [name=_continue]")
    page.wait_for_selector(".messagelist .success")
    page.wait_for_selector(".prose-menubar button")


@pytest.mark.parametrize(
    ("pasted", "article"), [(WORD, FROM_WORD), (GOOGLE_DOCS, FROM_GOOGLE_DOCS)], ids=["Word", "Google Docs"]
)
def test_what_is_pasted_comes_out_clean_once_and_for_all(desk, pasted, article):
    section = factories.section()
    _open(desk)
    desk.fill("[name=headline]", "نص ملصق من Word")
    desk.select_option("[name=section]", str(section.pk))
    desk.evaluate(PASTE, pasted)
    _save(desk)
    first = Article.objects.get().body

    # A change that is taken back, so that the editor writes the whole text anew.
    desk.click(TEXT)
    desk.keyboard.type("x")
    desk.keyboard.press("Backspace")
    _save(desk)

    assert (first, Article.objects.get().body) == (article, article)


@pytest.mark.parametrize(
    ("runs", "article"),
    [
        ("<span dir=LTR> Apple Inc.</span><span lang=AR-SA> إن", 'قالت <bdi dir="ltr">Apple Inc.</bdi> إن'),
        (
            "<span dir=LTR> Apple</span><span dir=LTR> Inc. </span>إن",
            'قالت <bdi dir="ltr">Apple Inc.</bdi> إن',
        ),
        ("<span dir=LTR> Microsoft</span><span lang=AR-SA>. إن", "قالت Microsoft. إن"),
        ("<span> </span><b>Apple</b><span dir=LTR> Inc.</span> إن", "قالت <strong>Apple</strong> Inc. إن"),
        ("<span dir=LTR><b> Yahoo!</b></span> إن", 'قالت <strong><bdi dir="ltr">Yahoo!</bdi></strong> إن'),
    ],
    ids=["space outside", "divided", "no sign", "name before", "bold"],
)
def test_a_latin_run_of_word_stays_one_where_its_edge_would_move(desk, runs, article):
    section = factories.section()
    _open(desk)
    desk.fill("[name=headline]", "نص ملصق من Word")
    desk.select_option("[name=section]", str(section.pk))
    desk.evaluate(PASTE, f"<p class=MsoNormal dir=RTL><span lang=AR-SA>قالت</span>{runs}</span></p>")
    _save(desk)
    first = Article.objects.get().body
    desk.click(TEXT)
    desk.keyboard.type("x")
    desk.keyboard.press("Backspace")
    _save(desk)

    assert (first, Article.objects.get().body) == (f"<p>{article}</p>",) * 2


def test_the_full_stop_of_a_pasted_abbreviation_stands_to_its_right(desk):
    _open(desk)
    desk.evaluate(
        PASTE, "<p dir=RTL><span lang=AR-SA>قالت</span><span dir=LTR> Apple Inc.</span><span> إن</span></p>"
    )

    letter, stop = desk.evaluate(
        """() => {
            const text = document.querySelector(".prose-editor > .ProseMirror bdi").firstChild;
            return ["c", "."].map((sign) => {
                const range = document.createRange();
                range.setStart(text, text.data.indexOf(sign));
                range.setEnd(text, text.data.indexOf(sign) + 1);
                return range.getBoundingClientRect().left;
            });
        }"""
    )

    assert stop > letter


UNCLEAN = {
    '<p>في onclick = "x" وstyle="y"</p>': '<p>في onclick = "x" وstyle="y"</p>',
    "<p title=\" onclick='a'\" onclick=alert(1)>نص</p>": "<p>نص</p>",
    "<p style>نص</p><p/onclick/>نص</p><p style/=x>نص</p>": "<p>نص</p><p>نص</p><p>نص</p>",
    "<p><a b=\"'\"onwheel=alert(1) href='https://example.org/style=1/onx=2'>نص</a></p>": (
        '<p><a href="https://example.org/style=1/onx=2">نص</a></p>'
    ),
    "<p><abbr title='<script> onx style=1'>نص</abbr></p>": (
        '<p><abbr title="&lt;script&gt; onx style=1">نص</abbr></p>'
    ),
    "<p>نص</p><style><!--<form><math><mtext></form>": "<p>نص</p>",
    "<p>نص</p> <bASe hrEf='T:`1`'> <svg><base href=x:y>": "<p>نص</p>",
    "<frameset></frameset><p>نص style=x</p>": "<p>نص style=x</p>",
    "<p>نص</p><svg><caption>س</caption></svg>": "<p>نص</p><p>س</p>",
    # Text of an element that holds none, which would be markup where it stood elsewhere.
    "<p>نص</p><form><math><mtext></form><form><mglyph><xmp></math><img src=x onerror=alert(1)>": (
        "<p>نص</p><p>&lt;/math&gt;&lt;img src=x onerror=alert(1)&gt;</p>"
    ),
    "<p " + " ".join(f"on{number}=1" for number in range(30_000)) + ">نص</p>": "<p>نص</p>",
    "<table><caption onclick=a>عنوان</caption><tbody><tr><td><p>نص</p></td></tr></tbody></table>": (
        "<p>عنوان</p><table><tbody><tr><td><p>نص</p></td></tr></tbody></table>"
    ),
}


def test_what_was_never_cleaned_opens_without_a_complaint(desk):
    article = factories.draft()
    found = {}

    for written in UNCLEAN:
        Article.objects.filter(pk=article.pk).update(body=written)
        _open(desk, f"/admin/articles/article/{article.pk}/change/")
        found[written] = desk.evaluate(HTML)

    assert found == UNCLEAN


def test_what_the_clipboard_says_was_copied_here_is_looked_at_all_the_same(desk):
    _open(desk)

    for written in UNCLEAN:
        desk.evaluate(PASTE, f"<div data-x='data-pm-slice'>{written}</div>")


def test_what_was_copied_in_the_editor_keeps_what_other_programs_do_not_have(desk):
    quote = '<figure class="pull-quote"><blockquote><p>OpenAI on Monday, in style</p></blockquote>'
    quote += "<figcaption>Sam Altman</figcaption></figure>"
    _open(desk)

    desk.evaluate(PASTE, quote.replace("<figure", "<figure data-pm-slice='0 0 []'"))

    assert desk.evaluate(HTML).startswith(quote)


def test_words_are_marked_as_foreign_and_a_paragraph_is_turned(desk):
    _open(desk)
    desk.click(TEXT)
    desk.keyboard.type("لغة C++ أسرع")
    desk.evaluate(SELECT, "C++")
    desk.click("[data-name=foreign]")
    desk.click("[data-name='direction:ltr']")

    assert desk.input_value("[name=body]") == ('<p dir="ltr">لغة <bdi dir="ltr" lang="en">C++</bdi> أسرع</p>')


def test_a_picture_is_found_in_any_spelling_and_stands_in_the_text_with_its_caption(desk):
    image = _picture()
    _open(desk)
    desk.click("[data-name=figure]")
    desk.fill(".library [type=search]", "اسماك rotterdam")
    desk.click(".library__pictures button")
    desk.fill(".prose-editor-dialog [name=caption]", "أسماك في الميناء")
    desk.click(".prose-editor-dialog [type=submit]")

    body = desk.locator("[name=body]")
    body.evaluate(
        "field => new Promise(done => field.value ? done() : field.addEventListener('input', done))"
    )
    assert body.input_value() == (
        f'<figure><img src="{image.src}" alt="أسماكٌ في Rotterdam" width="{image.width}" height="{image.height}">'
        "<figcaption>أسماك في الميناء</figcaption></figure><p></p>"
    )


def test_a_long_description_in_the_library_ends_with_its_second_line(desk):
    image = _picture()
    Image.objects.filter(pk=image.pk).update(alt="سفينة شحن في ميناء Rotterdam " * 5)
    _open(desk)
    desk.click("[data-name=figure]")

    shown, line = desk.locator(".library__pictures span").evaluate(
        "span => [span.clientHeight, Number.parseFloat(getComputedStyle(span).lineHeight)]"
    )
    assert round(shown / line, 1) == 2.0


def test_a_file_that_is_too_large_is_refused_by_the_library_before_it_is_sent(desk, monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 999)
    asked = []
    desk.on("request", lambda request: asked.append((request.method, urlsplit(request.url).path)))
    _open(desk)
    desk.click("[data-name=figure]")
    desk.click(".library summary")

    desk.set_input_files(".library upload-queue [type=file]", _file(1_000))

    assert desk.inner_text(".library upload-queue [role=alert]") == TOO_LARGE
    assert ("GET", LIBRARY) in asked
    assert ("POST", LIBRARY) not in asked


def test_a_file_that_is_too_large_is_refused_by_the_picture_form_when_it_is_chosen(desk, tmp_path):
    # On the disk, for the browser reads only its size; sent to it, so many bytes take their time.
    large = tmp_path / "x.png"
    with large.open("wb") as file:
        file.truncate(images.MAX_BYTES + 1)
    desk.goto("/admin/articles/image/add/")

    desk.set_input_files("[name=upload]", large)

    assert desk.inner_text(".upload-note") == TOO_LARGE
    assert desk.eval_on_selector("[name=upload]", "field => field.files.length") == 0


def test_every_button_of_the_editor_speaks_arabic(desk):
    _open(desk)

    labels = desk.eval_on_selector_all(".prose-menubar button", "all => all.map(button => button.title)")

    assert [label for label in labels if not re.search("[\u0621-\u064a]", label)] == []


def test_the_counter_names_what_is_used_before_what_there_is(desk):
    _open(desk)
    desk.fill("[name=headline]", "أطلقت OpenAI")

    counter = desk.locator(".field-headline .counter")
    assert counter.text_content() == "12 من 250"
    assert counter.evaluate("counter => getComputedStyle(counter).direction") == "rtl"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_who_signs_in_after_a_session_has_ended_saves_what_they_typed(page_of, editor, scripts):
    article = factories.draft()
    page = page_of(editor, java_script_enabled=scripts)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.fill("[name=summary]", "ملخّص كُتب والجلسة تنتهي")
    if scripts:
        page.click(TEXT)
        page.keyboard.press("Control+End")
        page.keyboard.type(" وجملة عن C++.")
    else:
        page.fill("[name=body]", f"{article.body[:-4]} وجملة عن C++.</p>")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.click(".submit-row [name=_continue]")
    page.fill("[type=text]", editor.username)
    page.fill("[type=password]", "not a secret 1")
    page.click("#login-form [type=submit]")
    page.wait_for_selector(".messagelist .success")

    stored = Article.objects.get()
    assert (stored.summary, stored.body) == (
        "ملخّص كُتب والجلسة تنتهي",
        f"{article.body[:-4]} وجملة عن C++.</p>",
    )
    kept = "Object.keys(localStorage).filter(key => key.startsWith('nashra.'))"
    assert page.evaluate(kept) == []


def test_what_was_typed_is_offered_again_when_the_page_was_left(desk):
    author = factories.author("إيمان زهراء")
    _open(desk)
    desk.fill("[name=headline]", "نص لم يُحفظ عن ChatGPT")
    desk.click(TEXT)
    desk.keyboard.type("فقرة طويلة")
    desk.click("#id_bylines + .select2")
    desk.keyboard.type("ايمان")
    desk.click(".select2-results__option:has-text('إيمان زهراء')")

    _open(desk)
    desk.click(".kept-draft .default")

    assert (
        desk.input_value("[name=headline]"),
        desk.inner_text(TEXT),
        desk.eval_on_selector(
            "#id_bylines", "select => [...select.selectedOptions].map(option => option.value)"
        ),
    ) == ("نص لم يُحفظ عن ChatGPT", "فقرة طويلة", [str(author.pk)])


def test_enter_in_a_field_saves_without_publishing_and_drops_the_kept_text(desk):
    article = factories.draft()
    _open(desk, f"/admin/articles/article/{article.pk}/change/")
    desk.fill("[name=kicker]", "عاجل")
    desk.press("[name=kicker]", "Enter")
    desk.wait_for_selector(".messagelist .success")
    desk.wait_for_load_state()

    kept = desk.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('nashra.'))")
    stored = Article.objects.get()
    assert (stored.kicker, stored.status, kept) == ("عاجل", "draft", [])


def _picture():
    out = io.BytesIO()
    Picture.new("RGB", (60, 40), "teal").save(out, "PNG")
    return library.add(out.getvalue(), alt="أسماكٌ في Rotterdam")


def test_a_scheduled_article_whose_hour_was_emptied_waits_and_the_text_stays(desk):
    article = factories.published(at=timezone.now() + timedelta(days=1))
    _open(desk, f"/admin/articles/article/{article.pk}/change/")
    desk.fill("[name=headline]", "عنوان جديد")
    desk.fill("[name=publish_at]", "")
    button = desk.get_by_role("button", name="تغيير الموعد")

    button.click()

    field = desk.locator(".move", has=button)
    assert field.locator(".errorlist").inner_text() == "اختر الموعد الجديد. وللنشر فورًا اضغط «نشر الآن»."
    assert desk.input_value("[name=headline]") == "عنوان جديد"
    assert list(Article.objects.scheduled()) == [article]
