"""Measure decisions by eight moderators at once, and over a wave at once: how many a second, through the verbs.

Run `python benchmarks/moderation.py` from the root of the repository; it makes a database of its own.
"""

import time

from database import site

COMMENTS = 4_000
MEMBERS = 5_000
PROCESSES = 8
BATCH = 10


def decide_in_processes(bulk: int) -> None:
    from django.db import connection

    from comments.models import Comment, Decision
    from tests import factories, moderators

    factories.flood([factories.published()], COMMENTS)
    with connection.cursor() as cursor:
        # As autovacuum would have done on a site that is more than seconds old.
        cursor.execute("VACUUM ANALYZE")
    names = [f"moderator{number}of{bulk}" for number in range(PROCESSES)]
    for name in names:
        factories.staff(factories.MODERATORS, name)
    processes = [moderators.start(name, batch=BATCH, bulk=bulk) for name in names]
    before = Decision.objects.count()
    begun = time.monotonic()
    for process in processes:
        moderators.go(process)
    results = [moderators.result(process) for process in processes]
    seconds = max(result["seconds"] for result in results)
    decisions = Decision.objects.count() - before
    print(
        f"{PROCESSES} processes, {BATCH} claimed at once, {bulk:>2} decided at once: {decisions} decisions,"
        f" {decisions - len({pk for result in results for pk in result['decided']})} of them double,"
        f" {Comment.objects.held().count()} comments left, {decisions / seconds:,.0f} decisions/s"
        f" ({time.monotonic() - begun:.1f} s with the end of the processes)"
    )


def decide_wave() -> None:
    from comments import moderation
    from comments.models import Wave
    from comments.shown_waves import ShownWave
    from tests import factories

    wave = Wave.objects.create()
    numbers = factories.flood([factories.published()], MEMBERS, wave_id=str(wave.pk))
    for to_status in ("spam", "approved"):
        begun = time.perf_counter()
        outcome = moderation.decide(
            {}, to_status, waves={wave.pk: ShownWave(numbers[0], numbers[-1])}, by=None
        )
        decided = time.perf_counter()
        moderation.undo_acts([outcome.act], by=None)
        print(
            f"wave of {len(outcome.decided)} to {to_status}: {decided - begun:.2f} s,"
            f" taken back {time.perf_counter() - decided:.2f} s"
        )


if __name__ == "__main__":
    with site():
        for bulk in (1, BATCH):
            decide_in_processes(bulk)
        decide_wave()
