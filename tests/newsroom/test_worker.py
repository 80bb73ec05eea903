"""The worker's loop, with jobs of the test's own."""

import logging
from datetime import timedelta

import pytest
from django.db import connection

from newsroom import jobs
from newsroom.worker import Job, work

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def looks(count):
    """A `goes_on` that is true that many times."""
    answers = iter([True] * count)
    return lambda: next(answers, False)


def test_each_job_runs_at_once_and_then_at_its_interval():
    ran = []
    often = Job("often", lambda: ran.append("often"), every=timedelta(milliseconds=200))
    seldom = Job("seldom", lambda: ran.append("seldom"), every=HOUR)

    work([often, seldom], goes_on=looks(4))

    assert ran.count("seldom") == 1
    assert ran.count("often") > 1


def test_a_job_that_fails_stops_no_other_and_its_message_stays_out_of_the_log(caplog):
    def fail():
        raise ValueError("zoro@example.org")

    ran = []
    work(
        [Job("bad", fail, every=HOUR), Job("good", lambda: ran.append("good"), every=HOUR)], goes_on=looks(3)
    )

    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert line.startswith("Job bad: ValueError at ")
    assert "zoro" not in caplog.text
    assert ran == ["good"]


def test_no_job_runs_while_another_process_works():
    ran = []
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(7304101)")

    work([Job("job", lambda: ran.append("job"), every=HOUR)], goes_on=looks(2))

    other.close()
    assert ran == []


def test_every_job_of_the_site_runs():
    for job in jobs.JOBS:
        job.run()
