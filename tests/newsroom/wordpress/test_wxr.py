"""Reading an export: every version of the format, and what is broken or hostile in a file."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.wordpress import feed_archive, wxr
from newsroom.wordpress.wxr import Item, Site, Term, Writer, WxrError
from tests import patience, wxr_files
from tests.thorough import examples


def read(source: str | bytes, reader=wxr.read) -> list:
    return list(reader(io.BytesIO(source.encode() if isinstance(source, str) else source)))


def items(source: str | bytes) -> list[Item]:
    return [entry for entry in read(source) if isinstance(entry, Item)]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_version_is_read_alike(version, scheme):
    source = wxr_files.text(wxr_files.item(7, comments=wxr_files.comment(3)), version=version, scheme=scheme)

    site, writer, *terms, item = read(source)

    assert isinstance(site, Site)
    assert (site.title, site.version, site.base_blog_url) == ("صحيفة قديمة", version, "https://old.example")
    assert writer == Writer("1", "sami", "سامي حدّاد")
    assert terms[1] == Term("category", "3", "%d8%b1%d8%a3%d9%8a", "news", "رأي", "")
    assert terms[-1] == Term("post_tag", "9", "openai", "", "OpenAI", "")
    assert (item.number, item.kind, item.status, item.content) == (7, "post", "publish", "سطر أول\n\nسطر ثان")
    assert item.terms == [("category", "news", "أخبار")]
    assert [(comment.number, comment.content) for comment in item.comments] == [(3, "تعليق")]


def test_neither_writers_addresses_nor_networks_are_read():
    source = wxr_files.text(wxr_files.item(7, comments=wxr_files.comment(3)))

    found = repr(read(source))

    assert "sami@old.example" in source
    assert "203.0.113.9" in source
    assert "sami@old.example" not in found
    assert "203.0.113.9" not in found


def test_serialized_php_is_not_read():
    source = wxr_files.text(wxr_files.item(7, meta={"_thumbnail_id": "12", "options": 'O:4:"Evil":0:{}'}))

    assert items(source)[0].meta == {"_thumbnail_id": ["12"]}


@pytest.mark.parametrize(
    ("beginning", "line"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n', 2),
        ('<!DOCTYPE rss SYSTEM "file:///etc/passwd">\n', 2),
    ],
    ids=["entities", "a file of the machine"],
)
def test_declarations_are_refused(beginning, line):
    head, _newline, rest = wxr_files.text(wxr_files.item()).partition("\n")

    with pytest.raises(WxrError) as error:
        read(f"{head}\n{beginning}{rest}")

    assert error.value.line == line


def test_what_stands_before_a_broken_place_is_whole_and_the_place_is_told():
    source = wxr_files.text(wxr_files.item(7), wxr_files.item(8))
    broken = source.replace("<wp:post_id>8</wp:post_id>", "<wp:post_id>8</wp:post>")
    taken = []

    with pytest.raises(WxrError) as error:
        taken.extend(wxr.read(io.BytesIO(broken.encode())))

    line = broken[: broken.index("8</wp:post>")].count("\n") + 1
    assert (error.value.line, error.value.reason) == (line, "mismatched tag")
    assert error.value.column > 1
    # A list that is being extended keeps what came before an error.
    assert [entry.number for entry in taken if isinstance(entry, Item)] == [7]


def test_a_file_that_ends_too_soon_is_told():
    source = wxr_files.text(wxr_files.item(7), wxr_files.item(8))

    with pytest.raises(WxrError, match="line "):
        read(source[: source.rindex("<item>") + 40])


def test_what_no_xml_may_hold_is_replaced_and_counted():
    told = []
    source = wxr_files.text(wxr_files.item(7, content="قبل\x0bبعد\x00")).encode()
    source = source.replace("بعد".encode(), b"\xff\xd8")

    found = [
        entry
        for entry in wxr.read(io.BytesIO(source), lambda _done, count: told.append(count))
        if isinstance(entry, Item)
    ]

    assert found[0].content == "قبل\ufffd\ufffd\ufffd\ufffd"
    assert told[-1] == 4


def test_a_file_in_another_encoding_is_read_as_it_says():
    source = wxr_files.text(wxr_files.item(7, title="خبر")).replace("UTF-8", "windows-1256")

    assert items(source.encode("windows-1256", "replace"))[0].title == "خبر"


def test_a_text_beyond_all_measure_is_cut_and_named():
    found = items(wxr_files.text(wxr_files.item(7, content="س" * (wxr.MOST_LETTERS["content:encoded"] + 5))))

    assert len(found[0].content) == wxr.MOST_LETTERS["content:encoded"]
    assert found[0].oversized == ["content:encoded"]


@pytest.mark.parametrize(
    "piece",
    [
        f'<category domain="post_tag" nicename="{"x" * 300}"/>',
        "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key></wp:postmeta>",
        "<wp:comment/>",
    ],
    ids=["terms", "meta", "comments"],
)
def test_an_item_of_very_many_parts_does_not_fill_the_memory(monkeypatch, piece):
    monkeypatch.setattr(wxr, "MOST_LETTERS_OF_ITEM", 10_000)

    (one,) = items(wxr_files.text(wxr_files.item(7, comments=piece * 2_000)))

    parts = len(one.terms) + len(one.meta.get("_wp_old_slug", ())) + len(one.comments)
    assert parts < 200
    assert one.oversized or one.comments_beyond == 2_000 - len(one.comments)


@pytest.mark.parametrize(
    "source",
    ["", "نص", "<html></html>", "<rss>" + "<a>" * 60, "\x00"],
    ids=["empty", "text", "page", "deep", "null"],
)
def test_what_is_no_export_is_refused(source):
    with pytest.raises(WxrError):
        read(source)


SOURCE = wxr_files.text(
    wxr_files.item(7, comments=wxr_files.comment(3), meta={"_thumbnail_id": "12"}),
    wxr_files.attachment(12, "a.jpg"),
)
PIECES = st.sampled_from(
    ["<", ">", "]]>", "<![CDATA[", "&", "&#0;", "<item>", "</item>", "<wp:comment>", "\x00", "\ud800", '"']
)


@settings(max_examples=examples(40))
@given(st.integers(0, len(SOURCE)), st.integers(0, 60), st.lists(PIECES, max_size=4) | st.text(max_size=8))
def test_a_damaged_file_gives_items_or_an_error_of_ours(place, length, instead):
    damaged = SOURCE[:place] + "".join(instead) + SOURCE[place + length :]
    try:
        found = read(damaged.encode("utf-8", "surrogatepass"))
    except WxrError as error:
        assert error.line >= 1  # noqa: PT017 - either way is right
    else:
        assert sum(isinstance(entry, Item) for entry in found) <= 3


@settings(max_examples=examples(40))
@given(st.binary(max_size=200))
@pytest.mark.parametrize("reader", [wxr.read, feed_archive.read])
def test_any_bytes_give_nothing_or_an_error_of_ours(reader, source):
    with pytest.raises(WxrError):
        read(source, reader)


@pytest.mark.parametrize(
    "source",
    [
        "<rss>" + "<channel>" * 500_000,
        '<rss><channel><item a="' + "x" * 9_000_000,
        "<rss><channel>" + "<item/>" * 50_000,
        "<rss><channel><item><title>" + "]]" * 2_000_000,
    ],
    ids=["deep", "a tag without end", "empty items", "brackets"],
)
def test_hostile_files_take_time_in_proportion(source):
    with patience.ends(), pytest.raises(WxrError):
        read(source)
