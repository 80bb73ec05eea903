"""Plain markup is read by a short way; what comes of it is what the long way makes."""

import pytest

from benchmarks import news_content
from newsroom.text import bidi, bidi_markup, outline, plain_markup
from newsroom.text.sanitizer import sanitize_article

NAMES = (
    '<h2>نماذج C++ و.NET</h2><p>قال <a href="https://example.com/1">C++</a>، وGPT-4. ثم OpenAI. Le Chat هي.</p>'
    "<blockquote><p>+963 11 555-1234 و-5 %</p></blockquote><h3>نماذج C++ و.NET</h3>"
    "<h3>user99 3 تعليقات</h3><ul><li>AT&amp;T، AT&amp;T</li><li>C#</li></ul><h4>#وسم C++</h4><h2>3-2  !</h2>"
)


def texts():
    items = news_content.items(30, 0, 0, 0)
    return [NAMES, *(sanitize_article(item["body_html"]) for item in items if item["type"] == "article")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>نص</p>", True),
        ('<h2>ع</h2>\n<p>نص <a href="https://a.example/1">x</a> نص</p><ul><li>1</li></ul>', True),
        ("<blockquote><p>نص</p></blockquote>", True),
        ("<blockquote><h2>ع</h2></blockquote>", False),
        ('<p dir="ltr">x</p>', False),
        ("<p>نص <b>x</b></p>", False),
        ('<p>نص <a href="/x" title="y">x</a></p>', False),
        ("نص", False),
        ("<p>نص", False),
    ],
)
def test_plain_markup_holds_plain_blocks_alone(html, expected):
    assert plain_markup.is_plain(html) is expected


def test_headings_are_named_as_the_tree_names_them(monkeypatch):
    assert all(plain_markup.is_plain(text) for text in texts())
    found = [outline.outlined(text) for text in texts()]
    monkeypatch.setattr(outline, "is_plain", lambda _html: False)

    assert found == [outline.outlined(text) for text in texts()]


@pytest.mark.parametrize("base", ["rtl", "ltr"])
def test_runs_are_isolated_as_element_by_element(monkeypatch, base):
    named = [outline.outlined(text)[0] for text in texts()]
    assert all(plain_markup.is_plain_and_named(html) for html in named)
    found = [bidi.isolate_markup(html, base) for html in named]
    monkeypatch.setattr(bidi_markup, "is_plain_and_named", lambda _html: False)

    assert found == [bidi.isolate_markup(html, base) for html in named]
