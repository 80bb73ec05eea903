"""Finding watched words in a text, however they are dressed up to get past a word list."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from newsroom.text.elements import BLOCKS

# A word list that compares letters is defeated by one tatweel. The skeleton of a text keeps what a reader
# sees in it: tags, marks, tatweel and invisible characters go, every variant of a letter is its plain
# letter, letters written apart are one word. Repeated letters stay in the words, because «ممل» is not «مل»;
# they are compared by `_fits`.

_ZWNJ = "\u200c"
_TATWEEL = "\u0640"
_SPACE, _SEPARATOR = " ", "."
_DROPPED_CATEGORIES = frozenset(("Mn", "Me", "Cf", "Cc", "Cs"))
# Letters by Unicode category, but nothing is drawn for them: Hangul fillers, and the Arabic high hamza that
# NFKD splits off «ٵ».
_DROPPED_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u0674" + _TATWEEL)

# Plain letter by the name that Unicode gives to its variants ("ARABIC LETTER KEHEH WITH THREE DOTS BELOW"
# is a KEHEH), so that letters added to Unicode later fold too. The folding is by look, hence coarser than
# `normalize`.
_PLAIN_LETTERS = {
    name: letter
    for letter, names in {
        "ا": "ALEF, ALEF WASLA, LOW ALEF",
        "ب": "DOTLESS BEH, BEH, BEEH, BEHEH, PEH",
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
        "ف": "FEH, DOTLESS FEH, AFRICAN FEH, VEH, PEHEH",
        "ق": "QAF, DOTLESS QAF, AFRICAN QAF",
        "ك": "KAF, KEHEH, SWASH KAF, GAF, NG, NGOEH, GUEH, GRAF",
        "ل": "LAM",
        "م": "MEEM",
        "ن": "NOON, NOON GHUNNA, RNOON, AFRICAN NOON",
        "ه": "HEH, HEH DOACHASHMEE, HEH GOAL, TEH MARBUTA, TEH MARBUTA GOAL, AE",
        "و": "WAW, STRAIGHT WAW, U, OE, YU, VE, KIRGHIZ OE, KIRGHIZ YU",
        "ي": "YEH, FARSI YEH, ALEF MAKSURA, YEH BARREE, E, KASHMIRI YEH, ROHINGYA YEH, THIN YEH",
    }.items()
    for name in names.split(", ")
}

# Cyrillic and Greek letters that pass for Latin ones, in both cases because «Н» looks like H and «н» does
# not. Letters that only resemble (μ, π, и, я) are left out: they are common in units and formulas.
LATIN_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜаеѕіјкорсухԁԛԝһӏ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ",
    "abesijkmhopctyxqwaesijkopcyxdqwhl" + "abezhikmnoptyxaikvoptux",
)
_STROKED_LETTERS = str.maketrans("ıłøđħŧɑɡ", "ilodhtag")

# Latin letters and digits that stand for Arabic letters within an Arabic word: first as chat spelling does
# (3 for ع), then by look. A word is tried with either.
_ARABIC_STAND_INS = (
    str.maketrans("2356789oilj", "اعخطحغقهاال"),
    str.maketrans("0135789oilj", "هاعهحغوهاال"),
)
_LATIN_STAND_INS = (str.maketrans("013457", "oieast"), str.maketrans("013457", "oleast"))

_MARKUP = re.compile(
    r"<!--.{0,200}?-->|</?([A-Za-z][A-Za-z0-9]{0,15})(?:[\s/][^<>]{0,200})?>"
    r"|(&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)",
    re.DOTALL,
)
_PIECE = re.compile(f"[\u0621-\u064a]+|[^\u0621-\u064a{_ZWNJ}]+")
_ARABIC_ONLY = re.compile("[\u0621-\u064a]+")
_REPEATS = re.compile(r"(.)\1+", re.DOTALL)

# What Arabic writes onto the front of a word. Those that end in an article or a vocative mark a word
# clearly; the bare particles are taken off only where three letters remain, else «وكس» and «بلص» would be
# read as insults.
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "وبال", "وكال", "فبال", "فكال", "لل", "ولل", "فلل")
_COLLOQUIAL_ARTICLES = ("هال", "وهال", "عال", "وعال")
_VOCATIVES = ("يا", "ويا", "يال", "ياال")
_PARTICLES = ("و", "ف", "ب", "ك", "ل", "وب", "وك", "ول", "فب", "فك", "فل")
_LETTERS_LEFT = dict.fromkeys(_ARTICLES + _COLLOQUIAL_ARTICLES + _VOCATIVES, 2) | dict.fromkeys(_PARTICLES, 3)
_CLITICS = {
    first: tuple(clitic for clitic in _LETTERS_LEFT if clitic[0] == first)
    for first in {c[0] for c in _LETTERS_LEFT}
}
_LETTERS_IN_A_ROW = 3


class _Word(NamedTuple):
    """A word of a skeleton.

    `text` is folded and keeps repeated letters; `start` and `end` are offsets in the original, from the
    first letter (or the tatweel before it) over the marks that follow the last; `chunk` numbers the
    stretches between white space. A word made of single letters that stood apart has them in `parts`.
    """

    text: str
    start: int
    end: int
    chunk: int
    parts: tuple["_Word", ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A term that stands at text[start:end]: the whole word as written, with clitics and marks."""

    start: int
    end: int
    term: str


class TermIndex:
    """Terms prepared for look-up: the cost of a search depends on the text and hardly on the number of terms.

    A term is one word or several. It is found in any dress that the skeleton sees through and behind
    clitics, not with endings: «كلب» finds «والكَــلــب» and «ك ل ب», neither «كلباء» nor «كلبهم».
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first_word: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._by_spelling: dict[str, list[str]] = {}
        self._prefixes: set[str] = set()
        for term in dict.fromkeys(terms):
            words = tuple(word.text.replace(_ZWNJ, "") for word in _join_single_letters(_read_words(term)))
            if not words:
                continue
            self._by_first_word.setdefault(_squeeze(words[0]), []).append((term, words))
            joined = "".join(words)
            if len(words) > 1:
                self._by_first_word.setdefault(_squeeze(joined), []).append((term, (joined,)))
            spelling = _squeeze(joined)
            if len(spelling) >= _LETTERS_IN_A_ROW:
                self._by_spelling.setdefault(spelling, []).append(term)
                self._prefixes.update(spelling[:length] for length in range(1, len(spelling) + 1))

    def find(self, text: str) -> list[Match]:
        """Return the matches in order of place; of one term within itself only the widest."""
        if not self._by_first_word:
            return []
        words = _read_words(text)
        matches = self._find_chunks(words)
        words = _join_single_letters(words)
        for index, word in enumerate(words):
            matches += self._find_at(words, index)
            if word.parts:
                matches += self._find_in_row(word.parts)
        return _widest(matches)

    def _find_at(self, words: list[_Word], index: int) -> Iterator[Match]:
        for bare in _readings(words[index].text):
            for term, term_words in self._by_first_word.get(_squeeze(bare), ()):
                last = index + len(term_words) - 1
                if last < len(words) and _fits(bare, term_words[0]):
                    following = zip(words[index + 1 : last + 1], term_words[1:], strict=True)
                    if all(_reads_as(word.text, expected) for word, expected in following):
                        yield Match(words[index].start, words[last].end, term)

    def _find_chunks(self, words: list[_Word]) -> list[Match]:
        """Find words that something other than white space was put into: «نص-اب»."""
        matches: list[Match] = []
        for _, group in groupby(words, key=lambda word: word.chunk):
            chunk = list(group)
            joined = "".join(word.text.replace(_ZWNJ, "") for word in chunk)
            # Of two scripts it is an address or lacks a space, and its parts are looked at anyway.
            if len(chunk) > 1 and (joined.isascii() or _ARABIC_ONLY.fullmatch(joined)):
                matches += self._find_at([_Word(joined, chunk[0].start, chunk[-1].end, chunk[0].chunk)], 0)
        return matches

    def _find_in_row(self, letters: tuple[_Word, ...]) -> Iterator[Match]:
        """Find terms within a longer row of single letters, where no gap tells the words apart."""
        row = [(letter, list(group)) for letter, group in groupby(letters, key=lambda word: word.text[0])]
        for start, (_, first) in enumerate(row):
            spelling = ""
            for end in range(start, len(row)):
                letter, last = row[end]
                spelling += letter
                if spelling not in self._prefixes:
                    break
                for term in self._by_spelling.get(spelling, ()):
                    yield Match(first[0].start, last[-1].end, term)


def fold_letters(text: str) -> str:
    """Return the letters of `text` as a skeleton has them, run together and each written once however often.

    White space, digits and signs are gone besides what no skeleton holds, so two texts have the same letters when
    only their dress differs: "ربـــح  س.ر.ي.ع 100%" and "رِبح سريع" do.
    """
    folded = "".join(_fold(symbol) for symbol, _, _ in _symbols(text))
    return _squeeze("".join(filter(str.isalpha, folded)))


def _read_words(text: str) -> list[_Word]:
    words: list[_Word] = []
    letters: list[str] = []
    start = end = chunk = 0
    tatweel_before: int | None = None
    for symbol, at, after in _symbols(text):
        folded = _fold(symbol)
        if not folded:
            if letters and (symbol == _TATWEEL or unicodedata.category(symbol) != "Cf"):
                end = after
            elif symbol == _TATWEEL and tatweel_before is None:
                tatweel_before = at
            continue
        for letter in folded:
            if letter not in (_SPACE, _SEPARATOR):
                if letter == _ZWNJ and not letters:
                    continue
                if not letters:
                    start = at if tatweel_before is None else tatweel_before
                letters.append(letter)
                end = after
                continue
            if letters:
                words.append(_Word("".join(letters), start, end, chunk))
                letters = []
            tatweel_before = None
            if letter == _SPACE:
                chunk += 1
    if letters:
        words.append(_Word("".join(letters), start, end, chunk))
    return words


def _symbols(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each character with its span; a reference is its character, a tag nothing or a space."""
    at = 0
    if "<" in text or "&" in text:
        for markup in _MARKUP.finditer(text):
            yield from ((text[index], index, index + 1) for index in range(at, markup.start()))
            at = markup.end()
            tag, reference = markup.groups()
            if reference:
                yield from ((symbol, markup.start(), at) for symbol in html.unescape(reference))
            elif tag and tag.lower() in BLOCKS:
                yield (_SPACE, markup.start(), at)
    yield from ((text[index], index, index + 1) for index in range(at, len(text)))


@lru_cache(maxsize=8192)
def _fold(symbol: str) -> str:
    """Return the plain lower-case letters of `symbol`, "" for what nobody sees, or a space or separator."""
    if symbol == _ZWNJ:
        # Kept as a seam: it hides inside a word («كـ\u200cلب»), but also parts words without a space
        # («كلب\u200cنجس»).
        return _ZWNJ
    return "".join(map(_fold_decomposed, unicodedata.normalize("NFKD", symbol)))


def _fold_decomposed(symbol: str) -> str:
    category = unicodedata.category(symbol)
    if symbol.isspace():
        return _SPACE
    if category in _DROPPED_CATEGORIES or symbol in _DROPPED_LETTERS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(symbol))
    if not category.startswith(("L", "M", "N")):
        return _SEPARATOR
    name = unicodedata.name(symbol, "")
    if name.startswith("ARABIC LETTER "):
        return _PLAIN_LETTERS.get(name.removeprefix("ARABIC LETTER ").partition(" WITH ")[0], symbol)
    return symbol.translate(LATIN_LOOKALIKES).casefold().translate(_STROKED_LETTERS)


def _join_single_letters(words: list[_Word]) -> list[_Word]:
    """Return `words` with rows of single letters joined: «ك ل ب» is a word, one «و» stays as it is."""
    joined: list[_Word] = []
    for is_single, group in groupby(words, key=_is_single_letter):
        row = tuple(group)
        if is_single and len(row) >= _LETTERS_IN_A_ROW:
            text = "".join(word.text for word in row)
            joined.append(_Word(text, row[0].start, row[-1].end, row[0].chunk, row))
        else:
            joined += row
    return joined


def _is_single_letter(word: _Word) -> bool:
    letters = set(word.text)
    letters.discard(_ZWNJ)
    return len(letters) == 1 and word.text[0].isalpha()


def _readings(text: str) -> Iterator[str]:
    """Yield what the word `text` may say: in each spelling, itself and what remains behind its clitics."""
    for form in _spellings(text):
        yield form
        squeezed = _squeeze(form)
        for whole in (form,) if form == squeezed else (form, squeezed):
            for clitic in _CLITICS.get(whole[0], ()):
                if not whole.startswith(clitic):
                    continue
                rest = whole[len(clitic) :]
                # Before a word in ل the particle may hold an unwritten article: «للص» is ل, ال and لص.
                letters_left = 2 if clitic[-1] == "ل" == rest[:1] else _LETTERS_LEFT[clitic]
                if len(rest) >= letters_left:
                    yield rest


def _spellings(text: str) -> Iterator[str]:
    """Yield `text` and, where it mixes scripts or digits or has a seam, its other spellings and pieces."""
    if _ARABIC_ONLY.fullmatch(text) or (text.isascii() and text.isalpha()):
        yield text
        return
    whole = text.replace(_ZWNJ, "")
    yield whole
    pieces = _PIECE.findall(text)
    if len(pieces) > 1:
        yield from (piece for piece in pieces if len(piece) > 1)
    stand_ins = _ARABIC_STAND_INS if _ARABIC_ONLY.search(whole) else _LATIN_STAND_INS
    for stand_in in stand_ins:
        respelled = whole.translate(stand_in)
        if respelled != whole and not whole.isdigit():
            yield respelled


def _reads_as(text: str, expected: str) -> bool:
    return any(_squeeze(bare) == _squeeze(expected) and _fits(bare, expected) for bare in _readings(text))


def _squeeze(text: str) -> str:
    return _REPEATS.sub(r"\1", text)


def _fits(word: str, term: str) -> bool:
    """Tell whether `word` is `term` with letters repeated; both squeeze to the same.

    A letter written three times or more is a stretched one. Twice may be spelling («ملل» is not «مل»), so
    in short words it does not count.
    """
    if word == term:
        return True
    runs = list(zip(_run_lengths(word), _run_lengths(term), strict=True))
    return all(
        in_word == in_term or (in_word > in_term and (in_word > 2 or len(runs) > 2))
        for in_word, in_term in runs
    )


def _run_lengths(text: str) -> list[int]:
    return [len(list(run)) for _, run in groupby(text)]


def _widest(matches: list[Match]) -> list[Match]:
    kept: list[Match] = []
    ends: dict[str, int] = {}
    for match in sorted(matches, key=lambda match: (match.start, -match.end, match.term)):
        if match.end > ends.get(match.term, -1):
            ends[match.term] = match.end
            kept.append(match)
    return kept
