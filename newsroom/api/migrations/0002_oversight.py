"""Tokens of all accounts are for the administrators, whatever their group is called by now."""

from django.db import migrations

from newsroom.new_permissions import granted


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_initial"),
        ("newsroom", "0001_groups"),
    ]

    operations = [granted("api", ["oversee_tokens"], to_holders_of="auth.change_user")]
