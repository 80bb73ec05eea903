"""Measure readers' search: how well it finds, and what it costs.

Run from the root of the repository:

    python benchmarks/search.py quality xquad.ar.json [arcd.json ...]

The files are those of SQuAD: each paragraph becomes the body of an article, through the site's own verbs, and each
question is sent through the site's own search. What counts is the place of the question's paragraph: MRR@10, Recall@1
and Recall@10, for the questions as they are and for seven spellings of them, which must cost nothing, and with a slip
in a fifth of their words. Then words of the vocabulary with one slip are looked up as «did you mean».
"""

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from database import site

MARKS = "\u064e\u064f\u0650\u0651\u0652"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
SLIPS = 1_000


def noises(chance: random.Random) -> dict[str, Callable[[str], str]]:
    """Spellings of one question that mean the same."""
    letters = re.compile("(?<=[\u0621-\u063a\u0641-\u064a])(?=[\u0621-\u063a\u0641-\u064a])")

    def some(text: str, sign: str) -> str:
        return letters.sub(lambda _found: sign if chance.random() < 0.3 else "", text)

    return {
        "no hamza, ta marbuta, alef maqsura": lambda text: text.translate(
            str.maketrans("أإآٱؤئةى", "ااااويهي")
        ),
        "Persian letters": lambda text: text.translate(str.maketrans("يك", "یک")),
        "tashkeel": lambda text: letters.sub(lambda _found: chance.choice(("", *MARKS)), text),
        "tatweel": lambda text: some(text, "ـ"),
        "marks of direction": lambda text: re.sub(r"(?<=\w)(?= |$)", "\u200f", text),
        "Arabic digits": lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "Persian digits": lambda text: text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        "zero-width non-joiners": lambda text: some(text, "\u200c"),
    }


def slip(word: str, chance: random.Random) -> str:
    """The word with one letter left out, put in, put for another, or exchanged with the next."""
    at = chance.randrange(len(word))
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + chance.choice(LETTERS) + word[at:]
    if kind == 2:
        return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def with_slips(text: str, chance: random.Random) -> str:
    """A slip in a fifth of the words, the longest first."""
    words = text.split()
    longest = sorted(range(len(words)), key=lambda at: -len(words[at]))
    for at in longest[: max(1, round(len(words) / 5))]:
        if len(words[at]) > 3:
            words[at] = slip(words[at], chance)
    return " ".join(words)


def fill(path: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Publish the paragraphs of a file; return their numbers, and the questions each with its paragraph."""
    from django.utils import timezone

    from articles import publishing, search_index
    from articles.models import Article, Section

    section = Section.objects.first() or publishing.save_named(Section(name="قسم"))
    numbers: dict[str, int] = {}
    questions = []
    now = timezone.now()
    for subject in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in subject["paragraphs"]:
            text = paragraph["context"]
            questions += [(asked["question"], text) for asked in paragraph["qas"]]
            if text not in numbers:
                # A headline is required; this one has no word.
                article = publishing.save(Article(headline="—", body=f"<p>{text}</p>", section=section))
                numbers[text] = publishing.move(article, "publish", by=None, at=now).pk
    while search_index.refresh():
        pass
    return numbers, questions


def judge(numbers: dict[str, int], questions: list[tuple[str, str]]) -> tuple[float, float, float]:
    """MRR@10, Recall@1 and Recall@10."""
    from articles import search
    from newsroom.text import search_query

    places = []
    for question, text in questions:
        found = [place.number for place in search.rank(search_query.parse(question)).places[:10]]
        places.append(found.index(numbers[text]) + 1 if numbers[text] in found else 0)
    count = len(places)
    return (
        sum(1 / place for place in places if place) / count,
        sum(place == 1 for place in places) / count,
        sum(place > 0 for place in places) / count,
    )


def measure_quality(path: Path, *, only_plain: bool) -> None:
    from articles.models import Article

    Article.objects.all().delete()
    numbers, questions = fill(path)
    chance = random.Random(7)  # noqa: S311 - a benchmark that runs the same each time
    print(f"{path.name}: {len(numbers)} paragraphs, {len(questions)} questions; MRR@10 / R@1 / R@10")
    rows = {
        "as asked": lambda text: text,
        "slips in a fifth of the words": lambda text: with_slips(text, chance),
    }
    if not only_plain:
        rows |= noises(chance)
    for name, change in rows.items():
        figures = judge(numbers, [(change(question), text) for question, text in questions])
        print(f"  {name:36} {figures[0]:.4f} / {figures[1]:.4f} / {figures[2]:.4f}", flush=True)
    measure_meant(chance)


def measure_meant(chance: random.Random) -> None:
    """Of words with one slip that are no words of the site: how often the word is the first, or among three."""
    from articles import search
    from articles.models import SearchWord

    known = list(SearchWord.objects.filter(articles__gte=2).order_by("pk").values_list("word", flat=True))
    known = [word for word in known if len(word) > 3 and word.isalpha() and word[0] > "ء"]
    first = third = count = 0
    spent = []
    while count < SLIPS:
        word = chance.choice(known)
        typed = slip(word, chance)
        if len(typed) < 3 or SearchWord.objects.filter(pk=typed).exists():
            continue
        start = time.perf_counter()
        meant = [row.word for row in search._meant([typed])[typed]]
        spent.append(time.perf_counter() - start)
        first += meant[:1] == [word]
        third += word in meant
        count += 1
    print(
        f"  did you mean, {SLIPS} words with a slip: first {first / count:.3f}, among three {third / count:.3f},"
        f" median {statistics.median(spent) * 1e3:.1f} ms"
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = options.add_subparsers(dest="what", required=True)
    quality = what.add_parser("quality")
    quality.add_argument("files", nargs="+", type=Path)
    quality.add_argument(
        "--only-plain", action="store_true", help="leave out the spellings that must cost nothing"
    )
    asked = options.parse_args()
    with site():
        for path in asked.files:
            measure_quality(path, only_plain=asked.only_plain)


if __name__ == "__main__":
    main()
