"""Links in readers' text."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.links import count_links, domains, host, link_urls, split_links
from tests.patience import ends
from tests.xss_vectors import XSS_VECTORS, script_capable

REL = ' rel="ugc nofollow noopener"'
# At this length, quadratic work takes minutes.
LETTERS = 200_000


def _hrefs(text):
    return [unescape(href) for href in re.findall(r'<a href="([^"]*)"', link_urls(text))]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("نص عادي & <b>", "نص عادي &amp; &lt;b&gt;"),
        (
            "انظر https://example.com/مقال، ثم",
            f'انظر <bdi dir="ltr"><a href="https://example.com/مقال"{REL}>https://example.com/مقال</a></bdi>، ثم',
        ),
        (
            "راسلنا على info@example.com؟",
            f'راسلنا على <bdi dir="ltr"><a href="mailto:info@example.com"{REL}>info@example.com</a></bdi>؟',
        ),
        (
            "زر www.example.com/?b=2&c.",
            f'زر <bdi dir="ltr"><a href="https://www.example.com/?b=2&amp;c"{REL}>www.example.com/?b=2&amp;c</a></bdi>.',
        ),
        ("سطر\nلغة C++", 'سطر\nلغة <bdi dir="ltr">C++</bdi>'),
    ],
)
def test_link_urls(text, html):
    assert link_urls(text) == html


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.com/مقال/جديد،", "https://example.com/مقال/جديد"),
        ("https://example.com/a؛ ثم", "https://example.com/a"),
        ("https://example.com/a؟", "https://example.com/a"),
        ("«https://example.com/a»", "https://example.com/a"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("https://example.com/a…", "https://example.com/a"),
        ("https://example.com/a!!!", "https://example.com/a"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("https://example.com\u200f، نص", "https://example.com"),
        ("https://مثال.إختبار/صفحة", "https://مثال.إختبار/صفحة"),
        ("HTTPS://EXAMPLE.COM:8080/x", "HTTPS://EXAMPLE.COM:8080/x"),
    ],
)
def test_where_a_url_ends(text, href):
    assert _hrefs(text) == [href]


@pytest.mark.parametrize(
    "text",
    [
        "http://user@evil.example/",
        "http://nashra.example@evil.example",
        "http://nashra.example\\@evil.example",
        "https://exa\u202emple.com",
        "https://exa\u200fmple.com",
        "https://exa\u200bmple.com",
        "https://exa\u2066mple.com",
        "https://exa\u00admple.com",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "http://127.0.0.1/",
        "http://localhost/",
        "https:example.com",
        "//example.com",
        "http://",
        "OpenAI.com",
        "http://-a.com",
    ],
)
def test_not_linked(text):
    assert _hrefs(text) == []


@pytest.mark.parametrize("base", ["rtl", "ltr"])
def test_vectors_cannot_run(base):
    assert [vector for vector in XSS_VECTORS if script_capable(link_urls(f"نص {vector} نص", base=base))] == []


@given(st.text(st.sampled_from("اب aBC.:/@w#+-&<>\"'()،؟\u200f\u202e\n1"), max_size=60))
def test_text_stays_the_same(text):
    assert unescape(re.sub(r"</?(?:a|bdi)\b[^>]*>", "", link_urls(text))) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("نص بلا روابط", 0),
        ("https://a.com وhttp://b.org", 2),
        ("https://a.com،http://b.org؛www.c.net", 3),
        ("http://a.comhttp://b.com", 2),
        ("hxxp://a.co", 1),
        ("http :// a.co", 1),
        ("bit.ly/x وexample.com.", 2),
        ("test。com وtest．org", 2),
        ("ｅｘａｍｐｌｅ.com", 1),
        ("exam\u200bple.com", 1),
        ("spam [.] com وspam(dot)org وspam dot net", 3),
        ("spam(dot)org: عرض", 1),
        ("https://a.com/x (.)www.b.org", 2),
        ("https://a.com/x(.)www.b.org", 2),
        ("https://a.com/x (.)ftp://b.org", 2),
        ("موقع دوت كوم", 1),
        ("وصل.مصر تقول", 0),
        ("موقع.مصر/خبر", 1),
        ("done.it is", 0),
        ("done.it/x", 1),
        ("e.g. node.js v2.0 ASP.NET 12.5 2.com", 0),
        ("info@example.com", 0),
        ("[url=http://a.com]x[/url]", 1),
    ],
)
def test_count_links(text, count):
    assert count_links(text) == count


@given(
    st.lists(st.sampled_from(["https://a.com/x", "www.b.org", "نص", "،", " ", ".", "(", ")", "C++", "\n"]))
)
def test_no_link_escapes_the_count(pieces):
    text = "".join(pieces)

    assert count_links(text) >= len(_hrefs(text))


@pytest.mark.slow
@pytest.mark.parametrize("function", [link_urls, count_links])
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a.",
            "&",
            "http://",
            "www.",
            "@",
            "a@a",
            "a@b.co ",
            "#a ب ",
            "c++ ",
            "+1 ",
            "(",
            "a، ",
            "OpenAI. ",
        ),
        *("http://a.com ", "http://a.com", "a\u0301", "-", "a", "user99 3 ب ", " [dot] ", "https://a.com/("),
    ],
)
def test_work_on_a_long_text_ends(function, unit):
    text = (unit * LETTERS)[:LETTERS]

    with ends():
        function(text)


@pytest.mark.parametrize(
    ("text", "rest", "hosts"),
    [
        ("نص بلا رابط، و3.5 نقطة.", "نص بلا رابط، و3.5 نقطة.", set()),
        ("زر https://www.Example.com:8080/a?b#c، ثم عد", "زر  ، ثم عد", {"example.com"}),
        ("زر example.com/مقال/1 الآن", "زر   الآن", {"example.com"}),
        ("hxxps : // example.com/a و www.other.net.", "  و  ", {"example.com", "other.net"}),
        ("زر example dot com أو ｅｘａｍｐｌｅ．ｎｅｔ", "زر   أو  ", {"example.com", "example.net"}),
        ("exa\u200bmple.com/x", " ", {"example.com"}),
        ("http://user@evil.example/", " ", {"evil.example"}),
        ("http://http://example.com", " ", {"http"}),
        ("https://مثال.إختبار/صفحة", " ", {"مثال.إختبار"}),
        ("http://", " ", set()),
        ("evil.com(.)https://ok.org/x", "   ", {"evil.com", "ok.org"}),
        ("https://a.com/x (.)ftp://b.org", "   ", {"a.com", "b.org"}),
        (
            "evil.com, (other.com) third.com! four.com🔥",
            "  (     ",
            {"evil.com", "other.com", "third.com", "four.com"},
        ),
        ("http://evil.com, x", "  x", {"evil.com"}),
    ],
)
def test_split_links(text, rest, hosts):
    assert split_links(text) == (rest, frozenset(hosts))


@given(
    st.lists(
        st.sampled_from(["http://", "www.", "a", "بت", ".", "com", "@", "/", " ", "\u200b", "،"]), max_size=12
    )
)
def test_no_link_that_counts_is_left(pieces):
    rest, _ = split_links("".join(pieces))

    assert count_links(rest) == 0


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.Example.com./a/b", "example.com"),
        ("example.com", "example.com"),
        ("HTTP://user:secret@example.com:8080?x", "example.com"),
        ("https:\\\\example.com\\a", "example.com"),
        ("www.مثال.إختبار", "مثال.إختبار"),
        ("", ""),
        ("https://", ""),
    ],
)
def test_host(url, name):
    assert host(url) == name


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.b.example.com", ["a.b.example.com", "b.example.com", "example.com"]),
        ("example.com", ["example.com"]),
        ("موقع.السعودية", ["xn--4gbrim.xn--mgberp4a5d4ar"]),
        ("localhost", []),
        ("", []),
        ("ا" * 64 + ".com", ["ا" * 64 + ".com"]),
        ("a." * 200 + "com", []),
    ],
)
def test_domains_are_those_that_a_host_lies_in(host, expected):
    assert domains(host) == expected
