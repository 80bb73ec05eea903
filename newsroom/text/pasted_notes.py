"""Notes as Word and Google Docs write them, a mark in the text and a paragraph at its end, put at their marks."""

import re
from collections.abc import Sequence

from newsroom.text.markup import Child, Element, is_blank

# Word: "#_ftn1" and "#_ftnref1", "#_edn1" for those at the end; Google Docs: "#ftnt1" and "#ftnt_ref1".
_TO_NOTE = re.compile(r"#_?(?:ft|ed)nt?(\d{1,4})")
_TO_MARK = re.compile(r"#_?(?:ft|ed)nt?_?ref(\d{1,4})")
_NOTE_LIST = re.compile(r"mso-element\s*:\s*(?:foot|end)note-list", re.IGNORECASE)


def notes_in_place(nodes: Sequence[Child]) -> list[Child]:
    """The nodes with each such note at its mark, and no list of them; a mark without a note is nothing but its sign."""
    notes: dict[str, list[Child]] = {}
    return _marked(_without_list(nodes, notes), notes)


def _without_list(nodes: Sequence[Child], notes: dict[str, list[Child]]) -> list[Child]:
    kept: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            kept.append(node)
        elif node.tag == "p" and (number := _number(node)):
            notes.setdefault(number, []).extend(_without_mark(node.children))
        else:
            rest = _without_list(node.children, notes)
            if not _NOTE_LIST.search(node.attributes.get("style", "")):
                kept.append(Element(node.tag, node.attributes, rest))
    return kept


def _number(paragraph: Element) -> str | None:
    """The number of the note that a paragraph is: it begins with a link back to the mark."""
    for inner in paragraph.descendants():
        if inner.tag == "a" and (found := _TO_MARK.fullmatch(inner.attributes.get("href", ""))):
            return found[1]
    return None


def _without_mark(nodes: Sequence[Child]) -> list[Child]:
    return [
        node if isinstance(node, str) else Element(node.tag, node.attributes, _without_mark(node.children))
        for node in nodes
        if isinstance(node, str) or not _TO_MARK.fullmatch(node.attributes.get("href", ""))
    ]


def _marked(nodes: Sequence[Child], notes: dict[str, list[Child]]) -> list[Child]:
    marked: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            marked.append(node)
            continue
        found = _TO_NOTE.fullmatch(node.attributes.get("href", "")) if node.tag == "a" else None
        if found is None:
            # Google Docs puts its mark into a <sup>, which would raise the note.
            children = _marked(node.children, notes)
            lone = [child for child in children if not isinstance(child, str) or not is_blank(child)]
            is_raised = node.tag == "sup" and len(lone) == 1 and isinstance(lone[0], Element)
            if is_raised and isinstance(lone[0], Element) and lone[0].attributes.get("class") == "footnote":
                marked += lone
            else:
                marked.append(Element(node.tag, node.attributes, children))
        elif text := notes.get(found[1]):
            marked.append(Element("small", {"class": "footnote"}, _trimmed(text)))
        else:
            marked.append(Element("sup", {}, node.children))
    return marked


def _trimmed(nodes: Sequence[Child]) -> list[Child]:
    """The nodes without white space at their beginning, where the mark stood."""
    rest = list(nodes)
    while rest:
        first = rest.pop(0)
        if isinstance(first, str):
            if text := first.lstrip():
                return [text, *rest]
            continue
        if children := _trimmed(first.children):
            return [Element(first.tag, first.attributes, children), *rest]
    return rest
