"""Start the site anew under its readers, again and again, on a socket that is held for it, and count what failed.

Run from the root of the repository; it makes a site of its own:

    python benchmarks/restarts.py [--requests 10000] [--seconds 5] [--readers 8]

Readers ask for pages, each time by a connection of their own, and never try again. So often the site is told to end and
is started by the same command, until that many requests have been answered. One JSON line; none is to be
refused, and what `failed` was cut off as its process ended.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from database import site


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--readers", type=int, default=8)
    asked = parser.parse_args()

    from django.db import connections

    from tests import factories
    from tests.faults.test_restarts import HeldSite, Readers

    for _number in range(20):
        factories.published()
    connections.close_all()
    held = HeldSite(
        Path(os.environ["VAR_DIR"]), "--no-demo", "--no-worker", DATABASE_URL=os.environ["DATABASE_URL"]
    )
    restarts = 0
    held.start()
    begun = time.monotonic()
    try:
        with Readers(
            held.port, ["/", "/corrections/", "/search/?q=GPT", "/healthz"], asked.readers
        ) as readers:
            while readers.answers.total() < asked.requests:
                time.sleep(asked.seconds)
                held.process.terminate()
                held.process.wait(60)
                held.start()
                restarts += 1
    finally:
        held.end()
    failed = {str(said): count for said, count in readers.answers.items() if said != 200}
    row = {
        "requests": readers.answers.total(),
        "failed": sum(failed.values()),
        "failures": failed,
        "restarts": restarts,
        "longest_s": round(readers.longest, 1),
        "seconds": round(time.monotonic() - begun),
        "loadavg1": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(row), flush=True)
    return row["failed"] > 0


if __name__ == "__main__":
    with site():
        code = main()
    sys.exit(code)
