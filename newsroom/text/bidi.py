"""Bidirectional text: what may be stored, which way a text runs, and which runs need isolating.

The isolating functions change no character of the text. They put <bdi> around those runs of the other
direction whose edge the Unicode bidirectional algorithm (UAX #9) would move to the wrong side: in Arabic text
"C++" shows as "++C", "+963 11 555-1234" back to front. Whether an edge moves is not guessed but computed.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from html import escape

from newsroom.text.addresses import without_addresses
from newsroom.text.bidi_markup import find_isolates, isolate_markup
from newsroom.text.bidi_runs import Direction, edges, runs_to_isolate

__all__ = [
    "Direction",
    "clean_block",
    "clean_characters",
    "clean_line",
    "direction",
    "find_isolates",
    "is_usual",
    "isolate_html",
    "isolate_in_line",
    "isolate_markup",
    "isolate_plain",
    "isolate_runs",
    "strip_overrides",
    "without_long_marks",
]

LEFT_TO_RIGHT_ISOLATE, RIGHT_TO_LEFT_ISOLATE = "\u2066", "\u2067"
POP_ISOLATE = "\u2069"
MAX_MARKS = 3
MAX_RAW_MARKS = 30
# Direction is decided for the text a reader would call its language: a third of Arabic letters is enough,
# because Arabic news is full of Latin names, while English with an Arabic name in it stays English. What is pasted
# is judged in the browser, by ownDirection in static/js/editor/paste.js.
RTL_SHARE = 0.5

_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\u206a-\u206f\U000e0000-\U000e007f]")
_NEVER_STORED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# What most texts are made of has nothing to clean: Latin and Arabic letters, digits, ordinary punctuation, and vowel
# signs, one on a letter, that compose with none of them (NFC_Quick_Check). Whatever else there is, is looked at.
_USUAL = re.compile(
    "(?>(?:[\t\n -~\xa0-\xac\xae-\u024f\u060c\u061b\u061f\u0621-\u063a\u0641-\u064a\u0660-\u066c"
    "\u2013\u2014\u2018-\u201e\u2026]++|[\u064b-\u0652](?![\u064b-\u0652])|\u0640(?!\u0640))*)"
)
_MARKS_OF_DIRECTION = "\u200e\u200f\u061c"
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NON_JOINER, _JOINER, _TATWEEL = "\u200c", "\u200d", "\u0640"


def clean_line(text: str) -> str:
    """A name, title, tag or address as it is stored: NFC, one line, no invisible or direction characters."""
    if text == " ".join(text.split()) and is_usual(text):
        # As nearly all are that come from somewhere else.
        return text
    text = _LINE_END.sub(" ", text).replace("\t", " ")
    text = clean_characters(re.sub(f"[{_MARKS_OF_DIRECTION}]", "", text))
    return clean_characters(" ".join(text.split()))


def clean_block(text: str) -> str:
    """A text of several lines as it is stored: NFC, \\n line ends, at most two empty lines together.

    Single LRM, RLM and ALM stay: they cannot reach beyond their paragraph, and writers use them on purpose.
    """
    if text == text.strip() and "\n" not in text and "\t" not in text and is_usual(text):
        # As nearly all are that come from somewhere else.
        return text
    text = clean_characters(text.replace("\t", " "))
    text = re.sub(f"([{_MARKS_OF_DIRECTION}])[{_MARKS_OF_DIRECTION}]+", r"\1", text)
    text = clean_characters("\n".join(line.rstrip() for line in text.split("\n")))
    return re.sub("\n{4,}", "\n\n\n", text).strip()


def strip_overrides(text: str) -> str:
    """The text without explicit embeddings, overrides, isolates and tag characters."""
    return _OVERRIDES.sub("", text)


def direction(text: str, default: Direction = "rtl") -> Direction:
    """The direction of a reader's text by its letters, leaving out mentions, URLs and e-mail addresses."""
    right = left = 0
    # A text has few different characters.
    for char, count in Counter(without_addresses(text)).items():
        side = _side(char)
        if side == "rtl":
            right += count
        elif side == "ltr":
            left += count
    if not right and not left:
        return default
    return "rtl" if right >= RTL_SHARE * left else "ltr"


@lru_cache(maxsize=8192)
def _side(char: str) -> Direction | None:
    """Which way a letter runs; None for what is none."""
    if unicodedata.category(char)[0] != "L":
        return None
    kind = unicodedata.bidirectional(char)
    return "rtl" if kind in ("R", "AL") else "ltr" if kind == "L" else None


def isolate_plain(value: str, base: Direction | None = None) -> str:
    """A value to insert where no markup can stand (title, alt, mail subject), between RLI or LRI and PDI.

    `base` is the direction stored with it; without one its letters tell. Never FSI: that goes by the first letter
    alone, which in an Arabic headline may be that of a Latin name.
    """
    value = strip_overrides(value)
    is_rtl = (base or direction(value)) == "rtl"
    return (RIGHT_TO_LEFT_ISOLATE if is_rtl else LEFT_TO_RIGHT_ISOLATE) + value + POP_ISOLATE


def isolate_html(text: str, base: Direction = "rtl") -> str:
    """Plain text as escaped HTML in which runs with moving edges are isolated; line ends stay as they are."""
    pieces, position = [], 0
    for offset, direction in edges(runs_to_isolate(text, base)):
        pieces += [
            escape(text[position:offset]),
            f'<bdi dir="{direction}">' if direction else "</bdi>",
        ]
        position = offset
    return "".join([*pieces, escape(text[position:])])


def isolate_runs(text: str, base: Direction) -> str:
    """Plain text for a line of direction `base` that takes no markup: its runs with moving edges between isolates."""
    signs = {"rtl": RIGHT_TO_LEFT_ISOLATE, "ltr": LEFT_TO_RIGHT_ISOLATE, "": POP_ISOLATE}
    pieces, position = [], 0
    for offset, direction in edges(runs_to_isolate(text, base)):
        pieces += [text[position:offset], signs[direction]]
        position = offset
    return "".join([*pieces, text[position:]])


def isolate_in_line(text: str, line: Direction) -> str:
    """A text of which no direction is stored, as escaped HTML for a line of direction `line`.

    Its letters tell which way it runs, not the first of them, as a browser would have it; what stands around it stays.
    """
    own = direction(text, line)
    return f'<bdi dir="{own}">{isolate_html(text, own)}</bdi>'


def clean_characters(text: str) -> str:
    """The text in NFC without characters that are never stored, with at most three marks a letter.

    White space and direction marks stay; every kind of line end becomes \\n.
    """
    return text if is_usual(text) else _cleaned(text)


def is_usual(text: str) -> bool:
    """Whether a text consists of what cleaning leaves alone; there are others that it leaves alone."""
    return _USUAL.fullmatch(text) is not None


def _cleaned(text: str) -> str:
    text = _NEVER_STORED.sub("", _LINE_END.sub("\n", text))
    text = unicodedata.normalize("NFC", without_long_marks(text))
    if _NON_JOINER in text or _JOINER in text:
        text = _without_idle_joiners(text)
    # Dropping a joiner can bring letter and mark together.
    text = _with_few_marks(unicodedata.normalize("NFC", text))
    return re.sub(f"{_TATWEEL}+", _TATWEEL, text)


def without_long_marks(text: str) -> str:
    """The text with at most MAX_RAW_MARKS marks in a row: normalization takes quadratic time to order them.

    No language comes near (UAX #15, stream-safe text format).
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_RAW_MARKS:
            kept.append(char)
    return "".join(kept)


def _without_idle_joiners(text: str) -> str:
    """Keep ZWNJ between Arabic letters, ZWJ between Arabic letters or emoji, one at a time; drop the rest."""
    kept: list[str] = []
    base = ""
    for index, char in enumerate(text):
        if char not in (_NON_JOINER, _JOINER):
            kept.append(char)
            if unicodedata.category(char) not in ("Mn", "Me", "Sk"):
                base = char
            continue
        following = text[index + 1 : index + 2]
        if kept and kept[-1] not in (_NON_JOINER, _JOINER) and following:
            arabic = _is_arabic_letter(base) and _is_arabic_letter(following)
            emoji = char == _JOINER and _is_emoji(base) and _is_emoji(following)
            if arabic or emoji:
                kept.append(char)
    return "".join(kept)


def _is_arabic_letter(char: str) -> bool:
    return unicodedata.category(char or " ") == "Lo" and unicodedata.bidirectional(char) == "AL"


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char or " ") in ("So", "Sm")


def _with_few_marks(text: str) -> str:
    """Cap the marks on a letter and drop a mark that repeats the one before it."""
    kept: list[str] = []
    marks = 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me"):
            if marks == MAX_MARKS or (kept and kept[-1] == char):
                continue
            marks += 1
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)
