"""Paragraphs of the classic editor."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.wordpress.paragraphs import with_paragraphs
from tests import patience
from tests.thorough import examples


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("سطر", "<p>سطر</p>"),
        ("سطر\nآخر", "<p>سطر<br>\nآخر</p>"),
        ("فقرة\n\nفقرة", "<p>فقرة</p>\n<p>فقرة</p>"),
        ("فقرة\r\n\r\n\r\nفقرة", "<p>فقرة</p>\n<p>فقرة</p>"),
        ("نص\n<ul>\n<li>أ</li>\n</ul>\nنص", "<p>نص</p><ul>\n<li>أ</li>\n</ul><p>نص</p>"),
        ("<p>نص</p>", "<p>نص</p>"),
        ("<pre>أ\n\nب</pre>", "<pre>أ\n\nب</pre>"),
        ("<blockquote>أ\n\nب</blockquote>", "<blockquote><p>أ</p>\n<p>ب</p></blockquote>"),
        ("<li>أ\n\nب</li>", "<li><p>أ</p>\n<p>ب</p></li>"),
        ("<b>أ</b>\n\nب", "<p><b>أ</b></p>\n<p>ب</p>"),
        ("<h2>أ</h2>\n\n\n<h2>ب</h2>", "<h2>أ</h2>\n<h2>ب</h2>"),
        ("أ<br />\nب", "<p>أ<br>\nب</p>"),
        ("", ""),
        ("\n\n", ""),
    ],
)
def test_lines_become_paragraphs(source, expected):
    assert with_paragraphs(source).strip() == expected


PARTS = [
    "<p>",
    "</p>",
    "\n",
    "\n\n",
    "نص",
    "<pre>",
    "</pre>",
    "<li>",
    "</li>",
    "<b>",
    "<!--",
    "-->",
    "<",
    "<script>",
    "\0",
]


@settings(max_examples=examples(150))
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_any_markup_gives_markup(source):
    assert isinstance(with_paragraphs(source), str)


@pytest.mark.parametrize(
    "source",
    [
        "\n" * 500_000,
        "<div>\n\nأ" * 50_000,
        "أ\n \n" * 200_000,
        "<" * 300_000,
        "<p>" * 100_000 + "</div>" * 100_000,
    ],
    ids=["lines", "deep", "paragraphs", "signs", "ends of what is not open"],
)
def test_hostile_markup_takes_time_in_proportion(source):
    with patience.ends():
        with_paragraphs(source)
