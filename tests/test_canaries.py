"""A thousand marked addresses are stored; none leaves by any page, answer, log or dump."""

import base64
import hashlib
import logging
import re
import subprocess
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver
from psycopg.conninfo import make_conninfo

from articles.models import Article, Author, Image, Section, Tag
from comments import moderation
from comments.models import Comment, Status, WatchedWord
from newsroom import encryption, postgres_cluster
from tests import canaries, factories

ADDRESSES = 1_000
ARTICLES = 10
# Sent by the form; the others are rows like those.
SENT = 20
LINK = re.compile(r"""(?:href|src|action)="([^"]+)"|<loc>([^<]+)</loc>|<link>([^<]+)</link>""")
BROWSER = {
    "HTTP_USER_AGENT": "Firefox",
    "HTTP_REFERER": settings.SITE_URL,
    "HTTP_SEC_FETCH_SITE": "same-origin",
}
STATUSES = [Status.APPROVED] * 3 + [Status.PENDING, Status.REJECTED, Status.SPAM]


class Journal(logging.Handler):
    """All that is logged, as a file would have it, tracebacks included."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture
def journal():
    handler = Journal()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def _send(article, number, **fields):
    fields = {
        "author_name": f"قارئ {number}",
        "email": f" {canaries.address(number)} ",
        "body": f"رأي رقم {number} في المترو",
    } | fields
    client = Client(raise_request_exception=False, REMOTE_ADDR=f"10.0.{number % 250}.1")
    return client.post(f"/comments/article/{article.pk}/", fields, **BROWSER)


def _store(count):
    """Comments of `count` marked addresses in every status, on ARTICLES articles."""
    articles = [factories.published() for _number in range(ARTICLES)]
    for number in range(min(SENT, count)):
        assert _send(articles[number % ARTICLES], number).status_code == 302
    models = list(Comment.objects.order_by("pk")[:SENT])
    start = models[-1].pk
    copies = []
    for number in range(len(models), count):
        copy = Comment.objects.get(pk=models[number % len(models)].pk)
        copy.pk = copy.root_id = start + number
        copy.path = f"{copy.pk:010x}"
        copy.email_encrypted = encryption.encrypt(canaries.address(number))
        copy.email_fingerprint = encryption.email_fingerprint(canaries.address(number))
        copy.receipt, copy.submission_fingerprint = f"receipt{number}", f"submission{number}"
        copies.append(copy)
    Comment.objects.bulk_create(copies)
    moderator = factories.superuser()
    numbers = list(Comment.objects.order_by("pk").values_list("pk", flat=True))
    for place, status in enumerate(STATUSES):
        if status != Status.PENDING:
            chosen = dict.fromkeys(numbers[place :: len(STATUSES)], 1)
            moderation.decide(chosen, status, by=moderator, reason="other", note="ملاحظة")
    WatchedWord.objects.create(term="كلمة", reason="سبب")
    return articles


def _answer(response):
    """All that went over the line: status, headers, cookies and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.status_code} {response.headers} {response.cookies}\n{body.decode(errors='replace')}"


class Walk:
    """Pages asked for by one client, and those in which something was found."""

    def __init__(self, client, search):
        self.client, self.search = client, search
        self.asked, self.found = set(), {}

    def get(self, url, **headers):
        self.asked.add(url)
        text = _answer(self.client.get(url, **headers))
        if found := self.search(text):
            self.found[url] = found
        return text

    def follow(self, starts, follows):
        """Ask for `starts` and for every address that a page names and `follows` accepts."""
        waiting = deque(starts)
        known = set(starts)
        while waiting:
            url = waiting.popleft()
            text = self.get(url)
            for match in LINK.finditer(text):
                link = urlsplit(urljoin(url, next(filter(None, match.groups())).replace("&amp;", "&")))
                address = link.path + (f"?{link.query}" if link.query else "")
                if link.netloc in {"", urlsplit(settings.SITE_URL).netloc} and address not in known:
                    known.add(address)
                    if follows(link.path, link.query):
                        waiting.append(address)


def _public(search):
    walk = Walk(Client(raise_request_exception=False), search)
    walk.follow(
        ["/", "/sitemap.xml", "/robots.txt", "/healthz", "/comments/999999999/", "/nothing-here/"],
        lambda path, _query: not path.startswith(("/admin/", "/static/")),
    )
    for receipt in Comment.objects.values_list("receipt", flat=True)[:100]:
        walk.get(f"/comments/mine/{receipt}/")
    return walk


def _routes(patterns, prefix="/"):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _admin_urls():
    """Every address of the admin that answers GET, with numbers of rows that exist in the place of its parameters."""
    numbers = {
        f"/{model._meta.label_lower.replace('.', '/')}/": list(
            model.objects.order_by("pk").values_list("pk", flat=True)[:2]
        )
        for model in (Article, Author, Image, Section, Tag, WatchedWord)
    }
    numbers["/comments/comment/"] = [
        Comment.objects.filter(status=status).values_list("pk", flat=True)[0] for status in set(STATUSES)
    ]
    for route in _routes(get_resolver().url_patterns):
        if not route.startswith("/admin/") or "(?P" in route:
            continue
        if "<" not in route:
            yield route
            continue
        candidates = next((pks for place, pks in numbers.items() if place in route), [1])
        for number in candidates:
            yield re.sub(r"<[^>]+>", str(number), route)


def _desk(search, group):
    """The admin as a member of `group` sees it, None being nobody."""
    client = Client(raise_request_exception=False)
    if group:
        client.force_login(factories.staff(group))
    walk = Walk(client, search)
    for url in _admin_urls():
        walk.get(url)
    for status in Status.values:
        # Pages behind the first, and what an address could be probed by.
        walk.follow(
            [f"/admin/comments/comment/?status={status}"],
            lambda path, query: path == "/admin/comments/comment/" and "after=" in query,
        )
    for query in (f"q={canaries.MARK}", f"email_encrypted__startswith={canaries.MARK}"):
        # The page says what was searched for, so it is asked for without the word that is looked for.
        client.get(f"/admin/comments/comment/?{query}")
    shown = "&".join(f"shown={pk}:0" for pk in Comment.objects.values_list("pk", flat=True)[:200])
    walk.get(f"/admin/comments/comment/counts/?{shown}")
    row = Comment.objects.filter(status=Status.PENDING).first()
    for _time in range(2):
        response = client.post(
            "/admin/comments/comment/decide/",
            {"comment": f"{row.pk}:{row.version}", "to": "spam"},
            HTTP_ACCEPT="application/json",
        )
        if found := search(_answer(response)):
            walk.found["decide"] = found
    return walk


def _dump():
    """The database as pg_dump writes it."""
    info = connection.connection.info
    command = [
        postgres_cluster.binaries(None) / "pg_dump",
        "--dbname",
        make_conninfo(**info.get_parameters()),
    ]
    environment = {"PGPASSWORD": info.password, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout


def _force_error(article, number):
    """Send a comment that the database refuses, so that the site answers that it could not take it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE comments_comment ADD CONSTRAINT forced CHECK (author_name <> 'عطل') NOT VALID"
        )
        try:
            return _send(article, number, author_name="عطل")
        finally:
            cursor.execute("ALTER TABLE comments_comment DROP CONSTRAINT forced")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_marked_address_leaves_by_any_door(journal):
    search = canaries.Search(ADDRESSES)
    articles = _store(ADDRESSES)

    public = _public(search)
    desks = {
        group: _desk(search, group)
        for group in (None, factories.REPORTERS, factories.EDITORS, factories.MODERATORS)
    }
    refused = _send(articles[0], 1, body="")
    failed = _force_error(articles[0], 2)
    dump = _dump()

    assert public.found == {}
    assert {group: walk.found for group, walk in desks.items() if walk.found} == {}
    # The form comes back with what its own writer typed.
    assert (failed.status_code, search(_answer(failed))) == (503, search(canaries.address(2)))
    assert search("\n".join(journal.lines)) == set()
    assert search(dump) == set()
    # The form gives back to its sender what was typed, and to nobody else.
    assert (refused.status_code, refused["Cache-Control"]) == (
        422,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    # What was walked through is the site, and what was dumped holds the rows.
    assert (len(public.asked) > 1_000, dump.count("قارئ ") >= ADDRESSES) == (True, True)
    assert "A comment could not be taken" in "\n".join(journal.lines)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_address_that_does_leave_is_found_at_every_door(journal):
    search = canaries.Search(10)
    (article, *_others) = _store(10)
    comment = Comment.objects.filter(status=Status.APPROVED, article=article).first()
    Comment.objects.filter(pk=comment.pk).update(body=f"راسلوني: {canaries.address(3)}")
    logging.getLogger("comments").info("Sent by %s", canaries.address(4))

    assert article.get_absolute_url() in _public(search).found
    assert f"/admin/comments/comment/{comment.pk}/change/" in _desk(search, factories.MODERATORS).found
    assert search(_dump()) == {canaries.MARK.lower()}
    assert search("\n".join(journal.lines)) == {canaries.MARK.lower()}


def _shapes():
    address = canaries.address(3)
    shapes = {
        "plain": address,
        "upper case": address.upper(),
        "escaped for an address": address.replace("@", "%40"),
        "escaped for HTML": address.replace("@", "&#64;"),
        "reversed": address[::-1],
        "bytes as dumped": rf"\x{address.encode().hex()}",
        "in a long run of hexadecimal digits": "0" * 7
        + hashlib.sha256(address.lower().encode()).hexdigest()
        + "ab",
    }
    for shift in range(3):
        shapes[f"base64 {shift}"] = base64.b64encode(b"-" * shift + address.encode()).decode()
    for name in ("md5", "sha1", "sha256"):
        shapes[name] = hashlib.new(name, address.encode()).hexdigest()
        shapes[f"{name} of the lower case"] = hashlib.new(name, address.lower().encode()).hexdigest()
        shapes[f"{name} with white space"] = hashlib.new(name, f" {address} ".encode()).hexdigest()
        shapes[f"{name} in base64"] = base64.urlsafe_b64encode(
            hashlib.new(name, address.encode()).digest()
        ).decode()
    return [pytest.param(shape, id=name) for name, shape in shapes.items()]


@pytest.mark.parametrize("shape", _shapes())
def test_the_search_knows_every_shape(shape):
    assert canaries.Search(10)(f"<p>قبل {shape} بعد</p>")


def test_the_search_finds_nothing_in_other_addresses():
    assert canaries.Search(10)(f"zorlu@canary.example {hashlib.md5(b'zorlu').hexdigest()}") == set()
