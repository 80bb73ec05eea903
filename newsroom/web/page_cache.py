"""Pages that are the same for everybody, answered as ready bytes before Django is entered.

A WSGI application around that of Django. A page is made from nothing but its path and the parameters that its view
reads, so that whatever else somebody sends cannot come into what others get. See `docs/decisions/0028`.
"""

import gzip
import hashlib
import logging
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import brotli
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import http_date, parse_etags

from newsroom.web import heap, interface_language, page_names
from newsroom.web.measures import measures
from newsroom.web.page_store import PageStore
from newsroom.web.purges import CLOCK_PLAY, Ahead, Listener
from newsroom.web.replica import Replica
from newsroom.web.stored_pages import EVERY_PAGE, Head, Key, Making, Page, StoredPages

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

DEFAULT_PORTS = {"http": 80, "https": 443}
# What views can answer for many: not that nothing is there, of which anybody can ask as often as there are numbers.
_KEPT_STATUSES = {"200", "301", "410"}
# What campaigns, mailings and social networks add to addresses for the scripts of others:
# https://github.com/mpchadwick/tracking-query-params-registry
_TRACKING = re.compile(
    r"utm_\w+|fbclid|g(?:clid|clsrc|braid)|wbraid|dclid|msclkid|twclid|ttclid|yclid|igshid|mc_[ce]id"
)
# Told anew with each answer, or by the server.
_NOT_KEPT = {
    "content-length", "etag", "last-modified", "vary", "cache-control", "date", "age", "expires", "x-request-id",
}  # fmt: skip
# Smaller bodies gain nothing.
_LEAST_COMPRESSED = 200
# Browsers send some thirty letters; what is looked up is remembered.
_LONGEST_ACCEPTED = 200
_BROTLI_QUALITY, _GZIP_LEVEL = 5, 6
# Slugs are of 160 letters, six bytes each at most; whoever asks writes the rest.
_LONGEST_KEPT = 2_000
# How long readers wait for a page that is made for another; then they have it made for themselves.
WAIT_SECONDS = 5.0
# A change is told in whole seconds. Of two pages made within one the second would seem to be the first.
SETTLED_AFTER = 2
# So many fresh lifetimes long a page is shown while a newer one is made.
SHOWN_WHILE_RENEWED = 2
# How long a process waits for a page that another makes, less than its readers wait, and how often it looks for it.
WAIT_FOR_OTHERS_SECONDS, LOOK_SECONDS = 2.0, 0.01
# How often the log says how often pages were there.
REPORT_SECONDS = 600
# How often what was answered is added to the measures of the machine.
COUNT_SECONDS = 1.0
_COUNTED = ("ready", "taken", "made", "passed")


class _Answer(NamedTuple):
    """An answer of Django, and the environment in which its view has told more."""

    status: str
    head: Head
    body: bytes
    environ: Environ


class PageCache:
    """The application around that of Django. `ahead` says what the clock will change, as `purges.Listener` asks it.

    `fresh` and `stale` are seconds: after the first a page is made anew, since not all that is on it has a name, and
    for the second it is shown while the database is away. `shared` is how long a cache in front may keep it unasked.
    What is not kept is looked for in the `store`, where there is one, before it is made; by what the `replica` says,
    where there is one that is current.
    """

    def __init__(
        self,
        application: Application,
        *,
        ahead: Callable[[float], Ahead],
        most_bytes: int,
        fresh: float,
        stale: float,
        shared: int = 0,
        store: PageStore | None = None,
        replica: Replica | None = None,
    ) -> None:
        self._application = application
        self._ahead = ahead
        self._most_bytes = most_bytes
        self.fresh, self.stale = fresh, stale
        self.shared = shared
        self._store = store
        self._replica = replica
        site = urlsplit(settings.SITE_URL)
        self._site, self.host, self.scheme = site, site.netloc, site.scheme
        self._session = f"{settings.SESSION_COOKIE_NAME}="
        # Below these nothing is a page, and to look for one would cost more than the answer.
        self._elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, interface_language.DESK)
        self._begin()
        # Threads do not come along, and who holds a lock may be one of them.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self.pages = StoredPages(self._most_bytes)
        self.hits = self.taken = self.made = self.passed = self.replicated = 0
        self._counted = dict.fromkeys(_COUNTED, 0)
        self._listener: Listener | None = None
        self._starting = threading.Lock()
        # What is done beside the answers, one after the other.
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._renewed: set[Key] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_for_everybody(environ):
            return self._pass(environ, start_response)
        query = environ["QUERY_STRING"]
        key = (environ["PATH_INFO"], _without_tracking(query) if query else "")
        return self._answer_by(key, environ, start_response)

    def _answer_by(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        page = self.pages.get(key)
        if page is not None and page.leads_on and environ["QUERY_STRING"] != key[1]:
            # Whatever an address says is to come along.
            return self._pass(environ, start_response)
        if page is not None and (status := self._shown(key, page)):
            self.hits += 1
            return _answer(page, environ, start_response, status)
        in_form, only_reads = self._allowed(key)
        if in_form is not None and in_form != key:
            return self._answer_by(in_form, environ, start_response)
        if self._is_in_touch() and in_form is not None:
            return self._answer_made(key, page, environ, start_response)
        if self._replica is not None and only_reads:
            return self._pass_to_replica(environ, start_response)
        return self._pass(environ, start_response)

    def _is_for_everybody(self, environ: Environ) -> bool:
        """Whether this asks for a page as everybody sees it, by the address that the site has.

        The scheme is read as Django reads it. Who comes by another name or scheme is sent on by Django, and signed-in
        people are its matter.
        """
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("HTTP_HOST") != self.host:
            return False
        if "HTTP_AUTHORIZATION" in environ or self._session in environ.get("HTTP_COOKIE", ""):
            return False
        if settings.SECURE_PROXY_SSL_HEADER is None:
            return environ["wsgi.url_scheme"] == self.scheme
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        is_secure = environ.get(header, "").partition(",")[0].strip() == secure
        return is_secure == (self.scheme == "https")

    def _shown(self, key: Key, page: Page) -> str:
        """What is said of a kept page when it is shown, "" when it cannot be."""
        now = time.time()
        left = page.made_at + self.fresh - now
        if not self._is_in_touch():
            # Nothing newer can be made, and what was changed since is not known.
            return f"hit; ttl={int(left)}" if page.made_at + self.stale > now else ""
        # Made by a clock that was set back since, it shows what has yet to come.
        if page.is_outdated or page.until <= now or page.made_at > now + CLOCK_PLAY:
            return ""
        if left <= 0:
            if left <= self.fresh * (1 - SHOWN_WHILE_RENEWED):
                return ""
            self._renew(key)
        page.was_used = True
        return f"hit; ttl={int(left)}"

    def _allowed(self, key: Key) -> tuple[Key | None, bool]:
        """The one form of this address, under which its page is kept, if the view lets its pages be kept, and reads all
        that the query says; and whether it only reads, and what is everybody's."""
        path, query = key
        if path.startswith(self._elsewhere) or len(path) + len(query) > _LONGEST_KEPT:
            return None, False
        # As Django reads it.
        path = path.encode("iso-8859-1").decode(errors="replace")
        with translation.override(interface_language.of_address(path)):
            try:
                view = resolve(path).func
            except Resolver404:
                return None, False
        forms = page_names.kept_parameters(view)
        if forms is None:
            return None, page_names.only_reads(view)
        asked = _parameters(query)
        if not all(name in forms for name, _value in asked):
            return None, True
        said = [(name, forms[name](value)) for name, value in asked]
        if any(form is None for _name, form in said):
            return None, True
        return (key[0], urlencode([(name, form) for name, form in said if form])), True

    def _pass(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.passed += 1
        environ[page_names.COUNTS] = self.counts
        return self._application(environ, start_response)

    def _pass_to_replica(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what is kept by nobody and can be read from the replica; while the primary is away, all that can."""
        self.passed += 1
        environ[page_names.COUNTS] = self.counts
        # A session is looked for by its letters alone, and Django may find one in others.
        asked = {name: value for name, value in environ.items() if name != "HTTP_COOKIE"}
        # What is made while the primary is away is kept by nobody, and shown no longer than what was kept before.
        is_lost = not self._is_in_touch() and self._listener.seconds_silent() < self.stale
        answer, _snapshot = self._asked(asked.copy, as_it_is=is_lost)
        start_response(answer.status, answer.head)
        return [answer.body]

    # Making

    def _answer_made(
        self, key: Key, old: Page | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        page, status = self._obtain(key)
        if page is not None and page.has_failed and self._is_better(key, old):
            page, status = old, "hit"
        if page is None or page.leads_on and environ["QUERY_STRING"] != key[1]:
            return self._pass(environ, start_response)
        return _answer(page, environ, start_response, status)

    def _is_better(self, key: Key, old: Page | None) -> bool:
        """Whether this page is to be shown where making a newer one failed: nobody purged it, and it may be so old."""
        if old is None or old.is_outdated or self.pages.get(key) is not old:
            return False
        return old.made_at + self.stale > time.time()

    def _obtain(self, key: Key) -> tuple[Page | None, str]:
        """The page made now, by this thread or one that began before, and what is said of it. None where it takes too
        long, or is for nobody else."""
        arrival = self.pages.purges
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            making, is_own = self.pages.begin(key)
            if is_own:
                return self._make(key, making)
            if not making.done.wait(max(0.0, deadline - time.monotonic())) or making.page is None:
                return None, ""
            # Else who came after a purge would see what was there before it.
            if not making.is_old_for(arrival):
                return making.page, "fwd=uri-miss; collapsed"

    def _make(self, key: Key, making: Making) -> tuple[Page | None, str]:
        page, keep, is_kept, share = None, False, False, None
        try:
            page, share = self._find(key)
            if page is not None:
                keep = True
                self.taken += 1
                return page, f"hit; detail=store; ttl={int(page.made_at + self.fresh - time.time())}"
            page, keep = self._rendered(key)
            self.made += 1
        finally:
            # What was made while the database was lost may have been purged unheard.
            try:
                is_kept = self.pages.end(key, making, page, keep=keep and self._is_in_touch())
            finally:
                if share is not None:
                    share(page if is_kept else None)
        told = "fwd=uri-miss; stored" if is_kept else "fwd=uri-miss"
        return page, f"{told}; detail=replica" if page is not None and page.snapshot else told

    def _find(self, key: Key) -> tuple[Page | None, Callable[[Page | None], None] | None]:
        """The page as some process made it, if that may still be shown, and else what shares the one that is made from
        now on, to be called even if it is None; no query without a store. For who has begun its making: what is purged
        since is noted there. While another process makes it, this waits."""
        if self._store is None or self._listener is None:
            return None, None
        deadline = time.monotonic() + WAIT_FOR_OTHERS_SECONDS
        while True:
            # Before anything is asked: an hour that comes while the page is made is the next one here.
            known = self._listener.known()
            look = self._store.find(key, since=time.time() - self.fresh, known=known)
            if not look.is_being_made or time.monotonic() >= deadline:
                break
            time.sleep(LOOK_SECONDS)
        if not look.snapshot:
            return look.page, None
        store = self._store

        def share(made: Page | None) -> None:
            # The replica may have less than was there when this was looked for.
            snapshot = made.snapshot if made is not None and made.snapshot else look.snapshot
            store.end(key, made, snapshot=snapshot, known=known)

        return None, share

    def _rendered(self, key: Key) -> tuple[Page | None, bool]:
        """The answer to whoever asks for this, and whether it may be kept. None for one that is not for everybody."""
        began = time.time()
        answer, snapshot = self._asked(lambda: self._environ(key))
        status, head, body, environ = answer
        if not _is_shared(head):
            return None, False
        names = environ.get(page_names.NAMES)
        kept_head = [(field, value) for field, value in head if field.lower() not in _NOT_KEPT]
        page = Page(
            status=status,
            names=frozenset({EVERY_PAGE, *(names or ())}),
            tag=_tag(status, kept_head, body),
            made_at=began,
            modified_at=began,
            until=environ.get(page_names.UNTIL, float("inf")),
            snapshot=snapshot,
        )
        old = self.pages.get(key)
        if old is not None and old.tag == page.tag:
            page.modified_at = old.modified_at
        if self.shared:
            kept_head.append(("Surrogate-Key", " ".join(sorted(page.names))))
        may_be_kept = names is not None and status[:3] in _KEPT_STATUSES
        kept_head.append(("Cache-Control", self._cache_control if may_be_kept else "no-cache"))
        _fill_in(page, kept_head, body, compressed=may_be_kept)
        return page, may_be_kept

    def _asked(self, environ: Callable[[], Environ], *, as_it_is: bool = False) -> tuple[_Answer, str]:
        """What Django answers to this, by what the replica says if that is current, and the snapshot of which it has
        all then, "" where the primary was asked. Whatever fails is asked of the primary."""
        moment = self._listener.moment if self._listener is not None else None
        # Before it is asked whether the replica has all of this.
        snapshot = moment.snapshot if moment is not None else ""
        if self._replica is not None and (snapshot or as_it_is):
            begun = time.monotonic()
            with self._replica.reading(as_it_is=as_it_is) as is_read:
                answer = self._answered(environ()) if is_read else None
            # What took too long here would take as long there.
            is_told = time.monotonic() - begun >= settings.STATEMENT_SECONDS
            if answer is not None and self._replica.has_held() and (is_told or answer.status[0] != "5"):
                self.replicated += 1
                return answer, snapshot
        return self._answered(environ()), ""

    def _answered(self, environ: Environ) -> _Answer:
        told: list[Any] = []

        def start_response(status: str, head: Head, exc_info: Any = None) -> None:
            told[:] = status, head

        answer = self._application(environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return _Answer(*told, body, environ)

    @property
    def _cache_control(self) -> str:
        """Browsers ask each time, for in a second it may be another page; a cache in front need not, for so long. For
        a second more it shows what it has while it fetches what is new, and while nothing comes, what we would."""
        if not self.shared:
            return "no-cache"
        lives = {
            "max-age": 0,
            "s-maxage": self.shared,
            "stale-while-revalidate": 1,
            "stale-if-error": self.stale,
        }
        return ", ".join(f"{name}={seconds}" for name, seconds in lives.items())

    def _environ(self, key: Key) -> Environ:
        """A request for a page by nobody in particular."""
        path, query = key
        environ: Environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": self._site.hostname,
            "SERVER_PORT": str(self._site.port or DEFAULT_PORTS[self.scheme]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if settings.SECURE_PROXY_SSL_HEADER is not None and self.scheme == "https":
            header, secure = settings.SECURE_PROXY_SSL_HEADER
            environ[header] = secure
        return environ

    # Keeping up

    def _is_in_touch(self) -> bool:
        """Whether this process hears of purges. Its threads begin with the first request, when no more forks come."""
        if self._listener is None:
            with self._starting:
                if self._listener is None:
                    threading.Thread(target=self._work, name="page renewals", daemon=True).start()
                    threading.Thread(target=heap.keep_small, name="heap", daemon=True).start()
                    if self._replica is not None:
                        self._replica.watch()
                    listener = Listener(self.pages, self._ahead, memory=self.fresh, replica=self._replica)
                    listener.start()
                    self._listener = listener
        return self._listener.is_in_touch()

    def _renew(self, key: Key) -> None:
        """Have a page made anew while it is still shown."""
        if key not in self._renewed:
            self._renewed.add(key)
            self._tasks.put(partial(self._make_anew, key))

    def _work(self) -> None:
        report_at = time.monotonic() + REPORT_SECONDS
        while True:
            self._count()
            if time.monotonic() >= report_at:
                self._report()
                report_at = time.monotonic() + REPORT_SECONDS
            try:
                task = self._tasks.get(timeout=COUNT_SECONDS)
            except queue.Empty:
                continue
            try:
                task()
            except Exception as error:  # noqa: BLE001 - readers who ask for the page later will be told
                logger.warning("A kept page could not be made anew: %s", type(error).__name__)

    def _make_anew(self, key: Key) -> None:
        making, is_own = self.pages.begin(key)
        try:
            if is_own:
                self._make(key, making)
        finally:
            self._renewed.discard(key)

    def counts(self) -> dict[str, int]:
        """How many answers were ready, pages taken from the store, made and requests passed on to Django since this
        process began; how many pages are kept, in how many bytes."""
        replica = {} if self._replica is None else {"replica_behind": int(self._replica.seconds_behind())}
        return {
            "ready": self.hits,
            "taken": self.taken,
            "made": self.made,
            "passed": self.passed,
            "replicated": self.replicated,
            "kept": len(self.pages),
            "bytes": self.pages.bytes,
            **replica,
        }

    def _count(self) -> None:
        """Tell the machine's measures of what came since: an answer that is ready has no time to."""
        counts = self.counts()
        for name in _COUNTED:
            measures().pages.labels(name).inc(counts[name] - self._counted[name])
            self._counted[name] = counts[name]

    def _report(self) -> None:
        logger.info(
            "Pages: %(ready)d answers ready, %(taken)d taken from the store, %(made)d made, %(passed)d not kept;"
            " %(replicated)d by the replica; %(kept)d kept in %(bytes)d bytes",
            self.counts(),
        )


# Answers


def _answer(page: Page, environ: Environ, start_response: StartResponse, told: str) -> list[bytes]:
    """Answer with a page; `told` is what Cache-Status says of it (RFC 9211)."""
    coding = _coding(environ.get("HTTP_ACCEPT_ENCODING", "")[:_LONGEST_ACCEPTED])
    if coding not in page.bodies:
        coding = ""
    now = time.time()
    head = [
        *page.heads[coding],
        ("Age", str(int(now - page.made_at))),
        ("Cache-Status", f"nashra; {told}"),
    ]
    is_settled = now - page.modified_at >= SETTLED_AFTER
    if is_settled:
        head.append(("Last-Modified", page.modified))
    if page.status[0] == "2" and _has_it(environ, page, coding, is_settled=is_settled):
        start_response("304 Not Modified", [line for line in head if line[0] in _OF_304])
        return []
    start_response(page.status, head)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.bodies[coding]]


# RFC 9110, 15.4.5.
_OF_304 = {"Age", "Cache-Control", "Cache-Status", "ETag", "Last-Modified", "Surrogate-Key", "Vary"}


def _has_it(environ: Environ, page: Page, coding: str, *, is_settled: bool) -> bool:
    """Whether who asks has the page already (RFC 9110, 13). A moment is compared as nginx does, by its letters alone:
    clocks of two machines may differ, and what is older here may be newer."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        own = _etag(page, coding)
        return (
            tags == own or own in {tag.removeprefix("W/") for tag in parse_etags(tags)} or tags.strip() == "*"
        )
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return since is not None and is_settled and since == page.modified


def _fill_in(page: Page, head: Head, body: bytes, *, compressed: bool) -> None:
    """Give a page its bodies in all codings, and to each what of its head does not change from answer to answer."""
    page.modified = http_date(page.modified_at)
    page.bodies[""] = body
    if compressed and len(body) >= _LEAST_COMPRESSED:
        page.bodies["br"] = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        page.bodies["gzip"] = gzip.compress(body, _GZIP_LEVEL, mtime=0)
    for coding, encoded in page.bodies.items():
        page.heads[coding] = [
            *head,
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(encoded))),
            ("ETag", _etag(page, coding)),
            *([("Content-Encoding", coding)] if coding else []),
        ]


def _etag(page: Page, coding: str) -> str:
    return f'"{page.tag}-{coding}"' if coding else f'"{page.tag}"'


def _tag(status: str, head: Head, body: bytes) -> str:
    digest = hashlib.sha256(repr((status, head)).encode())
    digest.update(body)
    return digest.hexdigest()[:32]


def _is_shared(head: Head) -> bool:
    """Whether an answer may go to others than who asked for it."""
    for field, value in head:
        field, value = field.lower(), value.lower()
        if field == "set-cookie" or field == "cache-control" and ("private" in value or "no-store" in value):
            return False
        if field == "vary" and value != "accept-encoding":
            return False
    return True


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    """The content coding that somebody takes and we have, Brotli before gzip; "" for none (RFC 9110, 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        refused = any(re.fullmatch(r"q\s*=\s*0(?:\.0*)?", parameter) for parameter in parameters)
        weights[coding] = not refused
    return next((coding for coding in ("br", "gzip") if weights.get(coding, weights.get("*", False))), "")


# Queries


def _without_tracking(query: str) -> str:
    """The query in the one form under which its page is kept: without what others track readers by, in order; of one
    name the last value, which is the one that counts."""
    found = {name: value for name, value in _parameters(query) if not _TRACKING.fullmatch(name)}
    return urlencode(sorted(found.items()))


def _parameters(query: str) -> list[tuple[str, str]]:
    """The names and values of a query, as Django reads them."""
    return parse_qsl(query, keep_blank_values=True)
