"""Feeds: one value, written as RSS 2.0, as Atom (RFC 4287) and as JSON Feed 1.1; entries by themselves, so that who
writes a feed again may have kept those that are as they were.

In place of django.utils.feedgenerator, which knows no JSON, puts no language on an item, and stops at a control
character instead of leaving it out. Every text may hold any character; what XML cannot hold is not written.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from newsroom.text.timestamps import rfc3339

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Of a feed in which nothing stands: Atom wants a moment, and it must be the same at each request.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# XML 1.0, production 2 (Char), turned around.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for prefix, namespace in {"atom": ATOM, "content": CONTENT, "dc": DUBLIN_CORE, "media": MEDIA}.items():
    ElementTree.register_namespace(prefix, namespace)


@dataclass(frozen=True)
class Person:
    name: str
    url: str = ""


@dataclass(frozen=True)
class Picture:
    """A JPEG. `size` is in bytes, 0 where it is not known; `width` and `height` in pixels."""

    url: str
    size: int
    width: int
    height: int
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Entry:
    """`title` and `summary` are plain text, `html` is safe markup with full addresses; both moments are aware."""

    id: str
    url: str
    title: str
    summary: str
    language: str
    published: datetime
    updated: datetime
    html: str = ""
    people: Sequence[Person] = ()
    categories: Sequence[str] = ()
    picture: Picture | None = None


@dataclass(frozen=True)
class Feed:
    """`url` is the page that shows the same to people, `address` that of the feed itself; `updated` when the newest of
    its entries was, NEVER without one. `hub` is told of each change and tells others (WebSub), where there is one."""

    title: str
    description: str
    site_name: str
    url: str
    address: str
    language: str
    updated: datetime
    hub: str = ""


def rss(feed: Feed, entries: Iterable[str]) -> bytes:
    """RSS 2.0, https://www.rssboard.org/rss-specification, of entries as `rss_entry` writes them."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.url)
    _add(channel, "description", escape(feed.description))
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(feed.updated.astimezone(UTC), usegmt=True))
    _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.address)
    if feed.hub:
        _add(channel, f"{{{ATOM}}}link", rel="hub", href=feed.hub)
    return _document(root, channel, entries)


def rss_entry(entry: Entry) -> str:
    """With the modules that readers' programs know."""
    item = Element("item", {_LANGUAGE: entry.language})
    _add(item, "title", entry.title)
    _add(item, "link", entry.url)
    _add(item, "guid", entry.id, isPermaLink="false")
    _add(item, "pubDate", format_datetime(entry.published.astimezone(UTC), usegmt=True))
    _add(item, f"{{{ATOM}}}updated", rfc3339(entry.updated))
    for person in entry.people:
        _add(item, f"{{{DUBLIN_CORE}}}creator", person.name)
    for category in entry.categories:
        _add(item, "category", category)
    # HTML by the specification, and ours is text.
    _add(item, "description", escape(entry.summary).replace("\n", "<br>"))
    if entry.html:
        _add(item, f"{{{CONTENT}}}encoded", entry.html)
    if entry.picture:
        _add_picture(item, entry.picture)
    return ElementTree.tostring(item, encoding="unicode")


def _add_picture(item: Element, picture: Picture) -> None:
    _add(item, "enclosure", url=picture.url, length=str(picture.size), type="image/jpeg")
    media = _add(
        item,
        f"{{{MEDIA}}}content",
        url=picture.url,
        type="image/jpeg",
        medium="image",
        width=str(picture.width),
        height=str(picture.height),
    )
    if picture.size:
        media.set("fileSize", str(picture.size))
    if picture.alt:
        _add(media, f"{{{MEDIA}}}description", picture.alt, type="plain")
    if picture.credit:
        _add(media, f"{{{MEDIA}}}credit", picture.credit)


def atom(feed: Feed, entries: Iterable[str]) -> bytes:
    """Atom, RFC 4287, of entries as `atom_entry` writes them."""
    root = Element(f"{{{ATOM}}}feed", {_LANGUAGE: feed.language})
    _add_atom(root, "id", feed.address)
    _add_atom(root, "title", feed.title)
    _add_atom(root, "subtitle", feed.description)
    _add_atom(root, "updated", rfc3339(feed.updated))
    _add_atom(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add_atom(root, "link", rel="alternate", type="text/html", href=feed.url)
    if feed.hub:
        _add_atom(root, "link", rel="hub", href=feed.hub)
    # Every entry needs an author, its own or that of the feed.
    _add_atom(_add_atom(root, "author"), "name", feed.site_name)
    return _document(root, root, entries)


def atom_entry(entry: Entry) -> str:
    item = Element(f"{{{ATOM}}}entry", {_LANGUAGE: entry.language})
    _add_atom(item, "id", entry.id)
    _add_atom(item, "title", entry.title)
    _add_atom(item, "published", rfc3339(entry.published))
    _add_atom(item, "updated", rfc3339(entry.updated))
    _add_atom(item, "link", rel="alternate", type="text/html", href=entry.url)
    for person in entry.people:
        author = _add_atom(item, "author")
        _add_atom(author, "name", person.name)
        if person.url:
            _add_atom(author, "uri", person.url)
    for category in entry.categories:
        _add_atom(item, "category", term=category)
    _add_atom(item, "summary", entry.summary)
    if entry.html:
        _add_atom(item, "content", entry.html, type="html")
    if entry.picture:
        enclosure = _add_atom(item, "link", rel="enclosure", type="image/jpeg", href=entry.picture.url)
        if entry.picture.size:
            enclosure.set("length", str(entry.picture.size))
    return ElementTree.tostring(item, encoding="unicode")


def json_feed(feed: Feed, entries: Iterable[str]) -> bytes:
    """JSON Feed, https://www.jsonfeed.org/version/1.1/, of entries as `json_entry` writes them."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.address,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.site_name}],
    }
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    about = _json(document).removesuffix("}")
    return f'{about}, "items": [{", ".join(entries)}]}}'.encode()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(_only_xml_in(value), ensure_ascii=False)


def _only_xml_in(value: Any) -> Any:
    """JSON could say it; what reads all forms of a feed should find the same in each."""
    if isinstance(value, str):
        return only_xml(value)
    if isinstance(value, list):
        return [_only_xml_in(part) for part in value]
    return {name: _only_xml_in(part) for name, part in value.items()} if isinstance(value, dict) else value


def json_entry(entry: Entry) -> str:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "language": entry.language,
    }
    # An item has one of the two.
    item |= {"content_html": entry.html} if entry.html else {"content_text": entry.summary}
    if entry.people:
        item["authors"] = [
            {"name": person.name, "url": person.url} if person.url else {"name": person.name}
            for person in entry.people
        ]
    if entry.categories:
        item["tags"] = list(entry.categories)
    if picture := entry.picture:
        item["image"] = picture.url
        attachment: dict[str, Any] = {"url": picture.url, "mime_type": "image/jpeg"}
        if picture.size:
            attachment["size_in_bytes"] = picture.size
        item["attachments"] = [attachment]
    return _json(item)


@dataclass(frozen=True)
class Form:
    """A form in which a feed is written; `label` is its name among people, which is in no language."""

    label: str
    media_type: str
    write_entry: Callable[[Entry], str]
    write: Callable[[Feed, Iterable[str]], bytes]


FORMS = {
    "rss": Form("RSS", "application/rss+xml", rss_entry, rss),
    "atom": Form("Atom", "application/atom+xml", atom_entry, atom),
    "json": Form("JSON Feed", "application/feed+json", json_entry, json_feed),
}


def only_xml(text: str) -> str:
    """The text without characters that no XML document may hold, not even as references."""
    return _NOT_IN_XML.sub("", text)


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = SubElement(parent, name, {key: only_xml(value) for key, value in attributes.items()})
    element.text = only_xml(text) or None
    return element


def _add_atom(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    return _add(parent, f"{{{ATOM}}}{name}", text, **attributes)


def _document(root: Element, parent: Element, entries: Iterable[str]) -> bytes:
    """The document of `root` with the entries at the end of `parent`."""
    SubElement(parent, "entries")
    written = ElementTree.tostring(root, encoding="unicode")
    before, _place, behind = written.rpartition("<entries />")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{before}{''.join(entries)}{behind}".encode()
