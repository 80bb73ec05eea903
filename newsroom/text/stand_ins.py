"""What stands for an Arabic letter when it is not written itself: chat spelling, look-alikes, missing dots."""

import re
from collections.abc import Mapping
from sys import intern
from typing import NamedTuple

# What may be meant by each sign. Signs of one character each make an alphabet.
Table = Mapping[str, tuple[str, ...]]

SHORT_VOWELS = frozenset("aeiou")
# What chat spelling must weigh at least: any short Latin word could be Arabic.
MIN_WEIGHT = 3
# What may stand for a letter though it is none, where it is between letters; a star for any letter.
SYMBOLS = frozenset("@$|!*/\\[]\u00a6\u2502\u23ae\u2758")


class Move(NamedTuple):
    """A sign of one or two characters, taken for one of what it may stand for: a letter or, rarely, two.

    `weight` tells how much the sign proves that a word is Arabic. `doubled` is what makes a doubled consonant of it,
    which is one letter with shadda; empty where doubling is none.
    """

    length: int
    letter: str
    second_letter: str
    is_vowel: bool
    weight: int
    doubled: str


class Moves(NamedTuple):
    """The moves from a place in a word, by the two characters there or, where these are no sign, by the first alone.

    `closing` holds what the last two or the last of a word may stand for, and `inner` the rest.
    """

    inner: Mapping[str, tuple[Move, ...]]
    closing: Mapping[str, tuple[Move, ...]]


class Spelling(NamedTuple):
    """A way to write words by sound: what the signs stand for where a word (or what follows its clitic) begins, and
    later.

    Chat spelling writes short vowels, which stand for nothing. Those of a pattern that is less often Arabic than «kalb»
    and «safel» take `vowel_cost` off the weight. Shorter endings than `min_ending_letters` prove nothing in it: «kalbi»
    is a heart in Turkish.
    """

    first: Moves
    later: Moves
    vowel_cost: int
    min_weight: int
    min_ending_letters: int


def _table(signs: str) -> dict[str, tuple[str, ...]]:
    """Return the table that is written as «sign:letters», with a comma between letters that stand together."""
    entries = (entry.partition(":") for entry in signs.split())
    return {sign: tuple(map(intern, filter(None, letters.split(",")))) for sign, _, letters in entries}


def _merged(*tables: Table) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for sign, letters in table.items():
            merged[sign] = tuple(dict.fromkeys(merged.get(sign, ()) + letters))
    return merged


_ARABIC = {letter: (letter,) for letter in map(intern, map(chr, range(0x621, 0x64B)))}
_DOTLESS = _table("\u066e:ب,ت,ث,ن,ي \u06a1:ف,ق \u066f:ق,ف \u06ba:ن,ب,ت,ث,ي")
# Who leaves out dots leaves out all: these are then any of their group.
_UNDOTTED = _table("ح:ج,خ د:ذ ر:ز س:ش ص:ض ط:ظ ع:غ ي:ب,ت,ث,ن")

_CHAT = _table(
    "b:ب t:ت,ط th:ث,ذ,ظ s:س,ص j:ج dj:ج h:ح,ه kh:خ d:د,ض dh:ذ,ض,ظ r:ر z:ز,ذ,ظ sh:ش ch:ش gh:غ f:ف q:ق k:ك l:ل m:م"
    " n:ن w:و y:ي a:ا aa:ا,عا o:و u:و ou:و oo:و uu:و i:ي ee:ي ii:ي ei:ي"
)
_CHAT_FIRST = _table("a:ا,ع,عا aa:ا,عا e:ا,ع i:ا,ع o:ا,ع u:ا,ع ou: oo: uu: ee:ا ii: ei:")
_CHAT_FINAL = _table("a:ه e:ه ah:ه eh:ه ih:ه")
# A digit within a word says that it is chat spelling; then the rarer habits count too.
_CHAT_DIGITS = _table(
    "2:ا,ء,ق,ي,و 3:ع 4:ش,ا 5:خ 6:ط 7:ح,خ 8:غ,ق 9:ص,ق g:ج,غ,ق x:خ k:ق c:ك,ق v:ف p:ب e:ي,ا s:ث t:ث z:ض a:ع"
)
# Two for what other languages hardly write; nothing for what is a vowel to them, and for «h», which belongs
# to the letter before.
_CHAT_WEIGHTS = dict.fromkeys(
    (*SHORT_VOWELS, "aa", "ou", "oo", "uu", "ee", "ii", "ei", "w", "y", "h"), 0
) | dict.fromkeys(("kh", "gh", "dh", "q", *"23456789"), 2)
_CHAT_FIRST_WEIGHTS = _CHAT_WEIGHTS | dict.fromkeys("wyh", 1)

# By look and by sound, within a word that has Arabic letters.
_LOOKS = _table(
    "0:ه 1:ا,ي 2:ا,ء 3:ع 5:ه,خ 6:ط 7:ح 8:غ 9:و,ق,ص o:ه l:ا i:ا,ي j:ل,ر ε:ع ɛ:ع u:و w:س,ش |:ا !:ا $:س @:ا"
    " /:ا \\:ا [:ا ]:ا \u00a6:ا \u2502:ا \u23ae:ا \u2758:ا"
)
_SOUNDS = _table("a:ا b:ب t:ت,ط s:س,ص h:ح,ه d:د,ض r:ر z:ز,ذ,ظ f:ف q:ق k:ك,ق l:ل m:م n:ن g:ج,غ,ق w:و y:ي x:خ")
_LEET = _table("0:o 1:i,l 3:e 4:a 5:s 7:t 8:b 9:g @:a $:s |:l,i !:i")
_LATIN = {letter: (letter,) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}


def _spelling(*tables: Table, vowel_cost: int, min_ending_letters: int) -> Spelling:
    letters = _merged(*tables)
    final = _merged(letters, _CHAT_FINAL)
    return Spelling(
        _moves(letters | _CHAT_FIRST, final, _CHAT_FIRST_WEIGHTS),
        _moves(letters, final, _CHAT_WEIGHTS),
        vowel_cost,
        MIN_WEIGHT,
        min_ending_letters,
    )


def _moves(letters: Table, final: Table, weights: Mapping[str, int]) -> Moves:
    def moves(sign: str, table: Table) -> tuple[Move, ...]:
        is_vowel = sign[0] in SHORT_VOWELS
        doubled = "" if is_vowel else sign
        return tuple(
            Move(len(sign), intern(choice[0]), intern(choice[1:]), is_vowel, weights.get(sign, 1), doubled)
            for choice in table.get(sign, ())
        )

    def alone(sign: str) -> tuple[Move, ...]:
        return moves(sign[0], letters) if len(sign) == 2 else ()

    inner = {sign: moves(sign, letters) + alone(sign) for sign in final}
    closing = {sign: moves(sign, final) + alone(sign) for sign in final}
    return Moves(inner, closing)


MIXED = _merged(_ARABIC, _DOTLESS, _LOOKS, _SOUNDS)
DOTLESS = _merged(_ARABIC, _DOTLESS, _UNDOTTED, _LOOKS)
LATIN = _merged(_LATIN, _LEET)
CHAT = _spelling(_CHAT, vowel_cost=1, min_ending_letters=2)
CHAT_WITH_DIGITS = _spelling(_CHAT, _CHAT_DIGITS, vowel_cost=0, min_ending_letters=1)

# Chat spelling has signs for all of the word, and consonants enough for its weight.
_CHAT_WORD = re.compile("(?=(?:[aeiou]*[^aeiou]){2})(?:[abdefghijklmnoqrstuwyz]|ch){3,}")
# Two digits in a row are a number, unless one is doubled.
_CHAT_WORD_WITH_DIGITS = re.compile(r"(?=.*[2-9])(?=.*[a-z])(?![2-9]{2})(?!.*([2-9])(?!\1)[2-9])[a-z2-9]{4,}")


# Symbols and digits that stand for Latin letters there.
CHAT_LETTERS = str.maketrans("@$!|10", "asilio")


def chat_spelling(word: str) -> Spelling | None:
    """Return the spelling in which `word`, with its CHAT_LETTERS, may be chat spelling."""
    if _CHAT_WORD.fullmatch(word):
        return CHAT
    return CHAT_WITH_DIGITS if _CHAT_WORD_WITH_DIGITS.fullmatch(word) else None
