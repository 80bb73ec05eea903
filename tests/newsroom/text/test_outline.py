"""The headings of a text: named so that links to them hold, and listed."""

import pytest

from newsroom.text.outline import outlined
from newsroom.text.sanitizer import sanitize_article
from tests.patience import ends


def _part(name, title, *parts):
    return {"id": f"part-{name}", "title": title, "parts": list(parts)}


def test_headings_are_named_and_listed_with_the_smaller_ones_below_them():
    html = "<p>مقدمة</p><h2>ما هو <b>GPT-5</b>؟</h2><p>نص</p><h3>السعر</h3><h3>الموعد</h3><h2>خاتمة</h2>"

    named = (
        '<p>مقدمة</p><h2 id="part-ما-هو-gpt-5">ما هو <b>GPT-5</b>؟</h2><p>نص</p>'
        '<h3 id="part-السعر">السعر</h3><h3 id="part-الموعد">الموعد</h3><h2 id="part-خاتمة">خاتمة</h2>'
    )
    parts = [
        _part("ما-هو-gpt-5", "ما هو GPT-5؟", _part("السعر", "السعر"), _part("الموعد", "الموعد")),
        _part("خاتمة", "خاتمة"),
    ]
    assert outlined(html) == (named, parts)


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["سؤال", "سؤال", "سؤال 2", "سؤال"], ["سؤال", "سؤال-2", "سؤال-2-2", "سؤال-3"]),
        (["؟!", "—"], ["بلا-عنوان", "بلا-عنوان-2"]),
        (["التَّعليم في المَدارس"], ["التعليم-في-المدارس"]),
        (["كلمة " * 30], ["كلمة-كلمة-كلمة-كلمة-كلمة-كلمة-كلمة-كلمة"]),
    ],
    ids=["the same twice", "no letters", "marks", "long"],
)
def test_every_name_is_of_one_heading(titles, names):
    _html, parts = outlined("".join(f"<h2>{title}</h2>" for title in titles))

    assert [part["id"] for part in parts] == [f"part-{name}" for name in names]


def test_twenty_thousand_headings_alike_are_named_in_linear_time():
    with ends():
        _html, parts = outlined("<h2>سؤال</h2>" * 20_000)

    assert parts[-1] == _part("سؤال-20000", "سؤال")


def test_a_smaller_heading_before_the_first_begins_a_part():
    _html, parts = outlined("<h3>تمهيد</h3><h2>أول</h2>")

    assert parts == [_part("تمهيد", "تمهيد"), _part("أول", "أول")]


def test_a_note_in_a_heading_is_not_of_its_title():
    html = sanitize_article('<h2>النموذج<small class="footnote">بحسب OpenAI</small> الجديد</h2>')

    assert outlined(html)[1] == [_part("النموذج-الجديد", "النموذج الجديد")]


@pytest.mark.parametrize(
    "html", ['<aside class="fact-box"><h3>حقائق</h3></aside>', "<p>نص</p>", "<h4>صغير</h4>", ""]
)
def test_what_stands_beside_the_text_begins_no_part(html):
    assert outlined(html) == (html, [])
