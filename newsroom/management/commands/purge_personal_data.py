"""Forget networks, reporters and used links that are older than they may be kept. The worker does so daily."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from comments import retention


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--days",
            type=int,
            default=retention.NETWORKS_KEPT.days,
            help="keep so many days (default: %(default)s)",
        )

    def handle(self, *, days, **options):
        if days < 0:
            raise CommandError("--days is a number of days, 0 or more.")
        done = retention.purge(timedelta(days=days))
        self.stdout.write(
            f"Networks forgotten of {done.comments} comments, {done.reports} reports and"
            f" {done.useful_marks} useful marks; {done.confirmations} links removed."
        )
