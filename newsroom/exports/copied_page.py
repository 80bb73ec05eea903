"""A page of the site as a file: addresses relative, and without what only a server or a script can do. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from newsroom.text.elements import VOID
from newsroom.text.markup import escape_attribute
from newsroom.text.tokens import EndTag, StartTag, tokenize

# Go with all that is in them. Pages work without scripts, and from the disk browsers run no modules.
_DROPPED = frozenset(("script", "form", "button", "noscript", "template", "iframe"))
# Those of which a server makes something, and what a browser would look for elsewhere than beside the page.
_DROPPED_LINKS = frozenset(("alternate", "manifest", "preload", "modulepreload", "prefetch", "search"))
# What invites to act, or to choose what the copy has one of.
_DROPPED_CLASSES = frozenset((
    "comment-form", "comment__actions", "footer__language", "masthead__tools", "orders", "share", "story__tools",
))  # fmt: skip
_EMPTY_ITEM = re.compile(r"<li>\s*</li>\s*")
_IN_SHEET = re.compile(r"""(url\(\s*|@import\s+)(["']?)([^"')\s;]+)(["']?)""")


@dataclass(frozen=True)
class Link:
    """Where a link of a page leads in the copy: an address relative to the page. None is a link to nowhere, whose words
    stay; `is_act` says that it does what the copy cannot, and goes with its words."""

    address: str | None
    is_act: bool = False


def copied(html: str, link: Callable[[str], Link], asset: Callable[[str], str]) -> str:
    """The page with its links as `link` has them, and style sheets and pictures as `asset` has them."""
    written: list[str] = []
    position = 0
    # Inside what is dropped: its name, and how many of it are open.
    dropped, depth = "", 0
    for token in tokenize(html):
        if not isinstance(token, StartTag | EndTag):
            continue
        if dropped:
            if token.name == dropped:
                depth += 1 if isinstance(token, StartTag) else -1
            if not depth:
                dropped, position = "", token.end
            continue
        if isinstance(token, EndTag):
            continue
        if (tag := _tag(token, link, asset)) == "":
            continue
        written.append(html[position : token.start])
        position = token.end
        if tag is not None:
            written.append(tag)
        elif token.name not in VOID and not token.closes_itself:
            dropped, depth = token.name, 1
    return _EMPTY_ITEM.sub("", "".join([*written, "" if dropped else html[position:]]))


def _tag(token: StartTag, link: Callable[[str], Link], asset: Callable[[str], str]) -> str | None:
    """The start tag as it is in the copy: "" for as it is on the site, None where neither it nor what is in it is."""
    name, told = token.name, dict(token.attributes)
    if name in _DROPPED or _DROPPED_CLASSES.intersection(told.get("class", "").split()):
        return None
    if name == "link" and _DROPPED_LINKS.intersection(told.get("rel", "").split()):
        return None
    if name in ("a", "area") and "href" in told:
        found = link(told["href"])
        if found.is_act:
            return None
        if found.address is None:
            del told["href"]
        else:
            told["href"] = found.address
    elif name == "link" and told.get("rel") in ("stylesheet", "icon", "apple-touch-icon"):
        told["href"] = asset(told.get("href", ""))
        told.pop("crossorigin", None)
    for attribute in ("src", "poster"):
        if attribute in told:
            told[attribute] = asset(told[attribute])
    if "srcset" in told:
        told["srcset"] = _sized(told["srcset"], asset)
    if told == token.attributes:
        return ""
    attributes = "".join(
        f' {name}="{escape_attribute(value)}"' if value else f" {name}" for name, value in told.items()
    )
    return f"<{name}{attributes}>"


def _sized(srcset: str, asset: Callable[[str], str]) -> str:
    candidates = (candidate.split() for candidate in srcset.split(",") if candidate.strip())
    return ", ".join(" ".join([asset(address), *size]) for address, *size in candidates)


def sheet(css: str, asset: Callable[[str], str]) -> str:
    """A style sheet with what it names as `asset` has it."""

    def named(found: re.Match[str]) -> str:
        before, quote, address, closing = found.groups()
        if address.startswith(("data:", "#")):
            return found[0]
        return f"{before}{quote}{asset(address)}{closing}"

    return _IN_SHEET.sub(named, css)
