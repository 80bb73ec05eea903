import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='MostRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('articles', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('period', models.CharField(choices=[('day', 'in the last 24 hours'), ('week', 'in the last seven days')], default='day', max_length=4)),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('hour', models.DateTimeField()),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='DayOfReadings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('times', models.PositiveIntegerField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='articles.article')),
            ],
            options={
                'default_permissions': [],
                'indexes': [models.Index(fields=['article', 'day'], name='readings_of_an_article')],
                'constraints': [models.UniqueConstraint(fields=('day', 'article'), name='a_day_of_an_article_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='HourOfReadings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('times', models.PositiveIntegerField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'default_permissions': [],
                'constraints': [models.UniqueConstraint(fields=('hour', 'article'), name='an_hour_of_an_article_is_one_row')],
            },
        ),
    ]
