"""What can be followed is for the administrators of the site, whatever their group is called by now."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# To each group that may see the outbox of mails, this one.
HELD = "mail.view_outgoingmail"


def grant(apps, using="default"):
    label, codename = HELD.split(".")
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    wanted = list(permissions.filter(content_type__app_label="federation"))
    for group in groups.filter(
        permissions__content_type__app_label=label, permissions__codename=codename
    ):
        group.permissions.add(*wanted)


def create_and_grant(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    config = apps.get_app_config("federation")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_groups"),
        ("federation", "0001_initial"),
    ]

    operations = [migrations.RunPython(create_and_grant, migrations.RunPython.noop)]
