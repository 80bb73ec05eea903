"""Measure readers' search: how well it finds, and what it costs.

Run from the root of the repository:

    python benchmarks/search.py quality xquad.ar.json [arcd.json ...]

The files are those of SQuAD: each paragraph becomes the body of an article, through the site's own verbs, and each
question is sent through the site's own search. What counts is the place of the question's paragraph: MRR@10, Recall@1
and Recall@10, for the questions as they are and for eight spellings of them, which must cost nothing, and with a slip
in a fifth of their words. Then words of the vocabulary with one slip are looked up as «did you mean».

    python benchmarks/search.py latency xquad.ar.json --articles 27000 1000000

Articles of 200 words are put together from the file, with rare words of the benchmark's own among them, and copied by
SQL until there are so many. Printed are the milliseconds of whole answers, of the search alone, and of the
processor's time that it takes the site, then the sizes of the index and what a change of an article pays for it.
"""

import argparse
import json
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from copies import multiply
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
    from articles import vocabulary
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
        meant = [row.word for row in vocabulary.meant([typed])[typed]]
        spent.append(time.perf_counter() - start)
        first += meant[:1] == [word]
        third += word in meant
        count += 1
    print(
        f"  did you mean, {SLIPS} words with a slip: first {first / count:.3f}, among three {third / count:.3f},"
        f" median {statistics.median(spent) * 1e3:.1f} ms"
    )


WORDS_OF_ARTICLE, DISTINCT, RARE_WORDS, RARE_SHARE = 200, 3_000, 200_000, 0.05
ASKED = 40


def write_articles(path: Path) -> list[str]:
    """Articles that differ, without the verbs of publishing, and their entries by those of the index."""
    from django.utils import timezone

    from articles import publishing, search_index
    from articles.models import Article, Section

    chance = random.Random(4)  # noqa: S311
    sections = [publishing.save_named(Section(name=f"قسم {number}")) for number in range(8)]
    subjects = json.loads(path.read_text("utf-8"))["data"]
    texts = [paragraph["context"] for subject in subjects for paragraph in subject["paragraphs"]]
    questions = [
        asked["question"]
        for subject in subjects
        for paragraph in subject["paragraphs"]
        for asked in paragraph["qas"]
    ]
    running = " ".join(texts).split()
    rare = ["".join(chance.choices(LETTERS, k=chance.randint(5, 8))) for _ in range(RARE_WORDS)]

    def text(count: int) -> str:
        words: list[str] = []
        while len(words) < count:
            at = chance.randrange(len(running) - 8)
            words += running[at : at + 8]
            if chance.random() < 8 * RARE_SHARE:
                words.append(chance.choice(rare))
        return " ".join(words[:count])

    now = timezone.now()
    Article.objects.bulk_create(
        Article(
            section=chance.choice(sections),
            headline=text(9),
            slug=f"أصل-{number}",
            summary=text(20),
            body=f"<p>{text(WORDS_OF_ARTICLE)}</p>",
            status=Article.Status.PUBLISHED,
            published_at=now - timedelta(minutes=10 * number),
        )
        for number in range(DISTINCT)
    )
    start = time.process_time()
    search_index.rebuild()
    print(
        f"index written: {(time.process_time() - start) / DISTINCT * 1e3:.1f} ms of the site's processor an article"
    )
    return chance.sample(questions, min(ASKED, len(questions)))


def measure_latency(questions: list[str]) -> None:
    import psutil
    from django.db import connection
    from django.test import Client

    from articles import search
    from articles.models import Section

    chance = random.Random(5)  # noqa: S311
    section = Section.objects.first()
    words = [[word for word in question.split() if len(word) > 3] or ["ماء"] for question in questions]
    kinds = {
        "questions": (questions, ""),
        "two words": ([" ".join(found[-2:]) for found in words], ""),
        "a word": ([max(found, key=len) for found in words], ""),
        "a common word": (["في", "من", "على", "التي", "عام", "كان", "الدولة", "القرن"], ""),
        "questions in a section": (questions, f"&section={section.pk}"),
        "a phrase": (['"' + " ".join(question.split()[-2:]) + '"' for question in questions], ""),
        "with a slip": ([with_slips(question, chance) for question in questions], ""),
        "made to be slow": (made_to_be_slow([found[-1] for found in words]), ""),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        database = psutil.Process(cursor.fetchone()[0])
    client = Client(SERVER_NAME="localhost")
    for typed in questions[:3]:
        client.get(f"/search/?q={quote(typed)}")
    for name, (asked, filters) in kinds.items():
        answers, searches, processor = [], [], []
        before = database.cpu_times()
        for typed in asked:
            start = time.perf_counter()
            assert client.get(f"/search/?q={quote(typed)}{filters}").status_code == 200  # noqa: S101
            answers.append(time.perf_counter() - start)
            start, own = time.perf_counter(), time.process_time()
            search.page(typed, search.Filters(section=section if filters else None))
            searches.append(time.perf_counter() - start)
            processor.append(time.process_time() - own)
        print(
            f"  {name:24} answer {percentiles(answers)}, search {percentiles(searches)},"
            f" of it the site's processor {percentiles(processor)}, the database's for both"
            f" {(sum(database.cpu_times()[:2]) - sum(before[:2])) / len(asked) * 1e3:.0f} ms",
            flush=True,
        )
    spent = []
    for typed in (found[-1][:3] for found in words):
        start = time.perf_counter()
        client.get(f"/search/suggestions/?q={quote(typed)}")
        spent.append(time.perf_counter() - start)
    print(f"  {'suggestions':24} answer {percentiles(spent)}", flush=True)


def made_to_be_slow(rare: list[str]) -> list[str]:
    """What asks for the most work: all that is common, what nearly all is left out of, phrases that are nowhere."""
    common = "في من على التي عام كان الدولة القرن إلى عن أن هذا هذه الذي بعد بين كانت مع كما أو ما لا قد تم"
    return [
        common,
        "في " + " ".join("-" + word for word in dict.fromkeys(rare))[:190],
        "في -من -على -التي -عام -كان -الدولة -القرن -إلى -عن",
        'في "من على من" "على من على" "عام من عام" "كان من كان"',
        '"في من في"',
        common + ' "في من في"',
        "قفخذضظغ " * 20,
        "-" * 33,
        "\ufdfa" * 3_400,
        '"' * 5_000,
    ]


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{statistics.median(ordered) * 1e3:.0f}/{ordered[int(0.95 * (len(ordered) - 1))] * 1e3:.0f} ms"


def measure_sizes() -> None:
    from django.db import connection, transaction

    from articles import search_index
    from articles.models import Article

    with connection.cursor() as cursor:
        for table in ("searchentry", "searchkey", "searchword", "searchgram"):
            cursor.execute(
                "SELECT pg_relation_size(%s), pg_indexes_size(%s), pg_total_relation_size(%s)",
                [f"articles_{table}"] * 3,
            )
            rows, indexes, whole = cursor.fetchone()
            print(
                f"  {table:12} rows {rows / 1e6:.1f} MB, beside them {(whole - rows - indexes) / 1e6:.1f} MB,"
                f" indexes {indexes / 1e6:.1f} MB"
            )
    spent, processor = [], []
    for article in Article.objects.order_by("?")[:50]:
        start, own = time.perf_counter(), time.process_time()
        with transaction.atomic():
            search_index.note(article)
        spent.append(time.perf_counter() - start)
        processor.append(time.process_time() - own)
    print(f"  written anew: {percentiles(spent)}, of it the site's processor {percentiles(processor)}")


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
    latency = what.add_parser("latency")
    latency.add_argument("file", type=Path)
    latency.add_argument("--articles", nargs="+", type=int, default=[27_000])
    asked = options.parse_args()
    with site():
        if asked.what == "latency":
            questions = write_articles(asked.file)
            count = DISTINCT
            for articles in asked.articles:
                multiply(articles // count)
                count *= articles // count
                print(f"{count} articles, load {os.getloadavg()[0]:.1f}; median/95th percentile")
                measure_latency(questions)
                measure_sizes()
            return
        for path in asked.files:
            measure_quality(path, only_plain=asked.only_plain)


if __name__ == "__main__":
    main()
