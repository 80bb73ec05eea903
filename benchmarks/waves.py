"""Measure how comments are gathered into waves: cards left of a flood of spam, honest ones swept with it, time.

Run `python benchmarks/waves.py [comments.xlsx]` from the root of the repository. The workbook holds real comments
that nobody sent in waves, in the column of its first sheet that is headed "Comment"; each is taken to come from a
network of its own, and then all from twenty. Whatever is found alike among them is printed, to be judged by eye.
"""

import random
import re
import sys
import time
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from comments import likeness
from comments.likeness import Sketch
from tests.comment_waves import HEADLINE, Desk, genuine, sketch, spam

SPAM = 5_000
SECONDS_APART = 15
NETWORKS = 20
LETTERS_SHOWN = 100
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# What stands in the published data for links and names that were taken out.
PLACEHOLDER = re.compile(r"<url>|@User\.IDX")
DEFAULTS = {
    name: getattr(likeness, name) for name in ("TEXT_RESEMBLANCE", "LONG_SHINGLES", "WAVE_SIZE", "TEXT_KEYS")
}


def read_comments(path: str) -> list[str]:
    with zipfile.ZipFile(path) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - a file of one's own
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    shared = ["".join(text.text or "" for text in item.iter(f"{SHEET}t")) for item in strings]
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        cells = {}
        for cell in row:
            value = cell.findtext(f"{SHEET}v", "")
            column = cell.get("r", "").rstrip("0123456789")
            cells[column] = shared[int(value)] if cell.get("t") == "s" else value
        rows.append(cells)
    column = next(column for column, title in rows[0].items() if title.strip() == "Comment")
    return [PLACEHOLDER.sub(" ", cells.get(column, "")) for cells in rows[1:]]


def received(sketches: Iterable[Sketch]) -> tuple[Desk, list[int]]:
    desk = Desk()
    numbers = [
        desk.receive(made, timedelta(seconds=SECONDS_APART * place)) for place, made in enumerate(sketches)
    ]
    return desk, numbers


def milliseconds(bodies: list[str]) -> float:
    """Return the time of one sketch, of the fastest of three rounds."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        for body in bodies:
            sketch(body, "", "network", quotable=(HEADLINE,))
        times.append(time.perf_counter() - begun)
    return min(times) * 1000 / len(bodies)


def measure_time() -> None:
    honest = [body for body, _, _ in genuine(1)]
    dressed = [body for body, _, _ in spam(1, 600)]
    sketches = [sketch(body, "", "network") for body in dressed]
    begun = time.perf_counter()
    for one, other in pairwise(sketches):
        likeness.resemblance(one, other)
    comparing = (time.perf_counter() - begun) * 1000 / len(sketches)
    print(
        f"sketch, honest comments of {sum(map(len, honest)) // len(honest)} characters: {milliseconds(honest):.2f} ms"
    )
    print(
        f"sketch, spam of {sum(map(len, dressed)) // len(dressed)} characters: {milliseconds(dressed):.2f} ms"
    )
    print(f"comparison of two: {comparing:.3f} ms")
    prose = " ".join(honest)
    for length in (500, 1_000, 2_500, 5_000):
        print(f"sketch, {length:5} characters of prose: {milliseconds([prose[:length]]):.2f} ms")
    ideographs = "".join(map(chr, range(0x4E00, 0x4E00 + 5_000)))
    ligatures = "\ufdfaا\ufdfbب" * 1_250
    for name, body in (("ideographs", ideographs), ("ligatures", ligatures), ("schemes", "http://" * 714)):
        print(f"sketch,  5000 characters, {name}: {milliseconds([body]):.2f} ms")


def flood() -> list[tuple[bool, Sketch]]:
    comments = [(True, comment) for comment in spam(1, SPAM)] + [(False, comment) for comment in genuine(1)]
    random.Random(1).shuffle(comments)  # noqa: S311 - the same order each time, nothing secret
    return [(is_spam, sketch(*comment, quotable=(HEADLINE,))) for is_spam, comment in comments]


def measure(name: str, mixed: list[tuple[bool, Sketch]], real: list[list[Sketch]]) -> None:
    begun = time.perf_counter()
    desk, numbers = received(made for _, made in mixed)
    filing = (time.perf_counter() - begun) * 1000 / len(mixed)
    spam_numbers = [number for number, (is_spam, _) in zip(numbers, mixed, strict=True) if is_spam]
    honest_numbers = [number for number, (is_spam, _) in zip(numbers, mixed, strict=True) if not is_spam]
    line = (
        f"{name:24} {desk.cards(spam_numbers):4} cards for {SPAM} spam comments,"
        f" {len(desk.swept(honest_numbers)):3} of {len(honest_numbers)} honest swept,"
        f" at most {desk.most_looked_at} looked at, {filing:.2f} ms;"
    )
    swept = " and ".join(str(len(real_desk.swept(of))) for real_desk, of in map(received, real))
    print(line, f"of the real {swept}" if real else "", flush=True)


def show_alike(bodies: list[str], sketches: list[Sketch]) -> None:
    """Print which comments two of a kind would make a wave of, the largest first."""
    likeness.WAVE_SIZE = 2
    desk, _ = received(sketches)
    likeness.WAVE_SIZE = DEFAULTS["WAVE_SIZE"]
    print(f"\nAlike by {likeness.TEXT_RESEMBLANCE} or more among the real: {len(desk.waves)} groups")
    for wave in sorted(desk.waves, key=lambda wave: -len(wave.members)):
        first, *others = sorted(wave.members)
        print(f"  {' '.join(bodies[first].split())[:LETTERS_SHOWN]}")
        for other in others:
            alike = likeness.resemblance(sketches[first], sketches[other])
            print(f"    {alike:.2f}  {' '.join(bodies[other].split())[:LETTERS_SHOWN]}")


def main() -> None:
    measure_time()
    mixed = flood()
    bodies = read_comments(sys.argv[1]) if len(sys.argv) > 1 else []
    real = [
        [sketch(body, "", f"network {place % networks}") for place, body in enumerate(bodies)]
        for networks in (len(bodies), NETWORKS)
        if bodies
    ]
    print(f"\n{len(bodies)} real comments, each of its own network and of {NETWORKS}")
    for name, values in (
        ("TEXT_RESEMBLANCE", (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)),
        ("LONG_SHINGLES", (12, 20, 28, 40, 60)),
        ("WAVE_SIZE", (2, 3, 4)),
        ("TEXT_KEYS", (1, 2, 4, 6, 8)),
    ):
        for value in values:
            setattr(likeness, name, value)
            measure(f"{name} = {value}{'*' if value == DEFAULTS[name] else ''}", mixed, real)
        setattr(likeness, name, DEFAULTS[name])
    if real:
        show_alike(bodies, real[0])


if __name__ == "__main__":
    main()
