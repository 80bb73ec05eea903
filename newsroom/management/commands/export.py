"""Take the newspaper along, into a folder: all content as WXR or as JSON Lines, or what readers see as files.

    manage.py export wxr /srv/nashra-wxr        for WordPress and what reads its format
    manage.py export jsonl /srv/nashra-jsonl    for other programs, and for `load_content` of another site
    manage.py export static /srv/nashra-copy    for an archive: opened in a browser, without a server

Killed and asked for again with the same folder, it goes on.
"""

import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from newsroom.exports import exporting
from newsroom.exports.folder import ExportError
from newsroom.exports.models import Form

# How often it is told how far it is.
SECONDS = 10


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("form", choices=Form.values, metavar="FORM", help="wxr, jsonl or static")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made, and must not be there yet")
        parser.add_argument(
            "--with-emails",
            action="store_true",
            help="readers’ addresses too; put on record with who and why",
        )
        parser.add_argument("--by", metavar="USERNAME", help="who takes the addresses, and has the right to")
        parser.add_argument("--reason", default="", metavar="TEXT", help="for what they are needed")

    def handle(self, *, form, folder, with_emails, by, reason, **options):
        begun = told = time.monotonic()
        self.stdout.write(
            f"Addresses begin with {settings.SITE_URL}, as SITE_URL, HOST and PORT have it here."
        )
        account = None
        if with_emails:
            account = get_user_model().objects.filter(username=by or "").first()
            if account is None:
                raise CommandError(
                    "Name with --by the account that takes the addresses, and give a --reason."
                )

        def tell(step, done, total):
            nonlocal told
            if time.monotonic() - told >= SECONDS:
                told = time.monotonic()
                self.stdout.write(f"{step}: {done} of {total}" if total else f"{step}: {done}")
                self.stdout.flush()

        try:
            made = exporting.export(
                form, folder.absolute(), with_emails=with_emails, by=account, reason=reason, tell=tell
            )
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        except ExportError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"It cannot be written ({error.strerror}): {error.filename}") from error
        counts = ", ".join(f"{count} {name}" for name, count in made["counts"].items() if count)
        self.stdout.write(f"Exported to {folder} in {time.monotonic() - begun:.0f} seconds: {counts}.")
