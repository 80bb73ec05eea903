"""Write the index of readers' search anew, or tell whether it is what the articles are."""

from django.core.management.base import BaseCommand, CommandError

from articles import search_index


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the two differ")

    def handle(self, *, check, **options):
        if not check:
            self.stdout.write(f"Articles written to the index: {search_index.rebuild()}.")
            return
        if drift := search_index.drift():
            raise CommandError(
                "The index differs from the articles:"
                f" {len(drift.missing)} are missing, {len(drift.superfluous)} do not belong, and"
                f" {len(drift.different)} say something else. Write it anew with: manage.py index_search"
            )
        self.stdout.write("The index is what the articles are.")
