"""Readers who send comments and moderators who decide on them while processes of the site are killed, and the count of
what became of it all.

Clients do what a person does who got no answer: they send the same form again, until they are told that it was taken.
"""

import http.client
import json
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
WORDS = 12
# Of the comments, so many are answers to somebody who wants a mail of each, and so many are sent again though they
# were acknowledged, as by a second click.
ANSWERS_EACH, AGAIN_EACH = 4, 20
# In turn; the second tells the writer why.
VERBS = [
    {"to": "approved"},
    {"to": "rejected", "reason": "abuse", "letter": "on"},
    {"to": "spam"},
]
QUEUE = "/admin/comments/comment/"
_CARD = re.compile(r'data-comment="(\d+)" data-version="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Thread:
    """Where comments are sent: an article, its section, and a comment whose proven writer wants to hear of answers."""

    article: int
    section: int
    asked: int


@dataclass
class Told:
    """What clients were told. `receipts` has the address of its page by the number of the comment in its name."""

    receipts: dict[int, str] = field(default_factory=dict)
    other_receipts: list[tuple[int, str, str]] = field(default_factory=list)
    # Numbers of comments, and what the moderator who was acknowledged made of them.
    decided: dict[int, str] = field(default_factory=dict)
    conflicts: int = 0
    retries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    longest_wait: float = 0.0

    @property
    def acknowledged(self) -> int:
        return len(self.receipts) + len(self.decided)


class Campaign:
    """Clients of the site on `port`: `sessions` are cookies of moderators, each of whom decides on one section.

    What `Told` counts in the rows is for `audit`, when all has ended.
    """

    def __init__(self, port: int, threads: list[Thread], sessions: list[str]) -> None:
        self.port, self.threads, self.sessions = port, threads, sessions
        self.told = Told()
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._failed: list[BaseException] = []
        self._running: list[threading.Thread] = []

    def start(self, readers: int) -> None:
        sections = sorted({thread.section for thread in self.threads})
        work: list[Callable[[], None]] = [self._read] * readers
        work += [
            (lambda session=session, section=section: self._moderate(session, section))
            for session, section in zip(self.sessions, sections, strict=True)
        ]
        self._running = [threading.Thread(target=self._guarded, args=[job], daemon=True) for job in work]
        for thread in self._running:
            thread.start()

    def end(self, seconds: float = 120) -> None:
        """Have each client come to the end of what it is about, with an acknowledgement."""
        self._ended.set()
        deadline = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0, deadline - time.monotonic()))
            if thread.is_alive():
                raise TimeoutError("A client still waits to be told that it was heard.")
        self.check()

    def check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            while not self._ended.is_set():
                job()
        except BaseException as error:
            self._failed.append(error)
            raise

    # Readers

    def _read(self) -> None:
        with self._lock:
            number = next(self._numbers)
        form, headers, path = self._comment(number)
        receipt = self._sent(path, form, headers)
        with self._lock:
            self.told.receipts[number] = receipt
        if number % AGAIN_EACH == 0 and (again := self._sent(path, form, headers)) != receipt:
            self.told.other_receipts.append((number, receipt, again))

    def _comment(self, number: int) -> tuple[str, dict[str, str], str]:
        chance = random.Random(number)
        thread = self.threads[number % len(self.threads)]
        fields = {
            "author_name": f"معلّق {number}",
            "email": f"writer{number}@example.net",
            # Of any letters: texts of few words would be somewhat alike, and wait for each other.
            "body": " ".join("".join(chance.choices(LETTERS, k=chance.randint(3, 7))) for _ in range(WORDS)),
            "parent": str(thread.asked) if number % ANSWERS_EACH == 0 else "",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Referer": f"http://127.0.0.1:{self.port}/",
            "Sec-Fetch-Site": "same-origin",
            # Each from a network of its own, as readers are.
            "X-Forwarded-For": f"{11 + number // 62_500}.{number // 250 % 250}.{number % 250}.7",
        }
        return urlencode(fields), headers, f"/comments/article/{thread.article}/"

    def _sent(self, path: str, form: str, headers: Mapping[str, str]) -> str:
        """Send a comment until it is taken; return the address of its page."""
        answer, _body = self._until(
            lambda: self._ask("POST", path, form, headers),
            lambda answer: answer.status == 302 and "/comments/mine/" in answer.headers["Location"],
        )
        return answer.headers["Location"]

    # Moderators

    def _moderate(self, session: str, section: int) -> None:
        """Decide on all that the first page of the queue shows, as the page's script does."""
        answer, page = self._until(
            lambda: self._ask("GET", f"{QUEUE}?section={section}", headers={"Cookie": session}),
            lambda answer: answer.status == 200,
        )
        cards = _CARD.findall(page)
        if not cards:
            time.sleep(_PAUSE_SECONDS)
            return
        cookie = f"{session}; {answer.headers['Set-Cookie'].partition(';')[0]}"
        headers = {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}{QUEUE}",
            "Accept": "application/json",
        }
        for place, how in enumerate(VERBS):
            chosen = cards[place :: len(VERBS)]
            if not chosen:
                continue
            form = {"csrfmiddlewaretoken": _TOKEN.search(page)[1], **how}
            form["comment"] = [f"{number}:{version}" for number, version in chosen]
            _answer, told = self._until(
                lambda form=form: self._ask("POST", f"{QUEUE}decide/", urlencode(form, doseq=True), headers),
                lambda answer: answer.status in {200, 409},
            )
            said = json.loads(told)
            with self._lock:
                # Where the answer to a decision was lost, the same again finds it made.
                self.told.conflicts += len(said["conflicts"])
                self.told.decided.update((int(number), how["to"]) for number, _version in chosen)

    # Asking

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, str]:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            wire.request(method, path, body, dict(headers or {}))
            answer = wire.getresponse()
            return answer, answer.read().decode()
        finally:
            wire.close()

    def _until(
        self,
        ask: Callable[[], tuple[http.client.HTTPResponse, str]],
        is_taken: Callable[[http.client.HTTPResponse], bool],
    ) -> tuple[http.client.HTTPResponse, str]:
        """The first answer that is an acknowledgement; what failed until then is asked again as it was."""
        begun = time.monotonic()
        while True:
            with suppress(OSError, http.client.HTTPException):
                answer, body = ask()
                if is_taken(answer):
                    self.told.longest_wait = max(self.told.longest_wait, time.monotonic() - begun)
                    return answer, body
                self.told.refused[str(answer.status)] += 1
                if answer.status < 500:
                    raise RuntimeError(f"{answer.status}: {body[:2000]}")
            self.told.retries += 1
            time.sleep(_PAUSE_SECONDS * random.uniform(0.5, 1.5))


# Killing


def web_processes(server: int) -> list[psutil.Process]:
    """The processes that answer; the worker of jobs is another program."""
    found = []
    for child in psutil.Process(server).children():
        with suppress(psutil.Error):
            if "serve" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
    return found


def kill_a_web_process(server: int) -> bool:
    """Kill one of those that answer; whether there was any."""
    found = web_processes(server)
    if not found:
        return False
    os.kill(random.choice(found).pid, signal.SIGKILL)
    return True


def kill_database(data_dir: Path) -> bool:
    """Kill all processes of an embedded PostgreSQL, the first one first; whether it ran."""
    with suppress(OSError, IndexError, ValueError, psutil.Error):
        top = psutil.Process(int((data_dir / "postmaster.pid").read_text().splitlines()[0]))
        if top.name() != "postgres":
            return False
        for process in [top, *top.children(recursive=True)]:
            with suppress(psutil.Error):
                process.kill()
        return True
    return False


# What became of it


def prepare(articles: int) -> tuple[list[Thread], list[str]]:
    """Articles in two sections, each with a comment whose writer wants to hear of answers, and a moderator for each
    section: where to send comments, and the cookies of the moderators."""
    from django.conf import settings
    from django.test import Client

    from comments.models import Comment, Policy
    from tests import factories

    # All comments come within the window of ten minutes.
    Policy.objects.update(article_limit=32_767)
    sections = [factories.section(name) for name in ("تقنية", "اقتصاد")]
    threads = []
    for number in range(articles):
        article = factories.published(section=sections[number % len(sections)])
        asked = factories.approved(article, wants_replies=True)
        Comment.objects.filter(pk=asked.pk).update(is_proven=True)
        threads.append(Thread(article.pk, article.section_id, asked.pk))
    cookies = []
    for _section in sections:
        client = Client()
        client.force_login(factories.staff(factories.MODERATORS))
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return threads, cookies


def audit(told: Told) -> dict[str, int]:
    """How many acknowledged comments and decisions are lost, how many are there twice, and how many mails are without
    what they tell of, or missing. All are to be nought."""
    from django.db.models import Count

    from comments.models import Cause, Comment, Decision
    from newsroom.mail.models import OutgoingMail

    rows = {
        comment.receipt: comment
        for comment in Comment.objects.filter(email_fingerprint__gt="").only(
            "receipt", "author_name", "status", "parent", "version"
        )
    }
    receipts = {number: address.rstrip("/").rpartition("/")[2] for number, address in told.receipts.items()}
    names = Counter(comment.author_name for comment in rows.values())
    lost = [
        number
        for number, receipt in receipts.items()
        if receipt not in rows or rows[receipt].author_name != f"معلّق {number}"
    ]
    doubled = [number for number in receipts if names[f"معلّق {number}"] > 1]

    by_moderators = Decision.objects.filter(cause=Cause.MODERATOR, by__isnull=False)
    statuses = dict(by_moderators.values_list("comment", "to_status"))
    lost_decisions = [pk for pk, status in told.decided.items() if statuses.get(pk) != status]
    doubled_decisions = (
        by_moderators.order_by().values("comment").annotate(times=Count("pk")).filter(times__gt=1).count()
    )
    mails = set(OutgoingMail.objects.values_list("key", flat=True))
    by_number = {comment.pk: comment for comment in rows.values()}
    due = {
        f"reply:{pk}" for pk, status in statuses.items() if status == "approved" and by_number[pk].parent_id
    } | {f"letter:{pk}" for pk, status in statuses.items() if status == "rejected"}
    return {
        "lost": len(lost) + len(lost_decisions),
        "doubled": len(doubled) + doubled_decisions + len(told.other_receipts),
        "mails_without_cause": len(mails - due),
        "mails_missing": len(due - mails),
        "mails": len(mails),
        "comments_stored": sum(name.startswith("معلّق ") for name in names.elements()),
        "decisions_stored": by_moderators.count(),
    }


if __name__ == "__main__":
    # For a site whose database is not the one of this process: `prepare ARTICLES`, or `audit` of what stands in the
    # standard input, as JSON.
    import sys

    import django

    django.setup()
    if sys.argv[1] == "prepare":
        made, cookies = prepare(int(sys.argv[2]))
        print(json.dumps([[astuple(thread) for thread in made], cookies]))
    else:
        given = json.load(sys.stdin)
        found = Told(
            receipts={int(number): address for number, address in given["receipts"].items()},
            other_receipts=given["other_receipts"],
            decided={int(number): status for number, status in given["decided"].items()},
        )
        print(json.dumps(audit(found)))
