"""What the newer parts of moderation let people do, given to the groups that have that work, whatever their names."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# To each group that may do the first, the rest.
GRANTED = {
    "comments.moderate_comment": [
        "comments.view_sanction", "comments.add_sanction", "comments.change_sanction",
        "comments.view_rejectionreason", "comments.add_rejectionreason", "comments.change_rejectionreason",
        "comments.view_policy",
    ],
    "articles.publish_article": ["comments.view_policy", "comments.change_policy"],
}  # fmt: skip


def grant(apps, using="default"):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for held, wanted in GRANTED.items():
        label, codename = held.split(".")
        groups = Group.objects.using(using).filter(
            permissions__content_type__app_label=label, permissions__codename=codename
        )
        permissions = [
            Permission.objects.using(using).get(content_type__app_label=label, codename=codename)
            for label, codename in (permission.split(".") for permission in wanted)
        ]
        for group in groups:
            group.permissions.add(*permissions)


def create_and_grant(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0002_rate"),
        ("comments", "0003_first_reasons_and_rules"),
    ]

    operations = [migrations.RunPython(create_and_grant, migrations.RunPython.noop)]
