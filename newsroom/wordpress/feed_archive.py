"""Reading an archive of RSS 2.0 or Atom as the same values as an export of WordPress: what a feed has, items have.

An item of a feed that has no number, no status and no comments is a published post. Bounds and refusals are those of
`newsroom.wordpress.wxr`.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from newsroom.wordpress import wxr
from newsroom.wordpress.wxr import Entry, Item, Site

_ATOM = "{http://www.w3.org/2005/Atom}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_RSS1 = "{http://purl.org/rss/1.0/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DC_DATE = "{http://purl.org/dc/elements/1.1/}date"
_PLACES = {
    "title": "title",
    "link": "link",
    "guid": "guid",
    "id": "guid",
    "description": "excerpt",
    "summary": "excerpt",
    "content": "content",
    "pubDate": "pub_date",
    "published": "date_gmt",
    "updated": "modified_gmt",
    _CONTENT: "content",
    _CREATOR: "creator",
    _DC_DATE: "date_gmt",
}
_VOID = frozenset(("br", "hr", "img", "wbr"))


def read(file: BinaryIO, told: Callable[[int, int], Any] = lambda _bytes, _replaced: None) -> Iterator[Entry]:
    """The site and the items of a feed. Raises WxrError."""
    yield from wxr.parsed(file, _Target(), told)


class _Target(wxr.Target):
    """What the parser calls for a feed."""

    def __init__(self) -> None:
        super().__init__()
        self._names_open: list[str] = []
        self._title, self._link = "", ""
        self._entry: Item | None = None
        self._pieces: list[str] | None = None
        self._left = 0
        # Within an Atom text of type xhtml: at which depth it began.
        self._markup = 0
        self._category = ""
        self._is_told = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.events += 1
        name = name.removeprefix(_ATOM).removeprefix(_RSS1)
        path = self._names_open
        path.append(name)
        if len(path) > wxr.MOST_DEPTH and not self._markup:
            raise wxr.NotReadable("Elements are nested deeper than in any feed.")
        if len(path) == 1 and name not in ("rss", "feed", _RDF):
            raise wxr.NotReadable("It is no feed: its first element is neither <rss> nor <feed>.")
        if self._markup:
            self._mark_up(name, attributes)
        elif name in ("item", "entry") and self._entry is None:
            self._tell_site()
            self._entry = Item(self.line(), kind="post", status="publish")
        elif self._entry is None:
            if path[-2:-1] in (["channel"], ["feed"]) and name in ("title", "link"):
                self._open(name)
                self._link = self._link or attributes.get("href", "")
        elif name == "link" and attributes.get("href"):
            if attributes.get("rel", "alternate") == "alternate":
                self._entry.link = self._entry.link or attributes["href"][: wxr.MOST_LETTERS_ELSEWHERE]
        elif name == "category":
            term = attributes.get("label") or attributes.get("term", "")
            self._category = term[:200]
            self._open(name)
        elif name in _PLACES or name == "name" and path[-2:-1] == ["author"] or name == "author":
            self._open(name)
            if attributes.get("type") == "xhtml":
                self._markup = len(path)

    def _open(self, name: str) -> None:
        self._pieces = []
        place = {"content": "content:encoded", _CONTENT: "content:encoded"}.get(name, "")
        self._left = wxr.MOST_LETTERS.get(place, wxr.MOST_LETTERS["excerpt:encoded"])

    def _mark_up(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2].lower()
        given = "".join(
            f' {key}="{value.replace("&", "&amp;").replace(chr(34), "&quot;")}"'
            for key, value in attributes.items()
            if key in ("href", "src", "alt", "title")
        )
        self._add(f"<{local}{given}>")

    def data(self, text: str) -> None:
        self.events += 1
        if self._markup:
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        self._add(text)

    def _add(self, text: str) -> None:
        if self._pieces is None:
            return
        if len(text) > self._left and self._entry is not None and "content" not in self._entry.oversized:
            self._entry.oversized.append("content")
        self._pieces.append(text[: self._left])
        self._left -= len(self._pieces[-1])

    def end(self, _name: str) -> None:
        self.events += 1
        path = self._names_open
        depth, name = len(path), path.pop()
        if self._markup and depth > self._markup:
            local = name.rpartition("}")[2].lower()
            if local not in _VOID:
                self._add(f"</{local}>")
            return
        self._markup = 0
        text = "".join(self._pieces).strip() if self._pieces is not None else None
        self._pieces = None
        entry = self._entry
        if entry is None:
            if text and path[-1:] in (["channel"], ["feed"]):
                self._title = self._title or (text if name == "title" else "")
                self._link = self._link or (text if name == "link" else "")
        elif name in ("item", "entry"):
            self._end_entry_of_feed(entry)
        elif text is None:
            return
        elif name == "category":
            if term := text or self._category:
                # A feed tells no categories from tags.
                entry.terms.append(("post_tag", term[:200], term[:200]))
        elif name in ("name", "author"):
            entry.creator = entry.creator or (text if "@" not in text else "")
        elif place := _PLACES.get(name):
            setattr(entry, place, getattr(entry, place) or text)

    def _end_entry_of_feed(self, entry: Item) -> None:
        if not entry.content:
            entry.content, entry.excerpt = entry.excerpt, ""
        if not entry.guid:
            entry.guid = entry.link
        entry.date_gmt = entry.date_gmt or ("" if entry.pub_date else entry.modified_gmt)
        self._ready.append(entry)
        self._entry = None

    def _tell_site(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._ready.append(Site(self._title, self._link, "", "", "", self._link, self._link))

    def close(self) -> None:
        self._tell_site()
