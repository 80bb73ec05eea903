"""Pictures fetched from the old site."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from newsroom.wordpress import fetching
from newsroom.wordpress.fetching import NotFetched, fetch, public_address_of

HOSTS = frozenset(["old.example"])


class Old(BaseHTTPRequestHandler):
    def do_GET(self):
        place = {"/moved": "/a.png", "/away": "http://other.example/x", "/round": "/round"}.get(self.path)
        self.send_response(302 if place else 404 if self.path == "/none" else 200)
        if place:
            self.send_header("Location", place)
        self.end_headers()
        if not place:
            self.wfile.write((self.headers["Host"] + self.path).encode())

    def log_message(self, *_args):
        pass


@pytest.fixture
def port():
    server = HTTPServer(("127.0.0.1", 0), Old)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(port: int, path: str, most: int = 1_000, hosts=HOSTS) -> bytes:
    return fetch(
        f"http://old.example:{port}{path}", hosts=hosts, most_bytes=most, look_up=lambda *_: "127.0.0.1"
    )


def test_what_stands_there_comes_by_the_name_of_the_host(port):
    assert ask(port, "/a.png") == f"old.example:{port}/a.png".encode()
    assert ask(port, "/صورة.png").endswith(b"/%D8%B5%D9%88%D8%B1%D8%A9.png")
    assert ask(port, "/moved").endswith(b"/a.png")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/none", "answers 404"),
        ("/away", "none of those"),
        ("/round", "too many redirects"),
        ("/" + "x" * 2_000, "too large"),
    ],
)
def test_what_is_not_to_come_does_not(port, path, message):
    with pytest.raises(NotFetched, match=message):
        ask(port, path)


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/a", "ftp://old.example/a", "file:///etc/passwd", "http://old.example:x/", "", "http://[",
        "http://user:secret@old.example/a",
    ],
)  # fmt: skip
def test_other_addresses_are_refused_before_anybody_is_asked(address):
    with pytest.raises(NotFetched):
        fetch(address, hosts=HOSTS, most_bytes=9, look_up=lambda *_: pytest.fail("was looked up"))


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "fe80::1%eth0", "::127.0.0.1", "64:ff9b::7f00:1", "fec0::1"]
)
def test_a_host_with_an_address_that_is_not_public_is_refused(monkeypatch, address):
    found = [(0, 0, 0, "", (each, 443)) for each in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)

    with pytest.raises(NotFetched, match="not public"):
        public_address_of("old.example", 443)


def test_a_host_of_the_own_machine_is_refused():
    with pytest.raises(NotFetched, match="not public"):
        public_address_of("localhost", 80)


def test_a_host_that_is_slow_without_end_is_given_up(port, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0)

    with pytest.raises(NotFetched, match="too long"):
        ask(port, "/a.png")
