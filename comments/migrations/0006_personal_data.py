from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0001_initial'),
        ('comments', '0005_reasons_from_a_list'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonalData',
            fields=[
            ],
            options={
                'verbose_name': 'personal data',
                'verbose_name_plural': 'a person’s data',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('comments.comment',),
        ),
        migrations.AlterModelOptions(
            name='comment',
            options={'ordering': ['pk'], 'permissions': [('moderate_comment', 'Can approve, reject and undo'), ('view_email', "Can see the e-mail address of a comment's writer"), ('export_person', 'Can export all that is held about a person'), ('erase_person', 'Can erase all that is held about a person')], 'verbose_name': 'comment', 'verbose_name_plural': 'comments'},
        ),
        migrations.AlterField(
            model_name='report',
            name='sender_fingerprint',
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
        migrations.AlterField(
            model_name='useful',
            name='sender_fingerprint',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('sender_fingerprint', ''), _negated=True), fields=['created_at', 'id'], name='networks_to_forget'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('sender_fingerprint__isnull', False)), fields=['created_at', 'id'], name='reporters_to_forget'),
        ),
        migrations.AddIndex(
            model_name='useful',
            index=models.Index(condition=models.Q(('sender_fingerprint__isnull', False)), fields=['created_at', 'id'], name='marks_to_forget'),
        ),
    ]
