"""What differs between two texts, word by word.

Edits are found as in Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), which is linear in the length
of the texts for each edit; difflib is quadratic, and worse where words recur. Beyond so many edits that nobody would
follow them word by word, whole paragraphs are compared, so that any two texts are compared in linear time.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from html import unescape
from itertools import groupby

from newsroom.text.elements import BLOCKS
from newsroom.text.tokens import EndTag, StartTag, Text, tokenize

MAX_EDITS = 800
PARAGRAPH = "\u00b6"


class Kind(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Word:
    """A word or a sign of punctuation, with the white space behind it; `text` alone is compared.

    Of a paragraph's beginning the text is PARAGRAPH and the name of its element.
    """

    text: str
    space: str = ""

    @property
    def begins_paragraph(self) -> bool:
        return self.text.startswith(PARAGRAPH)


@dataclass(frozen=True)
class Run:
    """Words one after another that were all kept, all deleted or all inserted."""

    kind: Kind
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return "".join(word.text + word.space for word in self.words)


def of_texts(old: str, new: str) -> list[Run]:
    """The runs of which `old` is made without those inserted, and `new` without those deleted."""
    return of_words(list(words(old)), list(words(new)))


def of_markup(old: str, new: str) -> list[Run]:
    """The same for two fragments of HTML: words, paragraphs, pictures, notes and the addresses of links."""
    return of_words(words_of_markup(old), words_of_markup(new))


def of_words(old: Sequence[Word], new: Sequence[Word]) -> list[Run]:
    script = _script([word.text for word in old], [word.text for word in new])
    if script is None:
        script = _script_of_paragraphs(old, new)
    runs = []
    at_old = at_new = 0
    for kind, length in script:
        if kind is Kind.DELETED:
            taken = old[at_old : at_old + length]
        else:
            # Of what was kept the white space may differ: the new one is shown.
            taken = new[at_new : at_new + length]
            at_new += length
        if kind is not Kind.INSERTED:
            at_old += length
        runs.append(Run(kind, tuple(taken)))
    return runs


def words(text: str) -> Iterator[Word]:
    """The words of a plain text; punctuation at the edge of a word stands by itself."""
    position = 0
    while position < len(text):
        start = position
        while position < len(text) and not text[position].isspace():
            position += 1
        end = position
        while position < len(text) and text[position].isspace():
            position += 1
        yield from _divided(text[start:end], text[end:position])


def _divided(word: str, space: str) -> Iterator[Word]:
    first, last = 0, len(word)
    while first < last and _is_punctuation(word[first]):
        first += 1
    while last > first and _is_punctuation(word[last - 1]):
        last -= 1
    parts = [*word[:first], word[first:last], *word[last:]]
    parts = [part for part in parts if part] or [""]
    yield from (Word(part) for part in parts[:-1])
    yield Word(parts[-1], space)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char).startswith("P")


def words_of_markup(html: str) -> list[Word]:
    found: list[Word] = []
    address = ""
    in_note = False
    for token in tokenize(html):
        if isinstance(token, Text):
            for word in words(unescape(html[token.start : token.end])):
                if word.text:
                    found.append(word)
                elif found:
                    # A text that begins with white space, after a name in bold for example.
                    found[-1] = replace(found[-1], space=word.space)
        elif isinstance(token, StartTag):
            if token.name in BLOCKS or token.name == "br":
                found.append(Word(f"{PARAGRAPH}{token.name}"))
            elif token.name == "img":
                found.append(Word(f"[{token.attributes.get('alt') or token.attributes.get('src', '')}]", " "))
            elif token.name == "a":
                address = token.attributes.get("href", "")
            elif token.attributes.get("class") == "footnote":
                # In brackets, apart from the word that it stands at.
                in_note = True
                if found and not found[-1].space:
                    found[-1] = replace(found[-1], space=" ")
                found.append(Word("["))
        elif in_note and token.name == "small":
            in_note = False
            found.append(Word("]", " "))
        elif isinstance(token, EndTag) and token.name == "a" and address:
            if found and not found[-1].space:
                found[-1] = replace(found[-1], space=" ")
            found.append(Word(f"<{address}>", " "))
            address = ""
    return found


Script = list[tuple[Kind, int]]


def _script(old: Sequence[object], new: Sequence[object]) -> Script | None:
    """How to make `new` of `old`, as kinds and lengths in order; None where that takes more than MAX_EDITS."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = _shortest(old[start : len(old) - end], new[start : len(new) - end])
    if middle is None:
        return None
    return _merged([(Kind.KEPT, start), *middle, (Kind.KEPT, end)])


def _shortest(old: Sequence[object], new: Sequence[object]) -> Script | None:
    """The shortest script: on diagonal k (place in old less place in new), how far d edits come at most."""
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(MAX_EDITS + 1):
        reached: dict[int, int] = {}
        for diagonal in range(-edits, edits + 1, 2):
            inserts = _goes_down(furthest, diagonal, edits)
            x = furthest[diagonal + 1] if inserts else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x += 1
                y += 1
            reached[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walked_back(trace, len(old), len(new))
        trace.append(furthest := reached)
    return None


def _goes_down(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the best way onto the diagonal is an insertion."""
    return diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> Script:
    steps: Script = []
    for edits in range(len(trace), 0, -1):
        furthest = trace[edits - 1]
        diagonal = x - y
        is_insertion = _goes_down(furthest, diagonal, edits)
        previous = diagonal + 1 if is_insertion else diagonal - 1
        from_x = furthest[previous]
        from_y = from_x - previous
        kept = x - from_x - (0 if is_insertion else 1)
        steps += [(Kind.KEPT, kept), (Kind.INSERTED if is_insertion else Kind.DELETED, 1)]
        x, y = from_x, from_y
    steps.append((Kind.KEPT, x))
    return steps[::-1]


def _merged(steps: Script) -> Script:
    """Equal kinds as one; between words that were kept, deletions before insertions."""
    merged: Script = []
    for is_kept, group in groupby((step for step in steps if step[1]), lambda step: step[0] is Kind.KEPT):
        if is_kept:
            merged.append((Kind.KEPT, sum(length for _kind, length in group)))
            continue
        counts = {Kind.DELETED: 0, Kind.INSERTED: 0}
        for kind, length in group:
            counts[kind] += length
        merged += [(kind, length) for kind, length in counts.items() if length]
    return merged


def _script_of_paragraphs(old: Sequence[Word], new: Sequence[Word]) -> Script:
    before, after = _paragraphs(old), _paragraphs(new)
    script = _script(before, after)
    if script is None:
        return [(Kind.DELETED, len(old)), (Kind.INSERTED, len(new))]
    in_words: Script = []
    at_old = at_new = 0
    for kind, length in script:
        if kind is Kind.INSERTED:
            taken = after[at_new : at_new + length]
        else:
            taken = before[at_old : at_old + length]
            at_old += length
        if kind is not Kind.DELETED:
            at_new += length
        in_words.append((kind, sum(map(len, taken))))
    return _merged(in_words)


def _paragraphs(all_words: Sequence[Word]) -> list[tuple[str, ...]]:
    paragraphs: list[list[str]] = []
    for word in all_words:
        if word.begins_paragraph or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(word.text)
    return [tuple(paragraph) for paragraph in paragraphs]
