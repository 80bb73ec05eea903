"""A small tree of HTML elements: read leniently from any markup, written so that it reads back the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby

from newsroom.text.elements import BLOCKS, VOID
from newsroom.text.tokens import StartTag, Text, tokenize

MAX_DEPTH = 100

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Start tag -> the open elements that it ends, and the elements beyond which it does not look.
_LIST = frozenset(("ul", "ol", "menu"))
_TABLE = frozenset(("table",))
_ROW = frozenset(("tr", "td", "th"))
_SECTION = frozenset(("thead", "tbody", "tfoot", "caption", "colgroup"))
_IMPLIED_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), _LIST | _TABLE),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl",)) | _TABLE),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl",)) | _TABLE),
    "td": (frozenset(("td", "th")), frozenset(("tr",)) | _TABLE),
    "th": (frozenset(("td", "th")), frozenset(("tr",)) | _TABLE),
    "tr": (_ROW | frozenset(("caption", "colgroup")), _TABLE),
    "thead": (_ROW | _SECTION, _TABLE),
    "tbody": (_ROW | _SECTION, _TABLE),
    "tfoot": (_ROW | _SECTION, _TABLE),
    "a": (frozenset(("a",)), frozenset(("td", "th")) | _TABLE),
    "body": (frozenset(("head",)), frozenset()),
}
_ENDS_NO_PARAGRAPH = frozenset(("br", "col", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"))
_PARAGRAPH_SCOPE = frozenset(
    ("blockquote", "caption", "dd", "div", "dt", "figcaption", "figure", "li", "section", "table", "td", "th")
)
_CELL_SCOPE = frozenset(("table", "td", "th", "caption"))


class TooDeep(ValueError):
    """Elements are nested deeper than MAX_DEPTH."""


@dataclass(eq=False)
class Element:
    """An element; its children are elements and decoded text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def text(self) -> str:
        """All text in it, decoded."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def descendants(self) -> Iterator["Element"]:
        """All elements in it, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descendants()


Child = Element | str


def parse(html: str, drops_first_newline: bool = True) -> list[Child]:
    """The top-level nodes of an HTML fragment; comments and declarations are dropped.

    Misnested end tags are resolved simply, not as the HTML standard has it. In a <pre>, browsers drop a first
    newline; markup from a serializer that does not make up for that is read without dropping. Raises TooDeep.
    """
    builder = _Builder(drops_first_newline)
    for token in tokenize(html):
        if isinstance(token, Text):
            builder.add_text(unescape(html[token.start : token.end]))
        elif isinstance(token, StartTag):
            builder.open(token)
        else:
            builder.close(token.name)
    return builder.root.children


def is_plain(text: str) -> bool:
    """Whether a text holds no tag, no comment and no declaration."""
    return next(tokenize(text), None) == Text(0, len(text))


def from_editor(text: str) -> str:
    """What an editor's field holds, as markup. Without scripts there is no editor, and an empty line in the field means
    what it means on paper."""
    return paragraphs(text) if is_plain(text) else text


def paragraphs(text: str) -> str:
    """Markup of a plain text: a paragraph for what stands between empty lines, a break for each line in it."""
    blocks: list[Child] = []
    for blank, lines in groupby(text.splitlines(), is_blank):
        if not blank:
            first, *others = lines
            broken = [child for line in others for child in (Element("br"), line)]
            blocks.append(Element("p", {}, [first, *broken]))
    return serialize(blocks)


def serialize(nodes: list[Child], verbatim: bool = False) -> str:
    """Markup that browsers, html5lib and parse() read as these nodes, in the form that innerHTML has."""
    return "".join(_serialize(node, verbatim) for node in nodes)


def _serialize(node: Child, verbatim: bool) -> str:
    if isinstance(node, str):
        return escape_text(node if verbatim else node.replace("\n", " "))
    attributes = "".join(f' {name}="{escape_attribute(value)}"' for name, value in node.attributes.items())
    if node.tag in VOID:
        return f"<{node.tag}{attributes}>"
    verbatim = verbatim or node.tag == "pre"
    content = serialize(node.children, verbatim)
    newline = "\n" if node.tag == "pre" and content.startswith("\n") else ""
    return f"<{node.tag}{attributes}>{newline}{content}</{node.tag}>"


def escape_text(text: str) -> str:
    """Text for element content, as innerHTML writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&nbsp;")


def escape_attribute(value: str) -> str:
    """Text for a double-quoted attribute."""
    return escape_text(value).replace('"', "&quot;")


class _Builder:
    def __init__(self, drops_first_newline: bool) -> None:
        self.root = Element("")
        self._drops_first_newline = drops_first_newline
        self._open = [self.root]
        self._after_pre = False

    def open(self, token: StartTag) -> None:
        tag = token.name
        self._end_implied(tag)
        element = Element(tag, dict(token.attributes))
        self._open[-1].children.append(element)
        self._after_pre = tag == "pre" and self._drops_first_newline
        # A slash ends an element only in foreign content, such as Word's <o:p/>.
        if tag in VOID or (token.closes_itself and ":" in tag):
            return
        if len(self._open) > MAX_DEPTH:
            raise TooDeep
        self._open.append(element)

    def close(self, tag: str) -> None:
        self._after_pre = False
        scope = _TABLE if tag in _CELL_SCOPE or tag in _SECTION or tag == "tr" else _CELL_SCOPE
        self._close(frozenset((tag,)), scope - {tag})

    def add_text(self, text: str) -> None:
        if self._after_pre:
            text = text.removeprefix("\n")
        self._after_pre = False
        children = self._open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += text
        elif text:
            children.append(text)

    def _end_implied(self, tag: str) -> None:
        if tag in _IMPLIED_ENDS:
            ended, scope = _IMPLIED_ENDS[tag]
            while self._close(ended, scope):
                pass
        if tag in BLOCKS and tag not in _ENDS_NO_PARAGRAPH:
            self._close(frozenset(("p",)), _PARAGRAPH_SCOPE)
        if tag in _HEADINGS and self._open[-1].tag in _HEADINGS:
            self._open.pop()

    def _close(self, tags: frozenset[str], scope: frozenset[str]) -> bool:
        """Close the innermost open element of these tags, with all in it, unless it lies beyond the scope."""
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].tag in tags:
                del self._open[index:]
                return True
            if self._open[index].tag in scope:
                break
        return False


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: only white space, no-break spaces and direction marks."""
    return not re.search(r"[^\s\u200b-\u200f\u061c\u2060\ufeff]", text)
