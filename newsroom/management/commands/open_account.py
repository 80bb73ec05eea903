"""Have an account opened by its password alone again, and signed out everywhere; for who lost phone and codes."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from newsroom.staff import second_factor, sessions


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("name", help="what the account signs in with")

    def handle(self, *, name, **options):
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account {name}.")
        had, ended = second_factor.remove_all(user), sessions.end(user)
        self.stdout.write(
            f"{name}: {'second factors taken away' if had else 'there was no second factor'}, {ended} sessions ended."
        )
