"""The parts of a long text: its headings named in the address bar, and listed."""

import re
from typing import TypedDict

from newsroom.text.blocks import without_notes
from newsroom.text.markup import Element, parse, serialize
from newsroom.text.plain_markup import is_plain
from newsroom.text.slug import slugify

# No other element of a page is called so, whatever a writer puts into a heading.
PREFIX = "part-"
MAX_LETTERS = 40

_HEADING = re.compile("<(h[23])>([^<]*)")
# A heading that holds more than characters that stand for themselves.
_MARKED_UP = re.compile("<h[23]>[^<&]*(?:&|<(?!/h))")


class Part(TypedDict):
    """A heading: the id that it has in the text, what it says without its notes, and the smaller ones below it."""

    id: str
    title: str
    parts: list["Part"]


def outlined(html: str, *, plain: bool | None = None) -> tuple[str, list[Part]]:
    """Sanitized markup with an id on each <h2> and <h3> that stands in no other element, and the parts they begin.

    An id is made of what the heading says, so that a link to it outlives headings that come and go elsewhere. `plain`
    is what `plain_markup.is_plain` says of the markup, for whoever has asked already; what comes back is plain then.
    """
    parts: list[Part] = []
    if "<h2" not in html and "<h3" not in html:
        return html, parts
    taken: dict[str, int] = {}

    def named(tag: str, title: str) -> str:
        name = _free(PREFIX + slugify(title, MAX_LETTERS), taken)
        siblings = parts[-1]["parts"] if tag == "h3" and parts else parts
        siblings.append({"id": name, "title": title, "parts": []})
        return name

    # Where nothing has to be decoded, the tree of all the text is not needed.
    if (is_plain(html) if plain is None else plain) and _MARKED_UP.search(html) is None:
        pieces = _HEADING.split(html)
        for at in range(1, len(pieces), 3):
            tag, title = pieces[at : at + 2]
            pieces[at : at + 2] = f'<{tag} id="{named(tag, " ".join(title.split()))}">', title
        return "".join(pieces), parts
    nodes = parse(html)
    for node in nodes:
        if isinstance(node, Element) and node.tag in ("h2", "h3"):
            title = " ".join(Element("", {}, without_notes(node.children)).text().split())
            node.attributes["id"] = named(node.tag, title)
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
