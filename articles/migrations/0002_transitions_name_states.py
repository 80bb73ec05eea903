from django.db import migrations, models

STATES = [
    ("draft", "Draft"),
    ("in_review", "In review"),
    ("scheduled", "Scheduled"),
    ("published", "Published"),
    ("withdrawn", "Withdrawn on time"),
    ("archived", "Archived"),
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RenameField("transition", "from_status", "from_state"),
        migrations.RenameField("transition", "to_status", "to_state"),
        migrations.AlterField(
            "transition", "from_state", models.CharField(choices=STATES, max_length=12, verbose_name="from")
        ),
        migrations.AlterField(
            "transition", "to_state", models.CharField(choices=STATES, max_length=12, verbose_name="to")
        ),
        migrations.AddField(
            "transition", "published_at", models.DateTimeField(null=True, verbose_name="published")
        ),
    ]
