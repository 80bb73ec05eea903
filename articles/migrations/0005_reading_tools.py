from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0004_readings'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='outline',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='article',
            name='words',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
