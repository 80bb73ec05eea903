"""Erase all that is held about the person of an e-mail address. Interrupted, it goes on when called again."""

from django.core.management.base import BaseCommand, CommandError

from comments import erasure
from newsroom.management.commands.export_person import read_address


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="“-” reads it from standard input")
        manner = parser.add_mutually_exclusive_group()
        manner.add_argument(
            "--anonymize",
            "--anonymise",
            dest="delete",
            action="store_false",
            default=False,
            help="keep the texts of comments, without their writer (default)",
        )
        manner.add_argument(
            "--delete",
            action="store_true",
            default=False,
            help="erase the texts too; answers keep their place",
        )
        parser.add_argument(
            "--lift-sanctions",
            action="store_true",
            help="end sanctions against the address; without it they stay, as a keyed fingerprint alone",
        )

    def handle(self, *, email, delete, lift_sanctions, **options):
        address = read_address(email)
        held = erasure.holdings(address)
        done, remarks = self._erase(address, held.comments, delete=delete, lift_sanctions=lift_sanctions)
        if not held:
            raise CommandError("Nothing is held about this address.")
        self.stdout.write(
            f"Erased: {done} comments {'deleted' if delete else 'anonymized'},"
            f" {held.confirmations} links to confirm the address, {held.mails} mails;"
            f" the address was taken out of {remarks} remarks about others."
        )
        if held.mentions:
            numbers = ", ".join(map(str, held.mentions))
            self.stdout.write(f"Comments of others hold the address too, and were left alone: {numbers}.")
        if held.sanctions:
            kept = "lifted" if lift_sanctions else "kept as a keyed fingerprint (--lift-sanctions ends them)"
            self.stdout.write(f"Sanctions against the address: {held.sanctions}, {kept}.")

    def _erase(self, address: str, total: int, **options: bool) -> tuple[int, int]:
        """Erase and say after each batch how far it is; return how many comments and remarks it was."""
        batches, done = erasure.erase(address, **options), 0
        while True:
            try:
                done = next(batches)
            except StopIteration as end:
                return done, end.value
            self.stdout.write(f"{done} of {total} comments")
