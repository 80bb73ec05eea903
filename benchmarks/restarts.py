"""Start the site anew under its readers, again and again, on a socket that is held for it, and count what failed.

Run from the root of the repository; it makes a site of its own:

    python benchmarks/restarts.py [--requests 10000] [--seconds 5] [--readers 8] [--front]

Readers ask for pages, each time by a connection of their own, and never try again. So often the site is told to end and
is started by the same command, until that many requests have been answered. With `--front` they ask nginx, and it goes
as `deploy/upgrade` has it: the next site begins beside the one in use, nginx turns to it, and the old one is told to
end once the processes of nginx that knew it have ended. There a turn begins each so many seconds, whether or not those
before it are done. One JSON line; none is to be refused, and what `failed` was cut off as its process ended.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from database import site
from served_site import spread

# The most that requests have which nginx sent to the old site before it turned, as in `deploy/steps.sh`.
DRAIN_SECONDS = 60


@contextmanager
def on_a_held_socket() -> Iterator[tuple[int, "Turns"]]:
    """The port, and what has the site start anew, one time after the other."""
    from tests.faults.test_restarts import HeldSite

    held = HeldSite(
        Path(os.environ["VAR_DIR"]), "--no-demo", "--no-worker", DATABASE_URL=os.environ["DATABASE_URL"]
    )

    def start_anew() -> None:
        held.process.terminate()
        held.process.wait(60)
        held.start()

    held.start()
    try:
        yield held.port, Turns(start_anew)
    finally:
        held.end()


@contextmanager
def behind_nginx() -> Iterator[tuple[int, "Turns"]]:
    """The same, as it is done for another release, any number at a time."""
    from tests import nginx_front
    from tests.faults.test_serve import Site
    from tests.ports import free_port

    port, var_dir = free_port(), Path(os.environ["VAR_DIR"])
    settings = {"SITE_URL": f"http://127.0.0.1:{port}", "BEHIND_PROXY": "1", "PAGE_CDN_SECONDS": "1"}
    settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
    in_use = [Site(var_dir, "--no-demo", "--no-worker", **settings)]
    in_use[0].start()
    try:
        with (
            TemporaryDirectory() as folder,
            nginx_front.running(Path(folder), port, in_use[0].port, var_dir) as nginx,
        ):
            written = Path(folder, "nginx.conf")
            turning = threading.Lock()

            def start_anew() -> None:
                after = Site(var_dir, "--no-demo", "--no-worker", **settings)
                after.start()
                with turning:
                    (before,) = in_use
                    in_use[:] = [after]
                    text = written.read_text()
                    written.write_text(
                        text.replace(f"server 127.0.0.1:{before.port};", f"server 127.0.0.1:{after.port};")
                    )
                    knew_it = psutil.Process(nginx.pid).children()
                    nginx.send_signal(signal.SIGHUP)
                psutil.wait_procs(knew_it, DRAIN_SECONDS)
                before.process.terminate()
                before.process.wait(60)

            turns = Turns(start_anew, at_once=3)
            try:
                yield port, turns
            finally:
                turns.end()
    finally:
        for found in in_use:
            found.process.terminate()
            found.process.wait(60)


class Turns:
    """What starts the site anew, begun by a clock."""

    def __init__(self, start_anew: Callable[[], None], at_once: int = 1) -> None:
        self._start_anew = start_anew
        self._room = threading.Semaphore(at_once)
        self._pool = ThreadPoolExecutor(at_once)
        self._begun: list[Future[None]] = []
        self.at: list[float] = []

    def begin(self) -> None:
        """Begin one, once there is room for it."""
        self._room.acquire()
        self._begun.append(self._pool.submit(self._act))

    def _act(self) -> None:
        try:
            self._start_anew()
            self.at.append(time.monotonic())
        finally:
            self._room.release()

    def end(self) -> None:
        """Wait for those that have begun."""
        for turn in self._begun:
            turn.result()
        self._pool.shutdown()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--front", action="store_true", help="behind nginx, each time another port")
    asked = parser.parse_args()

    from django.db import connections

    from tests import factories
    from tests.faults.test_restarts import Readers

    for _number in range(20):
        factories.published()
    connections.close_all()
    begun = time.monotonic()
    paths = ["/", "/corrections/", "/search/?q=GPT", "/healthz"]
    with (
        (behind_nginx if asked.front else on_a_held_socket)() as (port, turns),
        Readers(port, paths, asked.readers) as readers,
    ):
        while readers.answers.total() < asked.requests:
            time.sleep(asked.seconds)
            turns.begin()
        turns.end()
    failed = {str(said): count for said, count in readers.answers.items() if said != 200}
    row = {
        "requests": readers.answers.total(),
        "failed": sum(failed.values()),
        "failures": failed,
        "restarts": len(turns.at),
        "seconds_between": spread([after - before for before, after in pairwise(turns.at)]),
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
