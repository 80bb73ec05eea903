"""The parts of a long text: its headings named in the address bar, and listed."""

from typing import TypedDict

from newsroom.text.blocks import without_notes
from newsroom.text.markup import Element, parse, serialize
from newsroom.text.slug import slugify

# No other element of a page is called so, whatever a writer puts into a heading.
PREFIX = "part-"
MAX_LETTERS = 40


class Part(TypedDict):
    """A heading: the id that it has in the text, what it says without its notes, and the smaller ones below it."""

    id: str
    title: str
    parts: list["Part"]


def outlined(html: str) -> tuple[str, list[Part]]:
    """Sanitized markup with an id on each <h2> and <h3> that stands in no other element, and the parts they begin.

    An id is made of what the heading says, so that a link to it outlives headings that come and go elsewhere.
    """
    parts: list[Part] = []
    if "<h2" not in html and "<h3" not in html:
        return html, parts
    nodes = parse(html)
    taken: dict[str, int] = {}
    for node in nodes:
        if not isinstance(node, Element) or node.tag not in ("h2", "h3"):
            continue
        title = " ".join(Element("", {}, without_notes(node.children)).text().split())
        node.attributes["id"] = name = _free(PREFIX + slugify(title, MAX_LETTERS), taken)
        siblings = parts[-1]["parts"] if node.tag == "h3" and parts else parts
        siblings.append({"id": name, "title": title, "parts": []})
    return serialize(nodes), parts


def _free(name: str, taken: dict[str, int]) -> str:
    """The name, else the first free one with a number behind it; `taken` holds from which number on to look for one."""
    number, free = taken.get(name, 1), name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken[name] = number
    taken[free] = taken.get(free, 1)
    return free
