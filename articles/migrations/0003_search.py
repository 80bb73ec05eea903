import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_newest_of_tag'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchGram',
            fields=[
                ('gram', models.CharField(db_collation='C', max_length=4, primary_key=True, serialize=False)),
                ('articles', models.IntegerField()),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='SearchKey',
            fields=[
                ('key', models.IntegerField(primary_key=True, serialize=False)),
                ('articles', models.IntegerField()),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='articles.article')),
                ('published_at', models.DateTimeField()),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('text', models.TextField()),
                ('is_counted', models.BooleanField(default=False)),
                ('is_stale', models.BooleanField(default=False)),
            ],
            options={
                'default_permissions': [],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['keys'], name='searched_keys'), models.Index(condition=models.Q(('is_counted', False)), fields=['article'], name='not_counted_yet'), models.Index(condition=models.Q(('is_stale', True)), fields=['article'], name='stale_entries')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(db_collation='C', max_length=40, primary_key=True, serialize=False)),
                ('spelling', models.CharField(max_length=40)),
                ('articles', models.IntegerField()),
                ('key', models.IntegerField()),
                ('neighbors', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                'default_permissions': [],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['neighbors'], name='words_by_neighbors')],
            },
        ),
        # Keys and texts stand beside the rows, of which a search reads thousands.
        migrations.RunSQL(
            "ALTER TABLE articles_searchentry SET (toast_tuple_target = 128)",
            "ALTER TABLE articles_searchentry RESET (toast_tuple_target)",
        ),
        # What was published before there was a search; the worker writes these entries.
        migrations.RunSQL(
            """
            INSERT INTO articles_searchentry (article_id, published_at, keys, text, is_counted, is_stale)
            SELECT id, published_at, '{}', '', false, true FROM articles_article WHERE status = 'published'
            """,
            migrations.RunSQL.noop,
        ),
    ]
