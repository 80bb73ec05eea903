"""A Redis of a test's own, which writes nothing to the disk."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import redis

NO_REDIS = "needs Redis (apt-get install redis-server)"


def require():
    """Skip the test, or fail where all programs must be there, without Debian's server."""
    if shutil.which("redis-server") is None:
        if os.environ.get("NASHRA_REQUIRE_BROWSER"):
            pytest.fail(NO_REDIS, pytrace=False)
        pytest.skip(NO_REDIS)


class RedisServer:
    """On a socket; `options` as its command line has them."""

    def __init__(self, *options):
        require()
        self.options = options
        # Paths of sockets are short.
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.socket = self.folder / "socket"
        self.address = f"unix://{self.socket}?db=0"
        self.client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=30)

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", *self.options],
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        deadline = time.monotonic() + 10
        while not self.answers():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def answers(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.kill()
        self.client.close()
        shutil.rmtree(self.folder)
