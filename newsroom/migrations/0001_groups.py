"""The groups that a newsroom starts with. Their names are data: they can be renamed and changed in the admin."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

REPORTER = ["articles.add_article", "articles.change_article", "articles.view_article",
            "articles.add_image", "articles.view_image", "articles.view_tag", "articles.add_tag",
            "articles.view_section", "articles.view_author", "articles.view_series"]  # fmt: skip
EDITOR = [*REPORTER, "articles.publish_article", "articles.arrange_front_page", "articles.change_image",
          "articles.change_tag", "articles.add_author", "articles.change_author",
          "articles.add_series", "articles.change_series",
          "comments.view_thread", "comments.add_thread", "comments.change_thread"]  # fmt: skip
CHIEF_EDITOR = [*EDITOR, "articles.add_section", "articles.change_section", "articles.delete_section",
                "articles.oversee_sections", "articles.view_transition"]  # fmt: skip
PHOTO_EDITOR = ["articles.add_image", "articles.change_image", "articles.delete_image", "articles.view_image"]
MODERATOR = ["comments.view_comment", "comments.moderate_comment", "comments.view_watchedword",
             "comments.add_watchedword", "comments.change_watchedword", "comments.delete_watchedword"]  # fmt: skip

GROUPS = {"مراسل": REPORTER, "محرّر": EDITOR, "رئيس تحرير": CHIEF_EDITOR, "محرّر صور": PHOTO_EDITOR,
          "مشرف تعليقات": MODERATOR}  # fmt: skip
# What no other group may: readers' addresses and all that is held about a person, what triage learned, the outbox, and
# the accounts of the staff. Whoever may change those can make anybody, and himself, a superuser.
ADMINISTRATORS = "مدير الموقع"
ADMINISTERED = {"articles": None, "comments": None, "mail": None, "auth": ["user", "group"]}


def grant(apps, using="default"):
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for name, wanted in GROUPS.items():
        group, _created = groups.get_or_create(name=name)
        named = (permission.split(".") for permission in wanted)
        group.permissions.add(
            *[permissions.get(content_type__app_label=label, codename=codename) for label, codename in named]
        )
    administrators, _created = groups.get_or_create(name=ADMINISTRATORS)
    for label, models in ADMINISTERED.items():
        of_app = permissions.filter(content_type__app_label=label)
        administrators.permissions.add(*(of_app.filter(content_type__model__in=models) if models else of_app))


def create(apps, schema_editor):
    # Permissions are otherwise made after the last migration, which is too late for this one.
    for label in ADMINISTERED:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    grant(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("comments", "0001_initial"),
        ("mail", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
