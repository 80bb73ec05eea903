"""Copy the media that lie below VAR_DIR into the store that MEDIA_STORE names, or back; what is there already stays.

It may be ended and run again at any time, also while the site is in use. Nothing is taken away from where it was.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from newsroom.web.object_store import StoreAway
from newsroom.web.whole_files import WholeFiles

# An answer of the store is waited for, most of the time.
THREADS = 8
# After so many it is told how far it is.
BATCH = 1000


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
        copied = same = gone = 0
        threads = ThreadPoolExecutor(THREADS)
        try:
            there = dict(target.files())
            names = iter(source.files())
            while batch := list(islice(names, BATCH)):
                # Those that are there need no thread, unless they are to be read.
                due = [name for name, size in batch if verify or there.get(name) != size]
                same += len(batch) - len(due)
                for outcome in threads.map(lambda name: copy(source, target, name, there), due):
                    copied += outcome == COPIED
                    same += outcome == SAME
                    gone += outcome == GONE
                self.stdout.write(f"{copied} copied, {same} were there already.")
        except StoreAway as error:
            self.stderr.write(f"{error} {copied} were copied; run it again to go on.")
            sys.exit(2)
        finally:
            threads.shutdown(cancel_futures=True)
        told = f" {gone} were deleted meanwhile." if gone else ""
        self.stdout.write(f"Done: {copied} copied, {same} were there already.{told}")


COPIED, SAME, GONE = "copied", "same", "gone"


def copy(source, target, name, there):
    """Copy a file unless the target has the same bytes under the name; say what became of it. Raises StoreAway where
    what was written does not read as it was."""
    try:
        content = read(source, name)
    except FileNotFoundError:
        return GONE
    if name in there and read(target, name) == content:
        return SAME
    target.put(name, ContentFile(content))
    if target.size(name) != len(content):
        raise StoreAway(f"{name} is not in the store as it was written.")
    return COPIED


def read(storage, name):
    with storage.open(name) as file:
        return file.read()
