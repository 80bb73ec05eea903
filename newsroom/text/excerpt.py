"""Plain text out of HTML, and short excerpts cut between words and between graphemes."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

from newsroom.text.elements import BLOCKS
from newsroom.text.tokens import RAW_TEXT, EndTag, StartTag, Text, tokenize

ELLIPSIS = "…"
_UNREAD = frozenset(("script", "style", "template", "noscript", "iframe", "textarea", "title", "head"))
# What stands beside the text: captions and cards, boxes, the list of notes, and their marks.
_BESIDE = frozenset(("figure", "aside", "section"))
_MARK = "note-mark"
# White space (`str.isspace`) that is neither a space nor the end of a line.
_UNUSUAL_SPACE = re.compile(
    "[\t\x0b\x0c\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
# Punctuation that would read oddly right before an ellipsis.
_LOOSE_END = " \t\n،؛,;:.…-–—([{«“\"'"


def plain_text(html: str) -> str:
    """The text of an HTML fragment, one line a block, entities decoded, white space settled.

    Not Django's strip_tags: that raises on some hostile inputs and glues neighboring blocks together.
    """
    text = _text_of_plain(html)
    return "\n".join(_lines(html) if text is None else _settled_lines(text))


def words_between_spaces(html: str) -> list[str]:
    """`plain_text(html).split()`, without settling the lines first."""
    text = _text_of_plain(html)
    return ("\n".join(_lines(html)) if text is None else text).split()


# A tag of what the sanitizer writes; nothing in it can be taken for another.
_TAG = re.compile('<(/?[a-z][a-z0-9]*)(?: [a-z-]+="[^"<>]*")*>')
_ENDS_LINE = {f"{slash}{name}": "\n" for name in BLOCKS for slash in ("", "/")}
_READ_OTHERWISE = _UNREAD | RAW_TEXT | {"plaintext"}


def _text_of_plain(html: str) -> str | None:
    """The text, white space as it came, of plain tags and text, in a fifth of the time; None for what takes the
    tokenizer."""
    pieces = _TAG.split(html)
    tags = pieces[1::2]
    if html.count("<") != len(tags) or not _READ_OTHERWISE.isdisjoint(tags):
        return None
    if "&" in html:
        pieces[::2] = map(unescape, pieces[::2])
    pieces[1::2] = [_ENDS_LINE.get(tag, "") for tag in tags]
    return "".join(pieces)


def _lines(html: str, *, beside: bool = True) -> Iterator[str]:
    """The lines of `plain_text` one by one; the markup is read no further than they are taken.

    Without `beside`, what stands beside the text of an article is left out.
    """
    pieces: list[str] = []
    unread: list[str] = []
    for token in tokenize(html):
        if isinstance(token, Text):
            if not unread:
                pieces.append(unescape(html[token.start : token.end]))
        elif token.name in _UNREAD:
            if isinstance(token, StartTag):
                unread.append(token.name)
            elif token.name in unread:
                del unread[unread.index(token.name) :]
        elif not beside and _stands_beside(token, unread):
            if isinstance(token, StartTag):
                unread.append(token.name)
            else:
                # A gallery is a figure of figures.
                del unread[len(unread) - 1 - unread[::-1].index(token.name) :]
        elif token.name in BLOCKS:
            yield from _settled_lines("".join(pieces))
            pieces.clear()
    yield from _settled_lines("".join(pieces))


def _stands_beside(token: StartTag | EndTag, unread: list[str]) -> bool:
    if isinstance(token, EndTag):
        return token.name in unread
    return token.name in _BESIDE or token.attributes.get("class") == _MARK


def _settled_lines(text: str) -> Iterator[str]:
    lines = text.split("\n")
    # Most texts are settled, which is told in half the time.
    if (
        any(spaces in text for spaces in ("  ", " \n", "\n "))
        or text[:1] == " "
        or text[-1:] == " "
        or _UNUSUAL_SPACE.search(text)
    ):
        lines = [" ".join(line.split()) for line in lines]
    return filter(None, lines)


def html_excerpt(html: str, limit: int = 160) -> str:
    """`excerpt` of the running text of an article's HTML, of which only the beginning is read.

    Captions, boxes, cards, and notes with their marks are left out.
    """
    lines: list[str] = []
    length = -1
    for line in _lines(html, beside=False):
        lines.append(line)
        length += 1 + len(line)
        if length > limit:
            break
    return excerpt(" ".join(lines), limit)


def excerpt(text: str, limit: int = 160) -> str:
    """The beginning of a plain text on one line, at most limit code points with the ellipsis, cut after a word.

    A word longer than the limit is cut between graphemes, so that no letter loses its marks.
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    room = max(limit - len(ELLIPSIS), 0)
    head = text[:room]
    if text[room] != " ":
        space = head.rfind(" ")
        head = head[:space] if space > 0 else _whole_graphemes(text, room)
    shorter = head.rstrip(_LOOSE_END)
    return (shorter or head.rstrip()) + ELLIPSIS


def graphemes(text: str) -> list[str]:
    """User-perceived characters, after UAX #29 as far as names, news and emoji need it.

    Marks, joiners and modifiers stay with their base, emoji sequences and flags stay whole, Hangul is expected
    composed.
    """
    clusters: list[str] = []
    for char in text:
        if clusters and _extends(clusters[-1], char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _extends(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if char == "\n":
        return last == "\r"
    if last in "\r\n":
        return False
    if char in "\u200c\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if unicodedata.category(char) in ("Mn", "Me", "Mc"):
        return True
    if last == "\u200d":
        return unicodedata.category(char) in ("So", "Sm")
    if _is_flag_letter(char):
        return len(cluster) == 1 and _is_flag_letter(last)
    return "\U000e0020" <= char <= "\U000e007f"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _whole_graphemes(text: str, room: int) -> str:
    # The cluster that crosses the limit is dropped, so only its beginning has to be looked at.
    taken = ""
    for cluster in graphemes(text[: room + 64]):
        if len(taken) + len(cluster) > room:
            break
        taken += cluster
    return taken
