"""Shortcodes of WordPress, [gallery ids="1,2"] or [caption]…[/caption], in markup, replaced by what a caller makes.

Read in one pass. A bracket is a shortcode only where its name and attributes look like one; `[[gallery]]` is how
WordPress writes the text «[gallery]».
"""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape

from newsroom.text.tokens import RAW_TEXT, StartTag, Text, tokenize

# Between the brackets there is no further bracket, so that no letter is looked at more than twice.
_TAG = re.compile(
    r"(?P<before>\[?)\[(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9_-]{0,60})(?P<rest>(?:[\s/=:][^\[\]]*)?)\](?P<after>\]?)"
)
_ATTRIBUTE = re.compile(
    r"""(?:(?P<name>[\w-]+)\s*=\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"']+))"""
)
MOST_NESTED = 20

# Called with name, attributes and content, which is None where nothing ends it. What it returns takes the place; None
# leaves the brackets as text.
Expand = Callable[[str, dict[str, str], str | None], str | None]


def expanded(html: str, expand: Expand) -> str:
    """The markup with its shortcodes, innermost first, replaced by what `expand` says.

    Attributes without a name are called "0", "1" and so on.
    """
    if "[" not in html:
        return html
    # What is open: name, attributes, how it was written, and what stands in it so far.
    opened: list[tuple[str, dict[str, str], str, list[str]]] = []
    names: Counter[str] = Counter()
    root: list[str] = []
    out = root
    done = 0
    found = _found(html)
    # What nothing ends holds nothing: [sic] is no beginning.
    ends = Counter(match["name"].lower() for match in found if match["slash"])
    for match in found:
        out.append(html[done : match.start()])
        done = match.end()
        written = match[0]
        name = match["name"].lower()
        if match["before"] and match["after"]:
            out.append(written[1:-1])
            continue
        out.append(match["before"])
        written = written[len(match["before"]) : len(written) - len(match["after"])]
        if match["slash"]:
            ends[name] -= 1
            if not names[name]:
                out.append(written)
            else:
                out = _closed(opened, names, name, root, expand)
        elif ends[name] > 0 and len(opened) < MOST_NESTED and not match["rest"].rstrip().endswith("/"):
            out = []
            opened.append((name, attributes(match["rest"]), written, out))
            names[name] += 1
        else:
            made = expand(name, attributes(match["rest"].rstrip().removesuffix("/")), None)
            out.append(written if made is None else made)
        out.append(match["after"])
    out.append(html[done:])
    while opened:
        _flattened(opened, names, root, expand)
    return "".join(root)


def attributes(text: str) -> dict[str, str]:
    """The attributes of a shortcode by their names in lower case."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match["double"] or match["single"] or match["bare"] or ""
        name = match["name"]
        key = name.lower() if name else str(sum(1 for key in found if key.isdecimal()))
        found.setdefault(key, unescape(value))
        if len(found) >= 60:
            break
    return found


def _found(html: str) -> list[re.Match[str]]:
    """The tags of shortcodes in the text of some markup, not in its tags, scripts and styles."""
    found: list[re.Match[str]] = []
    raw = ""
    for token in tokenize(html):
        if isinstance(token, StartTag):
            raw = token.name if token.name in RAW_TEXT else ""
        elif isinstance(token, Text) and not raw:
            found += _TAG.finditer(html, token.start, token.end)
        else:
            raw = ""
    return found


def _closed(
    opened: list[tuple[str, dict[str, str], str, list[str]]],
    names: Counter[str],
    name: str,
    root: list[str],
    expand: Expand,
) -> list[str]:
    """End the innermost shortcode of a name; what was opened in it has no end of its own. Returns what goes on."""
    while opened[-1][0] != name:
        _flattened(opened, names, root, expand)
    _name, given, written, pieces = opened.pop()
    names[name] -= 1
    out = opened[-1][3] if opened else root
    content = "".join(pieces)
    made = expand(name, given, content)
    out.append(f"{written}{content}[/{name}]" if made is None else made)
    return out


def _flattened(
    opened: list[tuple[str, dict[str, str], str, list[str]]],
    names: Counter[str],
    root: list[str],
    expand: Expand,
) -> None:
    name, given, written, pieces = opened.pop()
    names[name] -= 1
    out = opened[-1][3] if opened else root
    made = expand(name, given, None)
    out.append(written if made is None else made)
    out += pieces
