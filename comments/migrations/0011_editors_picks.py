from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0010_notifications")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["article", "-picked_at"],
                name="picks_newest_first",
                condition=models.Q(is_shown=True, picked_at__isnull=False),
            ),
        ),
    ]
