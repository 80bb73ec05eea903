"""Do what the site does by itself: send mails, forget what is old. `serve` runs this beside the site."""

import os
import signal

from django.core.management.base import BaseCommand

from newsroom import worker
from newsroom.jobs import JOBS
from newsroom.mail import sending


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="end with this process, which started it"
        )

    def handle(self, *, parent, **options):
        received = []
        # Noted, and read between two looks after the lock: an exception from a handler comes anywhere, even while a
        # thread is being started.
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(ending) is not signal.SIG_IGN:
                signal.signal(ending, lambda number, _frame: received.append(number))
        if not sending.is_configured():
            self.stderr.write("No mail server is named, so mails wait in the outbox; set EMAIL_URL.")
        worker.work(JOBS, goes_on=lambda: not received and parent in (None, os.getppid()))
