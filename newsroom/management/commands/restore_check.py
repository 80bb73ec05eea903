"""Prove that a backup can be restored: into a database of its own, row by row, and by opening pages."""

import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client

from articles.models import Article
from newsroom import backup_folders, backups
from newsroom.management.commands.restore import add_identity, read_identity
from newsroom.postgres_cluster import EmbeddedPostgresError

PAGES = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("backup", type=Path, nargs="?", help="its folder (default: the newest)")
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_DIR, help="where backups are")
        add_identity(parser)

    def handle(self, *, backup, folder, identity, **options):
        try:
            backup = backup or backup_folders.newest(folder)
            if backup is None:
                raise backups.BackupError(f"There is no backup in {folder}.")
            manifest = backups.read(backup)
            with backups.scratch_database() as database:
                backups.restore(
                    backup, manifest, database, backups.Nowhere(), identity=read_identity(identity)
                )
                opened = open_pages(database["dbname"])
        except (backups.BackupError, EmbeddedPostgresError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        rows = sum(table.rows for table in manifest.tables.values())
        hours = manifest.age.total_seconds() / 3600
        self.stdout.write(
            f"{backup}: {rows:,} rows of {len(manifest.tables)} tables are as they were, {opened} pages open;"
            f" {hours:.1f} hours old"
        )
        if foreign := backups.foreign_keys(manifest):
            self.stderr.write("\n".join(foreign))
            sys.exit(2)
        if manifest.age > backup_folders.OLDEST:
            self.stderr.write("It is too old: what came since would be lost. Look why none was made.")
            sys.exit(1)


def open_pages(name: str) -> int:
    """Open the front page and the newest articles of a database; return how many. Raises BackupError for one that
    does not open."""
    site = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    reader = Client(raise_request_exception=False, HTTP_HOST=urlsplit(settings.SITE_URL).netloc)
    try:
        newest = Article.objects.published().order_by("-published_at", "-pk")[:PAGES]
        addresses = ["/", *(article.get_absolute_url() for article in newest)]
        for address in addresses:
            status = reader.get(address, secure=settings.HTTPS).status_code
            if status != HTTPStatus.OK:
                raise backups.BackupError(f"{address} does not open in what was restored: {status}.")
        return len(addresses)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = site
