"""Scores, telephone numbers and units that stay on one line, and all else as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.line_breaks import keep_together

PIECES = [
    "<p>",
    "</p>",
    '<a href="/?a=3-2">',
    "3-2",
    "10–20",
    "2.5",
    "-",
    " ",
    "فاز",
    "&amp;",
    "٣-٢",
    "2026-02-26",
    "+32 2 299 11",
    "-123",
    " %",
    "</bdi>",
    "<br>",
]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param("<p>فاز الأهلي 3-2 أمس</p>", "<p>فاز الأهلي [3-2] أمس</p>", id="score"),
        pytest.param("بين ٢٫٥ و10–20", "بين ٢٫٥ و10–20", id="clitic"),
        pytest.param("(٣-٢)", "([٣-٢])", id="Arabic digits"),
        pytest.param("يوم 2026-02-26 أو 3-2-1", "يوم 2026-02-26 أو 3-2-1", id="date"),
        pytest.param('<a href="/?a=3-2">3-2</a>', '<a href="/?a=3-2">[3-2]</a>', id="address"),
        pytest.param("على +32 2 299 11-11 الآن", "على [+32 2 299 11-11] الآن", id="telephone number"),
        pytest.param("على (02) 2299 1111.", "على [(02) 2299 1111].", id="area code"),
        pytest.param("+1 234567890123 456789012", "+1 234567890123 456789012", id="wider than a screen"),
        pytest.param("بسعة 3 GB أو 4 Gbit", "بسعة 3[ GB] أو 4 Gbit", id="unit"),
        pytest.param("<bdi>-5</bdi> % ثم ٦ ٪", "<bdi>-5</bdi>[ %] ثم ٦[ ٪]", id="unit outside an element"),
        pytest.param("<p>5</p> % ثم 5<br> %", "<p>5</p> % ثم 5<br> %", id="unit of another line"),
    ],
)
def test_what_may_not_be_divided_is_kept_together(html, kept):
    expected = kept.replace("[", '<span class="together">').replace("]", "</span>")

    assert keep_together(html) == expected


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_markup_is_otherwise_the_same(html):
    kept = keep_together(html)

    assert kept.replace('<span class="together">', "").replace("</span>", "") == html


@pytest.mark.parametrize("number", ["+" + "1" * 76 + "x", "(0" + "1" * 100])
def test_a_long_run_of_digits_is_read_once(number):
    # Read in every division, each of them would take seconds.
    text = f"{number} " * 200

    assert keep_together(text) == text
