"""What processes count of their own work, for Prometheus.

The library is loaded at the first count: it reads the environment then, and in PROMETHEUS_MULTIPROC_DIR the processes
of a machine count together, so that any of them can tell of all.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measures(NamedTuple):
    """Counters that only ever grow, and moments."""

    requests: "Counter"
    request_seconds: "Histogram"
    pages: "Counter"
    job_seconds: "Histogram"
    job_failures: "Counter"
    job_ran: "Gauge"


# The library refuses to count the same thing twice, which two threads would begin at once.
_beginning = threading.Lock()


def measures() -> Measures:
    with _beginning:
        return _begun()


@cache
def _begun() -> Measures:
    from prometheus_client import Counter, Gauge, Histogram

    return Measures(
        requests=Counter("nashra_requests", "Answers of Django, by view and status", ["view", "status"]),
        request_seconds=Histogram(
            "nashra_request_seconds", "How long Django took to answer, by view", ["view"], buckets=_BUCKETS
        ),
        pages=Counter(
            "nashra_pages", "Requests by what the page cache did: ready, taken, made, passed", ["by"]
        ),
        job_seconds=Histogram(
            "nashra_job_seconds", "How long a job of the worker ran", ["job"], buckets=_BUCKETS
        ),
        job_failures=Counter("nashra_job_failures", "How often a job of the worker failed", ["job"]),
        job_ran=Gauge(
            "nashra_job_ran",
            "When a job of the worker last ended well",
            ["job"],
            multiprocess_mode="mostrecent",
        ),
    )


def share(folder: Path) -> None:
    """Have this process and its children count together in a folder, with what else counts there now: a worker of its
    own, a site that is about to end. What is left of others is forgotten. Before anything is counted."""
    folder.mkdir(parents=True, exist_ok=True)
    for counted in folder.glob("*.db"):
        # The library names a file for the process that counts in it.
        if not _runs(int(counted.stem.rpartition("_")[2])):
            counted.unlink()
    os.environ[SHARED_FOLDER] = str(folder)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It belongs to somebody else.
        return True
    return True


def measured(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Counts answers and times them, by the name of the view: addresses are without number."""

    def respond(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = get_response(request)
        view = (request.resolver_match and request.resolver_match.view_name) or "none"
        counted = measures()
        counted.requests.labels(view, response.status_code).inc()
        counted.request_seconds.labels(view).observe(time.perf_counter() - begun)
        return response

    return respond
