"""Add the demo content, unless it is there or the site has content of its own."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from newsroom.demo import seeding
from newsroom.text.account_names import name_of
from newsroom.web.object_store import StoreAway


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--force", action="store_true", help="add it to a site that has articles of its own, too"
        )

    def handle(self, *, force, **options):
        try:
            added = seeding.seed(force=force)
        except seeding.OtherContent:
            self.stdout.write("The site has articles of its own, so no demo content was added.")
            return
        except StoreAway as error:
            raise CommandError(str(error)) from None
        if added is not None:
            self.stdout.write(
                f"Demo content: {added.articles} articles, {added.images} images, {added.comments} comments."
            )
        self.show_accounts()

    def show_accounts(self):
        passwords = seeding.passwords()
        if passwords:
            self.stdout.write(f"Demo accounts, also in {seeding.accounts_file()}:")
        people = get_user_model().objects.prefetch_related("groups").in_bulk(passwords, field_name="username")
        for username, password in passwords.items():
            words = [f"{username:<10}", f"{password:<18}"]
            if (user := people.get(username)) is not None:
                groups = [group.name for group in user.groups.all()]
                words.append(" · ".join(dict.fromkeys([name_of(user), *groups])))
            self.stdout.write(f"  {' '.join(words).rstrip()}")
