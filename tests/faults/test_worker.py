"""The worker as a process: mails while servers and workers come and go, and how it stands beside the site."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image as Picture

from articles import images, library, publishing
from articles.models import ClockMove, Image, RenditionState
from comments import moderation
from comments.models import Status
from comments.submission import Sender, submit
from newsroom import encryption
from newsroom.encryption import email_fingerprint
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail, State
from newsroom.newsletter.models import Subscription
from tests import factories
from tests.faults.test_serve import BASE_DIR, Site, var_dir  # noqa: F401
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# Three batches of `newsroom.newsletter.issues`.
READERS = 250


class Worker:
    """`manage.py work` on the test database."""

    def __init__(self, mail_server):
        address, _, options = os.environ["DATABASE_URL"].partition("?")
        address = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}"
        self.environment = os.environ | {"EMAIL_URL": mail_server.url, "DATABASE_URL": address}
        self.processes = []

    def start(self):
        process = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=BASE_DIR, env=self.environment)
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def worker(mail_server):
    worker = Worker(mail_server)
    yield worker
    worker.end()


def enqueue(count, after=0):
    for number in range(after, after + count):
        outbox.enqueue(key=f"reply:{number}", to=f"reader{number}@example.org", subject="ردّ", text="نصّ")


def all_are(state):
    return not OutgoingMail.objects.exclude(state=state).exists()


def answerable():
    """An article, and a comment on it whose writer has proven the address and is mailed of answers."""
    article = factories.published()
    email = "zoro@example.org"
    proven = Sender("203.0.113.9", "Firefox", proven=email_fingerprint(email))
    parent = submit(article, factories.new_comment(email=email, wants_replies=True), proven)
    moderation.approve([parent], by=None)
    parent.refresh_from_db()
    return article, parent


def test_approvals_while_the_mail_server_is_down_are_told_of_afterwards_once(mail_server, worker):
    mail_server.stop()
    article, parent = answerable()
    worker.start()
    answers = [factories.approved(article, parent=parent) for _ in range(10)]
    # No minute of grace, and no wait between attempts.
    OutgoingMail.objects.update(next_at=parent.created_at)
    wait_for(lambda: not OutgoingMail.objects.filter(tries=0).exists())
    down = set(OutgoingMail.objects.values_list("state", "last_error"))

    mail_server.start()
    OutgoingMail.objects.update(next_at=parent.created_at)
    wait_for(lambda: all_are(State.SENT))

    assert {answer.status for answer in answers} == {Status.APPROVED}
    assert down == {(State.WAITING, "Connection refused")}
    assert sorted(mail["Message-ID"] for mail in mail_server.mails()) == sorted(
        OutgoingMail.objects.values_list("message_id", flat=True)
    )


def test_a_worker_killed_in_mid_send_loses_nothing(mail_server, worker):
    (mail_server.folder / "stall").touch()
    enqueue(5)
    victim = worker.start()
    wait_for((mail_server.folder / "stalled").exists)

    victim.kill()
    victim.wait()
    (mail_server.folder / "stall").unlink()
    worker.start()
    wait_for(lambda: all_are(State.SENT))

    assert sorted(mail.recipient for mail in mail_server.mails()) == [
        f"reader{number}@example.org" for number in range(5)
    ]


def test_two_workers_send_each_mail_once_and_one_takes_over(mail_server, worker):
    first = worker.start()
    enqueue(20)
    worker.start()
    wait_for(lambda: all_are(State.SENT))

    # Not while a mail is under way: whether the server took that one, nobody could tell.
    first.kill()
    enqueue(20, after=20)
    wait_for(lambda: all_are(State.SENT))

    recipients = [mail.recipient for mail in mail_server.mails()]
    assert sorted(recipients) == sorted(f"reader{number}@example.org" for number in range(40))


def test_everybody_gets_the_newsletter_once_though_its_worker_is_killed(mail_server, worker):
    factories.published(headline="خبر اليوم")
    Subscription.objects.bulk_create(
        Subscription(
            email_encrypted=encryption.encrypt(f"reader{number}@example.org"),
            email_fingerprint=f"{number}",
            state="confirmed",
            language="ar",
            confirmed_at=timezone.now() - timedelta(days=1),
        )
        for number in range(READERS)
    )
    worker.environment |= {"NEWSLETTER_HOUR": "0"}
    digests = OutgoingMail.objects.filter(key__startswith="digest:")
    first = worker.start()
    wait_for(digests.exists)

    first.kill()
    written = digests.count()
    worker.start()
    worker.start()
    wait_for(lambda: digests.count() == READERS and all_are(State.SENT))

    assert written < READERS
    # A mail in whose sending the worker was killed may have gone out twice, under one name.
    came = {(mail["To"], mail["Message-ID"]) for mail in mail_server.mails()}
    assert sorted(to for to, _name in came) == sorted(
        f"reader{number}@example.org" for number in range(READERS)
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda how: how.name)
def test_a_signal_ends_the_worker(mail_server, worker, how):
    process = worker.start()
    enqueue(1)
    wait_for(lambda: all_are(State.SENT))

    process.send_signal(how)

    assert process.wait(timeout=60) == 0


# Beside the site


def workers(site):
    """The numbers of the processes that work for this site."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"work" in command and str(site.process.pid).encode() in command:
            found.add(int(path.parent.name))
    return found


@pytest.fixture
def site(var_dir):  # noqa: F811
    site = Site(var_dir, "--no-demo")
    try:
        site.start()
        site.wait_for(lambda: workers(site))
        yield site
    finally:
        site.end()


def test_the_site_starts_a_worker_anew_when_it_is_killed(site):
    [victim] = workers(site)

    os.kill(victim, signal.SIGKILL)

    site.wait_for(lambda: workers(site) - {victim})
    assert site.status() == 200


def test_the_worker_ends_with_the_site(site):
    site.process.terminate()

    assert site.process.wait(timeout=30) == 0
    assert workers(site) == set()


def test_the_worker_of_a_killed_site_ends(site):
    site.process.kill()
    site.process.wait()

    site.wait_for(lambda: workers(site) == set())


def test_pictures_are_all_made_and_whole_though_their_worker_is_killed_again_and_again(
    worker, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    worker.environment["VAR_DIR"] = str(tmp_path)
    pictures = [library.add(factories.picture((1500, 1000)), alt="مقر OpenAI", credit="أ") for _ in range(4)]
    article = factories.draft(body=f'<figure><img src="{pictures[-1].src}" alt=""></figure>')
    ready = Image.objects.filter(state=RenditionState.READY)

    for count in (1, 2):
        process = worker.start()
        wait_for(lambda count=count: ready.count() >= count)
        process.kill()
        process.wait()
        # It need not rest for the attempt that was cut off.
        Image.objects.exclude(due_at=None).update(due_at=timezone.now())
    worker.start()
    wait_for(lambda: not Image.objects.exclude(due_at=None).exists())

    for image in pictures:
        for width in images.widths(image.width):
            for kind in images.KINDS:
                path = settings.MEDIA_ROOT / images.rendition_name(image.digest, width, kind)
                with Picture.open(path) as opened:
                    opened.load()
    article.refresh_from_db()
    assert (ready.count(), article.body_html.count("<picture>")) == (4, 1)


def test_a_mail_server_that_takes_connections_and_says_nothing_holds_up_nobody(worker):
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        worker.environment |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
            "EMAIL_TIMEOUT": "2",
        }
        article, parent = answerable()
        worker.start()
        factories.approved(article, parent=parent)
        # The minute of grace is over.
        OutgoingMail.objects.update(next_at=timezone.now())
        # A story comes by the clock while the mail waits for an answer.
        due = timezone.now() + timedelta(seconds=1)
        publishing.move(factories.draft(), "publish", by=factories.staff(factories.EDITORS), at=due)
        took = []
        for _number in range(10):
            begun = time.monotonic()
            factories.approved(article, parent=parent)
            took.append(time.monotonic() - begun)
        wait_for(lambda: not ClockMove.objects.exists())
        wait_for(lambda: OutgoingMail.objects.filter(tries=1).exists())

    # Neither what is sent nor what is decided waits for it, nor do the other jobs.
    assert statistics.median(took) < 2
    assert set(OutgoingMail.objects.filter(tries=1).values_list("state", "last_error")) == {
        (State.WAITING, "SMTPServerDisconnected")
    }
    assert OutgoingMail.objects.filter(tries=1, next_at__gt=timezone.now()).exists()
