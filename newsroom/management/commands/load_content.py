"""Load an archive of articles and comments, a JSON object a line, into an empty site; see `newsroom.content_import`."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from psycopg.errors import UndefinedTable

from newsroom import content_import

# How often it is told how far the file is.
SECONDS = 10


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="JSON lines in UTF-8")
        parser.add_argument(
            "--processes",
            type=int,
            choices=range(1, 17),
            default=2,
            metavar="N",
            help="2 unless given; 16 at most",
        )

    def handle(self, *, file, processes, **options):
        begun = told = stored = time.monotonic()

        def tell(loaded):
            nonlocal told, stored
            stored = time.monotonic()
            if stored - told >= SECONDS:
                told = stored
                self.say(f"{loaded.articles} articles, {loaded.comments} comments so far.")

        try:
            loaded = content_import.load(file, processes=processes, tell=tell)
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {file}.") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror}).") from error
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable):
                raise
            raise CommandError("The database has no tables yet: run `manage.py migrate` first.") from error
        except content_import.NotEmpty as error:
            raise CommandError(str(error)) from error
        except content_import.ContentError as error:
            raise CommandError(
                f"{file}: {error} What came before its batch is stored; begin again with a new database."
            ) from error
        self.say(
            f"Loaded {loaded.sections} sections, {loaded.articles} articles and {loaded.comments} comments"
            f" in {stored - begun:.1f} seconds; made the indexes of searches and analyzed the tables"
            f" in {time.monotonic() - stored:.1f} more. Searches find them; words are suggested once the worker"
            " (`manage.py serve` or `work`) has counted them."
        )

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
