"""Scores that stay on one line, and all else as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.line_breaks import keep_scores_together

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
]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param("<p>فاز الأهلي 3-2 أمس</p>", "<p>فاز الأهلي [3-2] أمس</p>", id="score"),
        pytest.param("بين ٢٫٥ و10–20", "بين ٢٫٥ و10–20", id="clitic"),
        pytest.param("(٣-٢)", "([٣-٢])", id="Arabic digits"),
        pytest.param("يوم 2026-02-26 أو 3-2-1", "يوم 2026-02-26 أو 3-2-1", id="date"),
        pytest.param('<a href="/?a=3-2">3-2</a>', '<a href="/?a=3-2">[3-2]</a>', id="address"),
    ],
)
def test_scores_are_kept_together(html, kept):
    expected = kept.replace("[", '<span class="together">').replace("]", "</span>")

    assert keep_scores_together(html) == expected


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_markup_is_otherwise_the_same(html):
    kept = keep_scores_together(html)

    assert kept.replace('<span class="together">', "").replace("</span>", "") == html
