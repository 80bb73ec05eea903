"""What an article holds beyond paragraphs: pull quotes, galleries, fact boxes, cards of what stands elsewhere, notes.

Stored, each is a plain element that says what it is by a class and stays readable wherever the class means nothing:

- `<figure class="pull-quote"><blockquote>…</blockquote><figcaption>who said it</figcaption></figure>`
- `<figure class="gallery">` of figures, and a caption of its own
- `<aside class="fact-box">` of any blocks
- `<figure class="embed"><a href="https://…">what it is</a></figure>`
- `<small class="footnote">` at the place of its mark, so that no number has to be kept in step with another

What readers get is made of that by `printed`.
"""

from collections.abc import Callable, Sequence

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from newsroom.text.embeds import Embed, parse_embed
from newsroom.text.markup import Child, Element, is_blank, parse, serialize

CLASSES: dict[str, frozenset[str]] = {
    "figure": frozenset(("pull-quote", "gallery", "embed")),
    "aside": frozenset(("fact-box",)),
    "small": frozenset(("footnote",)),
}


def kind_of(node: Child) -> str | None:
    """Which of these an element is, by its class."""
    if isinstance(node, str):
        return None
    name = node.attributes.get("class", "")
    return name if name in CLASSES.get(node.tag, ()) else None


# Stored: each in the form above, or it is none


def shaped(nodes: Sequence[Child], within: frozenset[str] = frozenset()) -> list[Child]:
    """The nodes with each of these blocks in its form; what it may not hold comes after it, and one that holds nothing
    of what makes it what it is gives way to its content."""
    shaped_nodes: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            shaped_nodes.append(node)
            continue
        kind = kind_of(node)
        children = shaped(node.children, within | {kind or node.tag})
        if kind is None:
            shaped_nodes += _without_notes(Element(node.tag, node.attributes, children))
        elif kind in within or (kind == "embed" and "gallery" in within):
            shaped_nodes += children
        else:
            shaped_nodes += _SHAPES[kind](node, children)
    return shaped_nodes


def _without_notes(element: Element) -> list[Child]:
    """The element and, if it is a link, behind it the notes that stood in it: their marks are links themselves."""
    if element.tag != "a":
        return [element]
    notes = [inner for inner in element.descendants() if kind_of(inner) == "footnote"]
    if notes:
        element = Element("a", element.attributes, without_notes(element.children))
    return [element, *notes]


def without_notes(nodes: Sequence[Child]) -> list[Child]:
    """The nodes without the notes in them."""
    return [
        node if isinstance(node, str) else Element(node.tag, node.attributes, without_notes(node.children))
        for node in nodes
        if kind_of(node) != "footnote"
    ]


def _pull_quote(element: Element, children: list[Child]) -> list[Child]:
    caption, rest = _caption(children)
    words: list[Child] = []
    for child in rest:
        words += child.children if isinstance(child, Element) and child.tag == "blockquote" else [child]
    if not _has_text(words):
        return [*rest, *(_paragraph(caption) if caption else ())]
    quote = Element("blockquote", {}, words)
    return [Element("figure", element.attributes, [quote, *([caption] if caption else ())])]


def _gallery(element: Element, children: list[Child]) -> list[Child]:
    caption, rest = _caption(children)
    figures: list[Child] = []
    others: list[Child] = []
    for child in rest:
        if isinstance(child, Element) and child.tag == "img":
            figures.append(Element("figure", {}, [child]))
        elif (
            isinstance(child, Element)
            and child.tag == "figure"
            and kind_of(child) is None
            and _shows_one(child)
        ):
            figures.append(child)
        else:
            others.append(child)
    if not figures:
        return [*others, *(_paragraph(caption) if caption else ())]
    return [Element("figure", element.attributes, [*figures, *([caption] if caption else ())]), *others]


def _shows_one(figure: Element) -> bool:
    tags = [child.tag if isinstance(child, Element) else "" for child in figure.children]
    return tags in (["img"], ["img", "figcaption"])


def _fact_box(element: Element, children: list[Child]) -> list[Child]:
    return [Element("aside", element.attributes, children)] if _shows(children) else []


def _embed(element: Element, children: list[Child]) -> list[Child]:
    links = [inner for inner in Element("", {}, children).descendants() if inner.tag == "a"]
    found = parse_embed(links[0].attributes.get("href", "")) if len(links) == 1 else None
    if found is None:
        return children
    title = " ".join(Element("", {}, children).text().split()) or found.address
    return [Element("figure", element.attributes, [Element("a", {"href": found.address}, [title])])]


def _footnote(element: Element, children: list[Child]) -> list[Child]:
    return [Element("small", element.attributes, children)] if _has_text(children) else []


_SHAPES: dict[str, Callable[[Element, list[Child]], list[Child]]] = {
    "pull-quote": _pull_quote,
    "gallery": _gallery,
    "fact-box": _fact_box,
    "embed": _embed,
    "footnote": _footnote,
}


def _caption(children: Sequence[Child]) -> tuple[Element | None, list[Child]]:
    """The first caption among children, and the others; further captions are nothing but paragraphs."""
    caption: Element | None = None
    rest: list[Child] = []
    for child in children:
        if not isinstance(child, Element) or child.tag != "figcaption":
            rest.append(child)
        elif caption is None:
            caption = child
        else:
            rest += _paragraph(child)
    return caption, rest


def _paragraph(line: Element) -> list[Child]:
    return [Element("p", {}, line.children)]


def _has_text(nodes: Sequence[Child]) -> bool:
    return not is_blank(Element("", {}, [*nodes]).text())


def _shows(nodes: Sequence[Child]) -> bool:
    pictured = any(inner.tag == "img" for inner in Element("", {}, [*nodes]).descendants())
    return pictured or _has_text(nodes)


# Printed: what readers get


def printed(html: str, direction: str) -> str:
    """Sanitized markup as pages hold it: cards that load nothing, galleries that scroll, notes numbered at the end."""
    if ' class="' not in html:
        return html
    notes: list[Element] = []
    nodes = _printed(parse(html), direction, notes)
    if notes:
        nodes.append(_list_of(notes))
    return serialize(nodes)


def _printed(nodes: Sequence[Child], direction: str, notes: list[Element]) -> list[Child]:
    result: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            result.append(node)
            continue
        kind = kind_of(node)
        if kind == "footnote":
            notes.append(node)
            result.append(_mark(len(notes), direction))
            continue
        children = _printed(node.children, direction, notes)
        element = Element(node.tag, dict(node.attributes), children)
        if kind == "gallery":
            element = _strip(element)
        elif kind == "embed":
            link = children[0]
            found = parse_embed(link.attributes["href"]) if isinstance(link, Element) else None
            element = _card(element, found) if found else element
        result.append(element)
    return result


def _ours() -> dict[str, str]:
    """The attributes of words of ours among those of the writer, which may be of any language."""
    return {"lang": get_language() or "ar", "dir": "rtl" if get_language_bidi() else "ltr"}


def _mark(number: int, direction: str) -> Element:
    # With a direction it is isolated: behind a Latin word the digit would be drawn to the right of it, as part of it.
    label = _("Note %(number)s") % {"number": number}
    attributes = {"id": f"note-mark-{number}", "href": f"#note-{number}", "aria-label": label}
    return Element("sup", {"class": "note-mark", "dir": direction}, [Element("a", attributes, [str(number)])])


def _list_of(notes: Sequence[Element]) -> Element:
    items: list[Child] = []
    for number, note in enumerate(notes, start=1):
        back = {
            "class": "notes__back",
            "href": f"#note-mark-{number}",
            "aria-label": _("Back to the place of note %(number)s") % {"number": number},
        }
        own = {name: value for name, value in note.attributes.items() if name in ("dir", "lang")}
        text = Element("span", own, note.children)
        items.append(Element("li", {"id": f"note-{number}"}, [text, " ", Element("a", back, ["↑"])]))
    heading = Element("h2", {"id": "notes"} | _ours(), [_("Notes")])
    return Element(
        "section", {"class": "notes", "aria-labelledby": "notes"}, [heading, Element("ol", {}, items)]
    )


def _strip(gallery: Element) -> Element:
    """The figures of a gallery in a strip that the keyboard reaches and scrolls; no script is needed."""
    caption, figures = _caption(gallery.children)
    label = caption.text() if caption else _("Gallery of pictures")
    strip = Element(
        "div", {"class": "gallery__strip", "role": "group", "tabindex": "0", "aria-label": label}, figures
    )
    return Element("figure", gallery.attributes, [strip, *([caption] if caption else ())])


def _card(embed: Element, found: Embed) -> Element:
    """A card that loads nothing: static/js/embeds.js loads `data-frame` when the reader wants it."""
    name = {"class": "embed__provider", "dir": "ltr", "lang": "en"}
    told = _("Loading it contacts %(provider)s, which then knows that you read this page.")
    return Element(
        "figure",
        embed.attributes
        | {
            "data-provider": found.provider.key,
            "data-frame": found.frame,
            "data-load": _("Show it here"),
        },
        [
            Element("p", name, [found.provider.name]),
            Element("p", {"class": "embed__title"}, embed.children),
            Element("p", {"class": "embed__told"} | _ours(), [told % {"provider": found.provider.name}]),
        ],
    )
