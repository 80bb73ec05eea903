"""Markup and plain text: which is which, and the one made of the other."""

import pytest

from newsroom.text.markup import is_plain, paragraphs


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("أعلنت OpenAI.\n\nوقالت Microsoft.", id="paragraphs"),
        pytest.param("إذا كان 1 < 2 وكان C++ > C", id="signs"),
        pytest.param("AT&T &amp;", id="reference"),
        pytest.param("عاجل <", id="bracket at the end"),
    ],
)
def test_plain_text(text):
    assert is_plain(text) is True


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<p>أعلنت OpenAI.</p>", id="element"),
        pytest.param("أعلنت OpenAI.<br>وقالت", id="element within"),
        pytest.param("أعلنت OpenAI.</p>", id="end tag"),
        pytest.param("أعلنت <!-- تُراجع --> OpenAI.", id="comment"),
    ],
)
def test_text_with_markup(text):
    assert is_plain(text) is False


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("", ""),
        ("سطر", "<p>سطر</p>"),
        ("أولى\r\n\r\nثانية", "<p>أولى</p><p>ثانية</p>"),
        ("\n\nأولى\n \u00a0\n\n\nثانية\n", "<p>أولى</p><p>ثانية</p>"),
        ("سطر\nسطر C++\nسطر", "<p>سطر<br>سطر C++<br>سطر</p>"),
        ("AT&T &amp; 1 < 2", "<p>AT&amp;T &amp;amp; 1 &lt; 2</p>"),
    ],
    ids=["empty", "line", "empty line", "several and blank ones", "lines", "signs"],
)
def test_paragraphs(text, markup):
    assert paragraphs(text) == markup
