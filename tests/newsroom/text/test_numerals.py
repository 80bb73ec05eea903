"""Digits as an edition writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.numerals import arabic_indic, arabic_indic_markup

OURS = "data-ours"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("3 تعليقات", "٣ تعليقات"),
        ("26 فبراير 2026، 15:05", "٢٦ فبراير ٢٠٢٦، ١٥:٠٥"),
        ("1,234,567.89", "١٬٢٣٤٬٥٦٧٫٨٩"),
        ("73% من الأحرف", "٧٣٪ من الأحرف"),
        ("26/02/2026", "٢٦/٠٢/٢٠٢٦"),
        ("GPT4 وuser99 و4K", "GPT4 وuser99 و4K"),
        ("192.168.1.10", "192.168.1.10"),
        ("الصفحة 2, 3", "الصفحة ٢, ٣"),
        ("كتب \u2068رقم 7\u2069 في 8", "كتب \u2068رقم 7\u2069 في ٨"),
    ],
)
def test_words_of_ours(typed, written):
    assert arabic_indic(typed) == written


@pytest.mark.parametrize(
    ("html", "written"),
    [
        pytest.param("<p>الصفحة 2 من 5</p>", "<p>الصفحة ٢ من ٥</p>", id="words"),
        pytest.param(
            '<time datetime="2026-02-26T12:05:00Z" title="26 فبراير">26 فبراير</time>',
            '<time datetime="2026-02-26T12:05:00Z" title="٢٦ فبراير">٢٦ فبراير</time>',
            id="what machines read stays",
        ),
        pytest.param(
            '<h2 lang="ar" dir="rtl"><a href="/a/3/">أفضل 10</a></h2> 4 <bdi>نادي 2</bdi>',
            '<h2 lang="ar" dir="rtl"><a href="/a/3/">أفضل 10</a></h2> ٤ <bdi>نادي 2</bdi>',
            id="what was typed stays",
        ),
        pytest.param(
            f'<article dir="ltr">1<p {OURS} dir="rtl">2 <b>3</b></p>4</article>5',
            f'<article dir="ltr">1<p {OURS} dir="rtl">٢ <b>٣</b></p>4</article>٥',
            id="words of ours in what was typed",
        ),
        pytest.param(
            '<script>let a = 1 < 2;</script><input value="3" placeholder="4"><br>5 &#39;',
            '<script>let a = 1 < 2;</script><input value="3" placeholder="٤"><br>٥ &#39;',
            id="scripts, values and references",
        ),
        pytest.param("<ul><li>1<li dir=rtl>2</ul>3", "<ul><li>١<li dir=rtl>2</ul>٣", id="ends left out"),
        pytest.param('<html dir="rtl"><p>1</p></html>', '<html dir="rtl"><p>١</p></html>', id="the page"),
        pytest.param("<!-- 1 --><p>2</b>3", "<!-- 1 --><p>٢</b>٣", id="comments and ends of nothing"),
    ],
)
def test_pages(html, written):
    assert arabic_indic_markup(html, OURS) == written


@given(st.text(alphabet="<>/\"'=ap dirb1 ,.%&#;!-", max_size=60))
def test_nothing_but_numbers_changes(html):
    back = arabic_indic_markup(html, OURS).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٬٫", "0123456789,."))

    assert back.replace("٪", "%").replace(" ", "") == html.replace(" ", "")
