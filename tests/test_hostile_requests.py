"""Requests that no browser sends, by the thousand, at every public address: each gets an answer, and none a failure.

HOSTILE_REQUESTS says how many, HOSTILE_SEED from which; what failed names its own number, under which it comes again.
"""

import os
import random
import sys
import traceback
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone

from articles import kept_pages, previews
from articles.models import SitePage
from newsroom.text import short_codes
from newsroom.web.call_stack import with_room
from newsroom.web.charset import Handler
from newsroom.web.page_cache import PageCache
from tests import factories
from tests.fediverse import site_actor
from tests.kept_pages import environ
from tests.public_site import ADDRESSES

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "1500"))
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
# 401 is for whoever has no token, 412 for whoever asks on a condition, 422 a form that comes back with what was typed.
ANSWERS = {200, 204, 301, 302, 303, 304, 400, 401, 403, 404, 405, 410, 412, 413, 415, 422, 429, 501}

METHODS = ["GET"] * 8 + ["HEAD", "POST", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
METHODS += ["CONNECT", "PROPFIND", "BREW", "get", "post", "Q" * 300, "GE\tT"]
NUMBERS = [
    "0", "1", "-1", "+1", "01", " 1", "1 ", "1_0", "1.0", "1e3", "0x1", "٣", "۳", "²", "Ⅷ", "NaN", "inf", "true",
    "None",
    str(2**31), str(2**63 - 1), str(2**63), "9" * 18, "9" * 19, "9" * 400, "9" * 5_000, "1,2", "1;2", "1:2", "[1]",
]  # fmt: skip
DATES = [
    "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "٢٠٢٦-٠١-٠١", "26-1-1",
    "2026-01-01T00:00:00Z", "2026-01-01T25:61", "-0001-01-01", "today",
]  # fmt: skip
TEXTS = [
    "", " ", "\t", "%", "%%", "%s", "%(name)s", "{0}", "{{ 7|add:7 }}", "${7*7}", "\\", "'", '"', "''--",
    "') OR 1=1 --",
    "*", "(", ")", "(?<x", "[", "]", "\\u0000", "..", "../../etc/passwd", "..\\..\\x", "/etc/passwd", "//evil.example/",
    "http://evil.example/", "javascript:alert(1)", "<script>", "</title>", "&amp;", "&#0;", "\r\nSet-Cookie: a=b",
    "\n", "\x0b", "\x7f", "\x85", "\u2028", "\u202e\u202d", "\u2066" * 200, "\ufeff", "\ufffe", "\uffff", "\ufffd",
    "\U0010ffff", "\U000e0041" * 50, "ـ" * 300, "مُ" * 300, "a\u0301" * 300, "\u0600", "ﷺ" * 50, "👩‍👩‍👧‍👦" * 20, "ß",
    "İ",
    "a" * 300, "ع" * 2_000, "و " * 500, "؟!.," * 100, "0" * 300, "OpenAI", "مترو", "النموذج", "-", "--", "a-b", "a:b:c",
    "null", "undefined", "constructor", "__class__", "__proto__", "_auth_user_id", "id__in", "pk",
    "csrfmiddlewaretoken",
]  # fmt: skip
# Of addresses, as they come over the line.
RAW = [
    b"%00", b"%0", b"%", b"%zz", b"%u0627", b"%ff", b"%fe%ff", b"%c0%af", b"%ed%a0%80", b"%f4%90%80%80", b"%e2%80%ae",
    b"%0d%0aX: y", b"+", b";", b"&&", b"==", b"=", b"&=&", b"a[]=1&a[0]=2", b"\xd8", b"\xff\xfe", b"?", b"??", b"#",
    b"%2e%2e%2f", b"%252e%252e%252f", b"%5c", b"%25", b"\x01\x02", b"~", b"q", b"q=%D9%85%D8&q=", b"a=" + b"b" * 4_000,
]  # fmt: skip
PARAMETERS = [
    "q", "section", "author", "since", "until", "after", "before", "page", "p", "sort", "comments", "asked", "next",
    "language", "order", "queue", "wish", "parent", "format", "utm_source", "fbclid", "_to_field", "_popup", "e", "o",
    "csrfmiddlewaretoken", "q[]", "q.q", "",
]  # fmt: skip
FIELDS = [
    "author_name", "email", "website", "body", "subject", "parent", "wants_replies", "wish", "complaint", "text",
    "username", "password", "next", "language", "csrfmiddlewaretoken",
]  # fmt: skip
GOOD = {
    "author_name": "قارئ", "email": "reader@example.org", "body": "رأي في OpenAI", "wish": "thread",
    "complaint": "abuse", "text": "شتم", "language": "en", "username": "root", "password": "x",
}  # fmt: skip
HEADERS = {
    "HTTP_ACCEPT": ["*/*", "application/json", "text/html;q=x", ";;;", "a/b" * 500, "application/xml,*;q=0", ""],
    "HTTP_ACCEPT_LANGUAGE": ["en", "ar,en;q=0.5", "x" * 400, "*;q=9", ",,,", "en_US@euro", "zh-Hant-TW-" * 60],
    "HTTP_ACCEPT_ENCODING": ["gzip", "br", "br;q=0,gzip;q=1.5", "identity;q=0, *;q=0", ";", "gzip" * 300],
    "HTTP_IF_NONE_MATCH": ["*", '"x"', 'W/"x", "', "x" * 3_000, '""', "W/"],
    "HTTP_IF_MODIFIED_SINCE": [
        "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 99 Xxx 99999 99:99:99 GMT", "0", "-1",
        "Sat, 29 Feb 2023 00:00:00 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
    ],
    "HTTP_IF_MATCH": ["*", '"x"'],
    "HTTP_IF_UNMODIFIED_SINCE": ["Thu, 01 Jan 1970 00:00:00 GMT", "x"],
    "HTTP_RANGE": ["bytes=0-", "bytes=-1", "bytes=5-1", "bytes=" + "0-1," * 900, "items=0-1", "bytes=x"],
    "HTTP_COOKIE": [
        "session=x", "session=" + "a" * 4_000, "csrftoken=", "language=xx; language=en", "a=b; =c; ;;", "\xff=\xfe",
        "messages=x", "messages=" + "[" * 500, "proof=a:b:c", "asked=" + "x" * 900, "desk_language=../", '"',
        "$Version=1",
    ],
    "HTTP_ORIGIN": ["null", "https://evil.example", "http://[", "x", settings.SITE_URL, "http://127.0.0.1:99999"],
    "HTTP_REFERER": ["x", "http://[", settings.SITE_URL, "\xff", "https://evil.example/" + "a" * 2_000],
    "HTTP_SEC_FETCH_SITE": ["same-origin", "cross-site", "none", "x", ""],
    "HTTP_SEC_PURPOSE": ["prefetch", "prefetch;prerender", "x"],
    "HTTP_USER_AGENT": ["", "Firefox", "bot", "x" * 5_000, "\x01", "() { :; }; echo"],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4", "::1", "x", "," * 200, "1.2.3.4:80", "[::1]:80", "999.1.1.1", "fe80::1%eth0"],
    "HTTP_X_FORWARDED_PROTO": ["https", "http, https", "x"],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_HOST": ["evil.example", "", "[", "127.0.0.1:x", "a b", "127.0.0.1:8000:1", "xn--a", "localhost.", "\xff"],
    "HTTP_AUTHORIZATION": ["Bearer x", "Basic ====", "Bearer", "x" * 3_000],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_X_REQUEST_ID": ["x", "a" * 500, "\r\n", "../"],
    "HTTP_DNT": ["1", "x"],
    "HTTP_SEC_GPC": ["1"],
    "HTTP_CACHE_CONTROL": ["no-cache", "max-age=x", "only-if-cached"],
    "HTTP_TRANSFER_ENCODING": ["chunked", "x"],
    "HTTP_EXPECT": ["100-continue", "x"],
    "HTTP_UPGRADE": ["websocket", "h2c"],
    "REMOTE_ADDR": ["", "::1", "x", "203.0.113.300", "fe80::1%eth0", "::ffff:1.2.3.4"],
}  # fmt: skip
BOUNDARY = b"xX"


class Requests:
    """One request after the other, each by itself out of its seed."""

    def __init__(self, values):
        self.addresses = [address.format(**values) for many in ADDRESSES.values() for address in many]
        self.addresses += [
            address.format(**values)
            for address in (
                "/comments/mine/{receipt}/", "/comments/mine/{receipt}/edit/", "/comments/mine/{receipt}/confirm/",
                "/comments/mine/{receipt}/withdraw/", "/preview/{token}/", "/readings/{article}/", "/admin/",
                "/admin/login/", "/admin/language/", "/admin/logout/", "/admin/articles/article/add/", "/admin/jsi18n/",
                "/static/css/nothing.css", "/media/x.jpg", "/en/", "/en/search/?q=x", "/ar/", "/xx/", "//", "/.",
            )
        ]  # fmt: skip

    def make(self, number):
        chance = random.Random(f"{SEED}:{number}")
        path, _, query = chance.choice(self.addresses).partition("?")
        asked = environ("/", chance.choice(METHODS))
        asked["PATH_INFO"] = self._path(chance, path)
        asked["QUERY_STRING"] = self._query(chance, query)
        asked["REMOTE_ADDR"] = f"203.0.{number % 250}.{number // 250 % 250}"
        for name in chance.sample(list(HEADERS), chance.choice([0, 1, 1, 2, 3, 6])):
            asked[name] = chance.choice(HEADERS[name])
        if asked["REQUEST_METHOD"] not in {"GET", "HEAD"} or chance.random() < 0.05:
            self._add_body(chance, asked)
        return asked

    def _path(self, chance, path):
        parts = path.split("/")
        for _time in range(chance.choice([0, 0, 1, 1, 2])):
            at = chance.randrange(1, len(parts)) if len(parts) > 1 else 0
            change = chance.choice(["number", "text", "raw", "more", "less", "case"])
            if change == "number":
                parts[at] = chance.choice(NUMBERS)
            elif change == "text":
                parts[at] = chance.choice(TEXTS)
            elif change == "raw":
                # Decoded by the server, as bytes are.
                parts[at] += chance.choice(RAW).decode("iso-8859-1")
            elif change == "more":
                parts.insert(at, chance.choice(["en", "admin", "..", "", "x" * 3_000, "feed"]))
            elif change == "less":
                del parts[at]
            else:
                parts[at] = parts[at].upper()
        text = "/" + "/".join(parts).lstrip("/") if chance.random() < 0.97 else "/".join(parts)
        return b"".join(
            char.encode("utf-8", "surrogatepass") if ord(char) > 255 else char.encode("iso-8859-1")
            for char in text
        ).decode("iso-8859-1")

    def _query(self, chance, query):
        kind = chance.choice(["as it is", "none", "parameters", "parameters", "parameters", "raw", "many"])
        if kind == "as it is":
            return quote(query, safe="=&%+")
        if kind == "none":
            return ""
        if kind == "raw":
            return b"&".join(chance.choices(RAW, k=chance.randrange(1, 5))).decode("iso-8859-1")
        count = (
            chance.choice([600, 2_000])
            if kind == "many" and chance.random() < 0.2
            else chance.randrange(1, 7)
        )
        pairs = [(chance.choice(PARAMETERS), self._value(chance)) for _time in range(count)]
        return urlencode(
            pairs, quote_via=lambda text, *_more: quote_from_bytes(str(text).encode("utf-8", "replace"))
        )

    def _value(self, chance):
        return chance.choice(chance.choice([NUMBERS, DATES, TEXTS, TEXTS]))

    def _add_body(self, chance, asked):
        makes = [self._form, self._form, self._multipart, self._multipart, self._json, self._junk]
        kind, body = chance.choice(makes)(chance)
        asked["CONTENT_TYPE"] = kind
        asked["CONTENT_LENGTH"] = chance.choice(
            [str(len(body))] * 8 + ["", "0", "x", "-1", str(len(body) + 7)]
        )
        asked["wsgi.input"] = BytesIO(body)

    def _typed(self, chance):
        names = chance.sample(FIELDS, chance.randrange(len(FIELDS)))
        hostile = {name: self._value(chance) for name in chance.sample(FIELDS, chance.randrange(4))}
        return [*({name: GOOD.get(name, "") for name in names} | GOOD | hostile).items()]

    def _form(self, chance):
        kind = chance.choice(
            ["application/x-www-form-urlencoded"] * 4
            + [
                "application/x-www-form-urlencoded; charset=" + name
                for name in ("utf-7", "x", "utf-16", "rot13", "hex")
            ]
        )
        pairs = self._typed(chance)
        if chance.random() < 0.05:
            pairs += [("body", "x")] * chance.choice([501, 3_000])
        body = urlencode(pairs, errors="replace").encode()
        return kind, chance.choice(
            [body] * 6 + [body + b"&" + chance.choice(RAW), body[: len(body) // 2], body * 3]
        )

    def _multipart(self, chance):
        kind = chance.choice(
            [b"multipart/form-data; boundary=" + BOUNDARY] * 6
            + [
                b"multipart/form-data", b"multipart/form-data; boundary=", b'multipart/form-data; boundary="',
                b"multipart/mixed; boundary=xX", b"multipart/form-data; boundary=" + b"x" * 300,
                b"multipart/form-data; boundary=xX; charset=utf-16", b"multipart/form-data; boundary=\xff",
            ]
        )  # fmt: skip
        parts = []
        for name, value in self._typed(chance):
            disposition = chance.choice(
                [b'form-data; name="%s"'] * 6
                + [
                    b"form-data; name*=utf-8''%s", b"form-data; name*=x'y'%s",
                    b'form-data; name="%s"; filename="a.jpg"',
                    b'form-data; name="%s"; filename="../../\xff"', b"form-data", b'attachment; name="%s', b"",
                    b'form-data; name="%s"; filename=""', b'form-data; name="%s"; filename*=utf-8\'\'%%00',
                ]
            )  # fmt: skip
            disposition = disposition % name.encode() if b"%s" in disposition else disposition
            head = [b"Content-Disposition: " + disposition]
            head += chance.choice(
                [[]] * 5
                + [
                    [b"Content-Type: text/plain; charset=x"], [b"Content-Transfer-Encoding: base64"],
                    [b"Content-Type: image/jpeg"], [b"Content-Length: -5"], [b"X" * 1_500 + b": y"], [b"no colon"],
                ]
            )  # fmt: skip
            end = chance.choice([b"\r\n"] * 9 + [b"\n"])
            parts.append(end.join(head) + end * 2 + value.encode("utf-8", "replace"))
        if chance.random() < 0.05:
            part = b'Content-Disposition: form-data; name="a"; filename="a"\r\n\r\nx'
            parts += [part] * chance.choice([101, 300])
        body = (
            b"".join(b"--" + BOUNDARY + b"\r\n" + part + b"\r\n" for part in parts)
            + b"--"
            + BOUNDARY
            + b"--\r\n"
        )
        body = chance.choice(
            [body] * 6 + [body[: len(body) // 2], body[:-8], body.replace(b"\r\n", b"\n"), b"", body[5:]]
        )
        return kind.decode("iso-8859-1"), body

    def _json(self, chance):
        body = chance.choice(
            [
                b"{}", b"[" * 100_000, b'{"a":' * 50_000, b"[1,2", b"null", b'"' + b"a" * 9_000 + b'"', b"1e999999",
                b"\xff",
                b'{"body": "\\ud800"}', b"9" * 6_000, b"NaN",
            ]
        )  # fmt: skip
        return "application/json", body

    def _junk(self, chance):
        kind = chance.choice(
            ["", "text/plain", "x", "/", ";", "application/octet-stream", "text/html; charset=\xff"]
        )
        size = (
            chance.choice([0, 1, 100, 10_000])
            if chance.random() < 0.97
            else settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
        )
        return kind, chance.randbytes(size)


def _site():
    """What there is to ask for, with the values of ADDRESSES."""
    series = factories.series()
    article = factories.published(
        tags=[factories.tag()], hero=factories.image(), series=series,
        body="<h2>عنوان</h2><p>خبر عن OpenAI والمترو.</p>" * 3,
    )  # fmt: skip
    factories.correction(article)
    root = factories.approved(article)
    factories.approved(article, parent=root)
    held = factories.sent(article)
    link = previews.share(factories.draft(), by=None, lifetime=timedelta(days=1))
    section, author, tag = article.section, article.authors.get(), article.tags.get()
    now = timezone.localtime()
    page = SitePage.objects.first()
    return {
        "article": article.pk, "slug": article.slug, "section": section.pk, "section_slug": section.slug,
        "tag": tag.pk, "tag_slug": tag.slug, "author": author.pk, "author_slug": author.slug,
        "series": series.pk, "series_slug": series.slug, "page": page.pk, "page_slug": page.slug,
        "comment": root.pk, "words": "OpenAI", "year": f"{now:%Y}", "month_of_year": f"{now:%m}", "day": f"{now:%d}",
        "month": f"{now:%Y-%m}", "receipt": held.receipt, "token": previews.token(link),
        "actor": site_actor().pk, "site": settings.SITE_URL, "code": short_codes.encode(article.pk),
    }  # fmt: skip


@pytest.fixture
def failures():
    """What failed since it was last looked at."""
    found = []

    def note(sender, **_more):
        found.append("".join(traceback.format_exception_only(sys.exception())).strip())

    got_request_exception.connect(note)
    # The transaction of the test is not theirs to end.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    got_request_exception.disconnect(note)


def _ask(application, asked):
    told = []
    answer = application(asked, lambda status, head, exc_info=None: told.append((int(status[:3]), head)))
    try:
        for _part in answer:
            pass
    finally:
        getattr(answer, "close", lambda: None)()
    return told[-1]


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_is_sent_is_answered_and_nothing_fails(failures, settings):
    settings.FEDERATION = True
    requests = Requests(_site())
    ahead = {"ahead": kept_pages.ahead, "most_bytes": 10_000_000, "fresh": 60, "stale": 3600}
    application = PageCache(with_room(Handler()), **ahead)

    wrong, seen = {}, set()
    for number in range(REQUESTS):
        asked = requests.make(number)
        failures.clear()
        with transaction.atomic():
            try:
                status, head = _ask(application, asked)
            except Exception as error:  # noqa: BLE001 - to be told with what was asked
                status, head = 0, []
                failures.append(repr(error))
            transaction.set_rollback(True)
        seen.add(status)
        if status not in ANSWERS or any("\r" in value or "\n" in value for _name, value in head):
            sent = {name: value for name, value in asked.items() if not name.startswith("wsgi.")}
            wrong[number] = (status, *failures, {name: str(value)[:300] for name, value in sent.items()})

    assert wrong == {}
    # So many kinds of answers say that requests get behind the door.
    assert seen >= {200, 301, 302, 400, 403, 404, 405, 422}
