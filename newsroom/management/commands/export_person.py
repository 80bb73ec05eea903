"""Write all that is held about the person of an e-mail address, as JSON."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from email_validator import EmailNotValidError

from comments import privacy, subject_access


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="“-” reads it from standard input")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="a new file; standard output without it"
        )

    def handle(self, *, email, output, **options):
        address = read_address(email)
        with self.opened(output) as file:
            for piece in subject_access.export(address):
                file.write(piece)
        if output:
            self.stdout.write(f"Written to {output}.")

    @contextmanager
    def opened(self, output):
        if output is None:
            self.stdout.ending = ""
            yield self.stdout
            return
        try:
            # For its owner alone, from the first byte.
            descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{output} cannot be written ({error.strerror}).") from error
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file


def read_address(text):
    """Return the address of an argument; from standard input, it stands in no list of processes and no history."""
    try:
        return privacy.parse_email(sys.stdin.readline().strip() if text == "-" else text.strip())
    except EmailNotValidError as error:
        raise CommandError("This is not an e-mail address.") from error
