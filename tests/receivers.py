"""A site that receives requests of ours, in a thread of the test.

The path says how a request is answered: /204/… with that status, /slow/… a byte at a time, /away/… by hanging up,
/nonsense/… in another protocol, /endless/… with a body that does not end.
"""

import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
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
        self.server.received.append(Received(self.command, self.path, dict(self.headers.items()), body))
        while self.server.stalls:
            time.sleep(0.05)
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
    """What came in is in `received`. `statuses` says by path what is answered, and `body` what stands in it; while it
    `stalls`, nothing is."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.received: list[Received] = []
        self.statuses: dict[str, int] = {}
        self.body = b""
        self.stalls = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle is no news."""


@contextmanager
def receiving():
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
