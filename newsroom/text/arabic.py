"""Arabic spelling folded into keys, for search and for sorting names."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Result = TypeVar("Result")

# Of the Arabic block, by code points; what sorts before it is written in another script.
FIRST_LETTER = "\u0621"

# The folding is a superset of Lucene's ArabicNormalizer (أإآ ى ة, harakat, tatweel). It makes keys; what is
# stored and displayed is never folded.
_MARKS = (
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x08D3, 0x08E1),  # U+08E2 is the sign of a disputed verse end, a character of its own and not a mark
    (0x08E3, 0x08FF),
)
_INVISIBLES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2069),
    (0xFEFF, 0xFEFF),
)
_LETTERS = {
    "ا": "أإآٱٲٳ",
    "ي": "ىیېےئ",
    "ه": "ةۃہھۀە",
    "ك": "کڪگ",
    "و": "ؤۆ",
    "ب": "پ",
    "ج": "چ",
    "ف": "ڤ",
    "ز": "ژ",
    # Lower-cased alone it would be an i and a mark, at which words are divided.
    "i": "İ",
}
_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")

_DELETIONS: dict[int, str] = {
    code: "" for first, last in (*_MARKS, *_INVISIBLES, (0x0640, 0x0640)) for code in range(first, last + 1)
}
_FOLDING: dict[int, str] = (
    _DELETIONS
    | {ord(variant): letter for letter, variants in _LETTERS.items() for variant in variants}
    | {ord(digit): str(value) for digits in _DIGITS for value, digit in enumerate(digits)}
)

# unicodedata.normalize sorts marks by insertion: 50,000 of them in alternating classes take two seconds.
# UAX #15 ("Stream-Safe Text Format") breaks such runs with U+034F after 30 marks; the folding deletes it
# again.
_MARKS_IN_A_ROW = 30
_GRAPHEME_JOINER = "\u034f"
# Characters of running text that are certainly no marks; a longer run of others is looked at one by one.
_SUSPECT_RUN = re.compile(
    rf"[^\t-\u02ff\u0621-\u063a\u0641-\u064a\u3041-\u3096\u4e00-\u9fff]{{{_MARKS_IN_A_ROW + 1}}}"
)


def normalize(text: str) -> str:
    """Return the key under which spellings of one word meet, with white space collapsed and trimmed.

    Compatibility forms are resolved (NFKC); tashkeel, tatweel and invisible characters go; alef, ya, ha,
    kaf and hamza seats, the borrowed letters and the digits are folded; the rest is lower-cased.

    No rule of these looks beyond white space, so that words which come again are folded once.
    """
    return " ".join(filter(None, map(_FOLDED.__getitem__, text.split())))


# Longer ones are addresses and the like, do not come again, and would fill the memory.
LONGEST_KEPT = 40


class Kept(dict[str, Result]):
    """What is made of words, for those that come again: looked up in a third of the time of `lru_cache`.

    Once there are `most` of them, they step back, and of these only what is asked for until there are as many again
    stays.
    """

    def __init__(self, made: Callable[[str], Result], most: int) -> None:
        super().__init__()
        self._made, self._most = made, most
        self._former: dict[str, Result] = {}

    def __missing__(self, word: str) -> Result:
        if word in (former := self._former):
            result = former[word]
        else:
            result = self._made(word)
            if len(word) > LONGEST_KEPT:
                return result
        if len(self) >= self._most:
            self._former = dict(self)
            self.clear()
        self[word] = result
        return result


def _folded(word: str) -> str:
    return " ".join(_compatible(word).translate(_FOLDING).lower().split())


_FOLDED = Kept(_folded, 8_192)


def without_marks(text: str) -> str:
    """The text without tashkeel, tatweel and invisible characters, its letters as they were spelled (NFKC)."""
    return _compatible(text).translate(_DELETIONS)


_SPELLED_ARTICLE = re.compile("[اٱ]ل(?=..)", re.DOTALL)


def sort_key(name: str) -> str:
    """Return the key that orders names as an Arabic index does, by code point, without article and spaces.

    Only a plain alef makes an article: إلهام and ألبير keep their first two letters.
    """
    key = normalize(name).replace(" ", "")
    spelled = without_marks(name).lstrip()
    return key[2:] if _SPELLED_ARTICLE.match(spelled) and len(key) > 3 else key


def _compatible(text: str) -> str:
    """Return the NFKC form of `text`, in linear time whatever the text."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", _stream_safe(text))


@lru_cache(maxsize=8192)
def _starts_sequence(letter: str) -> bool:
    """Tell whether NFKC can treat the text before `letter` and the text from it on apart.

    What composes with a character before it is a mark or a Hangul vowel or final (checked over all of
    Unicode 14).
    """
    first = unicodedata.normalize("NFKD", letter)[0]
    return not unicodedata.category(first).startswith("M") and not "\u1160" <= first <= "\u11ff"


def _stream_safe(text: str) -> str:
    if not _SUSPECT_RUN.search(text):
        return text
    pieces: list[str] = []
    marks = 0
    for letter in text:
        marks = 0 if _starts_sequence(letter) else marks + 1
        if marks > _MARKS_IN_A_ROW:
            pieces.append(_GRAPHEME_JOINER)
            marks = 1
        pieces.append(letter)
    return "".join(pieces)
