"""A news page that was saved in HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.text import html_page
from tests import patience
from tests.thorough import examples

PAGE = """<!DOCTYPE html><html lang="ar"><head><title>خبر | صحيفة</title><style>p{}</style></head><body>
<header><nav><a href="/">الرئيسية</a></nav></header>
<main><article><header><h1>مايكروسوفت وMistral AI</h1><p>بقلم ليلى حدّاد</p></header>
<div class="text"><p>أعلنت الشركتان <b>شراكة</b>.</p><div>سطر بلا فقرة<br>وآخر</div><ul><li>أوّل</li></ul>
<script>alert(1)</script><p>شارك هذا المقال</p></div>
<section><h3>اترك تعليقاً</h3><form><label>الاسم</label></form></section></article></main>
<aside>إعلان</aside><footer>جميع الحقوق محفوظة</footer></body></html>"""


def test_the_parts_of_a_page_are_told_apart():
    page = html_page.parse(PAGE)

    assert page.headline == "مايكروسوفت وMistral AI"
    assert page.body == (
        "<p>أعلنت الشركتان <b>شراكة</b>.</p><p>سطر بلا فقرة<br>وآخر</p><ul><li>أوّل</li></ul>"
    )
    assert page.credits == ["بقلم ليلى حدّاد"]
    assert page.furniture == ["شارك هذا المقال", "اترك تعليقاً"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PAGE, True),
        ("\ufeff\n<html>", True),
        ("<!-- x --><!doctype HTML>", True),
        ("عن <html>", False),
        ("<p>نص</p>", False),
    ],
)
def test_a_page_is_told_from_a_text(text, expected):
    assert html_page.is_page(text) == expected


def test_a_page_without_parts_is_read_as_far_as_it_goes():
    page = html_page.parse("<html><title>عنوان</title><body>نص أول<p>نص ثان</p>")

    assert (page.headline, page.paragraphs) == ("عنوان", ["نص أول", "نص ثان"])


PARTS = st.sampled_from(
    ["<article>", "</article>", "<h1>", "<p>", "</p>", "نص", "<div>", "<a>", "</div>", "<title>", "<"]
)


@settings(max_examples=examples(100))
@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_markup_gives_a_page(source):
    assert isinstance(html_page.parse(source), html_page.HtmlPage)


@pytest.mark.parametrize(
    "source", ["<div>" * 5_000, "<article>" * 90 + "نص" * 100_000, "<a>" * 50_000 + "<p>", "<!--" * 99_000]
)
def test_hostile_pages_take_time_in_proportion(source):
    with patience.ends():
        html_page.is_page(source)
        html_page.parse(source)
