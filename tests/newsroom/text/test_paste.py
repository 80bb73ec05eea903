"""What the sanitizer alone makes of articles of Word and Google Docs, as an import brings them."""

from pathlib import Path

import pytest

from newsroom.text.sanitizer import sanitize_article

PASTED = Path(__file__).parents[2] / "pasted"
BODIES = {
    "word": (
        '<h2 dir="rtl">سباق النماذج</h2>'
        '<p dir="rtl">أعلنت شركة OpenAI نموذج GPT-5، وقالت<small class="footnote">في بيان على '
        '<a href="https://example.com/blog">OpenAI Blog</a>.</small> إن '
        '<span lang="EN-GB" dir="ltr">the model is available to everyone</span> من <b>اليوم</b>.</p>'
        '<h2 dir="rtl">ما الجديد</h2><ul><li dir="rtl">أسرع من سابقه<ul><li dir="rtl">في العربية أيضًا</li></ul></li>'
        '<li dir="rtl">أرخص</li></ul>'
        '<p dir="rtl">والخطوات:</p><ol><li dir="rtl">تسجيل الدخول</li><li dir="rtl">الاختيار</li></ol>'
        '<table dir="rtl"><tbody><tr><td><p dir="rtl"><b>النموذج</b></p></td><td><p dir="rtl">GPT-5</p></td></tr>'
        '<tr><td colspan="2"><p dir="rtl">السعر 20 دولارًا</p></td></tr></tbody></table>'
        '<p dir="rtl">للمزيد: <a href="https://example.com/gpt?a=1&amp;b=2">OpenAI</a>.</p>'
        '<p dir="ltr">Sam Altman said it himself.</p>'
    ),
    "google_docs": (
        '<h2 dir="rtl">سباق النماذج</h2>'
        '<p dir="rtl">أعلنت شركة OpenAI <strong>نموذج GPT-5</strong><em> اليوم</em>، بدرجة 10<sup>6</sup>.</p>'
        '<h2 dir="rtl">ما الجديد</h2><ul><li dir="rtl"><p dir="rtl">أسرع من سابقه</p><ul><li dir="rtl">'
        '<p dir="rtl">في العربية أيضًا</p></li></ul></li><li dir="rtl"><p dir="rtl">أرخص</p></li></ul>'
        '<ol><li dir="rtl"><p dir="rtl">تسجيل الدخول</p></li></ol>'
        '<table dir="rtl"><tbody><tr><td><p dir="rtl"><strong>النموذج</strong></p></td>'
        '<td><p dir="ltr">GPT-5</p></td></tr></tbody></table>'
        '<p dir="rtl">للمزيد: <a href="https://example.com/gpt?a=1">OpenAI</a>.</p>'
        '<p dir="ltr">Sam Altman said it himself.</p>'
    ),
}


@pytest.mark.parametrize("program", BODIES)
def test_an_article_is_clean_and_settled(program):
    body = sanitize_article((PASTED / f"{program}.html").read_text())

    assert (body, sanitize_article(body)) == (BODIES[program],) * 2


@pytest.mark.parametrize(
    ("html", "body"),
    [
        (
            (
                '<p>نص<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>.</p>'
                '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> مصدره Reuters</span></p></div>'
            ),
            '<p>نص<small class="footnote">مصدره Reuters</small>.</p>',
        ),
        ('<p>نص<a href="#_ftn7">[7]</a>.</p>', "<p>نص<sup>[7]</sup>.</p>"),
        (
            (
                '<p>ب<a href="#_ftn2">[2]</a> أ<a href="#_ftn1">[1]</a></p>'
                '<p><a href="#_ftnref1">[1]</a> أولى</p><p><a href="#_ftnref2">[2]</a> ثانية</p>'
            ),
            '<p>ب<small class="footnote">ثانية</small> أ<small class="footnote">أولى</small></p>',
        ),
    ],
    ids=["exported from Google Docs", "mark without its note", "out of order"],
)
def test_notes_go_to_their_marks(html, body):
    assert sanitize_article(html) == body


def test_what_is_bold_in_word_stays_bold():
    html = "<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>اليوم</b></p>"

    assert sanitize_article(html) == "<p><b>اليوم</b></p>"
