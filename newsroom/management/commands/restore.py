"""Bring a backup into the empty database of this site, and its files into its media."""

import sys
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from newsroom import backups
from newsroom.postgres_cluster import EmbeddedPostgresError


def add_identity(parser):
    parser.add_argument(
        "--identity", type=Path, metavar="FILE", help="the secret key of age, for a backup that is encrypted"
    )


def read_identity(path: Path | None) -> str:
    """The secret key in a file as age-keygen writes it."""
    if path is None:
        return ""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return lines[0] if lines else ""


class Command(BaseCommand):
    help = __doc__
    # The database may be empty.
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("backup", type=Path, help="the folder of the backup")
        add_identity(parser)

    def handle(self, *, backup, identity, **options):
        try:
            manifest = backups.read(backup)
            backups.restore(
                backup,
                manifest,
                backups.database_of_the_site(),
                default_storage.patient(),
                identity=read_identity(identity),
            )
        except (backups.BackupError, EmbeddedPostgresError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(f"Restored {rows:,} rows, each as it was at {manifest.made_at}.")
        if foreign := backups.foreign_keys(manifest):
            self.stderr.write("\n".join(foreign))
