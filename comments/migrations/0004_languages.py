from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0003_first_reasons_and_rules'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='finding',
            name='sentence',
        ),
        migrations.AddField(
            model_name='comment',
            name='language',
            field=models.CharField(default='ar', editable=False, max_length=7),
        ),
        migrations.AddField(
            model_name='finding',
            name='facts',
            field=models.JSONField(default=dict, verbose_name='finding'),
        ),
    ]
