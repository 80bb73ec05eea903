"""Arabic spelling folded into keys: for search, for sorting names, and for seeing through evasion."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from newsroom.text.elements import BLOCKS

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
_TATWEEL = "\u0640"
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
    """
    return " ".join(_compatible(text).translate(_FOLDING).lower().split())


def normalize_with_map(text: str) -> tuple[str, list[int]]:
    """Return `normalize(text)` and, for each of its characters, the index in `text` that it came from.

    The indexes never decrease. A character that several others were composed into, or that stood before
    marks which were put in order, has the index of the first; each letter of a ligature has the index of
    the ligature.
    """
    compatible, origins = _compatible_with_map(text)
    letters: list[str] = []
    sources: list[int] = []
    for letter, origin in zip(compatible, origins, strict=True):
        folded = _FOLDING.get(ord(letter), letter)
        if folded:
            letters.append(folded)
            sources.append(origin)
    # Lower-cased as a whole, because a final sigma depends on its neighbors. Only U+0130 grows by it, to
    # two letters.
    folded_text = "".join(letters)
    if "\u0130" in folded_text:
        sources = [source for letter, source in zip(letters, sources, strict=True) for _ in letter.lower()]
    key: list[str] = []
    origins = []
    gap: int | None = None
    for letter, source in zip(folded_text.lower(), sources, strict=True):
        if letter.isspace():
            gap = source if gap is None else gap
            continue
        if gap is not None and key:
            key.append(" ")
            origins.append(gap)
        gap = None
        key.append(letter)
        origins.append(source)
    return "".join(key), origins


_SPELLED_ARTICLE = re.compile("[اٱ]ل(?=..)", re.DOTALL)


def sort_key(name: str) -> str:
    """Return the key that orders names as an Arabic index does, by code point, without article and spaces.

    Only a plain alef makes an article: إلهام and ألبير keep their first two letters.
    """
    key = normalize(name).replace(" ", "")
    spelled = _compatible(name).translate(_DELETIONS).lstrip()
    return key[2:] if _SPELLED_ARTICLE.match(spelled) and len(key) > 3 else key


def _compatible(text: str) -> str:
    """Return the NFKC form of `text`, in linear time whatever the text."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", _stream_safe(text))


def _compatible_with_map(text: str) -> tuple[str, list[int]]:
    if unicodedata.is_normalized("NFKC", text):
        return text, list(range(len(text)))
    letters: list[str] = []
    origins: list[int] = []
    starts = [index for index, letter in enumerate(text) if index == 0 or _starts_sequence(letter)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        sequence = text[start:end]
        compatible = unicodedata.normalize("NFKC", _stream_safe(sequence))
        letters.append(compatible)
        if compatible == sequence:
            origins.extend(range(start, end))
        else:
            origins.extend([start] * len(compatible))
    return "".join(letters), origins


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


# A word list that compares letters is defeated by one tatweel. The skeleton of a text keeps what a reader
# sees in it: tags, marks, tatweel and invisible characters go, every variant of a letter is its plain
# letter, letters written apart are one word. Repeated letters stay in the words, because «ممل» is not «مل»;
# they are compared by `_fits`.

_ZWNJ = "\u200c"
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


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The words that a reader sees in a text, however they are dressed up."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with repeated letters squeezed: «كلب» for كــلــب, كلللللب, ك ل ب and ك.ل.ب."""
        return " ".join(_squeeze(word.text.replace(_ZWNJ, "")) for word in self.words)


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A term that stands at text[start:end]: the whole word as written, with clitics and marks."""

    start: int
    end: int
    term: str


def skeleton(text: str) -> Skeleton:
    """Return the skeleton of `text`, in linear time."""
    return Skeleton(tuple(_join_single_letters(_read_words(text))))


def find_terms(text: str, terms: Iterable[str]) -> list[Match]:
    """Return where `terms` stand in `text` as whole words. For many texts keep a `TermIndex`."""
    return TermIndex(terms).find(text)


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
            words = tuple(word.text.replace(_ZWNJ, "") for word in skeleton(term).words)
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

    def _find_at(self, words: list[Word], index: int) -> Iterator[Match]:
        for bare in _readings(words[index].text):
            for term, term_words in self._by_first_word.get(_squeeze(bare), ()):
                last = index + len(term_words) - 1
                if last < len(words) and _fits(bare, term_words[0]):
                    following = zip(words[index + 1 : last + 1], term_words[1:], strict=True)
                    if all(_reads_as(word.text, expected) for word, expected in following):
                        yield Match(words[index].start, words[last].end, term)

    def _find_chunks(self, words: list[Word]) -> list[Match]:
        """Find words that something other than white space was put into: «نص-اب»."""
        matches: list[Match] = []
        for _, group in groupby(words, key=lambda word: word.chunk):
            chunk = list(group)
            joined = "".join(word.text.replace(_ZWNJ, "") for word in chunk)
            # Of two scripts it is an address or lacks a space, and its parts are looked at anyway.
            if len(chunk) > 1 and (joined.isascii() or _ARABIC_ONLY.fullmatch(joined)):
                matches += self._find_at([Word(joined, chunk[0].start, chunk[-1].end, chunk[0].chunk)], 0)
        return matches

    def _find_in_row(self, letters: tuple[Word, ...]) -> Iterator[Match]:
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


def _read_words(text: str) -> list[Word]:
    words: list[Word] = []
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
                words.append(Word("".join(letters), start, end, chunk))
                letters = []
            tatweel_before = None
            if letter == _SPACE:
                chunk += 1
    if letters:
        words.append(Word("".join(letters), start, end, chunk))
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


def _join_single_letters(words: list[Word]) -> list[Word]:
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
