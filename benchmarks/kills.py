"""Kill processes of the site under readers and moderators, again and again, and count what was lost, is there twice,
or tells of nothing.

Run from the root of the repository; it makes a site of its own, with its embedded PostgreSQL, durable as in production:

    python benchmarks/kills.py [--acknowledged 20000] [--web 200] [--database 50] [--readers 8]

Comments go in by the form that readers post, decisions by that of the desk. Whoever gets no answer sends the same
again. Meanwhile one web process after the other is killed by SIGKILL, and all processes of the database at once. It
ends when all three numbers are reached, and prints one JSON line; `lost`, `doubled`, `mails_without_cause` and
`mails_missing` are to be 0.
"""

import argparse
import json
import os
import sys
import threading
import time
from pathlib import Path

from database import site
from served_site import NoPrograms, postmaster, served

ARTICLES = 50
# Between two kills; a database needs some seconds to recover, and a web process one or two to begin.
WEB_SECONDS, DATABASE_SECONDS = 1.5, 8.0
LONGEST_SECONDS = 3_600


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acknowledged", type=int, default=20_000)
    parser.add_argument("--web", type=int, default=200)
    parser.add_argument("--database", type=int, default=50)
    parser.add_argument("--readers", type=int, default=8)
    asked = parser.parse_args()

    from django.db import connections

    from tests import kills

    data_dir = Path(os.environ["VAR_DIR"]) / "postgres"
    threads, sessions = kills.prepare(ARTICLES)
    connections.close_all()
    done = {"web": 0, "database": 0}
    # Without an address the site looks after the database by itself.
    with served(postmaster(data_dir), {"DATABASE_URL": "", "PROXY_HOPS": "1"}, with_worker=True) as found:
        server = found.processes["server"]
        campaign = kills.Campaign(found.port, threads, sessions)
        ended = threading.Event()

        def kill(name: str, seconds: float, most: int, act) -> None:
            while done[name] < most and not ended.wait(seconds):
                done[name] += act()

        killers = [
            threading.Thread(target=kill, args=[name, seconds, most, act], daemon=True)
            for name, seconds, most, act in (
                ("web", WEB_SECONDS, asked.web, lambda: kills.kill_a_web_process(server)),
                ("database", DATABASE_SECONDS, asked.database, lambda: kills.kill_database(data_dir)),
            )
        ]
        begun = time.monotonic()
        campaign.start(asked.readers)
        for killer in killers:
            killer.start()
        told = campaign.told
        while time.monotonic() < begun + LONGEST_SECONDS:
            campaign.check()
            if told.acknowledged >= asked.acknowledged and not any(killer.is_alive() for killer in killers):
                break
            time.sleep(1)
            if sys.stderr.isatty():
                print(f"\r{told.acknowledged} acknowledged, {done} ", end="", file=sys.stderr, flush=True)
        ended.set()
        campaign.end()
        seconds = time.monotonic() - begun
        row = {
            "web_kills": done["web"],
            "database_kills": done["database"],
            "comments_acknowledged": len(told.receipts),
            "decisions_acknowledged": len(told.decided),
            "retries": told.retries,
            "answers_5xx": dict(told.refused),
            "found_decided": told.conflicts,
            "longest_wait_s": round(told.longest_wait, 1),
            "seconds": round(seconds),
            "loadavg1": round(os.getloadavg()[0], 2),
            **kills.audit(told),
        }
    print(json.dumps(row), flush=True)
    return sum(row[name] for name in ("lost", "doubled", "mails_without_cause", "mails_missing")) > 0


if __name__ == "__main__":
    try:
        with site():
            code = main()
    except NoPrograms as missing:
        sys.exit(str(missing))
    sys.exit(code)
