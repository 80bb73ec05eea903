import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Django makes one of these beside each unique text, for LIKE: nobody looks for a part of a random word.
DROP = [
    "DROP INDEX CONCURRENTLY IF EXISTS comments_comment_submission_fingerprint_9710def3_like",
    "DROP INDEX CONCURRENTLY IF EXISTS comments_comment_receipt_4093f6d5_like",
]
CREATE = [
    """
CREATE INDEX CONCURRENTLY IF NOT EXISTS comments_comment_submission_fingerprint_9710def3_like
    ON comments_comment (submission_fingerprint varchar_pattern_ops)
""",
    """
CREATE INDEX CONCURRENTLY IF NOT EXISTS comments_comment_receipt_4093f6d5_like
    ON comments_comment (receipt varchar_pattern_ops)
""",
]


class Migration(migrations.Migration):
    # Beside readers and writers, whom one transaction would keep waiting while indexes are made. Those that replace
    # others come before these go.
    atomic = False

    dependencies = [
        ('comments', '0008_comments_come_in_together'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='comments_by_parent'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('staff__isnull', False)), fields=['staff'], name='comments_by_staff'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('claimed_by__isnull', False)), fields=['claimed_by'], name='comments_by_claim'),
        ),
        migrations.RunSQL(DROP, CREATE),
        migrations.AlterField(
            model_name='comment',
            name='claimed_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='comment',
            name='parent',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='comments.comment', verbose_name='in reply to'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='staff',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='comment',
            name='wave',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='comments.wave'),
        ),
    ]
