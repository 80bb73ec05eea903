"""Time the look-up of watched terms: how the cost grows with the number of terms and the length of the text.

Run `python benchmarks/term_index.py` from the root of the repository. Ratios are what to read: the
milliseconds belong to the machine.
"""

import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from newsroom.text.arabic import normalize
from newsroom.text.term_index import TermIndex

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
ROUNDS = 9
CHARACTERS = 2_000


def words(count: int, seed: int) -> list[str]:
    source = random.Random(seed)  # noqa: S311 - the same words each time, nothing secret
    return ["".join(source.choices(LETTERS, k=source.randint(3, 8))) for _ in range(count)]


def milliseconds(action: Callable[[], object]) -> float:
    """Return the shortest of several runs, which other work on the machine disturbed least."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def scan(text: str, terms: list[str]) -> list[str]:
    """What word lists usually do; it finds plain spellings only, and innocent words besides."""
    return [term for term in terms if term in text]


def main() -> None:
    text = " ".join(words(CHARACTERS, seed=1))[:CHARACTERS]
    spaced = " ".join(text.replace(" ", ""))[:CHARACTERS]
    folding = milliseconds(lambda: normalize(text))
    print(f"normalize, {CHARACTERS} characters: {folding:.2f} ms")
    for count in (100, 1_000, 10_000):
        terms = words(count, seed=2)
        index = TermIndex(terms)
        preparing = milliseconds(partial(TermIndex, terms))
        finding = milliseconds(partial(index.find, text))
        in_row = milliseconds(partial(index.find, spaced))
        scanning = milliseconds(partial(scan, text, terms))
        print(
            f"{count:6} terms: find {finding:.2f} ms = {finding / folding:.1f} x normalize"
            f" = {finding / scanning:.2f} x substring scan;"
            f" letters apart {in_row:.2f} ms; prepare {preparing:.0f} ms"
        )
    index = TermIndex(words(10_000, seed=2))
    once = milliseconds(lambda: index.find(text))
    tenfold = milliseconds(lambda: index.find(f"{text} " * 10))
    print(f"ten times the text: {tenfold / once:.1f} x the time")


if __name__ == "__main__":
    main()
