"""Plain markup is read by a short way; what comes of it is what the long way makes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks import news_content
from newsroom.text import bidi, bidi_markup, bidi_runs, outline, plain_markup
from newsroom.text.sanitizer import sanitize_article
from tests import mixed_paragraphs

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


# What has an order of its own, what looks like it, and signs at which a search may begin or end.
HOSTILE = (
    *mixed_paragraphs.ARABIC.parts, *mixed_paragraphs.ARABIC.numbers, *mixed_paragraphs.ARABIC.words[:6],
    "ww.", "WwW.a.example", "@", "://", "w.", "+", "0", "(0", "(011) 555-1234", "011 5551234", "00963115551234", "،",
    ". ", "! Le", "؟", "5 %", "-", "–3", "_a", "#وسم", "\u200f", "&amp;", "&lt;b&gt;", ">", "<", "\n", "  ", "\xa0",
)  # fmt: skip
LINES = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=8).map(" ".join) | st.lists(
    st.sampled_from(HOSTILE), max_size=6
).map("".join)
LINK = '<a href="https://example.com/{}">{}</a>'
BLOCKS = st.builds(
    lambda block, line, linked: block.format(f"{line} {linked and LINK.format(7, linked)} {line}"),
    st.sampled_from(("<p>{}</p>", "<h2>{}</h2>", "<h3>{}</h3>", "<ul><li>{0}</li><li>{0}</li></ul>")),
    LINES,
    st.just("") | LINES,
)


@example("<h2>C++ 20</h2><p>بـ OpenAI. Le Chat هي</p>", "rtl")
@given(st.lists(BLOCKS, max_size=5).map("".join), st.sampled_from(["rtl", "ltr"]))
def test_whatever_stands_in_blocks_both_ways_print_the_same(markup, base):
    body = sanitize_article(markup)
    plain = plain_markup.is_plain(body)
    short, long = outline.outlined(body, plain=plain), outline.outlined(body, plain=False)
    assert short == long

    # Else a text would be read as another than it is.
    assert not plain or plain_markup.is_plain_and_named(short[0])
    assert bidi.isolate_markup(short[0], base, plain=plain) == bidi.isolate_markup(long[0], base, plain=False)


@given(st.lists(LINES.map(lambda line: line.replace("\n", " ")), max_size=6))
def test_lines_that_are_not_looked_at_hold_nothing_to_isolate(lines):
    chosen = bidi_runs.lines_to_look_at("\n".join(lines))

    assert not any(bidi_runs.runs_to_isolate(line) for at, line in enumerate(lines) if at not in chosen)


def test_of_most_lines_none_is_looked_at():
    lines = ["أعلنت شركة OpenAI نموذجها GPT-4 في 2024، وقالت: «كل شيء».", "الاسم C++ في السطر", "نص"]

    assert bidi_runs.lines_to_look_at("\n".join(lines)) == [1]
