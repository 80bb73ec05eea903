"""Whoever sends a form slowly waits for himself: threads that readers need do not wait for what is still on its way.

A thread that reads a request waits until all of it has come, and cannot be called back. So few of them may wait at a
time, and whoever comes beyond that is told to come again. A web server in front takes in whole requests by itself; then
each is there at once.
"""

import threading
from collections.abc import Iterable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any

from newsroom import errors
from newsroom.web import interface_language
from newsroom.web.page_cache import Application, Environ, StartResponse

# Of the threads of a process that answer.
MOST_WAITING = 4
# What is there already is read within a moment, so only those who wait keep others from it.
PATIENCE_SECONDS = 0.1
# As the web server in front has it (`deploy/nginx.conf`): a form with a picture.
MOST_BYTES = 30 * 1024 * 1024
_IN_MEMORY = 2_500_000


class WholeRequests:
    """The application around that of the site, which it enters once all that is sent has come."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0":
            return self._application(environ, start_response)
        if not (length.isascii() and length.isdigit()):
            return _refuse(HTTPStatus.BAD_REQUEST, start_response)
        if int(length) > MOST_BYTES:
            return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, start_response)
        if not self._waiting.acquire(timeout=PATIENCE_SECONDS):
            return _ask_to_come_again(environ, start_response)
        try:
            sent = _read(environ["wsgi.input"], int(length))
        finally:
            self._waiting.release()
        with sent:
            return self._application(environ | {"wsgi.input": sent}, start_response)


def _read(sent: Any, length: int) -> SpooledTemporaryFile[bytes]:
    kept = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever asked closes it
    while length > 0 and (chunk := sent.read(min(length, 1_000_000))):
        kept.write(chunk)
        length -= len(chunk)
    kept.seek(0)
    return kept


def _refuse(status: HTTPStatus, start_response: StartResponse) -> list[bytes]:
    start_response(f"{status.value} {status.phrase}", [("Content-Length", "0"), ("Connection", "close")])
    return []


def _ask_to_come_again(environ: Environ, start_response: StartResponse) -> list[bytes]:
    path = environ["PATH_INFO"].encode("iso-8859-1").decode(errors="replace")
    page = errors.busy_page(interface_language.of_address(path), was_sent=True).encode()
    status = HTTPStatus.SERVICE_UNAVAILABLE
    head = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
        ("Cache-Control", "no-store"),
        ("Retry-After", str(errors.RETRY_SECONDS)),
        ("Connection", "close"),
    ]
    start_response(f"{status.value} {status.phrase}", head)
    return [page]
