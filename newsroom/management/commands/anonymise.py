"""Dump the database for developers: what readers see of the site, and of people nothing that is not public."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from newsroom import backups
from newsroom.postgres_cluster import EmbeddedPostgresError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the dump, for pg_restore; replaced if it is there")

    def handle(self, *, file, **options):
        try:
            backups.anonymised(file)
        except (backups.BackupError, EmbeddedPostgresError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, without media. The site was only read.")
