"""A store that speaks S3, as a process of its own, for tests of the media."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from newsroom.web import object_place
from tests.ports import free_port

KEY, SECRET = "AKIANEWSROOM", "s3cr/t+of=the@newsroom"
BUCKET = "news"
_SERVER = Path(__file__).with_name("moto_server.py")


def address(port: int, folder: str = "") -> str:
    """What MEDIA_STORE says of a store on a port of this machine."""
    return f"s3+http://{KEY}:s3cr%2Ft%2Bof%3Dthe%40newsroom@127.0.0.1:{port}/{BUCKET}/{folder}"


class ObjectStoreProcess:
    """A server of moto with one bucket, which takes what is signed with the key."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/{BUCKET}"

    def start(self):
        command = [sys.executable, _SERVER, str(self.port), KEY, SECRET, BUCKET]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()

    @contextmanager
    def silent(self):
        """Meanwhile it takes connections and says nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def place(self) -> object_place.Place:
        """A folder in its bucket that nobody else has."""
        return object_place.read(address(self.port, uuid4().hex))


def storages(place: object_place.Place, settings) -> dict:
    """STORAGES of a site with media in this place."""
    media = {"BACKEND": "newsroom.web.object_store.ObjectStore", "OPTIONS": {"place": place}}
    return settings.STORAGES | {"default": media}
