"""Pure: by which keys readers' search finds articles, which of them it reads, and in which order articles come.

An article is found by its terms. How much of it a term is (BM25 without the rarity of the term: Robertson and Zaragoza,
«The Probabilistic Relevance Framework», 2009) is rounded to one of LEVELS, and term and level are one key of its entry.
An inverted index over these keys is one in the order of impact: of a term that many articles hold, those that are most
about it are read and the others left.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, pairwise
from operator import add

from newsroom.text import search_words
from newsroom.text.arabic import Kept
from newsroom.text.search_words import Written

# How often a word counts that stands there once.
HEADLINE, SUMMARY, NAME, BODY = 4, 2, 2, 1

LEVELS = 8
# Of BM25: how soon repetition stops to tell, how much longer texts are marked down.
_K1, _B = 1.2, 0.75
# Words of an article of usual length. Fixed, so that no entry changes with the others.
_USUAL_LENGTH = 300

# So many entries are read for a search; a term beyond that is read from its highest level down.
BUDGET = 6_000
# And so many pieces of words are looked for, the rarest.
MOST_PIECES = 80
# A piece of a word says less than a word: what stages one and two tell is added in this proportion.
_SHARE_OF_TERMS = 0.5
# What a word counts that was not typed but is at one slip from one.
SLIP = 0.7
# Words in the order and neighborhood in which they were typed.
_SHARE_OF_PAIRS = 0.2
# An article of this moment counts so much more than one of long ago, and half of it after HALF_LIFE_DAYS.
_FRESH, _HALF_LIFE_DAYS = 0.08, 120.0
# What is counted has two bytes; with texts of 12,000 letters it never comes to this.
_MOST_COUNTED = 2**16 - 1
# The least score of what is ordered, in the four digits that are written of a score.
_LEAST = 0.0001


@dataclass(frozen=True, slots=True)
class Read:
    """Keys to be read, what each adds to the score of an article, and of how many articles it is read at most."""

    keys: tuple[int, ...]
    gains: tuple[float, ...]
    limits: tuple[int, ...]


def terms_of(texts: Iterable[tuple[Written, int]]) -> Counter[str]:
    """How often each term is in an article; each of its texts comes with its weight."""
    return Counter(chain.from_iterable([written.terms * weight for written, weight in texts]))


def keys_of(terms: Mapping[str, int]) -> set[int]:
    """The keys of an article by its terms."""
    length = sum(terms.values()) / _USUAL_LENGTH
    dampening = _K1 * (1 - _B + _B * length)
    # Few counts are those of many terms.
    levels = {
        count: min(int(count / (count + dampening) * LEVELS), LEVELS - 1) for count in set(terms.values())
    }
    return set(map(add, map(_LOWEST.__getitem__, terms), map(levels.__getitem__, terms.values())))


@lru_cache(maxsize=search_words.WORDS_KEPT)
def key(term: str, level: int) -> int:
    """A term and its level as a number of 32 bits. Two terms share one in one case of 500 million."""
    digest = blake2b(term.encode(), digest_size=4).digest()
    return (int.from_bytes(digest) >> 3 << 3 | level) - 2**31


# The lowest key of each term, to which its level is added.
_LOWEST = Kept(lambda term: key(term, 0), 32_768)


def facet(name: str, number: int) -> int:
    """The key of what an article belongs to, such as its section; no word has a colon."""
    return key(f"{name}:{number}", 0)


def keys_of_term(term: str) -> list[int]:
    return [key(term, level) for level in range(LEVELS)]


# The key of every article.
EVERY = facet("every", 0)


def rarity(total: int, count: int) -> float:
    """What it tells that a term is in an article, if `count` of `total` articles hold it (BM25)."""
    count = min(count, total)
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def plan(terms: Mapping[str, float], counts: Mapping[int, int], budget: int = BUDGET) -> Read:
    """Which keys to read for these terms, each with its weight, those that add most first.

    `counts` are the articles of each known key, EVERY among them.
    """
    total = counts.get(EVERY, 0)
    offers = []
    for term, weight in terms.items():
        keys = keys_of_term(term)
        rare = weight * rarity(total, sum(counts.get(number, 0) for number in keys))
        offers += [
            (rare * (level + 0.5) / LEVELS, counts.get(number, 0), number)
            for level, number in enumerate(keys)
        ]
    offers.sort(reverse=True)
    chosen: list[tuple[int, float, int]] = []
    for gain, count, number in offers:
        if budget <= 0:
            break
        # Not its count, which lacks what is new.
        chosen.append((number, gain, budget))
        budget -= count
    return Read(
        keys=tuple(number for number, _gain, _limit in chosen),
        gains=tuple(gain for _number, gain, _limit in chosen),
        limits=tuple(limit for _number, _gain, limit in chosen),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in the texts of articles: pieces of three and four letters of the words that were typed, the
    shorter ones first, and neighbors among these words. What is counted of a text for it stays true as long as the text
    is as it is."""

    pieces: tuple[str, ...]
    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many letters a folded text has, how often each of the pieces, and how many of the pairs."""

    letters: int
    pieces: Sequence[int]
    pairs: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that was found: its number, what its terms add up to, what was counted in it, and its age in days."""

    number: int
    score: float
    counts: Counts
    age: float = 0.0


def weights_of(words: Iterable[str], frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """The MOST_PIECES rarest pieces of these words, each with what it tells, in the order in which it is added up.
    `frequencies` are the articles that hold each piece."""
    pieces = {piece for word in words for piece in pieces_of(word)}
    rare = {piece: rarity(total, frequencies.get(piece, 0)) for piece in sorted(pieces)}
    rarest = sorted(rare, key=rare.__getitem__, reverse=True)[:MOST_PIECES]
    return {piece: rare[piece] for piece in sorted(rarest, key=len)}


def asked(words: Sequence[str], weights: Iterable[str]) -> Asked:
    """What is counted for these words and their pieces, the same whatever the pieces weigh."""
    return Asked(
        pieces=tuple(sorted(weights, key=lambda piece: (len(piece), piece))),
        pairs=tuple([f" {one} {other}" for one, other in pairwise(words)]),
    )


def count(text: str, asked: Asked) -> Counts:
    absent: set[str] = set()
    # Half of what a list takes; a text is not so long that a piece is in it more often.
    found = array("H")
    for piece in asked.pieces:
        # Shorter pieces are looked for first: where they are not, no longer one is.
        if piece[:3] in absent or piece[1:] in absent:
            found.append(0)
            continue
        times = text.count(piece)
        if not times:
            absent.add(piece)
        found.append(min(times, _MOST_COUNTED))
    return Counts(len(text), found, sum(pair in text for pair in asked.pairs))


def order(
    asked: Asked, weights: Mapping[str, float], candidates: Sequence[Candidate]
) -> list[tuple[float, int]]:
    """The candidates as (score, number), best first: by the pieces of the words, as `weights_of` weighs them.

    Pieces find a word behind clitics, in the plural and with a slip in it, which stems do not.
    """
    usual = sum(candidate.counts.letters for candidate in candidates) / max(len(candidates), 1) or 1.0
    places = {piece: place for place, piece in enumerate(asked.pieces)}
    gains = [(weight, places[piece]) for piece, weight in weights.items()]
    scored = []
    for candidate in candidates:
        counts = candidate.counts
        found = counts.pieces
        dampening = _K1 * (1 - _B + _B * counts.letters / usual)
        score = _SHARE_OF_TERMS * (_K1 + 1) * candidate.score
        for weight, place in gains:
            if times := found[place]:
                score += weight * times * (_K1 + 1) / (times + dampening)
        if asked.pairs:
            score *= 1 + _SHARE_OF_PAIRS * counts.pairs / len(asked.pairs)
        score *= 1 + _FRESH * 2 ** (-max(candidate.age, 0.0) / _HALF_LIFE_DAYS)
        # What every article has tells nearly nothing; it stands before what was not looked at all the same.
        scored.append((max(round(score, 4), _LEAST), candidate.number))
    return sorted(scored, reverse=True)


def behind(
    ordered: Sequence[tuple[float, int]], rest: Sequence[tuple[int, float]]
) -> list[tuple[float, int]]:
    """What comes after the `ordered`, as (score, number), in the order of what its terms add up to.

    `rest` is (number, sum of its terms), the highest first.
    """
    if not rest:
        return []
    highest = rest[0][1] or 1.0
    # Rounded down and less by a digit, so that the first of them is below the last that was ordered.
    lowest = min(ordered)[0] - _LEAST
    scored = [(math.floor(lowest * score / highest * 10_000) / 10_000, number) for number, score in rest]
    return sorted(scored, reverse=True)


# Of two kilobytes each.
@lru_cache(maxsize=2_048)
def pieces_of(word: str) -> frozenset[str]:
    return frozenset(piece for size in (3, 4) for piece in search_words.ngrams(word, size))


def weighted_text(texts: Iterable[tuple[Written, int]]) -> str:
    """Texts in the way `order` reads them: words between single spaces, as often as they count."""
    return "".join([f" {written.parts} " * weight for written, weight in texts])
