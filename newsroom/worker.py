"""The worker: it runs jobs at their intervals, each in a thread of its own, in one process of however many there are.

The others stand by until the database session of the one that works has ended, and with it the lock that it holds.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection

from newsroom.web.measures import measures

logger = logging.getLogger(__name__)

# How often a worker looks after its lock.
SECONDS = 1
# How long a job rests after it failed, if it would be sooner due.
REST_SECONDS = 60
# What the jobs may take to end once the worker is to stop; what hangs then ends with the process.
STOP_SECONDS = 8
# Any number, as long as nothing else in the database takes a lock of it.
_LOCK = 7_304_101
# A lock by one number stands in two halves.
_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = %s AND objid = %s
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


@dataclass(frozen=True)
class Job:
    """Something to do again and again. It commits what it has done bit by bit: it may be killed at any moment."""

    name: str
    run: Callable[[], Any]
    every: timedelta


def work(jobs: Iterable[Job], *, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Run `jobs` while `goes_on`, whenever no other process of this database does. It is asked every second."""
    jobs = list(jobs)
    rest = threading.Event()
    while goes_on():
        if _leads():
            _run_while_leading(jobs, goes_on)
        rest.wait(SECONDS)


def _leads() -> bool:
    """Whether this process holds the lock of the one that works: taken if it is free, kept with the connection."""
    try:
        with connection.cursor() as cursor:
            # Whoever has it is given it once more.
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        connection.close()
        return False


def is_at_work() -> bool:
    """Whether some process of this database holds the lock of the one that works. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD, [_LOCK >> 32, _LOCK & 0xFFFFFFFF])
        return bool(cursor.fetchone()[0])


def _run_while_leading(jobs: list[Job], goes_on: Callable[[], bool]) -> None:
    ended = threading.Event()
    threads = []
    try:
        for job in jobs:
            thread = threading.Thread(target=_repeat, args=[job, ended], name=job.name, daemon=True)
            thread.start()
            threads.append(thread)
        while goes_on() and _leads():
            ended.wait(SECONDS)
    finally:
        ended.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))


def _repeat(job: Job, ended: threading.Event) -> None:
    while not ended.is_set():
        pause = job.every.total_seconds()
        begun = time.perf_counter()
        try:
            job.run()
            measures().job_ran.labels(job.name).set_to_current_time()
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the other jobs and its own next turn go on
            # The kind and the place: the message may quote what readers wrote.
            place = traceback.extract_tb(error.__traceback__)[-1]
            logger.error("Job %s: %s at %s:%s", job.name, type(error).__name__, place.filename, place.lineno)
            connection.close()
            measures().job_failures.labels(job.name).inc()
            pause = max(pause, REST_SECONDS)
        measures().job_seconds.labels(job.name).observe(time.perf_counter() - begun)
        ended.wait(pause)
    connection.close()
