"""Tokens of all accounts are for the administrators, whatever their group is called by now."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# To each group that may do the first, the second.
HELD, GIVEN = "change_user", "oversee_tokens"


def create_and_grant(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    config = apps.get_app_config("api")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    using = schema_editor.connection.alias
    permission = apps.get_model("auth", "Permission").objects.using(using).get(
        content_type__app_label="api", codename=GIVEN
    )
    groups = apps.get_model("auth", "Group").objects.using(using)
    for group in groups.filter(
        permissions__content_type__app_label="auth", permissions__codename=HELD
    ):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_initial"),
        ("newsroom", "0001_groups"),
    ]

    operations = [migrations.RunPython(create_and_grant, migrations.RunPython.noop)]
