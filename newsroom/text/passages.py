"""Where words that were searched stand in a text, as the text spells them, and its passage that has most of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from newsroom.text import arabic, search_words

# A word of running text with its marks, so that «مُحَمَّدٌ» is covered whole, and tatweel and joiners within it.
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff"
_INVISIBLES = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
# It never goes back, which takes half the time.
_WORD = re.compile(
    rf"[A-Za-z0-9]++(?>(?:[-\u2010\u2011][A-Za-z0-9]++)+)|\w++(?>(?:[{_MARKS}{_INVISIBLES}]++\w*+)*)"
)
_WORDS = re.compile(f"({_WORD.pattern})")
# What a word counts that stands in a phrase which was asked for: more than any other.
_TOGETHER = 100.0
# Of a word that stands there again.
_AGAIN = 0.1
# Where a passage may begin: after the end of a sentence that is not farther away.
_SENTENCE_REACH = 60
_SENTENCE_END = re.compile(r"[.!?؟…\n]\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at text[start:end] that was searched, under the name of what it was found by, and its weight."""

    start: int
    end: int
    found_by: str
    weight: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces of text in their order, each with whether it was searched; whether there is more before and behind."""

    pieces: tuple[tuple[str, bool], ...]
    is_cut_before: bool
    is_cut_behind: bool


class Searched(dict[str, str]):
    """By which of the terms that were searched a word as stored is found, by the one of most weight; "" for words that
    are found by none. It is kept for the texts of one page, which have most words in common."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, word: str) -> str:
        named = found_by(word) & self.weights.keys()
        name = max(sorted(named), key=self.weights.__getitem__) if named else ""
        self[word] = name
        return name


def marks(text: str, searched: Searched) -> list[Mark]:
    """The searched words of a text as stored."""
    # What stands between words, and words, by turns: that is three times as fast as to look at word after word.
    pieces = _WORDS.split(text)
    found = []
    position = read = 0
    for at, name in enumerate(map(searched.__getitem__, pieces[1::2])):
        if name:
            start = position + len("".join(pieces[read : 2 * at + 1]))
            position, read = start + len(pieces[2 * at + 1]), 2 * at + 2
            found.append(Mark(start, position, name, searched.weights[name]))
    return found


def phrase_marks(text: str, phrases: Iterable[str]) -> list[Mark]:
    """The words of a text as stored where they stand together as in one of the phrases, which are folded parts of words
    between single spaces."""
    parts = [
        (part, word)
        for word in _WORD.finditer(text)
        for folded in search_words.words(arabic.normalize(word[0]))
        for part in search_words.parts(folded[0])
    ]
    found: dict[int, re.Match[str]] = {}
    for phrase in phrases:
        wanted = phrase.split(" ")
        for at in range(len(parts) - len(wanted) + 1):
            here = parts[at : at + len(wanted)]
            if [part for part, _word in here] == wanted:
                found |= {word.start(): word for _part, word in here}
    return [Mark(start, word.end(), word[0], _TOGETHER) for start, word in sorted(found.items())]


def replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with other words in the place of some, which `words` knows by what they fold to."""
    return _WORD.sub(lambda word: words.get(arabic.normalize(word[0]), word[0]), text)


@lru_cache(maxsize=search_words.WORDS_KEPT)
def found_by(word: str) -> frozenset[str]:
    """The terms by which a word as stored is found, as `search_words` has them."""
    spellings = [arabic.normalize(word), *search_words.other_spellings(word)]
    return frozenset(
        term
        for spelling in spellings
        for match in search_words.words(spelling)
        for term in search_words.terms(match[0])
    )


def whole(text: str, marked: list[Mark]) -> Passage:
    """All of a text with its marks."""
    return _cut(text, 0, len(text), marked)


def densest(text: str, marked: list[Mark], length: int) -> Passage:
    """The passage of about `length` characters that holds most of what was searched: of each word the first time, and
    a little for each time more. The beginning of a text without any."""
    if not marked:
        return _cut(text, 0, _word_end(text, length), [])
    best, best_end, best_weight = 0, 0, -1.0
    end = 0
    for start in range(len(marked)):
        end = max(end, start)
        while end < len(marked) and marked[end].end - marked[start].start <= length:
            end += 1
        weight = _weight(marked[start:end])
        if weight > best_weight:
            best, best_weight, best_end = start, weight, end
    first, last = marked[best].start, marked[max(best_end - 1, best)].end
    room = max(length - (last - first), 0)
    start = _beginning(text, first, max(first - max(room // 2, min(_SENTENCE_REACH, room)), 0))
    return _cut(text, start, _word_end(text, max(start + length, last)), marked)


def _weight(marked: list[Mark]) -> float:
    seen: set[str] = set()
    total = 0.0
    for mark in marked:
        total += mark.weight * (_AGAIN if mark.found_by in seen else 1.0)
        seen.add(mark.found_by)
    return total


def _beginning(text: str, first: int, earliest: int) -> int:
    """Where a passage begins that reaches back to `earliest` at most: at a sentence, else at a word."""
    if earliest == 0:
        return 0
    ends = list(_SENTENCE_END.finditer(text, earliest, first))
    if ends:
        return ends[-1].end()
    space = re.compile(r"\s").search(text, earliest, first)
    return space.end() if space else first


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = max(text.rfind(" ", 0, at + 1), text.rfind("\n", 0, at + 1))
    return space if space > at // 2 else at


def _cut(text: str, start: int, end: int, marked: list[Mark]) -> Passage:
    pieces: list[tuple[str, bool]] = []
    at = start
    for mark in marked:
        if mark.start < start or mark.end > end:
            continue
        if at < mark.start:
            pieces.append((text[at : mark.start], False))
        pieces.append((text[mark.start : mark.end], True))
        at = mark.end
    if at < end:
        pieces.append((text[at:end], False))
    return Passage(tuple(pieces), is_cut_before=start > 0, is_cut_behind=end < len(text))
