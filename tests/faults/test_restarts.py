"""A site that is started anew under its readers, and readers who take their time."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests import nginx_front
from tests.faults.test_serve import BASE_DIR, STOP_SECONDS, Site, var_dir  # noqa: F401
from tests.faults.test_statements import database_of_the_test
from tests.ports import free_port

# What systemd does for a service that it listens for, see sd_listen_fds(3).
_PASS = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
RESTARTS, READERS = 2, 4
SLOW = 300


class HeldSite(Site):
    """The site on a socket that is held for it while it is away."""

    def __init__(self, *arguments, **environment):
        super().__init__(*arguments, **environment)
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)

    def start(self, path="/healthz"):
        passed = self.listener.fileno()
        with self.output.open("w") as output, self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PASS, str(passed), *self.command()[1:]],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                pass_fds=[passed],
            )
        self.wait_for(lambda: self.status(path) == 200)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.listener.close()


class Readers:
    """So many who ask for pages without pause, each time by a connection of their own, and never try again."""

    def __init__(self, port, paths, count):
        self.port, self.paths = port, paths
        self.answers = Counter()
        self.longest = 0.0
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _number in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _read(self):
        number = 0
        while not self._ended.is_set():
            number += 1
            begun = time.monotonic()
            wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                wire.request("GET", self.paths[number % len(self.paths)])
                answer = wire.getresponse()
                answer.read()
                said = answer.status
            except (OSError, http.client.HTTPException) as error:
                said = type(error).__name__
            finally:
                wire.close()
            self.answers[said] += 1
            self.longest = max(self.longest, time.monotonic() - begun)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_refused_while_the_site_is_started_anew_on_a_socket_that_is_held(var_dir):  # noqa: F811
    site = HeldSite(var_dir, "--no-demo", "--no-worker", DATABASE_URL=database_of_the_test())
    try:
        site.start()
        with Readers(site.port, ["/", "/corrections/", "/search/?q=GPT", "/healthz"], READERS) as readers:
            for _restart in range(RESTARTS):
                time.sleep(1)
                site.process.terminate()
                assert site.process.wait(2 * STOP_SECONDS) == 0
                site.start()
            time.sleep(1)
    finally:
        site.end()

    print(f"\n{readers.answers.total()} requests, the longest took {readers.longest:.1f} s")
    # A connection that was taken in the very moment of the end is cut off; none is refused, nor answered by an error.
    assert set(readers.answers) <= {200, "RemoteDisconnected", "ConnectionResetError"}
    assert readers.answers.total() - readers.answers[200] <= RESTARTS * READERS
    assert readers.answers[200] > 100


# Readers who take their time


@contextmanager
def slow_senders(port, count):
    """Half of them stop in the middle of their headers, the others in the middle of what they send."""
    headers = b"POST /comments/article/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
    headers += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n"
    with ExitStack() as wires:
        found = []
        for number in range(count):
            wire = wires.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            wire.sendall(headers if number % 2 else headers + b"\r\nauthor_name=")
            found.append(wire)
        ended = threading.Event()

        def go_on():
            # A byte now and then, so that none counts as gone.
            while not ended.wait(1):
                for wire in found:
                    with suppress(OSError):
                        wire.send(b"a")

        sender = threading.Thread(target=go_on, daemon=True)
        sender.start()
        try:
            yield
        finally:
            ended.set()
            sender.join()


def probe(port, path):
    begun = time.monotonic()
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        wire.request("GET", path)
        answer = wire.getresponse()
        answer.read()
        return answer.status, time.monotonic() - begun
    except OSError as error:
        return type(error).__name__, time.monotonic() - begun
    finally:
        wire.close()


@pytest.mark.parametrize("front", [False, True], ids=["by itself", "behind nginx"])
def test_slow_senders_keep_nobody_from_reading(var_dir, tmp_path, front):  # noqa: F811
    if front and nginx_front.program() is None:
        pytest.skip("needs nginx (apt-get install nginx-light)")
    port = free_port()
    given = {"SITE_URL": f"http://127.0.0.1:{port}", "BEHIND_PROXY": "1"} if front else {}
    site = Site(var_dir, "--no-demo", "--no-worker", **given)
    try:
        site.start()
        with ExitStack() as fronts:
            if front:
                fronts.enter_context(nginx_front.running(tmp_path, port, site.port, var_dir))
            else:
                port = site.port
            probe(port, "/")
            with slow_senders(port, SLOW):
                time.sleep(1)
                answers = [probe(port, path) for path in ("/healthz/live", "/healthz", "/", "/archive/") * 3]
    finally:
        site.end()

    # How long they took is told by `benchmarks/flood.py`; none waited for those, who take until they are sent away.
    assert {status for status, _seconds in answers} == {200}
