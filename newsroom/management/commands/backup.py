"""Save the database and the media below a folder, and forget the oldest backups there."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from newsroom import backup_folders, backups
from newsroom.postgres_cluster import EmbeddedPostgresError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", type=Path, default=settings.BACKUP_DIR, help="where (default: %(default)s)"
        )
        parser.add_argument(
            "--recipient",
            action="append",
            default=settings.BACKUP_RECIPIENTS,
            metavar="age1…",
            help="encrypt it for who has the secret key to this public one of age; may be given again",
        )
        parser.add_argument(
            "--keep", type=int, default=14, help="how many to keep, 0 for all (default: %(default)s)"
        )

    def handle(self, *, folder, recipient, keep, **options):
        try:
            made = backups.make(folder, recipients=recipient)
            manifest = backups.read(made)
        except (backups.BackupError, EmbeddedPostgresError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        rows = sum(table.rows for table in manifest.tables.values())
        size = sum(file.bytes for file in manifest.files.values())
        self.stdout.write(
            f"{made}: {rows:,} rows of {len(manifest.tables)} tables, {manifest.media_files:,} files of media,"
            f" {size / 1_000_000:,.1f} MB{'' if recipient else ', not encrypted'}"
        )
        for gone in backup_folders.forget_old(folder, keep):
            self.stdout.write(f"Removed: {gone}")
        self.stdout.write(
            "The keys are in no backup; keep SECRET_KEY, EMAIL_KEYS and FINGERPRINT_KEY elsewhere."
        )
