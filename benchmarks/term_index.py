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
from newsroom.text.term_index import Term, TermIndex, TermKind

ROOT = Path(__file__).resolve().parent.parent
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
ROUNDS = 9
CHARACTERS = 2_000


def words(count: int, seed: int, letters: str = LETTERS) -> list[str]:
    source = random.Random(seed)  # noqa: S311 - the same words each time, nothing secret
    return ["".join(source.choices(letters, k=source.randint(3, 8))) for _ in range(count)]


def text_of(letters: str) -> str:
    return " ".join(words(CHARACTERS, 1, letters))[:CHARACTERS]


def read(path: str) -> str:
    return " ".join((ROOT / path).read_text("utf-8").split())[:CHARACTERS]


def milliseconds(action: Callable[[], object]) -> float:
    """Return the shortest of several runs, which other work on the machine disturbed least."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        action()
        times.append(time.process_time() - begun)
    return min(times) * 1000


def scan(text: str, terms: list[str]) -> list[str]:
    """What word lists usually do; it finds plain spellings only, and innocent words besides."""
    return [term for term in terms if term in text]


def main() -> None:
    arabic = text_of(LETTERS)
    texts = {
        "news, Arabic with Latin names": read("newsroom/demo/seed-article.txt"),
        "English prose": read("docs/moderation.md"),
        "random Arabic": arabic,
        "letters apart": " ".join(arabic.replace(" ", ""))[:CHARACTERS],
        "random Latin": text_of("aeioubdfhklmnrstwyz"),
        "random chat spelling": text_of("aeiou235679bdfhklmnrstwyz"),
        "two scripts in a word": text_of(LETTERS + "aoil0123579"),
    }
    folding = milliseconds(lambda: normalize(arabic))
    print(f"normalize, {CHARACTERS} characters: {folding:.2f} ms")
    for kind in TermKind:
        for count in (100, 1_000, 10_000):
            plain = words(count, seed=2)
            terms = [Term(word, kind) for word in plain]
            index = TermIndex(terms)
            preparing = milliseconds(partial(TermIndex, terms))
            scanning = milliseconds(partial(scan, arabic, plain))
            print(
                f"{count:6} terms, {kind}: prepare {preparing:.0f} ms, substring scan {scanning:.2f} ms; find in"
            )
            for name, text in texts.items():
                print(f"{milliseconds(partial(index.find, text)):15.2f} ms {name}")
    tenfold = milliseconds(lambda: index.find(f"{arabic} " * 10))
    print(f"ten times the text: {tenfold / milliseconds(lambda: index.find(arabic)):.1f} x the time")


if __name__ == "__main__":
    main()
