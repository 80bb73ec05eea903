import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_what_is_shown")]

    operations = [
        migrations.RemoveField(
            model_name='thread',
            name='is_open',
        ),
        migrations.AlterField(
            model_name='decision',
            name='reason',
            field=models.ForeignKey(db_column='reason', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='comments.rejectionreason', verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('is_shown', False), ('status', 'approved'), _connector='OR'), name='only_an_approved_comment_is_shown'),
        ),
    ]
