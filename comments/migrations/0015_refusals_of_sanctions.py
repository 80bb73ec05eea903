from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0014_sanctions_are_named_nowhere_else")]

    operations = [
        migrations.AddField(
            model_name="sanction",
            name="refused",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
