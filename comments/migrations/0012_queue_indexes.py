import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("comments", "0011_editors_picks")]

    operations = [
        # Part of PostgreSQL's own extensions, and trusted: whoever owns the database may add it.
        TrigramExtension(),
        migrations.RemoveIndex(
            model_name='comment',
            name='pending_oldest_first',
        ),
        migrations.RemoveIndex(
            model_name='comment',
            name='pending_by_triage',
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shadowed', False), ('status', 'pending')), fields=['created_at', 'id'], include=('article', 'script', 'is_proven', 'wave'), name='held_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.OrderBy(models.F('triage'), descending=True, nulls_last=True), models.F('id'), condition=models.Q(('is_shadowed', False), ('status', 'pending')), include=('article', 'script', 'is_proven', 'wave'), name='held_by_triage'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shadowed', False), ('status', 'pending'), ('wave__isnull', False)), fields=['wave', 'id'], include=('article', 'script', 'is_proven'), name='held_by_wave'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_key'], opclasses=['gin_trgm_ops'], condition=models.Q(('is_shadowed', False), ('status', 'pending')), name='held_by_letters'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shadowed', True), ('status', 'pending')), fields=['created_at', 'id'], name='shadowed_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['rule', 'comment'], name='findings_by_rule'),
        ),
    ]
