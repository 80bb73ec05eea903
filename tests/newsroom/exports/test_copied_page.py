"""A page becomes a file: what stays, what goes, and where its links lead."""

import pytest

from newsroom.exports.copied_page import Link, copied, sheet


def link(to):
    return {"/a/": Link("../a.html"), "/act/": Link(None, is_act=True), "/gone/": Link(None)}.get(
        to, Link(to)
    )


def asset(to):
    return f"files{to}"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            '<p><a href="/a/">و</a></p>', '<p><a href="../a.html">و</a></p>', id="a page of the copy"
        ),
        pytest.param('<p><a href="/gone/">و</a></p>', "<p><a>و</a></p>", id="a page of none keeps its words"),
        pytest.param(
            '<ul><li><a href="/act/">رد</a></li><li>ب</li></ul>', "<ul><li>ب</li></ul>", id="an act goes"
        ),
        pytest.param(
            '<a href="https://x.example/">س</a>', '<a href="https://x.example/">س</a>', id="elsewhere"
        ),
        pytest.param("أ<form><form></form><b>ب</b></form>ج", "أج", id="a form, and what is in it"),
        pytest.param("أ<script>if (1 < 2) '</form>'</script>ب", "أب", id="a script"),
        pytest.param('<div class="x share"><div>أ</div></div>ب', "ب", id="what invites to act"),
        pytest.param('<link rel="manifest" href="/m">أ', "أ", id="an element without an end"),
        pytest.param(
            '<link rel="stylesheet" href="/s.css">', '<link rel="stylesheet" href="files/s.css">', id="sheet"
        ),
        pytest.param(
            '<img src="/1.jpg" srcset="/1.webp 320w, /2.webp 640w" alt="a &quot;b&quot;">',
            '<img src="files/1.jpg" srcset="files/1.webp 320w, files/2.webp 640w" alt="a &quot;b&quot;">',
            id="a picture",
        ),
        pytest.param(
            '<svg viewBox="0 0 1 1"/>', '<svg viewBox="0 0 1 1"/>', id="what changes nothing is as written"
        ),
        pytest.param("أ<form>", "أ", id="a form that does not end"),
    ],
)
def test_copied(page, expected):
    assert copied(page, link, asset) == expected


def test_a_sheet_names_its_files_where_they_are():
    css = '@import "more.css"; a{src:url("../x.woff2") url(data:a) url( y.png )}'

    assert sheet(css, lambda to: f"[{to}]") == (
        '@import "[more.css]"; a{src:url("[../x.woff2]") url(data:a) url( [y.png] )}'
    )
