"""The words of a text as a reader sees them, with their places in the original.

Tags, marks, tatweel and invisible characters go, and every variant of a letter is its plain letter. Repeated
letters stay, because «ممل» is not «مل».
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from newsroom.text.elements import BLOCKS

ZWNJ = "\u200c"
_TATWEEL = "\u0640"
_SPACE, _SEPARATOR = " ", "."
_DROPPED_CATEGORIES = frozenset(("Mn", "Me", "Cf", "Cc", "Cs"))
# Letters by Unicode category, but nothing is drawn for them: Hangul fillers, and the Arabic high hamza that
# NFKD splits off «ٵ».
_DROPPED_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u0674" + _TATWEEL)

# Plain letter by the name that Unicode gives to its variants ("ARABIC LETTER KEHEH WITH THREE DOTS BELOW"
# is a KEHEH), so that letters added to Unicode later fold too. The folding is by look, hence coarser than
# `normalize`. Letters without their dots stay as they are: they may be any of several.
_PLAIN_ARABIC = {
    name: letter
    for letter, names in {
        "ا": "ALEF, ALEF WASLA, LOW ALEF",
        "ب": "BEH, BEEH, BEHEH, PEH",
        "ت": "TEH, TTEH, TTEHEH, TEHEH",
        "ج": "JEEM, TCHEH, TCHEHEH, NYEH, DYEH",
        "ح": "HAH",
        "د": "DAL, DDAL, DAHAL, DDAHAL, DUL",
        "ر": "REH, RREH",
        "ز": "ZAIN, JEH",
        "س": "SEEN",
        "ش": "SHEEN",
        "ص": "SAD",
        "ض": "DAD",
        "ط": "TAH",
        "ظ": "ZAH",
        "ع": "AIN",
        "غ": "GHAIN",
        "ف": "FEH, AFRICAN FEH, VEH, PEHEH",
        "ق": "QAF, AFRICAN QAF",
        "ك": "KAF, KEHEH, SWASH KAF, GAF, NG, NGOEH, GUEH, GRAF",
        "ل": "LAM",
        "م": "MEEM",
        "ن": "NOON, RNOON, AFRICAN NOON",
        "ه": "HEH, HEH DOACHASHMEE, HEH GOAL, TEH MARBUTA, TEH MARBUTA GOAL, AE",
        "و": "WAW, STRAIGHT WAW, U, OE, YU, VE, KIRGHIZ OE, KIRGHIZ YU",
        "ي": "YEH, FARSI YEH, ALEF MAKSURA, YEH BARREE, E, KASHMIRI YEH, ROHINGYA YEH, THIN YEH",
        "\u066e": "DOTLESS BEH",
        "\u06a1": "DOTLESS FEH",
        "\u066f": "DOTLESS QAF",
        "\u06ba": "NOON GHUNNA",
    }.items()
    for name in names.split(", ")
}

# Latin letter by the name of a variant: stroked, turned, small capital, or white on a black square.
_LATIN_NAME = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER)"
    r" (?:TURNED |REVERSED |OPEN |DOTLESS |SCRIPT |BARRED |SIDEWAYS |SMALL CAPITAL )*([A-Z])(?: WITH .*)?"
)
# Letters of other scripts that pass for Latin ones, in both cases because «Н» looks like H and «н» does not.
# Letters that only resemble (μ, π, и, я) are left out: they are common in units and formulas.
LATIN_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜаеѕіјкорсухԁԛԝһӏ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ" + "օոսհ" + "ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ",
    "abesijkmhopctyxqwaesijkopcyxdqwhl" + "abezhikmnoptyxaikvoptux" + "onuh" + "abcdehjklmprstvwz",
)
# Strokes that pass for an alef (Hebrew vav and final nun, N'Ko, a click), the round Latin a and the schwas.
_STROKES = str.maketrans("\u05d5\u05df\u07ca\u01c0\u0251\u0259\u04d9", "ااااaee")

_MARKUP = re.compile(
    r"<!--.{0,200}?-->|</?([A-Za-z][A-Za-z0-9]{0,15})(?:[\s/][^<>]{0,200})?>"
    r"|(&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};))",
    re.DOTALL,
)
_REPEATS = re.compile(r"(.)\1+", re.DOTALL)
_LETTERS_IN_A_ROW = 3


class Word(NamedTuple):
    """A word of a skeleton.

    `text` is folded and keeps repeated letters; `start` and `end` are offsets in the original, from the
    first letter (or the tatweel before it) over the marks that follow the last; `chunk` numbers the
    stretches between white space. A word made of single letters that stood apart has them in `parts`.
    """

    text: str
    start: int
    end: int
    chunk: int
    parts: tuple["Word", ...] = ()


def read_words(text: str) -> list[Word]:
    """Return the words of `text`; a ZWNJ stays within a word, because it may part two."""
    words: list[Word] = []
    letters: list[str] = []
    start = end = chunk = 0
    tatweel_before: int | None = None
    for piece, at, after in _pieces(text):
        if len(piece) > 1:
            if not letters:
                start = at if tatweel_before is None else tatweel_before
            letters.append(piece.translate(_PLAIN_RUNS))
            end = after
            continue
        if piece == _SPACE:
            if letters:
                words.append(Word("".join(letters), start, end, chunk))
                letters = []
            tatweel_before = None
            chunk += 1
            continue
        folded = _fold(piece)
        if not folded:
            if letters and (piece == _TATWEEL or unicodedata.category(piece) != "Cf"):
                end = after
            elif piece == _TATWEEL and tatweel_before is None:
                tatweel_before = at
                # What is drawn as joined to a letter before it belongs to that word: «نص ـاب».
                chunk = words[-1].chunk if words else chunk
            continue
        for letter in folded:
            if letter not in (_SPACE, _SEPARATOR):
                if letter == ZWNJ and not letters:
                    continue
                if not letters:
                    start = at if tatweel_before is None else tatweel_before
                letters.append(letter)
                end = after
                continue
            if letters:
                words.append(Word("".join(letters), start, end, chunk))
                letters = []
            tatweel_before = None
            if letter == _SPACE:
                chunk += 1
    if letters:
        words.append(Word("".join(letters), start, end, chunk))
    return words


def fold_letters(text: str) -> str:
    """Return the letters of `text` as a skeleton has them, run together and each written once however often.

    White space, digits and signs are gone besides what no skeleton holds, so two texts have the same letters when
    only their dress differs: "ربـــح  س.ر.ي.ع 100%" and "رِبح سريع" do.
    """
    folded = "".join(
        piece.translate(_PLAIN_RUNS) if len(piece) > 1 else _fold(piece) for piece, _, _ in _pieces(text)
    )
    return _REPEATS.sub(r"\1", "".join(filter(str.isalpha, folded)))


def join_single_letters(words: list[Word]) -> list[Word]:
    """Return `words` with rows of single letters joined: «ك ل ب» is a word, one «و» stays as it is."""
    joined: list[Word] = []
    for is_single, group in groupby(words, key=_is_single_letter):
        row = tuple(group)
        if is_single and len(row) >= _LETTERS_IN_A_ROW:
            text = "".join(word.text for word in row)
            joined.append(Word(text, row[0].start, row[-1].end, row[0].chunk, row))
        else:
            joined += row
    return joined


def _is_single_letter(word: Word) -> bool:
    letters = set(word.text)
    letters.discard(ZWNJ)
    return len(letters) == 1


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield runs of plain letters and each other character, with their spans.

    A reference is its character, a tag nothing or a space.
    """
    at = 0
    if "<" in text or "&" in text:
        for markup in _MARKUP.finditer(text):
            for piece in _PIECE.finditer(text, at, markup.start()):
                yield piece[0], *piece.span()
            at = markup.end()
            tag, reference = markup.groups()
            if reference:
                yield from ((symbol, markup.start(), at) for symbol in html.unescape(reference))
            elif tag and tag.lower() in BLOCKS:
                yield (_SPACE, markup.start(), at)
    for piece in _PIECE.finditer(text, at):
        yield piece[0], *piece.span()


@lru_cache(maxsize=8192)
def _fold(symbol: str) -> str:
    """Return the plain lower-case letters of `symbol`, "" for what nobody sees, or a space or separator."""
    if symbol == ZWNJ:
        # Kept as a seam: it hides inside a word («كـ\u200cلب»), but also parts words without a space
        # («كلب\u200cنجس»).
        return ZWNJ
    return "".join(map(_fold_decomposed, unicodedata.normalize("NFKD", symbol)))


def _fold_decomposed(symbol: str) -> str:
    category = unicodedata.category(symbol)
    if symbol.isspace():
        return _SPACE
    if category in _DROPPED_CATEGORIES or symbol in _DROPPED_LETTERS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(symbol))
    name = unicodedata.name(symbol, "")
    if latin := _LATIN_NAME.fullmatch(name):
        return latin[1].lower()
    if not category.startswith(("L", "M", "N")):
        return _SEPARATOR
    if name.startswith("ARABIC LETTER "):
        return _PLAIN_ARABIC.get(name.removeprefix("ARABIC LETTER ").partition(" WITH ")[0], symbol)
    return symbol.translate(_STROKES).translate(LATIN_LOOKALIKES).casefold()


# Most of a text is runs of these, which are folded at once.
_PLAIN_RUNS = {
    code: _fold(chr(code)) for code in (*range(0x621, 0x63B), *range(0x641, 0x64B), *range(0x30, 0x7B))
}
_PIECE = re.compile("[\u0621-\u063a\u0641-\u064aA-Za-z0-9]+|.", re.DOTALL)
