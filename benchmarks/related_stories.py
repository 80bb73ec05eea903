"""Measure what an article's page pays for its related stories and its series among 100,000 articles.

Run `python benchmarks/related_stories.py` from the root of the repository. Half of the articles carry one popular tag,
each has three more, and each tenth belongs to a series of 100 parts. Printed are the milliseconds of the queries, at
the median and at worst of 50 articles.
"""

import random
import statistics
import time
from datetime import timedelta

from database import site

ARTICLES = 100_000
TAGS = 2_000
SERIES_PARTS = 100
PAGES = 50
WORDS = """
شركة تطلق نموذجا جديدا للذكاء الاصطناعي في السعودية مصر الأردن وزير التقنية يعلن شراكة مع جامعة الملك خطة مدينة سوق
المال أسعار النفط ترتفع بعد قرار البنك المركزي منتخب كرة القدم يفوز على نظيره مباراة نهائي كأس العالم حرارة أمطار
""".split()  # noqa: SIM905 - the formatter would give each word of a list a line


def fill() -> None:
    from django.utils import timezone

    from articles import publishing
    from articles.models import Article, Section, Series, Tag

    chance = random.Random(4)  # noqa: S311 - a benchmark that runs the same each time
    sections = [publishing.save_named(Section(name=f"قسم {number}")) for number in range(6)]
    tags = Tag.objects.bulk_create(
        Tag(name=f"وسم {number}", slug=f"وسم-{number}", sort_key=f"{number:05}") for number in range(TAGS)
    )
    count = ARTICLES // 10 // SERIES_PARTS
    series = Series.objects.bulk_create(
        Series(name=f"سلسلة {number}", slug=f"سلسلة-{number}") for number in range(count)
    )
    now = timezone.now()
    for start in range(0, ARTICLES, 5_000):
        rows = []
        for number in range(start, start + 5_000):
            words = " ".join(chance.choices(WORDS, k=30))
            rows.append(
                Article(
                    section=chance.choice(sections),
                    headline=words[:80],
                    slug=f"مقال-{number}",
                    body="<p>نصّ</p>",
                    search_key=words,
                    status=Article.Status.PUBLISHED,
                    published_at=now - timedelta(minutes=ARTICLES - number),
                    series=series[number // 10 % count] if number % 10 == 0 else None,
                )
            )
        made = Article.objects.bulk_create(rows)
        through = Article.tags.through
        through.objects.bulk_create(
            through(article=row, tag=tag)
            for row in made
            for tag in {tags[0] if row.pk % 2 else tags[1], *chance.choices(tags, k=3)}
        )


def main() -> None:
    from django.db import connection

    from articles import related
    from articles.models import Article

    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chance = random.Random(5)  # noqa: S311
    row_seconds, related_seconds = [], []
    for number in chance.sample(
        list(Article.objects.filter(series__isnull=False).values_list("pk", flat=True)), PAGES
    ):
        start = time.perf_counter()
        article = Article.objects.published().for_page().get(pk=number)
        tags = len(article.tags.all())
        middle = time.perf_counter()
        page = related.on_page(article)
        row_seconds.append(middle - start)
        related_seconds.append(time.perf_counter() - middle)
    for name, seconds in (("row, authors, tags", row_seconds), ("related and series", related_seconds)):
        print(f"{name}: median {statistics.median(seconds) * 1e3:.1f} ms, worst {max(seconds) * 1e3:.1f} ms")
    print(f"last: {tags} tags, {page['place']}, {len(page['related'])} stories")


if __name__ == "__main__":
    with site():
        main()
