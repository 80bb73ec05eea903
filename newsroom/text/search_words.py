"""The words of a text as readers look for them: folded, divided where the script changes, stemmed lightly."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from newsroom.text import arabic
from newsroom.text.excerpt import words_between_spaces

_ARABIC = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3"
_ARABIC_WORD = f"[{_ARABIC}]+"
# «8x7B» and «GPT-4» are one word each; «وGemini» is two, for the script changes.
_OTHER_WORD = rf"[^\W_{_ARABIC}]+(?:[-\u2010\u2011][^\W_{_ARABIC}]+)*"
_WORD = re.compile(f"{_ARABIC_WORD}|{_OTHER_WORD}")
_PART = re.compile(r"[^\W\d]+|\d+")
_IS_ARABIC = re.compile(f"[{_ARABIC}]")
_SPELLED = re.compile(_ARABIC_WORD)
_SEAT = re.compile("[ؤئ]")
_OTHER_SEAT = str.maketrans("ؤئ", "ئؤ")

# light10 (Larkey, Ballesteros and Connell, «Light Stemming for Arabic Information Retrieval», 2007) over folded
# letters, and the pronouns that follow a plural («شركاتنا»).
_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_PRONOUNS = ("هما", "كما", "نا", "هم", "كم", "هن")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_SHORTEST_STEM = 2

# So many words are remembered by each that works something out of them, in one to four megabytes. Where texts of an
# encyclopedia, of 10,000 words, are read by turns, 93 to 97 words in a hundred are among them. Of eight times as many,
# which a flood of words that nobody wrote fills with those, it would be half a word more.
WORDS_KEPT = 8_192


def words(folded: str) -> Iterator[re.Match[str]]:
    """The words of a normalized text in order, each as a match with its place."""
    return _WORD.finditer(folded)


def found(folded: str) -> list[str]:
    """The words of a normalized text in order."""
    return _WORD.findall(folded)


class Written(NamedTuple):
    """What a text, as stored, holds for those who look for it."""

    # What it is found by, each as often as it is there.
    terms: tuple[str, ...]
    # The parts of its words between single spaces.
    parts: str
    # What `arabic.normalize` makes of it.
    folded: str
    # How many words it has; a dash or a sign that stands alone is none.
    words: int


# Names come again.
_LONGEST_NAME = 40


def written(text: str) -> Written:
    """What a text holds."""
    return _written_name(text) if len(text) <= _LONGEST_NAME else _read(text.split())


# A save asks for one body several times: its words are counted, and it is searched in two ways.
@lru_cache(maxsize=8)
def written_in(html: str) -> Written:
    """What the text of a markup holds, as `excerpt.plain_text` has it."""
    return _read(words_between_spaces(html))


@lru_cache(maxsize=4_096)
def _written_name(name: str) -> Written:
    return _read(name.split())


def _read(pieces: list[str]) -> Written:
    # No word goes beyond a piece without white space.
    if not pieces:
        return Written((), "", "", 0)
    found_by, parted, folded, words = zip(*map(_PIECES.__getitem__, pieces), strict=True)
    return Written(
        tuple(chain.from_iterable(found_by)),
        _single_spaced(" ".join(parted)),
        _single_spaced(" ".join(folded)),
        len(words) - words.count(0),
    )


def _single_spaced(text: str) -> str:
    # Pieces of which nothing is left are few.
    return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text


def _piece(piece: str) -> Written:
    folded = arabic.normalize(piece)
    words = found(folded)
    spelled = [word for other in other_spellings(piece) for word in found(other)]
    return Written(
        tuple(term for word in (*words, *spelled) for term in terms(word)),
        " ".join(part for word in words for part in parts(word)),
        folded,
        int(any(map(str.isalnum, piece))),
    )


_PIECES = arabic.Kept(_piece, WORDS_KEPT)


@lru_cache(maxsize=WORDS_KEPT)
def parts(word: str) -> tuple[str, ...]:
    """What a word is divided into for matching by letters: «gpt-4» into «gpt» and «4», an Arabic word into itself."""
    return (word,) if _IS_ARABIC.match(word) else tuple(_PART.findall(word))


@lru_cache(maxsize=WORDS_KEPT)
def terms(word: str) -> tuple[str, ...]:
    """What a folded word is found by: its stem; of a compound its parts and all of it in one, so that «GPT4» and
    «GPT-4» meet."""
    if _IS_ARABIC.match(word):
        return (stem(word),)
    found = parts(word)
    return (*found, "".join(found)) if len(found) > 1 else found


def other_spellings(text: str) -> list[str]:
    """The words of a text as stored that have hamza on waw or ya, folded as if it sat on the other: «مسؤول» is
    written «مسئول» too, and neither folds to the other."""
    spelled = arabic.without_marks(text)
    # Whole words first: to look for a seat from each letter of one anew would take the square of its length.
    words = [word for word in _SPELLED.findall(spelled) if _SEAT.search(word)]
    return [arabic.normalize(word.translate(_OTHER_SEAT)) for word in words]


def stem(word: str) -> str:
    """The light stem of a folded Arabic word."""
    if word[0] == "و" and len(word) > 3:
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST_STEM:
            word = word[len(article) :]
            break
    for pronoun in _PRONOUNS:
        if word.endswith(pronoun) and len(word) - len(pronoun) > _SHORTEST_STEM:
            word = word[: -len(pronoun)]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
    return word


def ngrams(word: str, size: int) -> list[str]:
    """The pieces of `size` letters of a word with a space at both ends; of a shorter one itself with its spaces."""
    padded = f" {word} "
    return [padded[at : at + size] for at in range(max(len(padded) - size, 0) + 1)]
