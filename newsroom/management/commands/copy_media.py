"""Copy the media that lie below VAR_DIR into the store that MEDIA_STORE names, or back; what is there already stays.

It may be ended and run again at any time, also while the site is in use. Nothing is taken away from where it was.
"""

import sys
from collections import Counter

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from newsroom.web.at_once import at_once
from newsroom.web.object_store import StoreAway
from newsroom.web.whole_files import WholeFiles

COPIED, SAME, GONE, STRANGE = "copied", "same", "gone", "strange"
# After so many it is told how far it is.
TOLD_AFTER = 1000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--back", action="store_true", help="from the store into the folder")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="compare every byte of what is there already, too, in place of its size",
        )

    def handle(self, *, back, verify, **options):
        if not settings.MEDIA_STORE:
            raise CommandError("Name the store in MEDIA_STORE.")
        source, target = WholeFiles(location=settings.MEDIA_ROOT), default_storage.patient()
        if back:
            source, target = target, source
        counts = Counter()
        try:
            there = dict(target.files())

            def look(file):
                name, size = file
                if there.get(name) == size and not verify:
                    return SAME
                try:
                    return copy(source, target, name, is_there=name in there)
                except SuspiciousFileOperation:
                    return STRANGE

            for outcome in at_once(look, source.files()):
                counts[outcome] += 1
                if counts.total() % TOLD_AFTER == 0:
                    self.stdout.write(told(counts))
        except StoreAway as error:
            self.stderr.write(f"{error} {told(counts)} Run it again to go on.")
            sys.exit(2)
        self.stdout.write(f"Done: {told(counts)}")


def told(counts):
    gone = f" {counts[GONE]} were deleted meanwhile." if counts[GONE] else ""
    strange = f" {counts[STRANGE]} were left, for the site names no file so." if counts[STRANGE] else ""
    return f"{counts[COPIED]} copied, {counts[SAME]} were there already.{gone}{strange}"


def copy(source, target, name, *, is_there):
    """Copy a file unless the target has the same bytes under the name; say what became of it. Raises StoreAway where
    what was written is not what is there."""
    try:
        content = read(source, name)
    except FileNotFoundError:
        return GONE
    if is_there and read(target, name) == content:
        return SAME
    target.put(name, ContentFile(content))
    if target.size(name) != len(content):
        raise StoreAway(f"{name} is not in the store as it was written.")
    return COPIED


def read(storage, name):
    with storage.open(name) as file:
        return file.read()
