"""Reading a news page that was saved in HTML: headline, text with its markup, and the page's own furniture.

What the page says of itself comes first: its <article> or <main>, and its <h1>. Within that furniture is told as in a
text dump, by what a block says (`newsroom.text.text_page`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsroom.text import markup
from newsroom.text.elements import BLOCKS
from newsroom.text.markup import Child, Element, TooDeep, is_blank, serialize
from newsroom.text.text_page import comment_section, is_credit, is_furniture

_BEGINS = re.compile(
    r"\ufeff?\s*(?:<!--(?:(?!-->).){0,2000}-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_NEVER_READ = frozenset(
    """
    nav footer aside form script style noscript template button svg iframe object select textarea input label dialog
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
_DIVIDES = BLOCKS - {"br"}
_WRAPPERS = frozenset(("div", "section", "article", "main", "header", "body", "html", "center"))


@dataclass(frozen=True)
class HtmlPage:
    """A page told apart: `body` is markup for the sanitizer, `paragraphs` the texts of its blocks."""

    headline: str
    body: str
    paragraphs: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


def is_page(text: str) -> bool:
    """Whether a text is a whole page in HTML."""
    return _BEGINS.match(text) is not None


def parse(html: str) -> HtmlPage:
    """Tell the parts of a page apart. Of one that is nested beyond reason nothing is read."""
    try:
        root = Element("", {}, markup.parse(html.removeprefix("\ufeff")))
    except TooDeep:
        root = Element("")
    main = _main(root)
    heading = next(_named(main, "h1"), None) or next(_named(root, "h1"), None)
    title = next(_named(root, "title"), None)
    headline = " ".join((heading or title or Element("")).text().split())
    blocks = [
        (block, text)
        for block in _blocks(main, heading)
        if (text := " ".join(block.text().split())) or _shows(block)
    ]
    first = 0
    while first < len(blocks) and is_credit(blocks[first][1]):
        first += 1
    credit_lines, blocks = [text for _block, text in blocks[:first]], blocks[first:]
    end = comment_section([text for _block, text in blocks])
    kept = [(block, text) for block, text in blocks[:end] if not is_furniture(text)]
    furniture = [text for _block, text in blocks[:end] if is_furniture(text)] + [
        text for _block, text in blocks[end:]
    ]
    return HtmlPage(
        headline,
        serialize([block for block, _text in kept]),
        [text for _block, text in kept],
        [text for text in furniture if text],
        credit_lines,
    )


def _main(root: Element) -> Element:
    """The part of a page that it calls its article, or its main part; the longest, where there are several."""
    for name in ("article", "main"):
        found = list(_named(root, name))
        if found:
            return max(found, key=lambda element: len(element.text()))
    return next(_named(root, "body"), root)


def _named(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.descendants() if inner.tag == name)


def _shows(block: Element) -> bool:
    return any(inner.tag == "img" for inner in block.descendants())


def _blocks(element: Element, heading: Element | None) -> Iterator[Element]:
    """The blocks of the text in their order, wrappers opened; a run of text between them is a paragraph."""
    run: list[Child] = []
    for child in element.children:
        if isinstance(child, str) or child.tag not in _DIVIDES and not _holds_blocks(child):
            if isinstance(child, str) or child.tag not in _NEVER_READ:
                run.append(child)
            continue
        yield from _paragraph(run)
        run = []
        if child is heading or child.tag in _NEVER_READ:
            continue
        if child.tag in _WRAPPERS or child.tag not in _DIVIDES:
            yield from _blocks(child, heading)
        else:
            yield child
    yield from _paragraph(run)


def _holds_blocks(element: Element) -> bool:
    return any(inner.tag in _DIVIDES for inner in element.descendants())


def _paragraph(run: list[Child]) -> Iterator[Element]:
    paragraph = Element("p", {}, run)
    if not is_blank(paragraph.text()):
        yield paragraph
