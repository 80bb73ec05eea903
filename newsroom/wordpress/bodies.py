"""The text of an item of WordPress as the markup of an article: blocks, shortcodes, and the classic editor's lines.

What an article cannot hold is left out and counted in `dropped`. The sanitizer has the last word; here the things of
WordPress become what it knows.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urlsplit

from newsroom.text.embeds import parse_embed
from newsroom.text.markup import Child, Element, is_blank, parse, serialize
from newsroom.text.sanitizer import is_safe_url
from newsroom.wordpress.paragraphs import with_paragraphs
from newsroom.wordpress.shortcodes import expanded

# Elements that no article holds, whatever is in them.
_DROPPED = frozenset(
    """
    script style form input select button textarea object embed applet canvas svg math noscript template iframe
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
_MORE = re.compile(r"<!--\s{0,9}(?:more|noteaser|nextpage)\b[^>]{0,200}-->", re.IGNORECASE)
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.[A-Za-z]{3,5}$)")
_NUMBER_IN_CLASS = re.compile(r"(?:^|\s)(?:wp-image|attachment)[-_](\d{1,18})(?:\s|$)")
_MOST_BLOCKS = 5_000
# Letters of reusable blocks in one text: one that uses others many times over is short, and what it says is not.
_MOST_REUSED = 4_000_000


@dataclass(frozen=True)
class Wanted:
    """A picture that a text shows: its `address`, "" where only the number of its attachment is known (0 if not)."""

    address: str
    number: int = 0

    @property
    def label(self) -> str:
        return (self.address or f"#{self.number}")[:500]


@dataclass(frozen=True)
class Placed:
    """A picture of the library in its place."""

    address: str
    alt: str = ""
    caption: str = ""


@dataclass
class Body:
    """Markup for the sanitizer; what was left out of it, by kind; which shortcodes nobody knows."""

    html: str = ""
    dropped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    has_paged: bool = False


def converted(
    source: str,
    place: Callable[[Wanted], Placed | None],
    *,
    hosts: frozenset[str] = frozenset(),
    children: Sequence[int] = (),
    reusable: Mapping[int, str] | None = None,
    takes_pictures: bool = True,
) -> Body:
    """The text of an item; `place` takes in a picture and says where it is, or None where there is none.

    `hosts` are the names of the old site: links to it lead to the same path here. `children` are the numbers of the
    attachments of the item, for a gallery that names none; `reusable` are blocks by their numbers. Raises
    `newsroom.text.markup.TooDeep`.
    """
    body = Body()
    blocks = "<!-- wp:" in source
    if blocks:
        source = _without_block_marks(source, body, reusable or {}, [_MOST_REUSED])
    body.has_paged = "<!--nextpage" in source
    source = _MORE.sub("\n\n", source)
    source = expanded(source, _Shortcodes(body, children).expand)
    if not blocks:
        source = with_paragraphs(source)
    nodes = _Shaping(body, place, hosts, takes_pictures=takes_pictures).shaped(parse(source))
    body.html = serialize(nodes)
    return body


# Blocks


def _without_block_marks(
    source: str, body: Body, reusable: Mapping[int, str], room: list[int], depth: int = 0
) -> str:
    """The markup of blocks without the comments around them; what a theme would have made of others is left out.

    In `room` is how many letters of reusable blocks there may still be, wherever they are used.
    """
    out: list[str] = []
    done = count = 0
    while (start := source.find("<!-- ", done)) >= 0 and count < _MOST_BLOCKS:
        end = source.find("-->", start)
        if end < 0:
            break
        count += 1
        out.append(source[done:start])
        mark = source[start + 5 : end].strip()
        if not mark.startswith(("wp:", "/wp:")):
            out.append(source[start : end + 3])
        elif mark.startswith("wp:") and mark.endswith("/"):
            name, _space, rest = mark[3:-1].strip().partition(" ")
            if name == "block":
                number = _reference(rest)
                if number in reusable and depth < 3 and len(reusable[number]) <= room[0]:
                    room[0] -= len(reusable[number])
                    out.append(_without_block_marks(reusable[number], body, reusable, room, depth + 1))
                else:
                    body.dropped["wp:block"] += 1
            elif name not in ("more", "nextpage", "spacer", "separator"):
                body.dropped[f"wp:{name[:60]}"] += 1
        done = end + 3
    out.append(source[done:])
    return "".join(out)


def _reference(text: str) -> int:
    try:
        found = json.loads(text[:2_000])
    except (ValueError, RecursionError):
        return 0
    number = found.get("ref") if isinstance(found, dict) else None
    return number if isinstance(number, int) else 0


# Shortcodes


@dataclass
class _Shortcodes:
    body: Body
    children: Sequence[int]

    def expand(self, name: str, given: dict[str, str], content: str | None) -> str | None:
        made = _EXPANDED.get(name)
        if made is not None:
            return made(self, given, content)
        # Brackets around a word are how people write, too: [sic]
        if content is None and not any(not key.isdecimal() for key in given) and "_" not in name:
            return None
        self.body.unknown[name] += 1
        return content or ""

    def caption(self, given: dict[str, str], content: str | None) -> str:
        if content is None:
            return ""
        number = re.search(r"\d{1,18}", given.get("id", ""))
        named = f' data-number="{number[0]}"' if number else ""
        said = f"<figcaption>{escape(given['caption'])}</figcaption>" if given.get("caption") else ""
        return f"\n\n<figure data-caption{named}>{content.strip()}{said}</figure>\n\n"

    def gallery(self, given: dict[str, str], _content: str | None) -> str:
        listed = given.get("ids") or given.get("include") or ""
        numbers = [int(number) for number in re.findall(r"\d{1,18}", listed)] or list(self.children)
        if not numbers:
            self.body.dropped["gallery"] += 1
            return ""
        pictures = "".join(f'<figure><img data-number="{number}"></figure>' for number in numbers[:500])
        return f'\n\n<figure class="gallery">{pictures}</figure>\n\n'

    def embed(self, given: dict[str, str], content: str | None) -> str:
        address = (content or given.get("0") or given.get("src") or given.get("url") or "").strip()
        return f"\n\n<p>{escape(unescape(address))}</p>\n\n" if address else ""

    def youtube(self, given: dict[str, str], content: str | None) -> str:
        named = (given.get("id") or given.get("0") or content or "").strip().lstrip("=")
        if re.fullmatch(r"[A-Za-z0-9_-]{11}", named):
            named = f"https://www.youtube.com/watch?v={named}"
        return self.embed({"0": named}, None)

    def media(self, given: dict[str, str], content: str | None) -> str:
        kinds = ("src", "mp3", "m4a", "ogg", "wav", "mp4", "m4v", "webm", "ogv", "flv", "url", "0")
        address = next((given[kind] for kind in kinds if given.get(kind)), (content or "").strip())
        if address:
            return f"\n\n<p>{escape(unescape(address))}</p>\n\n"
        self.body.dropped["media"] += 1
        return ""

    def playlist(self, _given: dict[str, str], _content: str | None) -> str:
        self.body.dropped["playlist"] += 1
        return ""


_EXPANDED: dict[str, Callable[[_Shortcodes, dict[str, str], str | None], str]] = {
    "caption": _Shortcodes.caption,
    "wp_caption": _Shortcodes.caption,
    "gallery": _Shortcodes.gallery,
    "embed": _Shortcodes.embed,
    "tweet": _Shortcodes.embed,
    "twitter": _Shortcodes.embed,
    "instagram": _Shortcodes.embed,
    "youtube": _Shortcodes.youtube,
    "audio": _Shortcodes.media,
    "video": _Shortcodes.media,
    "playlist": _Shortcodes.playlist,
    "more": lambda _self, _given, content: content or "",
}


# Elements


class _Shaping:
    """Makes of the elements of WordPress those that the sanitizer knows."""

    def __init__(
        self,
        body: Body,
        place: Callable[[Wanted], Placed | None],
        hosts: frozenset[str],
        *,
        takes_pictures: bool,
    ) -> None:
        self._body, self._place, self._hosts = body, place, hosts
        self._takes_pictures = takes_pictures

    def shaped(self, nodes: Sequence[Child]) -> list[Child]:
        made: list[Child] = []
        for node in nodes:
            if isinstance(node, str):
                made.append(node)
            else:
                made += self._element(node)
        return made

    def _element(self, node: Element) -> list[Child]:
        name = node.tag
        classes = node.attributes.get("class", "").split()
        if name == "img":
            figure = self._figure(node, None, None)
            return [figure] if figure else []
        if name == "iframe":
            return self._frame(node)
        if name in ("video", "audio"):
            return self._media(node)
        if name in _DROPPED:
            self._body.dropped[name] += 1
            return []
        if name == "figure" or "wp-caption" in classes:
            return self._any_figure(node, classes)
        if "twitter-tweet" in classes or "instagram-media" in classes:
            return self._card(node)
        if name == "p" and (found := _lone_address(node)):
            return self._address(found)
        children = self.shaped(node.children)
        attributes = {key: value for key, value in node.attributes.items() if not key.startswith("data-")}
        if name == "a":
            return self._link(attributes, children)
        if name in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "span", "strong", "em", "b", "i"):
            return _lifted(Element(name, attributes, children))
        return [Element(name, attributes, children)]

    def _link(self, attributes: dict[str, str], children: list[Child]) -> list[Child]:
        figures = [child for child in children if isinstance(child, Element) and child.tag == "figure"]
        if figures:
            # A picture that opens its own large file.
            return children
        href = attributes.get("href", "")
        if href:
            attributes["href"] = self._here(href)
        return [Element("a", attributes, children)]

    def _here(self, address: str) -> str:
        """A link within the old site as a path, which leads to where its page is now."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        if parts.scheme in ("http", "https", "") and parts.netloc.lower() in self._hosts:
            query = f"?{parts.query}" if parts.query else ""
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
            return f"/{path.lstrip('/')}{query}{fragment}"
        return address

    def _any_figure(self, node: Element, classes: list[str]) -> list[Child]:
        if "gallery" in classes or "wp-block-gallery" in classes or "blocks-gallery-grid" in classes:
            return self._gallery(node)
        if "wp-block-pullquote" in classes:
            inner = self.shaped(node.children)
            return [Element("figure", {"class": "pull-quote"}, _cite_as_caption(inner))]
        images = [inner for inner in node.descendants() if inner.tag == "img"]
        if len(images) == 1:
            caption = _caption_of(node, images[0])
            number = _digits(node.attributes.get("data-number", "")) or _digits(
                node.attributes.get("id", "").removeprefix("attachment_")
            )
            figure = self._figure(images[0], caption, number)
            if figure:
                return [figure]
            return [Element("p", {}, self.shaped(caption))] if caption else []
        if "wp-block-embed" in classes or any(name.startswith("wp-block-embed") for name in classes):
            address = node.text().strip()
            lines = [line.strip() for line in address.splitlines() if line.strip()]
            if lines and urlsplit_or_none(lines[0]):
                captions = [inner for inner in node.descendants() if inner.tag == "figcaption"]
                said: list[Child] = [Element("p", {}, self.shaped(captions[0].children))] if captions else []
                return [*self._address(lines[0]), *said]
        if "data-caption" in node.attributes or "wp-caption" in classes:
            return self.shaped(node.children)
        return [Element("figure", {}, self.shaped(node.children))]

    def _gallery(self, node: Element) -> list[Child]:
        figures: list[Child] = []
        for image, holder, is_alone in _pictures_of(node):
            caption = _caption_of(holder, image) if holder is not None and is_alone else None
            if figure := self._figure(image, caption, None):
                figures.append(figure)
        own = [child for child in node.children if isinstance(child, Element) and child.tag == "figcaption"]
        said: list[Child] = [Element("figcaption", {}, self.shaped(own[0].children))] if own else []
        if len(figures) <= 1:
            return figures
        return [Element("figure", {"class": "gallery"}, [*figures, *said])]

    def _figure(self, image: Element, caption: list[Child] | None, number: int | None) -> Element | None:
        address = image.attributes.get("src", "") or image.attributes.get("data-src", "")
        named = _NUMBER_IN_CLASS.search(image.attributes.get("class", ""))
        own = _digits(image.attributes.get("data-number", "")) or (int(named[1]) if named else 0)
        wanted = Wanted(address.strip(), own or number or 0)
        if not self._takes_pictures:
            self._body.dropped["img"] += 1
            return None
        placed = self._place(wanted)
        if placed is None:
            return None
        alt = image.attributes.get("alt", "").strip() or placed.alt
        children: list[Child] = [Element("img", {"src": placed.address, "alt": alt})]
        if not caption and not address and placed.caption:
            caption = [placed.caption]
        if caption and not is_blank(Element("", {}, caption).text()):
            children.append(Element("figcaption", {}, self.shaped(caption)))
        return Element("figure", {}, children)

    def _frame(self, node: Element) -> list[Child]:
        address = node.attributes.get("src", "") or node.attributes.get("data-src", "")
        if address.startswith("//"):
            address = f"https:{address}"
        if parse_embed(address):
            return self._address(address)
        self._body.dropped["iframe"] += 1
        return []

    def _media(self, node: Element) -> list[Child]:
        sources = [node.attributes.get("src", "")]
        sources += [inner.attributes.get("src", "") for inner in node.descendants() if inner.tag == "source"]
        address = next((source for source in sources if source), "")
        if not address:
            self._body.dropped[node.tag] += 1
            return []
        return self._address(address)

    def _card(self, node: Element) -> list[Child]:
        links = [inner.attributes.get("href", "") for inner in node.descendants() if inner.tag == "a"]
        links.append(node.attributes.get("data-instgrm-permalink", ""))
        for link in reversed(links):
            if parse_embed(link):
                return self._address(link)
        return [Element("blockquote", {}, self.shaped(node.children))]

    def _address(self, address: str) -> list[Child]:
        """An address that stands for what is there: a card where the site knows it, else a link."""
        found = parse_embed(address)
        if found and self._takes_pictures:
            return [
                Element(
                    "figure", {"class": "embed"}, [Element("a", {"href": found.address}, [found.address])]
                )
            ]
        here = self._here(address)
        if not is_safe_url(here):
            self._body.dropped["address"] += 1
            return []
        return [Element("p", {}, [Element("a", {"href": here}, [address])])]


def urlsplit_or_none(text: str) -> str | None:
    """The text, if it is an address of the web and nothing else."""
    return text if re.fullmatch(r"https?://\S{3,2000}", text) else None


def _lone_address(node: Element) -> str | None:
    if any(isinstance(child, Element) and child.tag not in ("a", "br") for child in node.children):
        return None
    text = unescape(node.text().strip())
    links = [child for child in node.children if isinstance(child, Element) and child.tag == "a"]
    if links and (len(links) > 1 or links[0].attributes.get("href", "") != text):
        return None
    return urlsplit_or_none(text)


def _lifted(element: Element) -> list[Child]:
    """The element without the figures in it, which stand before it: no paragraph holds one."""
    figures = [child for child in element.children if isinstance(child, Element) and child.tag == "figure"]
    if not figures:
        return [element]
    rest = [child for child in element.children if isinstance(child, str) or child.tag != "figure"]
    if is_blank(Element("", {}, rest).text()) and not any(
        isinstance(child, Element) and child.tag != "br" for child in rest
    ):
        return list(figures)
    return [*figures, Element(element.tag, element.attributes, rest)]


def _cite_as_caption(nodes: list[Child]) -> list[Child]:
    said: list[Child] = []
    rest: list[Child] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "blockquote":
            cites = [child for child in node.children if isinstance(child, Element) and child.tag == "cite"]
            said += [Element("figcaption", {}, cite.children) for cite in cites[:1]]
            rest.append(
                Element("blockquote", {}, [child for child in node.children if child not in cites[:1]])
            )
        else:
            rest.append(node)
    return [*rest, *said]


def _caption_of(figure: Element, image: Element) -> list[Child]:
    """What is said of the picture of a figure: its <figcaption>, or what stands beside it in a [caption]."""
    for inner in figure.descendants():
        if inner.tag == "figcaption" or "wp-caption-text" in inner.attributes.get("class", "").split():
            return inner.children
    if "data-caption" not in figure.attributes:
        return []
    return [child for child in figure.children if isinstance(child, str) or not _holds(child, image)]


def _pictures_of(gallery: Element) -> list[tuple[Element, Element | None, bool]]:
    """The pictures of a gallery, each with the figure or the item of a list that holds it, if any, and whether that
    holds no other."""
    found: list[tuple[Element, Element | None]] = []
    waiting: list[tuple[Element, Element | None]] = [(gallery, None)]
    while waiting:
        element, holder = waiting.pop()
        if element.tag == "img":
            found.append((element, holder))
        inner = element if element is not gallery and element.tag in ("figure", "li", "dl") else holder
        waiting += [(child, inner) for child in reversed(element.children) if isinstance(child, Element)]
    counts = Counter(id(holder) for _image, holder in found)
    return [(image, holder, counts[id(holder)] == 1) for image, holder in found]


def _holds(element: Element, image: Element) -> bool:
    return element is image or any(inner is image for inner in element.descendants())


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def original_name(path: str) -> str:
    """The path of an upload without the size that WordPress writes into the names of its renditions."""
    return _SIZE.sub("", path)
