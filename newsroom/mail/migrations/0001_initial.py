import django.utils.timezone
import newsroom.mail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('key', models.CharField(max_length=100, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'cancellation of a mail',
                'verbose_name_plural': 'cancellations of mails',
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100, unique=True, verbose_name='what it tells')),
                ('recipient_encrypted', models.TextField(editable=False)),
                ('email_fingerprint', models.CharField(editable=False, max_length=64)),
                ('subject', models.CharField(max_length=400, verbose_name='subject')),
                ('content_encrypted', models.TextField(editable=False)),
                ('message_id', models.CharField(default=newsroom.mail.models._new_message_id, editable=False, max_length=300)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', editable=False, max_length=7, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='next attempt')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=200, verbose_name='last error')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent')),
            ],
            options={
                'verbose_name': 'outgoing mail',
                'verbose_name_plural': 'outgoing mails',
                'ordering': ['-pk'],
                'permissions': [('retry_outgoingmail', 'Can try again to send mails that failed')],
                'default_permissions': ['view'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='mails_due'), models.Index(fields=['email_fingerprint'], name='mails_by_recipient')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='a_sent_mail_says_when')],
            },
        ),
    ]
