"""What is told by one look to be settled is what the sanitizer makes of it the long way, which a comment leads to."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsroom.text.sanitizer import sanitize_article
from newsroom.text.settled_markup import settled

SEED = (Path(__file__).parents[3] / "newsroom" / "demo" / "seed-article.txt").read_text("utf-8")
LONG_WAY = "<!-- -->"

TEXTS = st.text(st.sampled_from("األ\u064bـé«aZ9 .,:-/'\"#()؟…"), min_size=1, max_size=12)
# By these the sanitizer knows markup of Word, of whose elements none is here.
TEXTS |= st.sampled_from(["Mso", "mso-list: l0 level1", "urn:schemas-microsoft-com"])
LINKS = st.builds(
    '<a href="{}">{}</a>'.format,
    st.sampled_from(["https://example.com/a_b/~c", "http://a.b.example", "https://www.google.com/url"]),
    TEXTS,
)
LINES = st.lists(TEXTS | LINKS, min_size=1, max_size=4).map("".join)
BLOCKS = (
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "h3", "h4"]), LINES)
    | st.builds("<ul>\n<li>{}</li>\n<li>{}</li>\n</ul>".format, LINES, LINES)
    | st.builds("<ol><li>{}</li></ol>".format, LINES)
    | st.builds("<blockquote><p>{}</p>\n<p>{}</p></blockquote>".format, LINES, LINES)
)
MARKUP = st.lists(BLOCKS, min_size=1, max_size=4).map("\n".join)


@given(MARKUP)
def test_what_is_settled_is_what_the_long_way_makes_of_it(html):
    short = settled(html)
    assume(short is not None)

    assert short == sanitize_article(html + LONG_WAY)


def test_paragraphs_of_news_are_settled():
    html = "\n".join(f"<p>{line}</p>" for line in SEED.split("\n") if line.strip() and "”" not in line)

    assert settled(html) == html.replace("\n", "") == sanitize_article(html + LONG_WAY)


@pytest.mark.parametrize(
    "html",
    [
        "نص",
        "",
        "<p></p>",
        "<p> نص</p>",
        "<p>نص </p>",
        "<p>سطر\nثان</p>",
        "<p>AT&amp;T</p>",
        "<p>AT&T</p>",
        "<p>5 > 3</p>",
        "<p>a\u00a0b</p>",
        "<p>a\u202eb</p>",
        "<p>a\u200bb</p>",
        "<p>e\u0301</p>",
        "<p>نص</p>نص",
        "<p>نص</p> <p>نص</p>",
        "<p>نص</h2>",
        "<p>نص",
        "<P>نص</P>",
        '<p dir="ltr">نص</p>',
        "<p><p>نص</p></p>",
        "<ul></ul>",
        "<ul>نص</ul>",
        "<script>x</script>",
        "<p>نص</p><script>x</script>",
        "<p>a<br>b</p>",
        '<p><a href="javascript:x">نص</a></p>',
        '<p><a href="https://example.com:80/">نص</a></p>',
        '<p><a href="https://a@example.com/">نص</a></p>',
        '<p><a href="https://example.com/?q=1">نص</a></p>',
        '<p><a href="https://example.com/" onclick="x">نص</a></p>',
        '<p><a href="https://example.com/"> نص</a></p>',
        '<p><a href="https://example.com/"><a href="https://example.com/">نص</a></a></p>',
        f"<p>{'ا' * 100_000}</p>",
    ],
)
def test_all_else_goes_the_long_way(html):
    assert settled(html) is None
