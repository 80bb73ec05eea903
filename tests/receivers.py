"""A site that receives requests of ours, in a thread of the test or as a process of its own: PORT FOLDER.

Each request is kept as a file, in the order in which they came. The path says how it is answered: /204/… with that
status, /slow/… a byte at a time, /away/… by hanging up, /endless/… with a body that does not end.
"""

import json
import threading
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

THIS_MACHINE = (ip_network("127.0.0.0/8"),)


class Received(NamedTuple):
    method: str
    path: str
    headers: dict
    body: bytes


class Answering(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.keep(Received(self.command, self.path, dict(self.headers.items()), body))
        word = self.path.split("/")[1]
        with suppress(OSError):
            getattr(self, f"answer_{word}", self.answer_with_status)(word)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def answer_with_status(self, word):
        status = self.server.statuses.get(self.path) or (int(word) if word.isdecimal() else 200)
        body = self.server.body
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", "/200/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def answer_slow(self, _word):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def answer_away(self, _word):
        self.connection.close()

    def answer_nonsense(self, _word):
        self.wfile.write(b"220 mail.example ESMTP\r\n")

    def answer_endless(self, _word):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def log_message(self, *_args):
        pass


class Receiver(ThreadingHTTPServer):
    """What came in is in `received`. `statuses` says by path what is answered, and `body` what stands in it."""

    daemon_threads = True

    def __init__(self, folder: Path | None = None, port: int = 0):
        super().__init__(("127.0.0.1", port), Answering)
        self.received: list[Received] = []
        self.statuses: dict[str, int] = {}
        self.body = b""
        self._folder = folder

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def keep(self, received: Received) -> None:
        self.received.append(received)
        if self._folder:
            kept = received._replace(body=b64encode(received.body).decode())
            draft = self._folder / f"{time.monotonic_ns()}.draft"
            draft.write_text(json.dumps(kept))
            draft.rename(draft.with_suffix(".json"))

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle is no news."""


def kept_in(folder: Path) -> list[Received]:
    rows = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [Received(method, path, headers, b64decode(body)) for method, path, headers, body in rows]


@contextmanager
def receiving(**options):
    with Receiver(**options) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
