"""Teach triage what moderators decided since the last time, and score waiting comments with it."""

from django.core.management.base import BaseCommand

from comments import learning


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true", help="forget everything, then learn all decisions")

    def handle(self, *, anew, **options):
        if anew:
            learning.relearn()
        learned = learning.learn_new()
        self.stdout.write(f"{learned} comments learned, {learning.refresh()} scores changed.")
