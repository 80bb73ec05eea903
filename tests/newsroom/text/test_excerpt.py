"""Plain text and excerpts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.excerpt import ELLIPSIS, excerpt, graphemes, html_excerpt, plain_text, words_between_spaces
from tests.xss_vectors import XSS_VECTORS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>واحد</p><p>اثنان</p>", "واحد\nاثنان"),
        ("<div>block</div>text", "block\ntext"),
        ("سطر<br>سطر", "سطر\nسطر"),
        ("<p>Mistral&nbsp;AI &amp; OpenAI &lt;3</p>", "Mistral AI & OpenAI <3"),
        ("<p>قال <b>Sam</b> Altman.</p>", "قال Sam Altman."),
        ("<style>p{}</style>نص<script>alert(1)</script>", "نص"),
        ("<table><tr><td>أ</td><td>ب</td></tr></table>", "أ\nب"),
        ("<!-- x -->نص<![CDATA[y]]>", "نص"),
        ("لغة <bdi dir='ltr'>C++</bdi>، و", "لغة C++، و"),
        ("a < b و c > d", "a < b و c > d"),
    ],
)
def test_plain_text(html, text):
    assert plain_text(html) == text


PIECES = [
    "<p>", "</p>", "<br>", "<b>", "</b>", '<a href="x">', '<p title="a>b">', "<P>", "<p", "<script>", "</script>",
    "<title>", "<plaintext>", "&am", "p;", "&lt;b&gt;", "كلمة", " ", "\n", "a < b",
    "&nbsp;", "\t", "\u2028", "\x1c",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_plain_text_of_plain_tags_is_what_the_tokenizer_finds(html):
    # A comment is no text, and takes the tokenizer.
    assert plain_text(html) == plain_text("<!-- -->" + html)
    assert words_between_spaces(html) == plain_text(html).split()


def test_plain_text_of_many_open_brackets():
    assert plain_text("<a" * 800) == "<a" * 800


def test_plain_text_takes_any_markup():
    assert len([plain_text(vector) for vector in XSS_VECTORS]) == len(XSS_VECTORS)


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<br>", "\n", " ", "كلمة", "OpenAI", "&amp;", "<bdi>", "<a"])),
    st.integers(1, 30),
)
def test_an_excerpt_of_markup_is_that_of_its_text(pieces, limit):
    html = "".join(pieces)

    assert html_excerpt(html, limit) == excerpt(plain_text(html), limit)


def test_short_text_stays():
    assert excerpt("شراكة مع Mistral AI.", 20) == "شراكة مع Mistral AI."


def test_cut_after_a_word():
    assert excerpt("شراكة جديدة مع Mistral AI", 16) == "شراكة جديدة مع…"


def test_punctuation_before_the_ellipsis_goes():
    assert excerpt("انتقل إلى OpenAI، مايكروسوفت", 20) == "انتقل إلى OpenAI…"


def test_lines_become_one():
    assert excerpt("واحد\n\nاثنان") == "واحد اثنان"


def test_long_word_is_cut_between_graphemes():
    assert excerpt("مُحَمَّدٌ" * 3, 6) == "مُحَ…"


def test_emoji_family_stays_whole():
    assert excerpt("👨\u200d👩\u200d👧👍👍", 6) == "👨\u200d👩\u200d👧…"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("👨\u200d👩\u200d👧 رائع 😀!", 9),
        ("مُحَمَّدٌ", 4),
        ("🇸🇦🇪🇬", 2),
        ("👍🏽❤️", 2),
        ("1️⃣a\r\nb", 4),
        ("می\u200cخواهم", 7),
        ("", 0),
    ],
)
def test_graphemes(text, count):
    assert len(graphemes(text)) == count


@given(st.text())
def test_graphemes_lose_nothing(text):
    assert "".join(graphemes(text)) == text


@given(st.text(), st.integers(1, 60))
def test_excerpt_keeps_the_limit(text, limit):
    cut = excerpt(text, limit)

    assert len(cut) <= limit
    assert " ".join(text.split()).startswith(cut.removesuffix(ELLIPSIS))


@given(st.text(st.sampled_from("اa \n\t\r\x0b\x1c\x85\xa0\u2003\u2028\u3000\u200b")))
def test_each_line_is_settled_and_none_is_empty(text):
    lines = (" ".join(line.split()) for line in text.split("\n"))

    assert plain_text(text) == "\n".join(filter(None, lines))
