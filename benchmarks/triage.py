"""Replay labeled comments through the triage model: how well it ranks the next ones, and what it costs.

Run `python benchmarks/triage.py COMMENTS.xlsx` from the root of the repository. The workbook's first sheet has the
columns Comment and Majority_Label, with Offensive for what a moderator rejects, as in MPOLD, 4,000 comments under
Arabic news (Chowdhury et al., "A Multi-Platform Arabic News Comment Dataset for Offensive Language Detection",
LREC 2020). Where scikit-learn can be imported, its character TF-IDF with logistic regression ranks the same comments.

The area under the ROC curve is what to read: the probability that a rejected comment ranks before an approved one, 0.5
by chance. The milliseconds belong to the machine.
"""

import argparse
import random
import re
import statistics
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from comments.triage import Model
from newsroom.text.arabic import normalize

POINTS = (500, 1000, 2000, 3000)
NEXT = 1000
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EDGES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)


class Decided(NamedTuple):
    """A comment's text and whether it was rejected."""

    text: str
    rejected: bool


Ranker = Callable[[list[Decided], list[Decided]], list[float]]


def read(path: Path) -> list[Decided]:
    """Return the comments in the order of the file."""
    with zipfile.ZipFile(path) as workbook:
        texts = ElementTree.fromstring(workbook.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")  # noqa: S314 - own file
        strings = ["".join(part.text or "" for part in text.iter(f"{SHEET}t")) for text in texts]
        sheet = ElementTree.fromstring(workbook.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - own file
    rows = [dict(_cells(row, strings)) for row in sheet.iter(f"{SHEET}row")]
    columns = {name: column for column, name in rows[0].items()}
    text, label = columns["Comment"], columns["Majority_Label"]
    return [Decided(row[text], row[label] == "Offensive") for row in rows[1:]]


def _cells(row: ElementTree.Element, strings: list[str]) -> Iterator[tuple[str, str]]:
    for cell in row.iter(f"{SHEET}c"):
        value = cell.findtext(f"{SHEET}v")
        if value is not None:
            is_shared = cell.get("t") == "s"
            yield re.sub(r"\d", "", cell.get("r", "")), strings[int(value)] if is_shared else value


def area(scores: list[float], decided: list[Decided]) -> float:
    """Return the area under the ROC curve; equal scores count half."""
    ranked = sorted(zip(scores, decided, strict=True), key=lambda pair: pair[0])
    ranks: dict[float, list[int]] = {}
    for rank, (score, _) in enumerate(ranked, 1):
        ranks.setdefault(score, []).append(rank)
    rejected = sum(comment.rejected for comment in decided)
    total = sum(statistics.mean(ranks[score]) for score, comment in ranked if comment.rejected)
    return (total - rejected * (rejected + 1) / 2) / (rejected * (len(decided) - rejected))


def by_model(learned: list[Decided], waiting: list[Decided]) -> list[float]:
    model = Model()
    for text, rejected in learned:
        model.learn(text, rejected=rejected)
    return [model.score(comment.text) for comment in waiting]


def logistic_regression() -> Ranker | None:
    """Return a ranker of scikit-learn's, tuned on the same comments, or None where it is not installed."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        return None

    def rank(learned: list[Decided], waiting: list[Decided]) -> list[float]:
        tfidf = TfidfVectorizer(
            preprocessor=normalize, analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True
        )
        seen = tfidf.fit_transform([comment.text for comment in learned])
        regression = LogisticRegression(C=10, solver="liblinear")
        regression.fit(seen, [comment.rejected for comment in learned])
        return list(regression.decision_function(tfidf.transform([comment.text for comment in waiting])))

    return rank


def orders(comments: list[Decided], shuffles: int) -> Iterator[list[Decided]]:
    """Yield the comments as they stand in the file, then shuffled with the seeds 0, 1, 2 and so on."""
    yield comments
    for seed in range(shuffles):
        yield random.Random(seed).sample(comments, len(comments))  # noqa: S311 - the same orders each time


def print_areas(name: str, rank: Ranker, comments: list[Decided], shuffles: int) -> dict[int, list[float]]:
    areas: dict[int, list[float]] = {point: [] for point in POINTS}
    for order in orders(comments, shuffles):
        for point in POINTS:
            waiting = order[point : point + NEXT]
            areas[point].append(area(rank(order[:point], waiting), waiting))
    for point, (in_file, *shuffled) in areas.items():
        print(
            f"{name:>20}, {point:4} decisions: {statistics.mean(shuffled):.4f} on average of {shuffles} orders"
            f" ({min(shuffled):.4f} to {max(shuffled):.4f}), {in_file:.4f} in the order of the file"
        )
    return areas


def print_differences(ours: dict[int, list[float]], theirs: dict[int, list[float]]) -> None:
    for point in POINTS:
        differences = [our - their for our, their in zip(ours[point], theirs[point], strict=True)]
        in_file, *shuffled = differences
        print(
            f"{'difference':>20}, {point:4} decisions: {statistics.mean(shuffled):+.4f} on average"
            f" ({min(shuffled):+.4f} to {max(shuffled):+.4f}), {in_file:+.4f} in the order of the file"
        )


def print_calibration(comments: list[Decided], shuffles: int) -> None:
    """Show how many of the next comments are rejected at which score, after 500 and after 3,000 decisions."""
    for point in (POINTS[0], POINTS[-1]):
        pairs: list[tuple[float, bool]] = []
        for order in orders(comments, shuffles):
            waiting = order[point : point + NEXT]
            scores = by_model(order[:point], waiting)
            pairs += [(score, comment.rejected) for score, comment in zip(scores, waiting, strict=True)]
        for low, high in pairwise(EDGES):
            within = [pair for pair in pairs if low <= pair[0] < high]
            if within:
                scored, rejected = (statistics.mean(column) for column in zip(*within, strict=True))
                print(
                    f"after {point} decisions, score {low} to {high}: {scored:.2f} on average,"
                    f" {rejected:.2f} rejected of {len(within)}"
                )


def milliseconds(action: Callable[[], object]) -> float:
    """Return the shortest of several runs, which other work on the machine disturbed least."""
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def print_costs(comments: list[Decided]) -> None:
    model = Model()
    for text, rejected in comments:
        model.learn(text, rejected=rejected)
    median = round(statistics.median(len(comment.text) for comment in comments))
    long = max((comment.text for comment in comments), key=len)
    typical = next(comment.text for comment in comments if len(comment.text) == median)
    for text in (typical, long):
        print(
            f"{len(text)} characters: score {milliseconds(partial(model.score, text)):.3f} ms,"
            f" learn {milliseconds(partial(model.learn, text, rejected=True)):.3f} ms,"
            f" explain {milliseconds(partial(model.strongest, text)):.3f} ms"
        )
    state = model.to_bytes()
    print(
        f"state: {len(state)} bytes, {len(zlib.compress(state, 1))} compressed;"
        f" write {milliseconds(model.to_bytes):.2f} ms, read {milliseconds(lambda: Model.from_bytes(state)):.2f} ms,"
        f" compress {milliseconds(lambda: zlib.compress(state, 1)):.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay labeled comments through the triage model.")
    parser.add_argument("comments", type=Path, help="the workbook")
    parser.add_argument("--shuffles", type=int, default=10, help="how many orders besides that of the file")
    arguments = parser.parse_args()
    comments = read(arguments.comments)
    print(f"{len(comments)} comments, {sum(comment.rejected for comment in comments)} rejected; chance: 0.5")
    ours = print_areas("triage", by_model, comments, arguments.shuffles)
    regression = logistic_regression()
    if regression:
        theirs = print_areas("logistic regression", regression, comments, arguments.shuffles)
        print_differences(ours, theirs)
    print_calibration(comments, arguments.shuffles)
    print_costs(comments)


if __name__ == "__main__":
    main()
