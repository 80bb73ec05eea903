"""The pages of the site are for its administrators, whatever their group is called by now."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# To each group that may do the first, the rest.
HELD = "auth.change_user"
MODEL = "sitepage"


def grant(apps, using="default"):
    label, codename = HELD.split(".")
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    wanted = list(permissions.filter(content_type__app_label="articles", content_type__model=MODEL))
    for group in groups.filter(
        permissions__content_type__app_label=label, permissions__codename=codename
    ):
        group.permissions.add(*wanted)


def create_and_grant(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    config = apps.get_app_config("articles")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0003_moderation_permissions"),
        ("articles", "0006_pages"),
    ]

    operations = [migrations.RunPython(create_and_grant, migrations.RunPython.noop)]
