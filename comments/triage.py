"""How likely the newsroom's moderators are to reject a comment, learned from what they decided before.

The score orders the queue and suggests; it publishes nothing and rejects nothing. The model is two tables of counts:
in how many rejected and in how many approved comments each character n-gram stood. Counts are sums, so decisions may
be learned in any order and in batches, and one that is undone is subtracted again: what remains is, bit for bit, the
model that never saw it. Weights follow from the counts when a comment is scored.
"""

import re
import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import fsum, log, sqrt, tanh
from typing import NamedTuple, Self

from newsroom.text.arabic import normalize

# Longer n-grams rank no better and take their time; single letters explain nothing. The buckets are as many as a state
# of 1 MB holds; half of them cost 0.003 of the area under the ROC curve, more bring nothing. Measured, as are the
# numbers below, on what benchmarks/triage.py reads.
_SHORTEST_NGRAM, _LONGEST_NGRAM = 2, 4
_BUCKETS = 124_000
# How a comment begins tells nearly as much as all of it, and takes a thousandth of a second however long it goes on.
_CHARACTERS_READ = 500
# Fitted, so that of the comments with a score of 0.3 about 0.3 are rejected; they change no order.
_SLOPE = 5.0
_APPROVED_WEIGHT = 2

# The number changes with whatever decides which n-grams a text has and where they are counted.
_VERSION = b"triage 2"
_HEADER = struct.Struct("<8s4Q")
_COUNT_BYTES = 4
STATE_BYTES = _HEADER.size + 2 * _BUCKETS * _COUNT_BYTES

_WORD = re.compile(r"\S+")


class NeverLearned(ValueError):
    """A decision was to be forgotten that the model did not learn."""


class UnreadableState(ValueError):
    """The bytes are no state of this version of the model; the standing decisions have to be learned anew."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A word at text[start:end] and what its n-grams add to the log-odds of rejection; less than 0 is for approval.

    `ngram` is the strongest of them in that direction, the longest of equals, in the folded spelling that is compared.
    """

    start: int
    end: int
    contribution: float
    ngram: str


class _Word(NamedTuple):
    """The folded form of what stands at text[start:end], and the bucket of each of its n-grams."""

    start: int
    end: int
    folded: str
    buckets: list[int]


class _Counts:
    """Learned comments of one verdict: how many, with how many n-grams, and how many hold an n-gram of each bucket."""

    def __init__(self) -> None:
        self.comments = 0
        self.ngrams = 0
        self.by_bucket = array("I", bytes(_BUCKETS * _COUNT_BYTES))


class Model:
    """What was learned. A new model knows nothing and gives 0.5.

    Neither learning nor forgetting is safe while another thread uses the same model.
    """

    def __init__(self) -> None:
        self._rejected = _Counts()
        self._approved = _Counts()

    @property
    def decisions(self) -> int:
        """How many decisions the model stands on."""
        return self._rejected.comments + self._approved.comments

    def learn(self, text: str, *, rejected: bool) -> None:
        """Add a decision on a comment of that text."""
        counts = self._rejected if rejected else self._approved
        buckets = _buckets(text)
        for bucket in buckets:
            counts.by_bucket[bucket] += 1
        counts.ngrams += len(buckets)
        counts.comments += 1

    def forget(self, text: str, *, rejected: bool) -> None:
        """Take back what `learn` added for the same text and verdict, whatever was learned since.

        Raises NeverLearned, and changes nothing, where the counts show that there was no such decision.
        """
        counts = self._rejected if rejected else self._approved
        buckets = _buckets(text)
        if not counts.comments or not all(counts.by_bucket[bucket] for bucket in buckets):
            raise NeverLearned
        for bucket in buckets:
            counts.by_bucket[bucket] -= 1
        counts.ngrams -= len(buckets)
        counts.comments -= 1

    def score(self, text: str) -> float:
        """Return how likely a comment of that text is to be rejected, between 0 and 1."""
        contributions = self._contributions(_buckets(text))
        # The logistic function by way of tanh, which does not overflow; fsum, because what sum() gives depends on the
        # version of Python.
        return (1 + tanh((self._prior() + fsum(contributions.values())) / 2)) / 2

    def strongest(self, text: str, limit: int = 5) -> list[Clue]:
        """Return the words that move the score most, in either direction, the strongest first.

        An n-gram that stands in several words counts for each in equal parts, so that the contributions of all words
        and what is expected of any comment add up to the log-odds of the score.
        """
        words = list(_read_words(text))
        contributions = self._contributions(
            dict.fromkeys(chain.from_iterable(word.buckets for word in words))
        )
        places = Counter(chain.from_iterable(word.buckets for word in words))
        clues: list[Clue] = []
        for word in words:
            shares = [contributions[bucket] / places[bucket] for bucket in word.buckets]
            contribution = fsum(shares)
            if contribution:
                strongest = max(
                    zip(shares, _ngrams(word.folded), strict=True),
                    key=lambda pair: (pair[0] * contribution, len(pair[1])),
                )
                clues.append(Clue(word.start, word.end, contribution, strongest[1]))
        return sorted(clues, key=lambda clue: (-abs(clue.contribution), clue.start))[:limit]

    def to_bytes(self) -> bytes:
        """Return the state, STATE_BYTES long, the same on every machine; mostly zeros, so it compresses well."""
        header = _HEADER.pack(
            _VERSION,
            self._rejected.comments,
            self._approved.comments,
            self._rejected.ngrams,
            self._approved.ngrams,
        )
        return header + b"".join(
            _little_endian(counts.by_bucket).tobytes() for counts in (self._rejected, self._approved)
        )

    @classmethod
    def from_bytes(cls, state: bytes) -> Self:
        """Return the model whose `to_bytes` gave `state`; raises UnreadableState."""
        if len(state) != STATE_BYTES or not state.startswith(_VERSION):
            raise UnreadableState
        model = cls()
        rejected, approved = model._rejected, model._approved
        _, rejected.comments, approved.comments, rejected.ngrams, approved.ngrams = _HEADER.unpack_from(state)
        tables = state[_HEADER.size :]
        half = len(tables) // 2
        for counts, table in ((rejected, tables[:half]), (approved, tables[half:])):
            counts.by_bucket = _little_endian(array("I", table))
        return model

    def _prior(self) -> float:
        """Return the log-odds of rejection for a comment of which nothing is known."""
        return log((self._rejected.comments + 1) / (_APPROVED_WEIGHT * self._approved.comments + 1))

    def _contributions(self, buckets: dict[int, None]) -> dict[int, float]:
        """Return what each of a text's n-grams adds to the log-odds of rejection."""
        rejected, approved = self._rejected.by_bucket, self._approved.by_bucket
        # Of n-grams, not of comments: the rejected may be longer, and no n-gram shall speak for what all of them share.
        expected = self._rejected.ngrams / (self._rejected.ngrams + self._approved.ngrams or 1)
        scale = _SLOPE / sqrt(len(buckets) or 1)
        contributions: dict[int, float] = {}
        for bucket in buckets:
            among_rejected = rejected[bucket]
            seen = among_rejected + approved[bucket]
            # The rate of rejection among the comments that hold it, drawn to what is expected as if by one more
            # comment, and less what is expected: 0 for an n-gram that nobody has seen.
            contributions[bucket] = scale * (among_rejected - seen * expected) / (seen + 1)
        return contributions


def _little_endian(counts: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        return counts
    swapped = counts[:]
    swapped.byteswap()
    return swapped


def _buckets(text: str) -> dict[int, None]:
    """Return the buckets of a text's n-grams, each once, in the order of the text."""
    return dict.fromkeys(chain.from_iterable(word.buckets for word in _read_words(text)))


def _read_words(text: str) -> Iterator[_Word]:
    """Yield the words that `text` begins with, folded one by one, so that each knows where it stands."""
    for word in _WORD.finditer(text, 0, _CHARACTERS_READ):
        for folded in normalize(word[0]).split():
            # Whom a comment addresses says something of it, but the name must not be held against anybody.
            bounded = f" {'@' if folded.startswith('@') else folded} "
            yield _Word(word.start(), word.end(), bounded, _hashed_ngrams(bounded))


def _hashed_ngrams(word: str) -> list[int]:
    """Return the bucket of each n-gram, in the order of _ngrams."""
    # Four bytes a letter, so that slices of the bytes are slices of the word. CRC-32, because hash() is another in each
    # process.
    letters = word.encode("utf-32-le", "surrogatepass")
    return [
        zlib.crc32(letters[start : start + length]) % _BUCKETS
        for length in range(4 * _SHORTEST_NGRAM, 4 * _LONGEST_NGRAM + 1, 4)
        for start in range(0, len(letters) - length + 1, 4)
    ]


def _ngrams(word: str) -> list[str]:
    """Return the n-grams as a moderator reads them, without the bounds of the word."""
    return [
        word[start : start + length].strip()
        for length in range(_SHORTEST_NGRAM, _LONGEST_NGRAM + 1)
        for start in range(len(word) - length + 1)
    ]
