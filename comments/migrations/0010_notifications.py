import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0009_triage_and_times'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QueueSubscription',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('frequency', models.CharField(choices=[('never', 'No mails'), ('at_once', 'At once, but not more often than every ten minutes'), ('daily', 'Once a day, at the hour below')], default='never', max_length=7, verbose_name='mails about waiting comments')),
                ('hour', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour')),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'my notifications',
                'verbose_name_plural': 'my notifications',
                'default_permissions': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lt', 24)), name='an_hour_is_of_the_day')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_fingerprint', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('root', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment')),
            ],
            options={
                'verbose_name': 'muted thread',
                'verbose_name_plural': 'muted threads',
                'default_permissions': [],
                'constraints': [models.UniqueConstraint(fields=('email_fingerprint', 'root'), name='an_address_mutes_a_thread_once', nulls_distinct=False)],
            },
        ),
    ]
