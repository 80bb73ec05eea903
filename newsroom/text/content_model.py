"""Making article markup well-formed: every element where the HTML standard allows it, nothing empty."""

import re
from collections.abc import Iterator, Sequence

from newsroom.text.markup import Child, Element, is_blank

_LEAVES = frozenset(("p", "h2", "h3", "h4", "dt", "figcaption", "caption", "pre"))
_TABLE_PARTS = frozenset(("caption", "thead", "tbody", "tfoot", "tr", "th", "td"))
_SECTIONS = ("thead", "tbody", "tfoot")
_LISTS = frozenset(("ul", "ol"))
BLOCKS = (
    _LEAVES
    | _TABLE_PARTS
    | _LISTS
    | frozenset(("aside", "blockquote", "dl", "dd", "figure", "hr", "li", "table"))
)
_VOID_INLINE = frozenset(("br", "wbr", "img"))
# Word cuts a bold phrase into several runs; these elements mean the same when joined.
_JOINABLE = frozenset(
    ("strong", "b", "em", "i", "u", "s", "del", "ins", "mark", "sub", "sup", "small", "span")
)
_NOT_NESTED = frozenset(("a", "strong", "b", "em", "i", "u", "s", "mark"))
# A line end with the white space around it is layout of the source, plain spaces are the writer's.
# It begins with a row of spaces: looked for from each of them, one without a line end would take the square of its
# length.
_SOURCE_LINE_END = re.compile(r"(?<![ \t\f])[ \t\f]*+\n[ \t\f\n]*")


def tidy(nodes: Sequence[Child]) -> list[Child]:
    """The top level of an article: blocks, with loose text in paragraphs."""
    return _flow(_settled(nodes), wraps=True)


def _settled(
    nodes: Sequence[Child], within: frozenset[str] = frozenset(), verbatim: bool = False
) -> list[Child]:
    """Text with line ends settled; inline elements merged, not nested in their like, none empty."""
    settled: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            text = node if verbatim else _SOURCE_LINE_END.sub("\n", node)
            if settled and isinstance(settled[-1], str):
                settled[-1] += text
            else:
                settled.append(text)
            continue
        if node.tag in _VOID_INLINE or node.tag == "hr":
            settled.append(Element(node.tag, node.attributes))
            continue
        block = node.tag in BLOCKS
        like = frozenset() if block else within | ({node.tag} & _NOT_NESTED)
        children = _settled(node.children, like, verbatim or node.tag == "pre")
        if not block and (node.tag in within or not _shows(children)):
            settled += _settled(children, within, verbatim) if children else []
            continue
        last = settled[-1] if settled else None
        joins = isinstance(last, Element) and (last.tag, last.attributes) == (node.tag, node.attributes)
        # Of two notes that follow each other each is one of its own.
        if joins and isinstance(last, Element) and node.tag in _JOINABLE and "class" not in node.attributes:
            last.children = _settled([*last.children, *children], like, verbatim)
        else:
            settled.append(Element(node.tag, node.attributes, children))
    return settled


def _shows(nodes: Sequence[Child]) -> bool:
    """Whether anything of these can be seen."""
    for node in nodes:
        if isinstance(node, str):
            if not is_blank(node):
                return True
        elif node.tag in ("img", "hr") or _shows(node.children):
            return True
    return False


def _flow(nodes: Sequence[Child], wraps: bool) -> list[Child]:
    """Blocks and runs of inline content; with wraps, each run that has text is put into a paragraph."""
    flow: list[Child] = []
    for segment in _segments(nodes):
        if isinstance(segment, Element):
            flow += _block(segment)
        elif not any(_has_text(node) for node in segment):
            flow += (node for node in segment if _shows([node]))
        else:
            flow += [Element("p", {}, segment)] if wraps else segment
    return flow


def _segments(nodes: Sequence[Child]) -> Iterator[list[Child] | Element]:
    """Blocks as they come, and between them the runs of inline content that show something."""
    run: list[Child] = []
    for node in _exploded(nodes):
        if isinstance(node, str) or node.tag not in BLOCKS:
            run.append(node)
            continue
        if _shows(run):
            yield _trimmed(run)
        run = []
        yield node
    if _shows(run):
        yield _trimmed(run)


def _trimmed(run: Sequence[Child]) -> list[Child]:
    """Inline content without the line ends of the source at its edges."""
    trimmed = list(run)
    if trimmed and isinstance(trimmed[0], str):
        trimmed[0] = trimmed[0].lstrip("\n")
    if trimmed and isinstance(trimmed[-1], str):
        trimmed[-1] = trimmed[-1].rstrip("\n")
    return [node for node in trimmed if node != ""]


def _has_text(node: Child) -> bool:
    return not is_blank(node if isinstance(node, str) else node.text())


def _exploded(nodes: Sequence[Child]) -> list[Child]:
    """Inline elements that hold blocks turned inside out: <b><p>x</p></b> becomes <p><b>x</b></p>."""
    exploded: list[Child] = []
    for node in nodes:
        if isinstance(node, str) or node.tag in BLOCKS or not _holds_block(node):
            exploded.append(node)
            continue
        for child in _exploded(node.children):
            if isinstance(child, str) or child.tag not in BLOCKS:
                exploded.append(Element(node.tag, node.attributes, [child]))
            elif child.tag in _LEAVES:
                inner = Element(node.tag, node.attributes, child.children)
                exploded.append(Element(child.tag, child.attributes, [inner]))
            else:
                exploded.append(child)
    return exploded


def _holds_block(element: Element) -> bool:
    return any(inner.tag in BLOCKS for inner in element.descendants())


def _block(block: Element) -> list[Child]:
    """The block in valid form: none if it is empty, several if it had to be split."""
    tag = block.tag
    if tag == "hr":
        return [block]
    if tag in _LISTS:
        return _list(block)
    if tag == "table":
        return _table(block)
    if tag == "dl":
        return _definitions(block)
    if tag == "li":
        return _list(Element("ul", {}, [block]))
    if tag in ("dt", "dd"):
        return _definitions(Element("dl", {}, [block]))
    if tag in _TABLE_PARTS or tag == "figcaption":
        # Out of its table or figure a part is nothing but its content.
        return _flow(block.children, wraps=True)
    if tag in _LEAVES:
        return _leaves(block)
    if tag == "figure":
        return _figure(block)
    content = _flow(block.children, wraps=True)
    return [Element(tag, block.attributes, content)] if content else []


def _leaves(leaf: Element) -> list[Child]:
    """A paragraph or heading, cut where blocks stand in it."""
    if leaf.tag == "pre" and not _holds_block(leaf):
        return [leaf] if _shows(leaf.children) else []
    leaves: list[Child] = []
    for segment in _segments(leaf.children):
        if isinstance(segment, Element):
            leaves += _block(segment)
        else:
            leaves.append(Element(leaf.tag, leaf.attributes, segment))
    return leaves


def _line(nodes: Sequence[Child]) -> list[Child]:
    """Inline content only; what were blocks stand on lines of their own."""
    line: list[Child] = []
    for segment in _segments(nodes):
        part = _line(segment.children) if isinstance(segment, Element) else segment
        if part:
            line += [Element("br"), *part] if line else part
    return line


def _list(block: Element) -> list[Child]:
    items: list[Element] = []
    for segment in _segments(block.children):
        if isinstance(segment, list):
            items.append(Element("li", {}, segment))
        elif segment.tag in _LISTS and items:
            # Word and Google Docs put a nested list beside the item that it belongs to.
            items[-1].children += _block(segment)
        elif segment.tag == "li":
            content = _flow(segment.children, wraps=False)
            if content:
                items.append(Element("li", segment.attributes, content))
        else:
            content = _block(segment)
            if content:
                items.append(Element("li", {}, content))
    return [Element(block.tag, block.attributes, [*items])] if items else []


def _definitions(block: Element) -> list[Child]:
    parts: list[Child] = []
    for segment in _segments(block.children):
        if isinstance(segment, list):
            parts.append(Element("dd", {}, segment))
            continue
        if segment.tag == "dt":
            content = _line(segment.children)
        elif segment.tag == "dd":
            content = _flow(segment.children, wraps=False)
        else:
            content = _block(segment)
        tag, attributes = (segment.tag, segment.attributes) if segment.tag in ("dt", "dd") else ("dd", {})
        if content:
            parts.append(Element(tag, attributes, content))
    return [Element("dl", block.attributes, parts)] if parts else []


def _figure(block: Element) -> list[Child]:
    content: list[Child] = []
    for segment in _segments(block.children):
        if isinstance(segment, Element) and segment.tag == "figcaption":
            caption = _line(segment.children)
            content += [Element("figcaption", segment.attributes, caption)] if caption else []
        else:
            content += _flow(segment if isinstance(segment, list) else [segment], wraps=True)
    return [Element("figure", block.attributes, content)] if content else []


def _table(table: Element) -> list[Child]:
    """The table in order caption, sections of rows; what is no part of a table goes before it."""
    before: list[Child] = []
    captions: list[Child] = []
    sections: list[Element] = []
    loose: Element | None = None
    for segment in _segments(table.children):
        if isinstance(segment, list):
            before += _flow(segment, wraps=True)
        elif segment.tag == "caption":
            line = _line(segment.children)
            captions += [Element("caption", segment.attributes, line)] if line and not captions else []
        elif segment.tag in _SECTIONS:
            sections.append(Element(segment.tag, segment.attributes, [*_rows(segment.children, before)]))
            loose = None
        elif segment.tag in ("tr", "td", "th"):
            if loose is None:
                loose = Element("tbody")
                sections.append(loose)
            loose.children += _rows([segment], before)
        else:
            before += _block(segment)
    content = captions + [section for section in sections if section.children]
    return before + ([Element("table", table.attributes, content)] if len(content) > len(captions) else [])


def _rows(nodes: Sequence[Child], before: list[Child]) -> list[Element]:
    rows: list[Element] = []
    loose = False
    for segment in _segments(nodes):
        if isinstance(segment, Element) and segment.tag == "tr":
            rows.append(Element("tr", segment.attributes, [*_cells(segment.children, before)]))
            loose = False
        elif isinstance(segment, Element) and segment.tag in ("td", "th"):
            if not loose:
                rows.append(Element("tr"))
            rows[-1].children += _cells([segment], before)
            loose = True
        else:
            before += _flow(segment if isinstance(segment, list) else [segment], wraps=True)
    return [row for row in rows if row.children]


def _cells(nodes: Sequence[Child], before: list[Child]) -> list[Element]:
    cells: list[Element] = []
    for segment in _segments(nodes):
        if isinstance(segment, Element) and segment.tag in ("td", "th"):
            # An empty cell keeps its place, and the empty paragraph that the editor puts into it.
            content = _flow(segment.children, wraps=False) or [
                child for child in segment.children[:1] if isinstance(child, Element) and child.tag == "p"
            ]
            cells.append(Element(segment.tag, segment.attributes, content))
        else:
            before += _flow(segment if isinstance(segment, list) else [segment], wraps=True)
    return cells
