"""Compile the catalogs of translated messages, update them, or check that nothing is untranslated."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.reloader import translation_file_changed

from newsroom import message_catalog


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--update", action="store_true", help="write new messages into the .po files")
        action.add_argument("--check", action="store_true", help="fail if a message is not translated")

    def handle(self, *, update, check, **options):
        try:
            if update:
                message_catalog.update(settings.BASE_DIR)
            if check:
                faults = message_catalog.faults(settings.BASE_DIR)
                if faults:
                    raise CommandError("\n".join(faults))
            else:
                for path in message_catalog.compile_stale(settings.BASE_DIR / "locale"):
                    # Django read the old file when it started.
                    translation_file_changed(sender=None, file_path=path)
        except message_catalog.CatalogError as error:
            raise CommandError(str(error)) from error
