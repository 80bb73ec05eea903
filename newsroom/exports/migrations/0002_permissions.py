"""Taking everything along is for the administrators of the site, whatever their group is called by now. Readers’
addresses are for whom a superuser names."""

from django.db import migrations

from newsroom.new_permissions import granted


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
        ("newsroom", "0001_groups"),
    ]

    operations = [granted("exports", ["export_site"], to_holders_of="auth.change_user")]
