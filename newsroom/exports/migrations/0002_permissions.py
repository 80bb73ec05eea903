"""Taking everything along is for the administrators of the site, whatever their group is called by now. Readers’
addresses are for whom a superuser names."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# To each group that may do the first, the other.
HELD, GRANTED = "change_user", "export_site"


def create_and_grant(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    config = apps.get_app_config("exports")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    granted = permissions.get(content_type__app_label="exports", codename=GRANTED)
    for group in groups.filter(permissions__content_type__app_label="auth", permissions__codename=HELD):
        group.permissions.add(granted)


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
        ("newsroom", "0001_groups"),
    ]

    operations = [migrations.RunPython(create_and_grant, migrations.RunPython.noop)]
