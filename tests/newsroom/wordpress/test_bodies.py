"""The texts of WordPress as the markup of articles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.text.markup import TooDeep
from newsroom.text.sanitizer import SanitizerError, sanitize_article
from newsroom.wordpress.bodies import Placed, Wanted, converted
from tests import patience
from tests.thorough import examples

PICTURE = "/media/images/ab/" + "a" * 32 + ".jpg"
FIGURE = f'<figure><img src="{PICTURE}" alt="بديل">'
SECOND = f"{FIGURE}<figcaption>صورة 2</figcaption></figure>"
FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def place(wanted: Wanted) -> Placed | None:
    return None if "lost" in wanted.address else Placed(PICTURE, "بديل", f"صورة {wanted.number}")


def clean(source: str, **more) -> str:
    return sanitize_article(converted(source, place, hosts=frozenset(["old.example"]), **more).html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("سطر\n\nآخر", "<p>سطر</p><p>آخر</p>"),
        ("قبل<!--more-->بعد", "<p>قبل</p><p>بعد</p>"),
        ("<!-- wp:paragraph -->\n<p>نص</p>\n<!-- /wp:paragraph -->", "<p>نص</p>"),
        (
            '[caption id="attachment_12"]<a href="x"><img src="https://o/x.jpg"></a> شرح <em>ب</em>[/caption]',
            f"{FIGURE}<figcaption> شرح <em>ب</em></figcaption></figure>",
        ),
        ('نص <img src="https://o/x.jpg" class="wp-image-5"> نص', f"{FIGURE}</figure><p>نص  نص</p>"),
        ('<p><img src="https://o/lost.jpg"></p>نص', "<p>نص</p>"),
        (
            '<figure class="wp-block-image"><img src="a.jpg"/><figcaption>شرح</figcaption></figure>',
            f"{FIGURE}<figcaption>شرح</figcaption></figure>",
        ),
        (
            '[gallery ids="1,2"]',
            f'<figure class="gallery">{FIGURE}<figcaption>صورة 1</figcaption></figure>{SECOND}</figure>',
        ),
        (
            "https://youtu.be/dQw4w9WgXcQ",
            f'<figure class="embed"><a href="{FILM}">{FILM}</a></figure>',
        ),
        ('<a href="https://old.example/2019/x/?a=1#b">نص</a>', '<p><a href="/2019/x/?a=1#b">نص</a></p>'),
        ('<a href="https://other.example/x">نص</a>', '<p><a href="https://other.example/x">نص</a></p>'),
        ('<a href="javascript:alert(1)">نص</a>', "<p>نص</p>"),
        (
            '[audio mp3="https://o.example/a.mp3"][/audio]',
            '<p><a href="https://o.example/a.mp3">https://o.example/a.mp3</a></p>',
        ),
        (
            '<!-- wp:x --><figure class="wp-block-pullquote"><blockquote>قول<cite>ليلى</cite></blockquote></figure>',
            '<figure class="pull-quote"><blockquote><p>قول</p></blockquote><figcaption>ليلى</figcaption></figure>',
        ),
        ("<b>[sic]</b>", "<p><b>[sic]</b></p>"),
    ],
)
def test_what_wordpress_writes_becomes_what_articles_hold(source, expected):
    assert clean(source) == expected


def test_what_is_left_out_is_told():
    body = converted(
        "<!-- wp:latest-posts /--><p>نص</p><script>x</script>"
        '<iframe src="https://maps"></iframe>[su_note a="1"]باقٍ[/su_note]',
        place,
    )

    assert body.dropped == {"wp:latest-posts": 1, "script": 1, "iframe": 1}
    assert body.unknown == {"su_note": 1}
    assert "باقٍ" in body.html


def test_a_gallery_without_numbers_shows_the_attachments_of_the_post():
    assert clean("[gallery]", children=(4, 5)).count("<img") == 2


def test_a_reusable_block_stands_where_it_is_used():
    assert (
        clean('<!-- wp:block {"ref":9} /-->', reusable={9: "<!-- wp:paragraph --><p>نص</p>"}) == "<p>نص</p>"
    )


def test_pages_take_no_pictures_and_no_cards():
    source = '<img src="a.jpg">نص\n\nhttps://youtu.be/dQw4w9WgXcQ'

    body = converted(source, place, takes_pictures=False)

    assert body.dropped == {"img": 1}
    assert "<img" not in body.html
    assert "embed" not in body.html


PARTS = st.sampled_from(
    [
        "<!-- wp:gallery -->", "<!-- wp:block {\"ref\":9} /-->", "<!--", "-->", "[gallery]", "[caption]", "[/caption]",
        "<figure>", "</figure>", "<figure class='wp-block-gallery'>", "<img src='a.jpg'>", "<p>", "</p>", "\n\n",
        "https://youtu.be/dQw4w9WgXcQ", "<a href='http://old.example'>", "</a>", "<iframe src='//x'>", "نص", "<li>",
        "<figcaption>", "<blockquote class='twitter-tweet'>", "<video src='http://['>", "[embed]", "[/embed]",
    ]
)  # fmt: skip


@settings(max_examples=examples(120))
@given(st.lists(PARTS, max_size=30).map("".join))
def test_any_markup_gives_what_the_sanitizer_takes(source):
    assert isinstance(clean(source), str)


@pytest.mark.parametrize(
    "source",
    [
        "<!-- wp:x " * 100_000,
        "<!-- wp:block {" + '"a":' * 50_000 + "} /-->",
        "<figure>" + "<img src=a.jpg>" * 5_000,
        "<ul class='wp-block-gallery'><li>" + "<img src=a.jpg>" * 5_000,
        "[gallery ids='" + "1," * 200_000 + "']",
        "<p>" + "<figure></figure>" * 20_000,
    ],
    ids=["comments", "json", "figure", "gallery", "numbers", "figures"],
)
def test_hostile_markup_takes_time_in_proportion(source):
    with patience.ends():
        converted(source, place)


def test_what_is_nested_beyond_reason_is_refused():
    with pytest.raises((TooDeep, SanitizerError)):
        clean("<div>" * 500 + "نص")


def test_blocks_within_blocks_do_not_grow_without_end():
    use = '<!-- wp:block {"ref":%d} /-->'
    blocks = {number: use % (number + 1) * 200 for number in range(1, 4)} | {4: "<p>" + "نص" * 50 + "</p>"}

    with patience.ends():
        body = converted(use % 1 * 200, place, reusable=blocks)

    assert len(body.html) < 5_000_000
