"""Encrypt readers' addresses anew with the newest of EMAIL_KEYS, and say which older keys can be retired."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsroom import encryption, key_rotation, secret_file

LISTED = 20
_RETIRED = "it can be retired once all of the site was started again with the newest and no backup needs it"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--new", action="store_true", help="make a new key first; the next start of the site uses it"
        )

    def handle(self, *, new, **options):
        if new:
            self.make_key()
        else:
            self.report(key_rotation.rotate())

    def make_key(self):
        key = secret_file.new_secret()
        if os.environ.get("EMAIL_KEYS"):
            self.stdout.write(key)
            self.stderr.write(
                "Put this key first in EMAIL_KEYS, before the present ones and a comma, and start the site and"
                " its worker again; then run rotate_keys."
            )
            return
        secret_file.prepend(settings.EMAIL_KEYS_FILE, key)
        self.stdout.write(
            f"A new key stands first in {settings.EMAIL_KEYS_FILE} (mark {encryption.mark_of_key(key)})."
            " Start the site and its worker again; then run rotate_keys."
        )

    def report(self, rotations):
        newest, *older = settings.EMAIL_KEYS
        for rotation in rotations:
            self.stdout.write(
                f"{rotation.label}: {rotation.renewed} encrypted anew, {sum(rotation.needed.values())} in all."
            )
        self.stdout.write(f"Newest key: mark {encryption.mark_of_key(newest)}.")
        for age, key in enumerate(older, start=1):
            rows = sum(rotation.needed[age] for rotation in rotations)
            verdict = f"{rows} rows need it; run this again" if rows else f"no row needs it; {_RETIRED}"
            self.stdout.write(f"Key {age + 1}: mark {encryption.mark_of_key(key)}: {verdict}.")
        lost = [(rotation.label, rotation.unreadable) for rotation in rotations if rotation.unreadable]
        for label, numbers in lost:
            listed = ", ".join(map(str, numbers[:LISTED])) + (", …" if len(numbers) > LISTED else "")
            self.stderr.write(f"{label}: {len(numbers)} rows can be read with none of the keys: {listed}.")
        if lost:
            raise CommandError("Some rows need a key that is not among EMAIL_KEYS; keep looking for it.")
