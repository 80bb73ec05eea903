"""Finding watched words in a text, however they are dressed up to get past a word list."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from sys import intern

from newsroom.text import stand_ins
from newsroom.text.skeleton import ZWNJ, Word, join_single_letters, read_words
from newsroom.text.stand_ins import Spelling, Table

# A word list that compares letters is defeated by one tatweel. Terms are looked up in the skeleton of a
# text; a word that is plain Arabic or Latin there, in a dictionary. What remains, and Latin words that may
# be Arabic in chat spelling, is walked through a tree of the terms by what its signs may stand for.

_ARABIC_ONLY = re.compile("[\u0621-\u064a]+")
_ARABIC_ALPHABET = frozenset(map(chr, range(0x621, 0x64B)))
_ARABIC_LETTER = "[\u0621-\u064a\u066e\u066f\u06a1\u06ba]"
_ARABIC_LETTERS = re.compile(_ARABIC_LETTER)
_HAS_DOTLESS = re.compile("[\u066e\u066f\u06a1\u06ba]")
_PIECE = re.compile(f"{_ARABIC_LETTER}+|[^\u0621-\u064a\u066e\u066f\u06a1\u06ba{ZWNJ}]+")
_REPEATS = re.compile(r"(.)\1+", re.DOTALL)
_STRETCHES = re.compile(r"(.)\1{2,}", re.DOTALL)

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
# In Latin letters a particle is any word's first letter.
_SPOKEN_CLITICS = ("ال", "وال", "ول", "بال", "بل", "لل", "يا", "ويا")

# What Arabic writes onto the end of a noun: feminine, dual and sound plural, and whose it is.
_POSSESSIVES = ("ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "ي", "نا")
_ENDINGS = (
    *_POSSESSIVES,
    *("ا", "ون", "ين", "ان", "ات"),
    *("ت" + possessive for possessive in _POSSESSIVES),
    *("ات" + possessive for possessive in _POSSESSIVES),
    *("تان", "تين"),
)
# A listed «ة» gives way to these: «عاهرتهم», «عاهرات».
_FEMININE_ENDINGS = frozenset(ending for ending in _ENDINGS if ending.startswith(("ت", "ات")))
_ENDINGS_BY_LAST = {
    last: tuple(ending for ending in _ENDINGS if ending[-1] == last) for last in {e[-1] for e in _ENDINGS}
}
_STEM_LETTERS = 3

_LETTERS_IN_A_ROW = 3
# Longer words are no dressed term of the list, only costly.
_WALKED_LETTERS = 40


class TermKind(StrEnum):
    """How a term may stand in a text; dressed up it may be in each."""

    EXACT = "exact"  # as it is listed
    PHRASE = "phrase"  # its words in order, each behind clitics
    STEM = "stem"  # its words in order, each behind clitics and before endings


@dataclass(frozen=True, slots=True)
class Term:
    """A word or several to look for."""

    text: str
    kind: TermKind = TermKind.PHRASE


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A term that stands at text[start:end]: the whole word as written, with clitics, endings and marks."""

    start: int
    end: int
    term: str


class _Dress(IntEnum):
    """What a word of a text has besides the term's word that it is read as."""

    BARE = 0
    CLITICS = 1
    ENDINGS = 2
    UNREAD = 3


_WIDEST_DRESS = {
    TermKind.EXACT: _Dress.BARE,
    TermKind.PHRASE: _Dress.CLITICS,
    TermKind.STEM: _Dress.ENDINGS,
}


@dataclass(frozen=True, slots=True)
class _Entry:
    term: str
    words: tuple[str, ...]
    widest_dress: _Dress


class _Node(dict[str, "_Node"]):
    """A place in a tree of words, letter by letter.

    `word` ends here, if any does, and so do `stems` of words, each with its word. Behind a clitic,
    `letters_left` tells how many letters the word must have. Of these there is one at least where `is_end`.
    """

    __slots__ = ("is_end", "letters_left", "stems", "word")

    def __init__(self) -> None:
        self.is_end = False
        self.word = ""
        self.stems: tuple[tuple[str, str], ...] = ()
        self.letters_left = 0

    def grow(self, letters: str) -> "_Node":
        node = self
        # Interned, else each node keeps a string of its own for each letter, and look-up compares them.
        for letter in map(intern, letters):
            if letter not in node:
                node[letter] = _Node()
            node = node[letter]
        return node


def _clitic_tree(letters_left: Mapping[str, int]) -> _Node:
    root = _Node()
    for clitic, letters in letters_left.items():
        node = root.grow(clitic)
        node.letters_left, node.is_end = letters, True
    return root


def _ending_tree() -> _Node:
    root = _Node()
    for ending in _ENDINGS:
        node = root.grow(ending)
        node.word, node.is_end = ending, True
    return root


_CLITIC_TREE = _clitic_tree(_LETTERS_LEFT)
_SPOKEN_CLITIC_TREE = _clitic_tree(dict.fromkeys(_SPOKEN_CLITICS, 3))
_ENDING_TREE = _ending_tree()
# What a clitic may begin with in Latin letters.
_SPOKEN_BEGINNINGS = frozenset(
    sign[0]
    for spelling in (stand_ins.CHAT, stand_ins.CHAT_WITH_DIGITS)
    for signs in spelling.first
    for sign, moves in signs.items()
    if any(move.letter in _SPOKEN_CLITIC_TREE for move in moves)
)


# What a word of a text may be: words of terms, each with the least dress in which it is read so.
_Readings = dict[str, _Dress]


class TermIndex:
    """Terms prepared for look-up: the cost of a search depends on the text and hardly on the number of terms.

    Every kind of term is found in any dress that the skeleton sees through: «كلب» finds «كَــلــب»,
    «ك ل ب», «ڪلٮ» and «kalb». What may be written onto it is a matter of its kind: «والكلب» is found for a
    phrase and a stem, «كلبهم» for a stem, «كلباء» for none.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._by_spelling: dict[str, list[str]] = {}
        self._prefixes: set[str] = set()
        self._words: dict[str, list[str]] = {}
        self._stems: dict[str, list[tuple[str, str]]] = {}
        self._tree = _Node()
        # Of words with others nothing can be read plainly.
        self._letters = set(_ARABIC_ALPHABET)
        self._openings: set[str] = set()
        self._alone: set[str] = set()
        self._longest = 1
        for term in dict.fromkeys(terms):
            read = join_single_letters(read_words(term.text))
            words = tuple(word.text.replace(ZWNJ, "") for word in read)
            if not words:
                continue
            self._longest = max(self._longest, len(words))
            joined = "".join(words)
            for sequence in dict.fromkeys((words, (joined,))):
                entry = _Entry(term.text, sequence, _WIDEST_DRESS[term.kind])
                self._entries.setdefault(sequence[0], []).append(entry)
                self._alone.update(sequence if len(sequence) == 1 else ())
                for word in sequence:
                    self._learn(word)
                    if term.kind is TermKind.STEM:
                        self._learn_stem(word, word)
            if term.kind is TermKind.STEM:
                # «ة» gives way to the «ت» of an ending. A listed «ه» would not.
                for listed in read:
                    if "ة" in term.text[listed.start : listed.end]:
                        self._learn_stem(listed.text.removesuffix("ه"), listed.text)
            spelling = _squeeze(joined)
            if len(spelling) >= _LETTERS_IN_A_ROW:
                self._by_spelling.setdefault(spelling, []).append(term.text)
                self._prefixes.update(spelling[:length] for length in range(1, len(spelling) + 1))

    def find(self, text: str) -> list[Match]:
        """Return the matches in order of place; of one term within itself only the widest."""
        if not self._entries:
            return []
        read = cache(self._read)
        pieces = read_words(text)
        words = join_single_letters(pieces)
        matches: list[Match] = []
        for index, word in enumerate(words):
            if read(word.text):
                matches += self._find_at(words, index, read)
            if word.parts:
                matches += self._find_in_row(word.parts)
        for whole, joined in _join_chunks(pieces, text):
            for index in sorted(
                {at for last in joined for at in range(max(0, last - self._longest + 1), last + 1)}
            ):
                matches += self._find_at(whole, index, read)
        return _widest(matches)

    def _learn(self, word: str) -> None:
        self._letters.update(word)
        self._openings.add(word[:_STEM_LETTERS])
        node = self._tree.grow(word)
        if not node.word:
            node.word, node.is_end = word, True
            self._words.setdefault(_squeeze(word), []).append(word)

    def _learn_stem(self, stem: str, word: str) -> None:
        """Let `word` be found as `stem` with an ending: itself, or what «ة» leaves of it."""
        stems = self._stems.setdefault(_squeeze(stem), [])
        if len(stem) >= _STEM_LETTERS and (stem, word) not in stems:
            stems.append((stem, word))
            node = self._tree.grow(stem)
            node.stems, node.is_end = (*node.stems, (stem, word)), True

    def _find_at(self, words: list[Word], index: int, read: Callable[[str], _Readings]) -> Iterator[Match]:
        for first, dress in read(words[index].text).items():
            for entry in self._entries.get(first, ()):
                last = index + len(entry.words) - 1
                if dress > entry.widest_dress or last >= len(words):
                    continue
                following = zip(words[index + 1 : last + 1], entry.words[1:], strict=True)
                if all(
                    read(word.text).get(expected, _Dress.UNREAD) <= entry.widest_dress
                    for word, expected in following
                ):
                    yield Match(words[index].start, words[last].end, entry.term)

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

    def _read(self, text: str) -> _Readings:
        readings: _Readings = {}
        self._read_into(readings, text)
        return readings

    def _read_into(self, readings: _Readings, text: str) -> None:
        if _ARABIC_ONLY.fullmatch(text):
            self._read_plain(readings, text)
            return
        whole = text.replace(ZWNJ, "")
        if self._letters.issuperset(whole):
            self._read_plain(readings, whole)
        if text.isascii() and text.isalpha():
            self._read_chat(readings, text)
            return
        pieces = _PIECE.findall(text)
        if len(pieces) > 1:
            for piece in pieces:
                if len(piece) > 1:
                    self._read_into(readings, piece)
        letters = _ARABIC_LETTERS.findall(whole)
        # Of «ل9» and «5b» the number is one.
        if len(whole) > _WALKED_LETTERS or (len(letters) < 2 and sum(map(str.isalpha, whole)) < 2):
            return
        if letters:
            # What is put between the letters is none of them: «كxلxب».
            joined = "".join(letters)
            if len(joined) == 1 or joined not in pieces:
                self._read_plain(readings, joined)
            alphabet = stand_ins.DOTLESS if _HAS_DOTLESS.search(whole) else stand_ins.MIXED
            self._read_signs(readings, _squeeze(whole), alphabet)
            return
        if not whole.isalpha():
            self._read_signs(readings, _squeeze(whole), stand_ins.LATIN)
        self._read_chat(readings, whole.translate(stand_ins.CHAT_LETTERS))

    def _read_plain(self, readings: _Readings, text: str) -> None:
        squeezed = _squeeze(text)
        # What has no letter twice in a row has none so in its parts, and begins as what it is read as does.
        is_plain = text == squeezed
        squeeze = str if is_plain else _squeeze
        for form, dress in _without_clitics(text, squeezed):
            if is_plain and form[:_STEM_LETTERS] not in self._openings:
                continue
            for word in self._words.get(squeeze(form), ()):
                if _fits(form, word):
                    _add(readings, word, dress)
            if not self._stems or form[-1] not in _ENDINGS_BY_LAST:
                continue
            for ending in _ENDINGS_BY_LAST[form[-1]]:
                if not form.endswith(ending):
                    continue
                stem = form.removesuffix(ending)
                for spelled, word in self._stems.get(squeeze(stem), ()):
                    if _fits(stem, spelled) and _takes(spelled, ending, word):
                        _add(readings, word, _Dress.ENDINGS)

    def _read_signs(self, readings: _Readings, text: str, alphabet: Table) -> None:
        """Add the words that `text` may say if its signs are taken as `alphabet` has them."""
        starts = [(0, 1, _Dress.BARE)]
        for at, clitic in _walk(text, 0, _CLITIC_TREE, alphabet):
            if at < len(text):
                starts.append((at, clitic.letters_left, _Dress.CLITICS))
        for start, letters_left, dress in starts:
            for at, node in _walk(text, start, self._tree, alphabet):
                if at == len(text):
                    if len(node.word) >= letters_left:
                        _add(readings, node.word, dress)
                elif node.stems:
                    endings = [
                        e.word for end, e in _walk(text, at, _ENDING_TREE, alphabet) if end == len(text)
                    ]
                    _add_stems(readings, node, endings)

    def _read_chat(self, readings: _Readings, text: str) -> None:
        if len(text) > _WALKED_LETTERS or (spelling := stand_ins.chat_spelling(text)) is None:
            return
        if _STRETCHES.search(text):
            for letters in (r"\1", r"\1\1"):
                self._read_sounds(readings, _STRETCHES.sub(letters, text), spelling)
        else:
            self._read_sounds(readings, text, spelling)

    def _read_sounds(self, readings: _Readings, text: str, spelling: Spelling) -> None:
        """Add the words that `text` may say if it is spelled so."""
        starts = [(0, 1, _Dress.BARE)]
        clitics = (
            _walk_sounds(text, 0, _SPOKEN_CLITIC_TREE, spelling) if text[0] in _SPOKEN_BEGINNINGS else ()
        )
        for at, clitic, _ in clitics:
            if at < len(text):
                starts.append((at, clitic.letters_left, _Dress.CLITICS))
        for start, letters_left, dress in starts:
            for at, node, weight in _walk_sounds(text, start, self._tree, spelling):
                # The words of a phrase prove each other.
                if weight < spelling.min_weight - (node.word not in self._alone):
                    continue
                if at == len(text):
                    if len(node.word) >= letters_left:
                        _add(readings, node.word, dress)
                elif node.stems:
                    ends = _walk_sounds(text, at, _ENDING_TREE, spelling)
                    endings = [e.word for end, e, _ in ends if end == len(text)]
                    _add_stems(readings, node, [e for e in endings if len(e) >= spelling.min_ending_letters])


def _add(readings: _Readings, word: str, dress: _Dress) -> None:
    readings[word] = min(dress, readings.get(word, dress))


def _add_stems(readings: _Readings, node: _Node, endings: list[str]) -> None:
    """Add the words whose stems end at `node`, where they take one of the endings."""
    for stem, word in node.stems:
        if any(_takes(stem, ending, word) for ending in endings):
            _add(readings, word, _Dress.ENDINGS)


def _takes(stem: str, ending: str, word: str) -> bool:
    """Tell whether `stem`, which is `word` or what «ة» leaves of it, takes `ending`."""
    if stem != word:
        return ending in _FEMININE_ENDINGS
    # «وغدا» is «and tomorrow».
    return not (ending == "ا" and stem[0] == "و" and len(stem) == _STEM_LETTERS)


_NOTHING_LAST, _CONSONANT_LAST, _VOWEL_LAST = range(3)


def _walk(text: str, start: int, tree: _Node, alphabet: Table) -> list[tuple[int, _Node]]:
    """Return the places of `text` and of `tree` that the signs from `start` on lead to, where something ends."""
    found: list[tuple[int, _Node]] = []
    nodes = [tree]
    for at in range(start, len(text)):
        if text[at] == "*" and at > start:
            nodes = [child for node in nodes for child in node.values()]
        else:
            letters = alphabet.get(text[at], ())
            nodes = [node[letter] for node in nodes for letter in letters if letter in node]
        if not nodes:
            break
        found += [(at + 1, node) for node in nodes if node.is_end]
    return found


def _walk_sounds(text: str, start: int, tree: _Node, spelling: Spelling) -> list[tuple[int, _Node, int]]:
    """Return the places of `text` and of `tree` that the signs from `start` on lead to, where something ends, and what
    the signs weigh.
    """
    found: list[tuple[int, _Node, int]] = []
    length = len(text)
    vowel_cost, (inner, closing) = spelling.vowel_cost, spelling.first
    steps = [(start, tree, 0, 0, _NOTHING_LAST)]
    # Most of the time of a search passes here.
    while steps:
        at, node, count, weight, last = steps.pop()
        if count:
            if node.is_end:
                found.append((at, node, weight))
            if at == length or not node:
                continue
        signs = text[at : at + 2]
        symbol = signs[0]
        if last == _CONSONANT_LAST and symbol in stand_ins.SHORT_VOWELS and at + 1 < length:
            is_usual = (count == 1 and symbol not in "ou") or (count == 3 and symbol in "ei")
            lighter = weight if is_usual else weight - vowel_cost
            steps.append((at + 1, node, count, lighter, _VOWEL_LAST))
            if signs == "ou":
                steps.append((at + 2, node, count, lighter, _VOWEL_LAST))
        moves = closing.get(signs) if at + 2 >= length else inner.get(signs)
        if moves is None:
            moves = inner.get(symbol, ())
        count += 1
        for written, letter, second_letter, is_vowel, its_weight, doubled in moves:
            if letter not in node or (is_vowel and last == _VOWEL_LAST):
                continue
            child = node[letter]
            if second_letter:
                if second_letter not in child:
                    continue
                child = child[second_letter]
            after, heavier = at + written, weight + its_weight
            if not doubled:
                steps.append((after, child, count, heavier, _NOTHING_LAST))
                continue
            steps.append((after, child, count, heavier, _CONSONANT_LAST))
            # A doubled consonant is one letter with shadda.
            if text.startswith(doubled, after):
                steps.append((after + written, child, count, heavier, _CONSONANT_LAST))
        inner, closing = spelling.later
    return found


def _join_chunks(words: list[Word], text: str) -> Iterator[tuple[list[Word], list[int]]]:
    """Yield `words` with those joined that something other than white space was put into, and their indexes.

    First without what was put in («نص-اب»), then with what may stand for a letter («نص|ب»).
    """
    plain: list[Word] = []
    filled: list[Word] = []
    joined, with_symbols = [], []
    for number, group in groupby(words, key=attrgetter("chunk")):
        chunk = list(group)
        if len(chunk) == 1:
            plain += chunk
            filled += chunk
            continue
        whole = "".join(word.text for word in chunk).replace(ZWNJ, "")
        # Of two scripts it is an address or lacks a space, and its parts are looked at anyway.
        if not (whole.isascii() or _ARABIC_ONLY.fullmatch(whole)):
            plain += chunk
            filled += chunk
            continue
        gaps = [_squeeze(text[word.end : after.start]) for word, after in pairwise(chunk)]
        symbols = [gap if gap in stand_ins.SYMBOLS else "" for gap in gaps]
        joined.append(len(plain))
        plain.append(Word(whole, chunk[0].start, chunk[-1].end, number))
        # Several stars are no letters, and would fit any word.
        if any(symbols) and symbols.count("*") < 2:
            with_symbols.append(len(filled))
            whole = "".join(word.text + symbol for word, symbol in zip(chunk, [*symbols, ""], strict=True))
        filled.append(Word(whole, chunk[0].start, chunk[-1].end, number))
    if joined:
        yield plain, joined
    if with_symbols:
        yield filled, with_symbols


def _without_clitics(text: str, squeezed: str) -> list[tuple[str, _Dress]]:
    """Return `text` itself and what remains of it behind its clitics."""
    forms = [(text, _Dress.BARE)]
    for whole in (text,) if text == squeezed else (text, squeezed):
        for clitic in _CLITICS.get(whole[0], ()):
            if not whole.startswith(clitic):
                continue
            rest = whole[len(clitic) :]
            # Before a word in ل the particle may hold an unwritten article: «للص» is ل, ال and لص.
            letters_left = 2 if clitic[-1] == "ل" == rest[:1] else _LETTERS_LEFT[clitic]
            if len(rest) >= letters_left:
                forms.append((rest, _Dress.CLITICS))
    return forms


# The template r"\1" would be handled by Python code, for each text anew.
_once = itemgetter(1)


def _squeeze(text: str) -> str:
    return _REPEATS.sub(_once, text)


def _fits(word: str, term: str) -> bool:
    """Tell whether `word` is `term` with letters repeated; both squeeze to the same.

    A letter written three times or more is a stretched one. Twice may be spelling: at the beginning («ننصاب»)
    it does not count, and at the end only of a longer word («ملل», «نذلل»).
    """
    if word == term:
        return True
    runs = list(zip(_run_lengths(word), _run_lengths(term), strict=True))
    last = len(runs) - 1
    return all(
        in_word == in_term or (in_word > in_term and (in_word > 2 or 0 < at < last or 2 < at == last))
        for at, (in_word, in_term) in enumerate(runs)
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
