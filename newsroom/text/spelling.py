"""Words at one slip of the finger from another: found by what both have left without a letter, ordered by likelihood.

Two words at one insertion, omission, substitution or transposition (Damerau) share a form that lacks at most one
letter of each; this is the index of deletions of SymSpell.
"""

import math
from collections.abc import Iterable
from hashlib import blake2b

# A longer word is found as it is only.
LONGEST = 30
SHORTEST = 3
# Letters that differ in their dots alone are taken for one another more often than others.
_DOT_CLASSES = ("بتثنيى", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق", "هة")
_SAME_BODY = {letter: number for number, letters in enumerate(_DOT_CLASSES) for letter in letters}
_LETTERS = 28
_DOTS = 3.0
# Frequent words are typed, and mistyped, more often; they also have more neighbors by chance.
_SHARE_OF_FREQUENCY = 0.5


def neighbors(word: str) -> list[int]:
    """Numbers of 32 bits for the word and what is left of it without one letter."""
    forms = {word}
    if len(word) <= LONGEST:
        forms.update(word[:at] + word[at + 1 :] for at in range(len(word)))
    return sorted(_number(form) for form in forms)


def _number(form: str) -> int:
    return int.from_bytes(blake2b(form.encode(), digest_size=4).digest(), signed=True)


def likelihood(typed: str, meant: str) -> float:
    """How likely one slip makes `typed` of `meant`: a letter left out or two exchanged are a few of their letters, one
    put in or put for another is any of the alphabet. 0 where it takes none or more than one."""
    if typed == meant:
        return 0.0
    start = 0
    shorter = min(len(typed), len(meant))
    while start < shorter and typed[start] == meant[start]:
        start += 1
    rest_typed, rest_meant = typed[start:], meant[start:]
    if rest_typed == rest_meant[1:]:
        return 1 / len(meant)
    if rest_typed[1:] == rest_meant:
        return 1 / (_LETTERS * (len(meant) + 1))
    if rest_typed[1:] == rest_meant[1:]:
        body = _SAME_BODY.get(rest_typed[0])
        is_alike = body is not None and body == _SAME_BODY.get(rest_meant[0])
        return (_DOTS if is_alike else 1.0) / (_LETTERS * len(meant))
    if rest_typed[:2] == rest_meant[:2][::-1] and rest_typed[2:] == rest_meant[2:]:
        return 1 / (len(meant) - 1)
    return 0.0


def likely(typed: str, known: Iterable[tuple[str, int]]) -> list[str]:
    """Of known words with their frequencies those at one slip from `typed`, the likeliest first."""
    scored = [
        (math.log(chance) + _SHARE_OF_FREQUENCY * math.log(max(frequency, 1)), word)
        for word, frequency in known
        if (chance := likelihood(typed, word))
    ]
    return [word for _score, word in sorted(scored, reverse=True)]
