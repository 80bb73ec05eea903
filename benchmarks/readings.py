"""Measure what it takes to note that an article was read, when all readers read the same one.

Run `python benchmarks/readings.py` from the root of the repository. So many threads as the site has tell of one article
at once, each on a connection of its own: by an upsert of the day's row, for which they wait for one another, and as
`articles.readings` does, by a row of its own that the worker counts while they go on. Printed are readings a second,
milliseconds at the median and for the slowest of a hundred, and what the worker takes to count the rest.
"""

import statistics
import threading
import time

from database import site

THREADS = 16
READINGS = 500

_UPSERT = """
INSERT INTO articles_dayofreadings AS kept (article_id, day, times) VALUES (%s, current_date, 1)
ON CONFLICT (day, article_id) DO UPDATE SET times = kept.times + 1
"""


def measure(name: str, tell) -> None:
    from django.db import connection

    times: list[float] = []
    gate = threading.Barrier(THREADS + 1)

    def read() -> None:
        connection.ensure_connection()
        gate.wait()
        for _ in range(READINGS):
            begun = time.perf_counter()
            tell()
            times.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    slowest = statistics.quantiles(times, n=100)[-1]
    print(
        f"{name}: {len(times) / took:,.0f} a second,"
        f" {statistics.median(times) * 1000:.2f} ms at the median, {slowest * 1000:.2f} ms for the slowest"
    )


def main() -> None:
    from django.db import connection
    from django.utils import timezone

    from articles import publishing, readings
    from articles.models import Article, Reading, Section

    section = publishing.save_named(Section(name="تقنية"))
    article = Article.objects.create(
        section=section, headline="خبر", slug="خبر", status="published", published_at=timezone.now()
    )
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)

    def upsert() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [article.pk])

    def append() -> None:
        Reading.objects.bulk_create([Reading(number=article.pk, hour=hour)])

    measure("Upsert of one row", upsert)
    measure("Rows of their own", append)
    begun = time.perf_counter()
    counted = readings.count_new()
    print(f"Counting {counted:,} readings: {(time.perf_counter() - begun) * 1000:.0f} ms")
    begun = time.perf_counter()
    readings.rank()
    print(f"Ranking: {(time.perf_counter() - begun) * 1000:.0f} ms")


if __name__ == "__main__":
    with site():
        main()
