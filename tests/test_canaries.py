"""A thousand marked addresses are stored; none leaves by any page, answer, log or dump."""

import base64
import hashlib
import json
import logging
import re
import subprocess
from collections import deque
from copy import deepcopy
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from articles.models import Article, Author, Image, Section, Tag
from comments import authoring, learning, moderation, notifications, privacy, responses, sanctions
from comments.models import (
    Comment,
    Effect,
    Frequency,
    Policy,
    QueueSubscription,
    RejectionReason,
    Sanction,
    Status,
    Thread,
    WatchedWord,
)
from comments.queue import Queue, Wanted
from comments.submission import Sender, submit
from newsroom import encryption, postgres_cluster
from newsroom.api import tokens
from newsroom.api.models import Scope
from newsroom.mail import sending
from newsroom.mail.models import AccountLanguage, Cancellation, OutgoingMail, State
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
# A form about one comment, in whichever language, and what only takes a POST. The same templates print those of all,
# and of so many comments they are asked for.
FORMS_OF = 20
FORM = re.compile(r"(?:/en)?/comments/(?:reply/(?=\d+/$)|(?=\d+/(?:report|useful)/$))(\d+)")
CARD = re.compile(r'data-comment="(\d+)"')
DESK = "/admin/comments/comment/"
ADMINISTRATORS = "administrators"
# Which kinds of rows of the apps comments and mail have pages that open for whom; None is nobody.
OPEN = {
    None: set(),
    factories.REPORTERS: set(),
    factories.EDITORS: {"policy"},
    factories.MODERATORS: {
        "comment", "policy", "queuesubscription", "rejectionreason", "sanction", "watchedword"
    },
    ADMINISTRATORS: {
        "comment", "outgoingmail", "personaldata", "policy", "queuesubscription", "rejectionreason", "sanction",
        "triagestate", "watchedword",
    },
}  # fmt: skip
# Pages that open for nobody.
CLOSED = {
    ("outgoingmail", "add"), ("outgoingmail", "delete"), ("policy", "add"), ("policy", "delete"),
    ("rejectionreason", "delete"), ("sanction", "delete"),
}  # fmt: skip
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
        copy = deepcopy(models[number % len(models)])
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


def _leave_traces(article):
    """What else can hold an address: at least one row of each table, by the verbs that make them on the site."""
    moderator = factories.staff(factories.MODERATORS)
    moderator.user_permissions.add(Permission.objects.get(codename="view_email"))
    QueueSubscription.objects.create(user=moderator, frequency=Frequency.NEVER)
    AccountLanguage.objects.create(user=moderator, language="ar")
    Thread.objects.create(article=article)
    sent = [_comment(article, number) for number in range(100, 107)]
    proven, held, answered, edited, withdrawn, muted, _erased = sent
    notifications.send_confirmation(held)
    moderation.approve([answered, withdrawn], by=moderator)
    responses.report(answered, "abuse", "شرح", address="198.51.100.4")
    responses.mark_useful(answered, address="198.51.100.4", user_agent="Firefox")
    authoring.edit(edited, "كلمة أخرى", Sender("203.0.113.9", "Firefox"))
    authoring.withdraw(withdrawn)
    notifications.mute(muted, everywhere=True)
    moderation.add_note(held, "ملاحظة", by=moderator)
    moderation.decide({muted.pk: 1}, Status.REJECTED, by=moderator, reason="abuse", letter=True)
    privacy.disclose_email(held, to=moderator)
    moderation.approve([proven], by=moderator)
    proven.refresh_from_db()
    factories.approved(article, parent=proven)
    for comment, effect in ((held, Effect.HOLD), (edited, Effect.SHADOW)):
        whom = sanctions.writer_of(comment)
        sanctions.impose(whom, effect=effect, reason="سبب", by=moderator)
    _comment(article, 101, body="رأي آخر")
    shadowed = _comment(article, 103, body="رأي ثالث")
    assert shadowed.is_shadowed
    for text in ("", "يا شباب ", "عاجل "):
        _comment(
            article, 107, body=f"{text}هذا الكاتب يقبض من الخارج ليشوه صورة بلدنا وعليكم أن تعتذروا للشعب"
        )
    learning.learn_new()
    Cancellation.objects.create(key="reply:0")
    administrator = Client()
    administrator.force_login(factories.superuser())
    person = {"email": canaries.address(106)}
    export = administrator.post("/admin/comments/personaldata/", person | {"act": "export"})
    assert canaries.MARK in _answer(export)
    erasure = {"act": "erase", "manner": "anonymize", "confirmed": "on"}
    assert administrator.post("/admin/comments/personaldata/", person | erasure).status_code == 302


def _comment(article, number, **fields):
    """A comment of a marked address of its own, from a browser that has proven it, so that answers are mailed."""
    email = canaries.address(number)
    new = factories.new_comment(email=email, wants_replies=True, **fields)
    return submit(
        article, new, Sender(f"10.1.{number}.1", "Firefox", proven=encryption.email_fingerprint(email))
    )


def _attempt_mails(server):
    """A link and a letter go out; an attempt to tell of an answer fails."""
    OutgoingMail.objects.filter(key__startswith="letter:").update(next_at="2020-01-01T00:00Z")
    assert sending.send_due() == 2
    server.stop()
    OutgoingMail.objects.filter(state=State.WAITING).update(next_at="2020-01-01T00:00Z")
    sending.send_due()


def _tables_without_rows():
    models = [
        *apps.get_app_config("comments").get_models(),
        *apps.get_app_config("mail").get_models(),
        LogEntry,
    ]
    return {model for model in models if not model.objects.exists()}


def _answer(response):
    """All that went over the line: status, headers, cookies and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.status_code} {response.headers} {response.cookies}\n{body.decode(errors='replace')}"


class Walk:
    """Pages asked for by one client, and those in which something was found."""

    def __init__(self, client, search):
        self.client, self.search = client, search
        self.asked, self.found = {}, {}
        # Cards of the desk: on the pages asked for since, and by queue those that no page showed.
        self.shown, self.missed = set(), {}

    def get(self, url, **headers):
        response = self.client.get(url, **headers)
        self.asked[url] = response.status_code
        text = _answer(response)
        self.shown |= {int(number) for number in CARD.findall(text)}
        if found := self.search(text):
            self.found[url] = found
        return text

    def answered(self, status):
        """The pages of the apps comments and mail that were answered so: the kind of row, and what is done with it."""
        found = (url.split("/") for url, said in self.asked.items() if said == status and "?" not in url)
        return {(parts[3], parts[-2]) for parts in found if parts[2:3] in (["comments"], ["mail"])}

    def follow(self, starts, follows):
        """Ask for `starts` and for every address that a page names and `follows` accepts."""
        waiting = deque(starts)
        known, read = set(starts), set()
        while waiting:
            url = waiting.popleft()
            found = [next(filter(None, groups)) for groups in LINK.findall(self.get(url))]
            for named in dict.fromkeys(found):
                if named in read:
                    continue
                if named.startswith(("/", "http")):
                    # The same on every page.
                    read.add(named)
                link = urlsplit(urljoin(url, named.replace("&amp;", "&")))
                address = link.path + (f"?{link.query}" if link.query else "")
                if link.netloc in {"", urlsplit(settings.SITE_URL).netloc} and address not in known:
                    known.add(address)
                    if follows(link.path, link.query):
                        waiting.append(address)


def _public(search):
    walk = Walk(Client(raise_request_exception=False), search)
    with_form = set()

    def follows(path, _query):
        if form := FORM.match(path):
            if len(with_form) < FORMS_OF:
                with_form.add(form[1])
            return form[1] in with_form
        return not path.startswith(("/admin/", "/static/"))

    walk.follow(
        ["/", "/sitemap.xml", "/robots.txt", "/healthz", "/comments/999999999/", "/nothing-here/"],
        follows,
    )
    _interface(walk)
    # The newest, for what hangs on them.
    for comment in Comment.objects.order_by("-pk")[:40]:
        walk.get(comment.receipt_url)
        walk.get(f"/comments/unsubscribe/{notifications.unsubscribe_token(comment)}/")
    return walk


def _interface(walk):
    """What programs read, each list to its end; with a token that may do all, what waits, too."""
    root = factories.superuser()
    expires_at = timezone.now() + timedelta(days=1)
    _token, secret = tokens.make(root, name="برنامج", scopes=list(Scope), expires_at=expires_at)
    lists = ["articles/", "tags/", "authors/", "sections/", "search/?q=المترو", "openapi.json", "docs/"]
    for number in Article.objects.published().values_list("pk", flat=True):
        lists += [f"articles/{number}/", f"articles/{number}/comments/"]
    comments = set()
    for headers in ({}, {"HTTP_AUTHORIZATION": f"Bearer {secret}"}):
        for name in [*lists, *(["drafts/", "held-comments/"] if headers else [])]:
            address = f"/api/v1/{name}"
            while address:
                body = walk.get(address, **headers).partition("\n")[2]
                found = json.loads(body) if body.startswith("{") else {}
                comments |= {row["id"] for row in found.get("items", ()) if "body" in row}
                address = (found.get("next") or "").removeprefix(settings.SITE_URL)
    assert comments >= set(Comment.objects.shown().values_list("pk", flat=True))


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
        for model in (
            Article, Author, Image, OutgoingMail, Policy, RejectionReason, Sanction, Section, Tag, WatchedWord,
        )
    }  # fmt: skip
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


def _desk(search, role):
    """The admin as a member of a group sees it, or who may do all; None is nobody."""
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(factories.superuser() if role == ADMINISTRATORS else factories.staff(role))
    walk = Walk(client, search)
    for url in _admin_urls():
        walk.get(url)
    for queue in Queue.values:
        # Pages behind the first, too.
        walk.shown = set()
        walk.follow([f"{DESK}?queue={queue}"], lambda path, query: path == DESK and "after=" in query)
        listed = set(Wanted(queue=queue).all_comments().values_list("pk", flat=True))
        assert listed
        walk.missed[queue] = listed - walk.shown
    for query in (f"q={canaries.MARK}", f"email_encrypted__startswith={canaries.MARK}"):
        # What an address could be probed by. The page says what was searched for, so it is asked for without the
        # word that is looked for.
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
def test_no_marked_address_leaves_by_any_door(journal, mail_server):
    search = canaries.Search(ADDRESSES)
    articles = _store(ADDRESSES)
    _leave_traces(articles[0])
    _attempt_mails(mail_server)
    without_rows = _tables_without_rows()

    public = _public(search)
    desks = {role: _desk(search, role) for role in OPEN}
    refused = _send(articles[0], 1, body="")
    failed = _force_error(articles[0], 2)
    dump = _dump()

    assert public.found == {}
    assert {role: walk.found for role, walk in desks.items() if walk.found} == {}
    assert {role: {kind for kind, _verb in walk.answered(200)} for role, walk in desks.items()} == OPEN
    assert desks[ADMINISTRATORS].answered(403) == CLOSED
    for role in (factories.MODERATORS, ADMINISTRATORS):
        assert desks[role].missed == {queue: set() for queue in Queue.values}
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
    assert without_rows == set()
    assert (len(public.asked) > 1_000, dump.count("قارئ ") >= ADDRESSES) == (True, True)
    assert "A comment could not be taken" in "\n".join(journal.lines)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_address_that_does_leave_is_found_at_every_door(journal):
    search = canaries.Search(ADDRESSES)
    (article, *_others) = _store(10)
    _leave_traces(article)
    leak = f"راسلوني: {canaries.address(3)}"
    comment = Comment.objects.filter(status=Status.APPROVED, article=article).first()
    first_ones = [Wanted(queue=queue).all_comments()[0].pk for queue in Queue.values]
    Comment.objects.filter(pk__in=[comment.pk, *first_ones]).update(body=leak)
    Sanction.objects.update(reason=leak)
    OutgoingMail.objects.update(subject=leak)
    LogEntry.objects.update(change_message=leak)
    logging.getLogger("comments").info("Sent by %s", canaries.address(4))

    leaking = {article.get_absolute_url(), f"/api/v1/articles/{article.pk}/comments/"}
    assert leaking <= set(_public(search).found)
    assert set(_desk(search, ADMINISTRATORS).found) >= {
        f"{DESK}{comment.pk}/change/",
        *(f"{DESK}?queue={queue}" for queue in Queue.values),
        "/admin/comments/sanction/",
        f"/admin/comments/sanction/{Sanction.objects.earliest('pk').pk}/history/",
        "/admin/mail/outgoingmail/",
    }
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
