"""The mail server of `tests.smtp_sink` as tests hold it: a process that they start, stop and ask what came in."""

import json
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path


class MailServer:
    def __init__(self, folder: Path):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.process = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        sink = Path(__file__).with_name("smtp_sink.py")
        self.process = subprocess.Popen([sys.executable, sink, str(self.port), self.folder])
        wait_for(self.is_up)

    def is_up(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def raw(self) -> list[str]:
        """The mails that came in, byte for byte, in Latin-1."""
        return [kept["mail"] for kept in self._kept()]

    def _kept(self) -> list[dict]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    def mails(self) -> list:
        """What came in, oldest first, as the email package reads it, each with `recipient` as the envelope had it."""
        found = []
        for kept in self._kept():
            mail = message_from_bytes(kept["mail"].encode("latin-1"), policy=policy.default)
            mail.recipient = kept["to"]
            found.append(mail)
        return found


def wait_for(condition, seconds=60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
