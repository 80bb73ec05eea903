"""Slugs for URLs in any script.

Django's slugify empties Arabic without allow_unicode; with it, tatweel stays, a zero-width non-joiner glues
two words together, and NFKC lets one ligature grow to eighteen letters.
"""

import re
import unicodedata

from newsroom.text.bidi import without_long_marks

FALLBACK = "بلا-عنوان"

# Between Arabic letters the non-joiner separates the parts of a word, so it reads as a hyphen.
NON_JOINER = "\u200c"
# Ligature signs such as U+FDFA stand for whole sentences; a slug gains nothing from spelling them out.
MAX_LIGATURE_LETTERS = 4
# Arabic tashkeel and Quranic signs, and the Latin-style combining marks that zalgo text stacks. Vowel signs of
# scripts that cannot do without them (Devanagari, Thai) stay.
_DROPPED_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u0640\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
# What most headlines consist of: of these letters and digits none composes with another or stands for others.
_ORDINARY = re.compile("[\n -~،؛؟«»“”‘’…–—\u0621-\u063a\u0641-\u064a\u064b-\u0652]*")
_ORDINARY_MARKS = re.compile("[\u064b-\u0652]")
_ORDINARY_WORD = re.compile("[a-z0-9\u0621-\u063a\u0641-\u064a]+")
# An apostrophe belongs to its word: "OpenAI’s" becomes "openais".
_APOSTROPHES = str.maketrans("", "", "'’ʼ")


def slugify(text: str, max_letters: int = 80) -> str:
    """A slug in NFC of at most max_letters code points, cut after a word, never empty.

    Letters and digits of all scripts stay, Latin in lower case; tashkeel, tatweel and invisible characters go;
    everything else separates words. slugify(slugify(x)) == slugify(x).
    """
    max_letters = max(max_letters, 1)
    if _ORDINARY.fullmatch(text):
        return _cut(_ordinary(text) or FALLBACK, max_letters)
    words = _words(text) or FALLBACK
    # Lower case and composition feed each other (İ, Hangul letters around a removed sign); the second round
    # settles every known case, the bound keeps a surprise from looping.
    for _ in range(4):
        again = _words(words) or FALLBACK
        if again == words:
            break
        words = again
    return _cut(words, max_letters)


def _ordinary(text: str) -> str:
    """The words of an ordinary text; in these nothing changes any more."""
    text = text.replace("'", "").replace("’", "").lower()
    return "-".join(_ORDINARY_WORD.findall(_ORDINARY_MARKS.sub("", text)))


def _words(text: str) -> str:
    if _ORDINARY.fullmatch(text):
        return _ordinary(text)
    text = unicodedata.normalize("NFC", without_long_marks(text.replace("\u0640", ""))).translate(
        _APOSTROPHES
    )
    text = "".join(map(_plain, text)).lower()
    text = _DROPPED_MARKS.sub("", unicodedata.normalize("NFC", text))
    kept = "".join(
        char if _belongs(char) else "" if _is_invisible(char) else "-"
        for char in unicodedata.normalize("NFC", text)
    )
    return re.sub("-+", "-", kept).strip("-")


def _plain(char: str) -> str:
    """The ordinary letters behind a presentation form or full-width letter."""
    plain = unicodedata.normalize("NFKC", char)
    if plain == char:
        return char
    if plain[0] == " " and not plain.strip().isalnum():
        # The isolated form of a mark decomposes to space + mark; the space would split the word.
        return plain.strip()
    return plain if len(plain) <= MAX_LIGATURE_LETTERS else " "


def _belongs(char: str) -> bool:
    return unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc")


def _is_invisible(char: str) -> bool:
    return char != NON_JOINER and unicodedata.category(char) == "Cf"


def _cut(words: str, max_letters: int) -> str:
    if len(words) <= max_letters:
        return words
    head = words[:max_letters]
    if words[max_letters] != "-" and "-" in head:
        head = head[: head.rindex("-")]
    return head.strip("-")
