"""Word's runs from left to right in Arabic text: those whose edge would move without them.

Word notes a direction with every Latin word, which says nothing that the letters do not say. It carries weight where
the run begins or ends with a sign: the full stop of "Apple Inc." belongs to its right, and stands to its left once
the direction is gone.
"""

import re
from collections.abc import Sequence

from newsroom.text.elements import BLOCKS
from newsroom.text.markup import Child, Element
from newsroom.text.paste import is_foreign_passage

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LTR = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_STRONG = re.compile(f"[{_RTL}{_LTR}]")
_IS_LTR = re.compile(f"[{_LTR}]")
_HAS_RTL = re.compile(f"[{_RTL}]")
_EDGE = re.compile(r"[^\w\s]")
_LIST_MARKER = re.compile(r"\bmso-list\s*:\s*ignore", re.IGNORECASE)


def isolate_runs(nodes: Sequence[Child], before: str = "", after: str = "") -> list[Child]:
    """The nodes with each such run in a <bdi dir="ltr">, the white space at its ends outside.

    `before` and `after` are the nearest letters with a direction around the nodes in their paragraph, empty for none.
    """
    nodes = _joined(nodes)
    following = [after]
    for node in reversed(nodes):
        following.append(_first_letter(_text(node)) or following[-1] if not _is_block(node) else "")
    following.reverse()
    result: list[Child] = []
    for index, node in enumerate(nodes):
        if isinstance(node, str):
            result.append(node)
        elif _is_block(node):
            is_rtl = node.attributes.get("dir", "").lower() != "ltr"
            children = isolate_runs(node.children) if is_rtl else node.children
            result.append(Element(node.tag, node.attributes, children))
        elif _carries_weight(node, before, following[index + 1]):
            result += _isolated(node)
        else:
            children = isolate_runs(node.children, before, following[index + 1])
            result.append(Element(node.tag, node.attributes, children))
        before = _first_letter(_text(node)[::-1]) or before if not _is_block(node) else ""
    return result


def _joined(nodes: Sequence[Child]) -> list[Child]:
    """The nodes with runs from left to right that follow each other as one; Word divides them as it was typed."""
    joined: list[Child] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "span" and not node.text() and not node.children:
            continue
        last = joined[-1] if joined else None
        if _is_run(node) and _is_run(last) and isinstance(node, Element) and isinstance(last, Element):
            # Each keeps its own style.
            parts = last.children if last.attributes == {"dir": "ltr"} else [_without_direction(last)]
            joined[-1] = Element("span", {"dir": "ltr"}, [*parts, _without_direction(node)])
        else:
            joined.append(node)
    return joined


def _is_block(node: Child) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def _is_run(node: Child | None) -> bool:
    return (
        isinstance(node, Element)
        and node.tag == "span"
        and node.attributes.get("dir", "").lower() == "ltr"
        and not any(
            _LIST_MARKER.search(element.attributes.get("style", ""))
            for element in (node, *node.descendants())
        )
    )


def _carries_weight(node: Element, before: str, after: str) -> bool:
    text = node.text().strip()
    return (
        _is_run(node)
        # A passage keeps its direction with its language.
        and not is_foreign_passage(node)
        and _IS_LTR.search(text) is not None
        and _HAS_RTL.search(text) is None
        and bool(_EDGE.match(text[0]) or _EDGE.match(text[-1]))
        # Beside other Latin letters it is a part of what they say, and alone it would change places with them.
        and bool(before or after)
        and not any(_IS_LTR.match(letter) for letter in (before, after))
    )


def _isolated(node: Element) -> list[Child]:
    text = node.text()
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    children: list[Child] = [_without_direction(node)]
    run = Element("bdi", {"dir": "ltr"}, _trimmed(_trimmed(children, len(lead), 0), len(trail), -1))
    return [part for part in (lead, run, trail) if part]


def _trimmed(nodes: Sequence[Child], count: int, end: int) -> list[Child]:
    """The nodes without `count` characters at one end: 0 is the start, -1 the end."""
    rest = list(nodes)
    while count and rest:
        node = rest.pop(end)
        length = len(_text(node))
        if length > count:
            kept: Child
            if isinstance(node, Element):
                kept = Element(node.tag, node.attributes, _trimmed(node.children, count, end))
            else:
                kept = node[count:] if end == 0 else node[:-count]
            rest.insert(0 if end == 0 else len(rest), kept)
        count -= min(count, length)
    return rest


def _without_direction(node: Element) -> Element:
    kept = {name: value for name, value in node.attributes.items() if name not in ("dir", "lang")}
    return Element(node.tag, kept, node.children)


def _text(node: Child) -> str:
    return node if isinstance(node, str) else node.text()


def _first_letter(text: str) -> str:
    found = _STRONG.search(text)
    return found.group() if found else ""
