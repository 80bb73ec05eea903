"""Measure the moderators' page with 100,000 held comments: server time and queries for each filter and order.

Run `python benchmarks/moderation_queue.py [--explain]` from the root of the repository; it makes a database of its own.
With --explain, what is slow is followed by the plan of its slowest query.
"""

import random
import statistics
import sys
import time

from database import site

HELD = 100_000
DECIDED = 100_000
ARTICLES = 200
WAVES = 50
WAVE_MEMBERS = 400
RARE = 40
TEXT = "كلام عاديّ عن المقال لا يلفت النظر، وفيه رأي القارئ وحجّته وأسماء مثل openai. "
ROUNDS = 5
TARGET_MS = 300
PAGE = "/admin/comments/comment/"


def fill() -> dict[str, str]:
    """Make the rows; return the addresses to measure, by what they ask for."""
    from django.db import connection

    from comments.models import Comment, Finding, Status, Wave
    from tests import factories

    chance = random.Random(1)  # noqa: S311 - the same rows every time
    sections = [factories.section(f"قسم {number}") for number in range(10)]
    articles = [factories.published(section=sections[number % 9]) for number in range(ARTICLES)]
    rare = factories.published(section=sections[9])
    waves = Wave.objects.bulk_create(Wave() for _ in range(WAVES))
    first, last = waves[0].pk, waves[-1].pk
    numbers = factories.flood(
        articles,
        HELD - RARE,
        body=f"'{TEXT * 4}' || place",
        search_key=f"'قارئ {TEXT * 4}' || place",
        triage="CASE WHEN place % 10 > 0 THEN random() END",
        script="CASE WHEN place % 997 = 0 THEN 'other' WHEN place % 4 = 0 THEN 'latin' ELSE 'arabic' END",
        is_proven="place % 500 = 0",
        wave_id=f"CASE WHEN place <= {WAVES * WAVE_MEMBERS} THEN {first} + place % {last - first + 1} END",
    )
    rarest = factories.flood([rare], RARE, body="'تعليق نادر'", search_key="'قارئ تعليق نادر'")
    factories.flood(articles, DECIDED, status="'approved'", is_shown="true")
    Comment.objects.filter(pk__in=chance.sample(numbers, 100)).update(is_shadowed=True)
    approved = Comment.objects.filter(status=Status.APPROVED).values_list("pk", flat=True)
    Comment.objects.filter(pk__in=chance.sample(list(approved), 500)).update(open_reports=3)
    Finding.objects.bulk_create(
        (
            Finding(
                comment_id=pk, rule="many_links" if pk % 3_000 else "honeypot", weight=60, facts={"links": 2}
            )
            for pk in numbers
            if pk % 3 == 0
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    middle = numbers[HELD // 2]
    return {
        "nothing": "",
        "triage": "?order=triage",
        "half-way": f"?after={middle}",
        "half-way, triage": f"?order=triage&after={middle}",
        "last page": f"?after={rarest[0]}",
        "section": f"?section={sections[0].pk}",
        "rare section": f"?section={sections[9].pk}",
        "rare section, triage": f"?section={sections[9].pk}&order=triage",
        "article": f"?article={articles[0].pk}",
        "rare article": f"?article={rare.pk}",
        "rule": "?rule=many_links",
        "rare rule": "?rule=honeypot",
        "rule of nothing": "?rule=flood",
        "script": "?script=latin",
        "rare script, triage": "?script=other&order=triage",
        "proven": "?proven=yes",
        "words": "?q=OpenAI",
        "rare words": "?q=نادر",
        "words of nothing": "?q=ليس هنا",
        "wave": f"?wave={first}",
        "mine": "?mine=1",
        "all together": f"?section={sections[0].pk}&rule=many_links&script=latin&q=OpenAI&order=triage",
        "reported": "?queue=reported",
        "approved": "?queue=approved",
        "approved, rare article": f"?queue=approved&article={rare.pk}",
        "shadowed": "?queue=shadowed",
        "live counts": f"counts/?{'&'.join(f'shown={pk}:1' for pk in numbers[:100])}",
    }


def measure(addresses: dict[str, str], explain: bool) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests import factories

    client = Client(SERVER_NAME="localhost")
    client.force_login(factories.staff(factories.MODERATORS))
    print(f"{'asked for':<24} {'ms':>6} {'slowest':>8} {'queries':>8}")
    for name, query in addresses.items():
        client.get(PAGE + query)
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            answer = client.get(PAGE + query)
            times.append(1000 * (time.perf_counter() - begun))
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE + query)
        median = statistics.median(times)
        print(f"{name:<24} {median:>6.0f} {max(times):>8.0f} {len(captured):>8}  {answer.status_code}")
        if explain and median > TARGET_MS / 2:
            slowest = max(captured, key=lambda row: float(row["time"]))
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest['sql']}")
                print("\n".join(f"    {line}" for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    with site():
        begun = time.monotonic()
        addresses = fill()
        print(f"{HELD:,} held, {DECIDED:,} decided, made in {time.monotonic() - begun:.0f} s")
        measure(addresses, "--explain" in sys.argv)
