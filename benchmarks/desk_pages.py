"""Measure the desk's pages with 100,000 articles: server time and queries of lists, searches, filters and forms.

Run `python benchmarks/desk_pages.py [--explain]` from the root of the repository; it makes a database of its own.
With --explain, what is slow is followed by the plan of its slowest query.
"""

import random
import statistics
import sys
import time

from database import site

ARTICLES = 100_000
# As many a day as a large newsroom writes, so that they go back over two years; each 50th is a draft.
A_DAY = 130
WORDS = 200
TEXTS = 2_000
AUTHORS = 5_000
REVISIONS = 10_000
ROUNDS = 3
TRIGRAMS = ["searched_text", "searched_key"]
TARGET_MS = 300
LIST = "/admin/articles/article/"
FRONT_PAGE = "/admin/articles/arrangement/"


def fill() -> dict[str, str]:
    """Make the rows; return the addresses to measure, by what they show."""
    from django.db import connection

    from articles.models import Article, Author
    from tests.desk_pages import Desk, multiply

    desk = Desk()
    vocabulary, texts = _words()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE texts AS SELECT * FROM unnest(%s::text[]) WITH ORDINALITY t(text, n)", [texts]
        )
        cursor.execute("CREATE UNIQUE INDEX ON texts (n)")
        # Made at once it is made in a tenth of the time.
        cursor.execute("SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname = ANY(%s)", [TRIGRAMS])
        definitions = [definition for (definition,) in cursor.fetchall()]
        cursor.execute(f"DROP INDEX {', '.join(TRIGRAMS)}")
        cursor.execute("SET session_replication_role = replica")
    text = f"(SELECT text FROM texts WHERE n = 1 + place % {TEXTS})"  # noqa: S608
    moment = f"now() - place * interval '{86_400 // A_DAY} seconds'"
    multiply(
        desk.article, ARTICLES,
        slug="'story-' || place", headline="'خبر رقم ' || place",
        status="CASE WHEN place % 50 = 0 THEN 'draft' ELSE 'published' END",
        published_at=f"CASE WHEN place % 50 > 0 THEN {moment} END", modified_at=moment, created_at=moment,
        working_copy_id="null::int", hero_id="null::int",
        search_key=f"left({text}, 150) || ' ' || place", search_text=f"{text} || ' ' || place",
    )  # fmt: skip
    author = Author.objects.first()
    multiply(author, AUTHORS, slug="'author-' || place", name="'كاتب رقم ' || place",
             sort_key="lpad(place::text, 8, '0')", user_id="null::int")  # fmt: skip
    first = Author.objects.order_by("pk").last().pk - AUTHORS
    multiply(desk.first, REVISIONS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_byline (article_id, author_id, position)"
            " SELECT id, %s + id %% %s, 1 FROM articles_article WHERE slug LIKE 'story-%%'", [first + 1, AUTHORS]
        )  # fmt: skip
        cursor.execute("RESET session_replication_role")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        begun = time.monotonic()
        for definition in definitions:
            cursor.execute(definition)
        print(f"indexes made in {time.monotonic() - begun:.0f} s", flush=True)
        cursor.execute("VACUUM ANALYZE")
        for name in TRIGRAMS:
            cursor.execute("SELECT pg_size_pretty(pg_relation_size(%s::regclass))", [name])
            print(f"{name}:", cursor.fetchone()[0])
    rare = vocabulary[-1]
    middle = Article.objects.order_by("pk").last()
    pages = {name: address for name, address in desk.pages() if name.startswith(("articles_", "index"))}
    return pages | {
        "list": f"{LIST}?view=all",
        "page 40": f"{LIST}?view=all&p=40",
        "by headline": f"{LIST}?view=all&o=1",
        "by section": f"{LIST}?view=all&o=3",
        "common word": f"{LIST}?q={vocabulary[0]}",
        "word": f"{LIST}?q={vocabulary[200]}",
        "rare word": f"{LIST}?q={rare}",
        "two words": f"{LIST}?q={vocabulary[3]} {vocabulary[300]}",
        "two letters": f"{LIST}?q=لم",
        "words of nothing": f"{LIST}?q=زرافةبنفسجية",
        "drafts": f"{LIST}?state=draft",
        "public": f"{LIST}?state=public",
        "scheduled": f"{LIST}?state=scheduled",
        "section": f"{LIST}?section={desk.article.section_id}",
        "author": f"{LIST}?author={first + 7}",
        "language of none": f"{LIST}?language=he",
        "today": f"{LIST}?when=today",
        "published then": f"{LIST}?moment=published_at&since=2020-01-01",
        "all together": f"{LIST}?q={vocabulary[0]}&state=public&author={first + 7}&when=month",
        "form of a plain one": f"{LIST}{middle.pk}/change/",
    }


def _words() -> tuple[list[str], list[str]]:
    """Six thousand made-up words of three to seven Arabic letters, and texts in which the first ones are common."""
    chance = random.Random(1)  # noqa: S311 - the same rows every time
    words = ["".join(chance.choices("ابتثجحخدرزسشصطعفقكلمنهوي", k=3 + number % 5)) for number in range(6_000)]
    texts = [
        " ".join(words[int(len(words) * chance.random() ** 3)] for _ in range(WORDS)) for _ in range(TEXTS)
    ]
    return words, texts


def measure(addresses: dict[str, str], explain: bool) -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from articles import similar_stories
    from articles.models import Article
    from tests.desk_pages import is_page

    vocabulary, _texts = _words()
    client = Client(SERVER_NAME="localhost")
    editor = User.objects.filter(is_superuser=True).first()
    client.force_login(editor)
    print(f"{'page':<40} {'ms':>6} {'slowest':>8} {'queries':>8}")

    def report(name: str, act) -> None:
        act()
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            act()
            times.append(1000 * (time.perf_counter() - begun))
        with CaptureQueriesContext(connection) as captured:
            act()
        median = statistics.median(times)
        print(f"{name:<40} {median:>6.0f} {max(times):>8.0f} {len(captured):>8}", flush=True)
        if explain and median > TARGET_MS / 2:
            slowest = max(captured, key=lambda row: float(row["time"]))
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest['sql']}")
                print("\n".join(f"    {line}"[:200] for (line,) in cursor.fetchall()))

    for name, address in addresses.items():
        if is_page(client.get(address)):
            report(name, lambda address=address: client.get(address))
    for name, typed in {
        "common": vocabulary[0],
        "rare": vocabulary[-1],
        "no": "زرافةبنفسجية",
        "short": "لم",
    }.items():
        fields = {"do": "find:lead", "find-lead": typed}
        report(f"front page, {name} word", lambda fields=fields: client.post(FRONT_PAGE, fields))
        report(f"typed name, {name} word", lambda typed=typed: Article.objects.called(typed))
    headline = "مايكروسوفت تعلن شراكة جديدة مع Mistral AI الفرنسية"
    report("similar stories", lambda: similar_stories.similar_to(editor, headline))


if __name__ == "__main__":
    with site():
        begun = time.monotonic()
        addresses = fill()
        print(f"{ARTICLES:,} articles, made in {time.monotonic() - begun:.0f} s")
        measure(addresses, "--explain" in sys.argv)
