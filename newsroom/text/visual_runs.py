"""A paragraph cut into lines, for whoever draws it without a browser: which runs a line shows, from left to right.

Levels are those of the whole paragraph, and each line is ordered by itself (UAX #9, L1 and L2): what stands at the
beginning of a line still knows what stood before it. «2024-2025» behind an Arabic word runs with the text on the next
line, too, where a line that is drawn as a paragraph of its own would have it run the other way.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from newsroom.text.bidi_runs import OBJECT, Direction, Run, runs_to_isolate
from newsroom.text.embedding_levels import embedding_levels


class VisualRun(NamedTuple):
    """Characters of one direction, in the order in which they are written."""

    text: str
    direction: Direction


def levels(text: str, base: Direction) -> list[int]:
    """The level of each character of one paragraph, with those runs isolated that the site isolates on its pages."""
    return _levels(text, int(base == "rtl"), 0, runs_to_isolate(text, base))


def line(text: str, levels: Sequence[int], start: int, end: int) -> list[VisualRun]:
    """The runs of text[start:end] as they are seen from left to right; it ends with no white space."""
    runs = [
        (level, "".join(text[index] for index in indexes))
        for level, grouped in groupby(range(start, end), levels.__getitem__)
        if (indexes := list(grouped))
    ]
    for least in range(max((level for level, _text in runs), default=0), 0, -1):
        runs = _turned(runs, least)
    # A run of an even level is turned an even number of times, so its own characters go by its level alone.
    return [VisualRun(piece, "rtl" if level % 2 else "ltr") for level, piece in runs]


def _turned(runs: list[tuple[int, str]], least: int) -> list[tuple[int, str]]:
    """L2: the runs with whatever stands together at level `least` or above turned around. The highest level first."""
    turned: list[tuple[int, str]] = []
    together: list[tuple[int, str]] = []
    for run in runs:
        if run[0] >= least:
            together.append(run)
        else:
            turned += [*reversed(together), run]
            together = []
    return [*turned, *reversed(together)]


def _levels(text: str, embedding: int, offset: int, isolates: Sequence[Run]) -> list[int]:
    """`embedding` is the level of what is not isolated; `isolates` have their places from `offset` on."""
    outer: list[Run] = []
    inner: dict[Run, list[Run]] = {}
    # Of those that begin together the longest is the first.
    for run in sorted(isolates, key=lambda run: (run.start, -run.end)):
        if outer and run.end <= outer[-1].end:
            inner[outer[-1]].append(run)
        else:
            outer.append(run)
            inner[run] = []
    masked = text
    for run in outer:
        start, end = run.start - offset, run.end - offset
        masked = masked[:start] + OBJECT * (end - start) + masked[end:]
    parity = embedding % 2
    found = [level - parity + embedding for level in embedding_levels(masked, parity)]
    for run in outer:
        start, end = run.start - offset, run.end - offset
        # X5a, X5b: the least level above that runs its way.
        within = embedding + 1 if (embedding + 1) % 2 == (run.direction == "rtl") else embedding + 2
        found[start:end] = _levels(text[start:end], within, run.start, inner[run])
    return found
