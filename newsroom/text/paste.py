"""What Word and Google Docs put on the clipboard, turned into the plain elements that were meant."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from newsroom.text.blocks import kind_of
from newsroom.text.elements import BLOCKS, VOID
from newsroom.text.markup import Child, Element, is_blank

# Elements whose content is not the article's text: code, styles, metadata, controls, drawings.
_DROPPED = frozenset(
    (
        *("applet", "audio", "button", "canvas", "datalist", "embed", "frameset", "head", "iframe", "math"),
        *("noembed", "noframes", "noscript", "object", "script", "select", "style", "svg", "template"),
        *("textarea", "title", "video", "xml"),
    )
)
_CONTAINERS = (
    *(
        "address",
        "article",
        "aside",
        "body",
        "center",
        "details",
        "dialog",
        "fieldset",
        "footer",
        "form",
        "header",
    ),
    *("hgroup", "html", "legend", "main", "nav", "section", "summary"),
)
_RENAMED = dict.fromkeys(_CONTAINERS, "div") | {
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "strike": "s",
    "tt": "code",
    "menu": "ul",
    "dir": "ul",
    "acronym": "abbr",
}
# Each begins with a letter that is written as it is, for which there is a fast search.
_WORD = re.compile(
    r"m(?<!\wm)(?i:so)|M(?<!\wM)(?i:so)|u(?i:rn:schemas-microsoft-com)|U(?i:rn:schemas-microsoft-com)|<(?i:o:p)\b"
)
_LIST_LEVEL = re.compile(r"\bmso-list\s*:\s*\w+\s+level([1-9])", re.IGNORECASE)
_LIST_MARKER = re.compile(r"\bmso-list\s*:\s*ignore", re.IGNORECASE)
# The marker of a numbered item: "1.", "٢-", "iv)", "أ."; anything else ("·", "o", "§") is a bullet.
_NUMBERED = re.compile(r"\W?(?:\d{1,3}|[ivxlcdm]{1,5}|[a-z\u0621-\u064a]{1,2})[.)\-]", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*comment", re.IGNORECASE)
# The names must be whole: Word writes "mso-bidi-font-weight:normal" on what is bold.
_NORMAL_WEIGHT = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:normal|[1-4]00)\b", re.IGNORECASE)
_UPRIGHT = re.compile(r"(?<![\w-])font-style\s*:\s*normal", re.IGNORECASE)
_MEANT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w-])font-weight\s*:\s*(?:bold(?:er)?|[6-9]00)\b", re.IGNORECASE), "strong"),
    (re.compile(r"(?<![\w-])font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE), "em"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bunderline", re.IGNORECASE), "u"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through", re.IGNORECASE), "s"),
    (re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE), "sup"),
    (re.compile(r"vertical-align\s*:\s*sub", re.IGNORECASE), "sub"),
)
_MIN_FOREIGN_WORDS = 3
_HEADINGS = frozenset(("h2", "h3", "h4"))
_REDIRECT = re.compile(r"https?://(?:www\.)?google\.com/url\?(.*)", re.IGNORECASE | re.DOTALL)


def is_from_word(html: str) -> bool:
    """Whether markup carries the marks of Microsoft Word."""
    return _WORD.search(html) is not None


def meant(
    nodes: Sequence[Child], from_word: bool = False, within: frozenset[str] = frozenset()
) -> list[Child]:
    """The nodes without unread content, styles as elements, containers as paragraphs, Word's lists as lists."""
    result: list[Child] = []
    list_items: list[tuple[int, bool, Element]] = []

    def end_list() -> None:
        if list_items:
            result.append(_nested_list(list_items))
            list_items.clear()

    for node in nodes:
        if isinstance(node, str):
            if list_items and is_blank(node):
                continue
            end_list()
            result.append(node)
            continue
        level = (
            _LIST_LEVEL.search(node.attributes.get("style", ""))
            if node.tag in ("p", "h1", "h2", "h3")
            else None
        )
        if level:
            marker = _take_marker(node)
            item = Element("li", _direction(node), meant(node.children, from_word, within))
            list_items.append((int(level[1]), bool(_NUMBERED.match(marker.strip())), item))
            continue
        replacement = _meant_element(node, from_word, within)
        if replacement:
            end_list()
        result += replacement
    end_list()
    return result


def _meant_element(node: Element, from_word: bool, within: frozenset[str]) -> list[Child]:
    style = node.attributes.get("style", "")
    if node.tag in _DROPPED or _HIDDEN.search(style) or _LIST_MARKER.search(style):
        return []
    if node.tag == "o:p" and is_blank(node.text()):
        return []
    tag = node.tag if kind_of(node) else _RENAMED.get(node.tag, node.tag)
    if tag in VOID:
        return [Element(tag, node.attributes)]
    children = meant(node.children, from_word, within | {tag})
    if tag == "div":
        return _paragraph_or_content(node, children)
    if (tag == "b" and _NORMAL_WEIGHT.search(style)) or (tag == "i" and _UPRIGHT.search(style)):
        return children
    if from_word and tag in ("b", "strong") and within & _HEADINGS:
        # Headings are bold, and Word says so once more.
        return children
    if tag == "a":
        return [Element(tag, _straight(node.attributes), children)]
    if tag == "span":
        return _meant_span(node, children, style, from_word, within)
    return [Element(tag, node.attributes, children)]


def _straight(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes of a link without the detour on which Google Docs sends who follows it."""
    found = _REDIRECT.fullmatch(attributes.get("href", "").strip())
    target = parse_qs(found[1]).get("q", []) if found else []
    return attributes | {"href": target[0]} if target else attributes


def _paragraph_or_content(node: Element, children: list[Child]) -> list[Child]:
    """A container as the paragraph it is used as, or its blocks, to which its direction and language pass."""
    own: dict[str, str] = {}
    if node.tag not in ("html", "body"):
        own = {name: node.attributes[name] for name in ("dir", "lang") if name in node.attributes}
    blocks = [child for child in children if isinstance(child, Element) and child.tag in BLOCKS - {"br"}]
    if not blocks and not any(
        inner.tag in BLOCKS - {"br"} for inner in Element("", {}, children).descendants()
    ):
        # Loose text on either side must not run into the container's own.
        return [Element("p", own, children)]
    for block in blocks:
        block.attributes = own | block.attributes
    return ["\n", *children, "\n"]


def _meant_span(
    node: Element, children: list[Child], style: str, from_word: bool, within: frozenset[str]
) -> list[Child]:
    for pattern, tag in _MEANT:
        # Links are underlined and headings bold without saying so.
        implied = (tag == "u" and "a" in within) or (tag == "strong" and within & {*_HEADINGS, "th"})
        if pattern.search(style) and not implied and tag not in within:
            children = [Element(tag, {}, children)]
    own: dict[str, str] = {
        name: node.attributes[name] for name in ("lang", "dir") if node.attributes.get(name)
    }
    if from_word and not is_foreign_passage(node):
        # Word notes language and direction with every run, spaces included.
        own = {}
    return [Element("span", own, children)] if own else children


def is_foreign_passage(node: Element) -> bool:
    """A passage long enough for a screen reader to change its voice, in a language other than Arabic."""
    language = node.attributes.get("lang", "").lower()
    words = re.findall(r"[^\W\d_]{2,}", node.text())
    return bool(language) and not language.startswith("ar") and len(words) >= _MIN_FOREIGN_WORDS


def _direction(node: Element) -> dict[str, str]:
    return {"dir": node.attributes["dir"]} if "dir" in node.attributes else {}


def _take_marker(node: Element) -> str:
    """Remove the marker that Word wrote before a list item, and return it."""
    for parent in (node, *node.descendants()):
        for index, child in enumerate(parent.children):
            if isinstance(child, Element) and _LIST_MARKER.search(child.attributes.get("style", "")):
                del parent.children[index]
                return child.text()
    return ""


def _nested_list(items: Sequence[tuple[int, bool, Element]]) -> Element:
    """Items with their levels and kinds as one list, deeper levels within the item before them."""
    root = Element("ol" if items[0][1] else "ul")
    lists = [(items[0][0], root)]
    for level, numbered, item in items:
        while len(lists) > 1 and level < lists[-1][0]:
            lists.pop()
        current_level, current = lists[-1]
        if level > current_level and current.children:
            deeper = Element("ol" if numbered else "ul")
            parent = current.children[-1]
            if isinstance(parent, Element):
                parent.children.append(deeper)
            lists.append((level, deeper))
            current = deeper
        current.children.append(item)
    return root
