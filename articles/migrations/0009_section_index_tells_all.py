from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Beside readers and writers, who have the former index until there is the new one.
    atomic = False

    dependencies = [
        ("articles", "0008_search_holders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameIndex("article", old_name="published_by_section", new_name="published_by_section_was"),
        AddIndexConcurrently(
            model_name="article",
            index=models.Index(
                models.F("section"),
                models.OrderBy(models.F("published_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status", "published")),
                include=("withdraw_at",),
                name="published_by_section",
            ),
        ),
        RemoveIndexConcurrently("article", "published_by_section_was"),
    ]
