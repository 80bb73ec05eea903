"""A reader of pages that are kept: asks the page cache in this process as a server would."""

import itertools
import json
import sys
import time
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection

from articles import publishing
from newsroom.web import purges
from newsroom.web.page_store import DatabaseStore

HEADLINE, CHANGED = "افتتاح محطة Neom Green", "تأجيل افتتاح محطة Neom Green"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> str:
        """What Cache-Status says of it, without lifetimes; "" where Django answered."""
        return self.headers.get("Cache-Status", "").removeprefix("nashra; ").partition("; ttl")[0]


def environ(address, method="GET", **headers):
    """A request as granian hands it over; `headers` as WSGI names them."""
    found = urlsplit(address)
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(found.path).encode().decode("iso-8859-1"),
        "QUERY_STRING": found.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_HOST": urlsplit(settings.SITE_URL).netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": urlsplit(settings.SITE_URL).scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    } | headers


# Of one answer, whatever the page: of the process that has it, of the one that makes it, and of the request.
_PER_ANSWER = {"Age", "Cache-Status", "Last-Modified", "X-Request-ID"}


def lasting(headers):
    """What every answer with the same page has as headers."""
    return {field: value for field, value in headers.items() if field not in _PER_ANSWER}


def ask(application, address, method="GET", **headers):
    told = []

    def start_response(status, head, exc_info=None):
        assert len({field for field, _value in head}) == len(head)
        told[:] = int(status[:3]), dict(head)

    answer = application(environ(address, method, **headers), start_response)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return Answer(*told, body)


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def hear(cache):
    """Wait until the cache has heard of all that was committed by now: notices come in the order of commits."""
    number = next(_numbers)
    making, _is_own = cache.pages.begin(("probe", str(number)))
    purges.purge(f"probe:{number}")
    try:
        wait_until(lambda: f"probe:{number}" in making.purges)
    finally:
        cache.pages.end(("probe", str(number)), making, None, keep=False)


def is_shared(cache, address):
    """Whether the page that this process keeps has been written for the others."""
    found = urlsplit(address)
    page = cache.pages.get((path_of(found.path), found.query))
    if page is None:
        return False
    return (page.tag, page.made_at) in stored(cache._store)


def stored(store):
    """The tag and the moment of each page in a store, whether it is still right or not."""
    if isinstance(store, DatabaseStore):
        with connection.cursor() as cursor:
            cursor.execute("SELECT tag, made_at FROM newsroom_page")
            return cursor.fetchall()
    return [(head["tag"], head["made_at"]) for head in heads(store._client)]


def heads(client):
    """What stands before the bodies of each page in a Redis."""
    names = [name for name in client.scan_iter("nashra:*") if name.count(b":") == 1]
    return [_head(sealed) for sealed in client.mget(names) if sealed] if names else []


def _head(sealed):
    size = int.from_bytes(sealed[32:36])
    return json.loads(sealed[36 : 36 + size])


def change(article):
    article.headline = CHANGED
    publishing.save(article)


def leads(answer):
    """The headline that stands first on the front page."""
    return min(says(answer), key=lambda headline: answer.body.decode().index(f">{headline}"))


def says(answer):
    return [headline for headline in (HEADLINE, CHANGED) if f">{headline}" in answer.body.decode()]


def path_of(address):
    """As WSGI has it."""
    return unquote(address).encode().decode("iso-8859-1")
