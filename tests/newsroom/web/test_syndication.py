"""Feeds as strict programs read them: what RSS 2.0, RFC 4287 and JSON Feed 1.1 demand, whatever the texts hold."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from newsroom.web import syndication
from newsroom.web.syndication import ATOM, FORMS, NEVER, Entry, Feed, Person, Picture

HOSTILE = "OpenAI ]]> </script> <!-- & \x00\x08\x1b\ufffe \u202eevil\u202c"
AT = datetime(2026, 3, 1, 9, 30, 15, 250_000, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAMES = {"a": ATOM, "dc": syndication.DUBLIN_CORE, "content": syndication.CONTENT, "media": syndication.MEDIA}


def entry(**fields):
    return Entry(
        **{
            "id": "https://news.example/article/7/",
            "url": "https://news.example/article/7/%D8%AE%D8%A8%D8%B1/",
            "title": "خبر عن C++",
            "summary": "سطر <أول>\nوثانٍ",
            "language": "ar",
            "published": AT,
            "updated": LATER,
            "html": '<div lang="ar" dir="rtl"><p>نص & «C++»</p></div>',
            "people": [Person("ليلى حدّاد", "https://news.example/author/1/"), Person("D. Knuth", "https://news.example/author/2/")],
            "categories": ["تقنية", "OpenAI"],
            "picture": Picture("https://news.example/media/a.jpg", 48_123, 1440, 810, "مقر OpenAI", "رويترز"),
        }
        | fields
    )  # fmt: skip


def written(form, *entries):
    updated = max((each.updated for each in entries), default=NEVER)
    feed = Feed(
        title="نشرة", description="آخر الأخبار", site_name="نشرة", url="https://news.example/",
        address="https://news.example/feed/", language="ar", updated=updated,
    )  # fmt: skip
    return FORMS[form].write(feed, map(FORMS[form].write_entry, entries))


def texts(root, path):
    return [element.text for element in root.findall(path, NAMES)]


def test_rss_says_of_an_entry_all_that_there_is():
    (item,) = etree.fromstring(written("rss", entry())).findall("channel/item")

    assert item.get(XML_LANG) == "ar"
    assert [(element.tag.rpartition("}")[2], element.text, dict(element.attrib)) for element in item] == [
        ("title", "خبر عن C++", {}),
        ("link", "https://news.example/article/7/%D8%AE%D8%A8%D8%B1/", {}),
        ("guid", "https://news.example/article/7/", {"isPermaLink": "false"}),
        ("pubDate", "Sun, 01 Mar 2026 09:30:15 GMT", {}),
        ("updated", "2026-03-02T21:00:00Z", {}),
        ("creator", "ليلى حدّاد", {}),
        ("creator", "D. Knuth", {}),
        ("category", "تقنية", {}),
        ("category", "OpenAI", {}),
        ("description", "سطر &lt;أول&gt;<br>وثانٍ", {}),
        ("encoded", '<div lang="ar" dir="rtl"><p>نص & «C++»</p></div>', {}),
        ("enclosure", None, {"url": "https://news.example/media/a.jpg", "length": "48123", "type": "image/jpeg"}),
        ("content", None, {
            "url": "https://news.example/media/a.jpg", "type": "image/jpeg", "medium": "image", "width": "1440",
            "height": "810", "fileSize": "48123",
        }),
    ]  # fmt: skip


def test_atom_says_of_an_entry_all_that_there_is():
    (item,) = etree.fromstring(written("atom", entry())).findall("a:entry", NAMES)

    assert item.get(XML_LANG) == "ar"
    assert [(element.tag.rpartition("}")[2], element.text, dict(element.attrib)) for element in item] == [
        ("id", "https://news.example/article/7/", {}),
        ("title", "خبر عن C++", {}),
        ("published", "2026-03-01T09:30:15Z", {}),
        ("updated", "2026-03-02T21:00:00Z", {}),
        ("link", None, {
            "rel": "alternate", "type": "text/html", "href": "https://news.example/article/7/%D8%AE%D8%A8%D8%B1/",
        }),
        ("author", None, {}),
        ("author", None, {}),
        ("category", None, {"term": "تقنية"}),
        ("category", None, {"term": "OpenAI"}),
        ("summary", "سطر <أول>\nوثانٍ", {}),
        ("content", '<div lang="ar" dir="rtl"><p>نص & «C++»</p></div>', {"type": "html"}),
        ("link", None, {
            "rel": "enclosure", "type": "image/jpeg", "href": "https://news.example/media/a.jpg", "length": "48123",
        }),
    ]  # fmt: skip


def test_json_says_of_an_entry_all_that_there_is():
    (item,) = json.loads(written("json", entry()))["items"]

    assert item == {
        "id": "https://news.example/article/7/",
        "url": "https://news.example/article/7/%D8%AE%D8%A8%D8%B1/",
        "title": "خبر عن C++",
        "summary": "سطر <أول>\nوثانٍ",
        "content_html": '<div lang="ar" dir="rtl"><p>نص & «C++»</p></div>',
        "date_published": "2026-03-01T09:30:15Z",
        "date_modified": "2026-03-02T21:00:00Z",
        "language": "ar",
        "authors": [
            {"name": "ليلى حدّاد", "url": "https://news.example/author/1/"},
            {"name": "D. Knuth", "url": "https://news.example/author/2/"},
        ],
        "tags": ["تقنية", "OpenAI"],
        "image": "https://news.example/media/a.jpg",
        "attachments": [
            {"url": "https://news.example/media/a.jpg", "mime_type": "image/jpeg", "size_in_bytes": 48_123}
        ],
    }


@pytest.mark.parametrize(
    "entries", [(), (entry(),), (entry(people=(), categories=(), picture=None, html=""),)]
)
def test_rss_has_what_its_specification_demands(entries):
    root = etree.fromstring(written("rss", *entries))

    (channel,) = root
    assert (root.tag, root.get("version"), channel.tag) == ("rss", "2.0", "channel")
    for required in ("title", "link", "description"):
        assert len(channel.findall(required)) == 1
        assert channel.findtext(required)
    assert channel.findtext("language") == "ar"
    assert channel.find("a:link", NAMES).attrib == {
        "rel": "self", "type": "application/rss+xml", "href": "https://news.example/feed/",
    }  # fmt: skip
    for item in channel.findall("item"):
        assert item.findtext("title") or item.findtext("description")
        assert parsedate_to_datetime(item.findtext("pubDate")) == AT.replace(microsecond=0)


@pytest.mark.parametrize(
    "entries", [(), (entry(),), (entry(people=(), categories=(), picture=None, html=""),)]
)
def test_atom_has_what_its_standard_demands(entries):
    root = etree.fromstring(written("atom", *entries))

    for element in [root, *root.findall("a:entry", NAMES)]:
        # RFC 4287, 4.1.1 and 4.1.2: exactly one of each.
        for required in ("id", "title", "updated"):
            (text,) = texts(element, f"a:{required}")
            assert text
        for moment in texts(element, "a:updated") + texts(element, "a:published"):
            assert datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S%z")
        # At most one alternate of a type and language; without content there must be one.
        assert len(element.findall("a:link[@rel='alternate']", NAMES)) == 1
        # 4.2.1: a name each.
        assert all(
            author.findtext("a:name", namespaces=NAMES) for author in element.findall("a:author", NAMES)
        )
    # 4.1.1: an entry without an author needs one of the feed.
    assert len(root.findall("a:author", NAMES)) == 1
    assert len(root.findall("a:link[@rel='self']", NAMES)) == 1


@pytest.mark.parametrize(
    "entries", [(), (entry(),), (entry(people=(), categories=(), picture=None, html=""),)]
)
def test_json_has_what_its_version_demands(entries):
    document = json.loads(written("json", *entries))

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"]
    for item in document["items"]:
        assert isinstance(item["id"], str)
        assert ("content_html" in item) != ("content_text" in item)
        # Attachments need an address and a type, authors one thing at least.
        assert all({"url", "mime_type"} <= set(attachment) for attachment in item.get("attachments", []))
        assert item.get("authors", [{"name": "none"}])


@pytest.mark.parametrize("form", FORMS)
def test_no_text_breaks_a_feed(form):
    hostile = entry(
        title=HOSTILE, summary=HOSTILE, html=HOSTILE, people=[Person(HOSTILE, "https://news.example/")],
        categories=[HOSTILE], picture=Picture("https://news.example/a.jpg", 0, 1, 1, HOSTILE, HOSTILE),
    )  # fmt: skip

    text = written(form, hostile)

    if form == "json":
        title = json.loads(text)["items"][0]["title"]
    else:
        (title,) = etree.fromstring(text).xpath(
            "//*[local-name()='item' or local-name()='entry']/*[local-name()='title']/text()"
        )
    assert title == "OpenAI ]]> </script> <!-- &  \u202eevil\u202c"


@pytest.mark.parametrize("form", FORMS)
def test_a_size_that_is_not_known_is_not_made_up(form):
    text = written(form, entry(picture=Picture("https://news.example/a.jpg", 0, 1, 1))).decode()

    assert "fileSize" not in text
    assert "size_in_bytes" not in text
    # RSS alone demands one, and takes 0 for not known.
    assert text.count('length="0"') == (form == "rss")
