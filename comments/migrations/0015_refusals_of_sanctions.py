from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0013_clean_cause")]

    operations = [
        migrations.AddField(
            model_name="sanction",
            name="refused",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
