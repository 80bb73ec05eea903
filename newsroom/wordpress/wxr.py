"""Reading WXR, the format in which WordPress writes its content: a stream of items as plain values.

Versions 1.0, 1.1 and 1.2 differ in what they leave out, and in the address that their namespaces have; both are read.
Nothing of a file is in memory but the item that is being read, of which texts beyond what any site needs are cut off
and named among its `oversized`. Declarations of document types and entities are refused, so that nothing is expanded.

What WordPress lets into a file though no XML may hold it, control characters and bytes that are no UTF-8, is replaced
before it is parsed; how many there were is told. E-mail addresses of writers and the networks of commenters are not
read at all.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

_CHUNK = 64 * 1024
# Within one tag expat needs all of it in memory, and reads it again and again while it grows.
_MOST_WITHOUT_EVENT = 8 * 1024 * 1024
# Letters of a text, by the field in which it stands.
MOST_LETTERS = {"content:encoded": 4_000_000, "excerpt:encoded": 200_000, "wp:comment_content": 200_000}
MOST_LETTERS_ELSEWHERE = 20_000
# Of all that one item holds; its comments beyond that are counted only.
MOST_LETTERS_OF_ITEM = 48_000_000
# What each comment, term and value of an item counts besides.
PART_LETTERS = 100
MOST_DEPTH = 40

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PREFIXES = (
    (re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/excerpt/?"), "excerpt:"),
    (re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/?"), "wp:"),
    (re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?"), "content:"),
    (re.compile(r"https?://purl\.org/dc/elements/1\.1/?"), "dc:"),
)
_CONTAINERS = {"item", "wp:author", "wp:category", "wp:tag", "wp:term"}
# What plugins keep beside an item is theirs; these are read, as text. No value is ever taken for serialized PHP.
READ_META = frozenset(
    (
        "_thumbnail_id", "_wp_old_slug", "_wp_attachment_image_alt", "_yoast_wpseo_primary_category",
        "rank_math_primary_category",
    )
)  # fmt: skip


class WxrError(ValueError):
    """The file cannot be read from here on; what came before is whole. `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason, line, column)
        self.reason, self.line, self.column = reason, line, column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Site:
    """The site that was exported; `version` is that of the format, "" where there is none."""

    title: str
    link: str
    description: str
    language: str
    version: str
    base_site_url: str
    base_blog_url: str


@dataclass(frozen=True, slots=True)
class Writer:
    number: str
    login: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Term:
    """A category, a tag, or a term of another `taxonomy`; `parent` is a slug, "" at the top."""

    taxonomy: str
    number: str
    slug: str
    parent: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class OldComment:
    """A comment as WordPress wrote it; dates are texts such as 2019-05-17 09:30:00."""

    number: int
    author: str
    email: str
    url: str
    date: str
    date_gmt: str
    content: str
    approved: str
    kind: str
    parent: int


@dataclass(slots=True)
class Item:
    """Whatever stands in an <item>: a post, a page, an attachment, or what plugins keep.

    `terms` are (domain, slug, name); `meta` holds what READ_META names, and of a name that comes several times all
    values. `oversized` names the fields of which the end was cut off, `comments_beyond` counts comments that were not
    kept.
    """

    line: int
    title: str = ""
    link: str = ""
    guid: str = ""
    creator: str = ""
    content: str = ""
    excerpt: str = ""
    number: int = 0
    date: str = ""
    date_gmt: str = ""
    modified: str = ""
    modified_gmt: str = ""
    pub_date: str = ""
    name: str = ""
    status: str = ""
    parent: int = 0
    kind: str = ""
    password: str = ""
    is_sticky: bool = False
    comment_status: str = ""
    attachment_url: str = ""
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    meta: dict[str, list[str]] = field(default_factory=dict)
    comments: list[OldComment] = field(default_factory=list)
    oversized: list[str] = field(default_factory=list)
    comments_beyond: int = 0


Entry = Site | Writer | Term | Item

_OF_ITEM = {
    "title": "title",
    "link": "link",
    "guid": "guid",
    "dc:creator": "creator",
    "content:encoded": "content",
    "excerpt:encoded": "excerpt",
    "wp:post_date": "date",
    "wp:post_date_gmt": "date_gmt",
    "wp:post_modified": "modified",
    "wp:post_modified_gmt": "modified_gmt",
    "pubDate": "pub_date",
    "wp:post_name": "name",
    "wp:status": "status",
    "wp:post_type": "kind",
    "wp:post_password": "password",
    "wp:comment_status": "comment_status",
    "wp:attachment_url": "attachment_url",
}
# Of which white space is a part: a password of it is one.
_AS_WRITTEN = frozenset(("content", "excerpt", "password"))
_NUMBERS_OF_ITEM = {"wp:post_id": "number", "wp:post_parent": "parent"}
_OF_COMMENT = frozenset(
    f"wp:comment_{name}"
    for name in (
        "id", "author", "author_email", "author_url", "date", "date_gmt", "content", "approved", "type", "parent",
    )
)  # fmt: skip


def read(file: BinaryIO, told: Callable[[int, int], Any] = lambda _bytes, _replaced: None) -> Iterator[Entry]:
    """The entries of a file in its order. The site comes first, in whatever order the file has it.

    `told` is called now and then with the number of bytes read and of characters replaced so far. Raises WxrError where
    the file is no XML, declares a document type or entities, ends too soon, or is something else than WXR.
    """
    yield from parsed(file, Target(), told)


def parsed(file: BinaryIO, target: "Target", told: Callable[[int, int], Any]) -> Iterator[Entry]:
    """What a target gathers of a file, as `read` tells."""
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.line = lambda: parser.parser.CurrentLineNumber
    done = replaced = waited = 0
    decode: Callable[[bytes, bool], str] | None = None
    while True:
        chunk = file.read(_CHUNK)
        if decode is None:
            decode = _decoder(chunk)
        text = decode(chunk, not chunk)
        done += len(chunk)
        if text.isascii() or "\ufffd" not in text:
            text, count = _NOT_IN_XML.subn("\ufffd", text)
        else:
            text = _NOT_IN_XML.sub("\ufffd", text)
            count = text.count("\ufffd")
        replaced += count
        before = target.events
        try:
            if text:
                parser.feed(text)
            if not chunk:
                parser.close()
        except ParseError as error:
            yield from target.take()
            line, column = error.position
            raise WxrError(_reason(error), line, column + 1) from None
        except DefusedXmlException as error:
            raise WxrError(
                "It declares a document type or entities, which no export does.",
                *_position(parser),
            ) from error
        except NotReadable as error:
            raise WxrError(str(error), *_position(parser)) from None
        waited = waited + len(text) if target.events == before else 0
        if waited > _MOST_WITHOUT_EVENT:
            raise WxrError("A tag has no end within eight million letters.", *_position(parser))
        yield from target.take()
        told(done, replaced)
        if not chunk:
            return


def _position(parser: Any) -> tuple[int, int]:
    return parser.parser.CurrentLineNumber, parser.parser.CurrentColumnNumber + 1


def _reason(error: ParseError) -> str:
    return str(error).partition(": line")[0]


def _decoder(beginning: bytes) -> Callable[[bytes, bool], str]:
    """What makes text of the bytes of a file, in the encoding that it declares; what is wrong in it is replaced."""
    name = "utf-8-sig"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif declared := _DECLARED.search(beginning[:400]):
        written = declared[1].decode("ascii")
        try:
            found = codecs.lookup(written)
        except LookupError:
            found = None
        # Of Python's codecs some read no text.
        if found is not None and found._is_text_encoding and found.name not in ("utf-8", "utf-16", "utf-32"):
            name = found.name
    decoder = codecs.getincrementaldecoder(name)("replace")

    def decode(chunk: bytes, final: bool) -> str:
        return decoder.decode(chunk, final)

    return decode


class NotReadable(ValueError):
    """The file is XML, and not what it is taken for."""


class Target:
    """What the parser calls: gathers entries, and forgets all else."""

    def __init__(self) -> None:
        self.line: Callable[[], int] = lambda: 0
        self.events = 0
        self._path: list[str] = []
        self._names: dict[str, str] = {}
        self._ready: list[Entry] = []
        self._site: dict[str, str] | None = {}
        self._item: Item | None = None
        self._record: dict[str, str] = {}
        self._below: dict[str, str] = {}
        self._term: tuple[str, str] = ("", "")
        self._letters = 0
        # The text of the element that is open; None where nobody wants it.
        self._text: list[str] | None = None
        self._room = 0
        self._is_cut = False

    def take(self) -> list[Entry]:
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.events += 1
        name = self._names.get(name) or self._short(name)
        path = self._path
        path.append(name)
        depth = len(path)
        self._text = None
        if depth > MOST_DEPTH:
            raise NotReadable("Elements are nested deeper than in any export.")
        if depth == 1:
            if name != "rss":
                raise NotReadable("It is no export of WordPress: its first element is not <rss>.")
        elif depth == 3 and path[1] == "channel":
            if name in _CONTAINERS:
                self._end_site()
                self._record = {}
                self._letters = 0
                if name == "item":
                    self._item = Item(self.line())
            elif self._site is not None:
                self._open(name)
        elif depth == 4 and path[2] in _CONTAINERS:
            if self._item is None:
                self._open(name)
            elif name == "category":
                self._term = attributes.get("domain", ""), attributes.get("nicename", "")
                self._open(name)
            elif name in _OF_ITEM or name in _NUMBERS_OF_ITEM or name == "wp:is_sticky":
                self._open(name)
            elif name in ("wp:comment", "wp:postmeta"):
                self._below = {}
        elif (
            depth == 5
            and self._item is not None
            and (name in _OF_COMMENT or name in ("wp:meta_key", "wp:meta_value"))
        ):
            self._open(name)

    def data(self, text: str) -> None:
        self.events += 1
        if self._text is None:
            return
        if len(text) > self._room:
            text = text[: self._room]
            self._is_cut = True
        self._room -= len(text)
        self._text.append(text)

    def end(self, _name: str) -> None:
        self.events += 1
        name = self._path.pop()
        depth = len(self._path) + 1
        text = None
        if self._text is not None:
            text = "".join(self._text)
            self._letters += len(text)
            if self._is_cut and self._item is not None and name not in self._item.oversized:
                self._item.oversized.append(name)
        self._text = None
        if depth == 3 and self._path[1] == "channel":
            self._end_entry(name, text)
        elif depth == 4 and text is not None:
            if self._item is None:
                self._record[name] = text
            else:
                self._end_field(self._item, name, text)
        elif depth == 4 and self._item is not None:
            if name == "wp:comment":
                self._end_comment(self._item)
            elif name == "wp:postmeta":
                self._end_meta(self._item)
        elif depth == 5 and text is not None:
            self._below[name] = text

    def close(self) -> None:
        self._end_site()

    def _short(self, name: str) -> str:
        """A name with the prefix that it has in exports, whichever the file has."""
        if len(self._names) > 10_000:
            self._names.clear()
        space, brace, local = name.removeprefix("{").partition("}")
        short = name
        if brace:
            short = f"?:{local}"
            for pattern, prefix in _PREFIXES:
                if pattern.fullmatch(space):
                    short = prefix + local
        self._names[name] = short
        return short

    def _open(self, name: str) -> None:
        self._text = []
        self._is_cut = False
        self._room = MOST_LETTERS.get(name, MOST_LETTERS_ELSEWHERE)
        if self._letters > MOST_LETTERS_OF_ITEM:
            self._room = 0

    def _end_site(self) -> None:
        if self._site is None:
            return
        found, self._site = self._site, None
        self._ready.append(
            Site(
                title=found.get("title", "").strip(),
                link=found.get("link", "").strip(),
                description=found.get("description", "").strip(),
                language=found.get("language", "").strip(),
                version=found.get("wp:wxr_version", "").strip(),
                base_site_url=found.get("wp:base_site_url", "").strip(),
                base_blog_url=found.get("wp:base_blog_url", "").strip(),
            )
        )

    def _end_entry(self, name: str, text: str | None) -> None:
        if name == "item" and self._item is not None:
            self._ready.append(self._item)
            self._item = None
        elif name == "wp:author":
            one = self._record.get
            login = one("wp:author_login", "").strip()
            self._ready.append(
                Writer(
                    one("wp:author_id", "").strip(), login, one("wp:author_display_name", "").strip() or login
                )
            )
        elif name in ("wp:category", "wp:tag", "wp:term"):
            self._ready.append(_term(name, self._record))
        elif text is not None and self._site is not None:
            self._site.setdefault(name, text)

    def _end_field(self, item: Item, name: str, text: str) -> None:
        if attribute := _OF_ITEM.get(name):
            setattr(item, attribute, text if attribute in _AS_WRITTEN else text.strip())
        elif attribute := _NUMBERS_OF_ITEM.get(name):
            setattr(item, attribute, _number(text))
        elif name == "wp:is_sticky":
            item.is_sticky = text.strip() == "1"
        elif name == "category":
            domain, slug = self._term
            if self._has_room(item, name, len(domain) + len(slug)):
                item.terms.append((domain, slug, text.strip()))

    def _has_room(self, item: Item, name: str, letters: int = 0) -> bool:
        """Whether the item holds one more part, which takes memory even where it says nothing."""
        self._letters += letters + PART_LETTERS
        if self._letters <= MOST_LETTERS_OF_ITEM:
            return True
        if name not in item.oversized:
            item.oversized.append(name)
        return False

    def _end_comment(self, item: Item) -> None:
        self._letters += PART_LETTERS
        if self._letters > MOST_LETTERS_OF_ITEM:
            item.comments_beyond += 1
            return
        one = self._below.get
        item.comments.append(
            OldComment(
                number=_number(one("wp:comment_id", "")),
                author=one("wp:comment_author", ""),
                email=one("wp:comment_author_email", "").strip(),
                url=one("wp:comment_author_url", "").strip(),
                date=one("wp:comment_date", "").strip(),
                date_gmt=one("wp:comment_date_gmt", "").strip(),
                content=one("wp:comment_content", ""),
                approved=one("wp:comment_approved", "").strip(),
                kind=one("wp:comment_type", "").strip(),
                parent=_number(one("wp:comment_parent", "")),
            )
        )

    def _end_meta(self, item: Item) -> None:
        key = self._below.get("wp:meta_key", "").strip()
        if key in READ_META and self._has_room(item, "wp:postmeta"):
            item.meta.setdefault(key, []).append(self._below.get("wp:meta_value", "").strip())


def _term(element: str, record: dict[str, str]) -> Term:
    def one(*names: str) -> str:
        return next((record[name].strip() for name in names if record.get(name, "").strip()), "")

    taxonomy = {"wp:category": "category", "wp:tag": "post_tag"}.get(element) or one("wp:term_taxonomy")
    return Term(
        taxonomy=taxonomy,
        number=one("wp:term_id"),
        slug=one("wp:category_nicename", "wp:tag_slug", "wp:term_slug"),
        parent=one("wp:category_parent", "wp:term_parent"),
        name=one("wp:cat_name", "wp:tag_name", "wp:term_name"),
        description=one("wp:category_description", "wp:tag_description", "wp:term_description"),
    )


_LONGEST_NUMBER = 18


def _number(text: str) -> int:
    """A number of a row, 0 for whatever is none."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    return 0
