import articles.models.fields
import comments.models.comment
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root_id', models.BigIntegerField(editable=False)),
                ('path', models.CharField(db_collation='C', editable=False, max_length=1000)),
                ('depth', models.PositiveIntegerField(default=0, editable=False)),
                ('author_name', articles.models.fields.LineField(max_length=80, verbose_name='name')),
                ('author_direction', models.CharField(default='rtl', editable=False, max_length=3)),
                ('email_encrypted', models.TextField(editable=False)),
                ('email_fingerprint', models.CharField(editable=False, max_length=64)),
                ('website', models.CharField(blank=True, max_length=200, verbose_name='website')),
                ('body', articles.models.fields.BlockField(verbose_name='comment')),
                ('direction', models.CharField(default='rtl', editable=False, max_length=3)),
                ('is_proven', models.BooleanField(default=False, editable=False)),
                ('wants_replies', models.BooleanField(default=False, editable=False, verbose_name='mail me the answers')),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('deleted', 'Deleted')], default='pending', editable=False, max_length=8, verbose_name='status')),
                ('is_shown', models.BooleanField(default=False, editable=False)),
                ('is_placeholder', models.BooleanField(default=False, editable=False)),
                ('is_shadowed', models.BooleanField(default=False, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sent')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='changed')),
                ('claimed_until', models.DateTimeField(editable=False, null=True)),
                ('triage', models.FloatField(editable=False, null=True)),
                ('likeness', models.BinaryField(null=True)),
                ('open_reports', models.PositiveIntegerField(default=0, editable=False)),
                ('useful', models.PositiveIntegerField(default=0, editable=False)),
                ('picked_at', models.DateTimeField(editable=False, null=True)),
                ('script', models.CharField(choices=[('arabic', 'Arabic script'), ('latin', 'Latin script'), ('other', 'Another script')], default='arabic', editable=False, max_length=6)),
                ('sender_network', models.CharField(blank=True, editable=False, max_length=43)),
                ('sender_fingerprint', models.CharField(blank=True, editable=False, max_length=64)),
                ('wording_fingerprint', models.CharField(editable=False, max_length=64)),
                ('submission_fingerprint', models.CharField(editable=False, max_length=64, unique=True)),
                ('receipt', models.CharField(default=comments.models.comment._new_receipt, editable=False, max_length=43, unique=True)),
                ('search_key', models.TextField(blank=True, editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='article')),
                ('claimed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='comments.comment', verbose_name='in reply to')),
                ('staff', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['pk'],
                'permissions': [('moderate_comment', 'Can approve, reject and undo'), ('view_email', "Can see the e-mail address of a comment's writer"), ('export_person', 'Can export all that is held about a person'), ('erase_person', 'Can erase all that is held about a person')],
            },
        ),
        migrations.CreateModel(
            name='RejectionReason',
            fields=[
                ('code', models.SlugField(max_length=20, primary_key=True, serialize=False, verbose_name='code')),
                ('label', articles.models.fields.LineField(max_length=80, unique=True, verbose_name='reason')),
                ('letter', articles.models.fields.BlockField(blank=True, help_text='What the writer is mailed when the moderator wishes; empty means that no letter can be sent.', max_length=2000, verbose_name='letter')),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
            ],
            options={
                'verbose_name': 'reason for rejection',
                'verbose_name_plural': 'reasons for rejection',
                'ordering': ['position', 'label'],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='articles.article')),
                ('mode', models.CharField(blank=True, choices=[('', 'As on the site'), ('closed', 'Closed: no comments'), ('hold_all', 'Hold every comment'), ('unproven', 'Hold comments of writers who are not proven'), ('findings', 'Hold only comments that screening noticed something in')], max_length=8, verbose_name='mode')),
                ('closes_after_days', models.PositiveSmallIntegerField(blank=True, help_text='Empty means as on the site, 0 never.', null=True, verbose_name='days until comments close')),
                ('night', models.CharField(blank=True, choices=[('', 'As on the site'), ('on', 'Always on'), ('off', 'Never')], default='', max_length=3, verbose_name='night mode')),
            ],
            options={
                'verbose_name': 'comment thread',
                'verbose_name_plural': 'comment threads',
            },
        ),
        migrations.CreateModel(
            name='WatchedWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', articles.models.fields.LineField(max_length=100, unique=True, verbose_name='word or phrase')),
                ('kind', models.CharField(choices=[('exact', 'Exactly as listed'), ('phrase', 'Also behind particles and the article'), ('stem', 'Behind particles and before endings')], default='phrase', max_length=6, verbose_name='found')),
                ('level', models.CharField(choices=[('watch', 'Watch: tell the moderator'), ('hold', 'Hold: wait for the moderator'), ('reject', 'Reject at once')], default='hold', max_length=6, verbose_name='what follows')),
                ('reason', articles.models.fields.LineField(help_text='Shown to the moderator beside the comment.', max_length=200, verbose_name='reason')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'watched word',
                'verbose_name_plural': 'watched words',
                'ordering': ['term'],
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('newest_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'wave',
                'verbose_name_plural': 'waves',
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='comments.comment')),
                ('rejected', models.BooleanField(null=True)),
                ('text_digest', models.BinaryField(default=b'', max_length=16)),
                ('decision', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
                'default_permissions': [],
            },
        ),
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
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_fingerprint', models.CharField(max_length=64)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('day', models.DateField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'confirmation of an address',
                'verbose_name_plural': 'confirmations of addresses',
                'constraints': [models.UniqueConstraint(fields=('email_fingerprint', 'day'), name='an_address_is_mailed_one_link_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', articles.models.fields.BlockField(max_length=2000, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='comments.comment')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('closed', 'Closed: no comments'), ('hold_all', 'Hold every comment'), ('unproven', 'Hold comments of writers who are not proven'), ('findings', 'Hold only comments that screening noticed something in')], default='hold_all', max_length=8, verbose_name='mode')),
                ('closes_after_days', models.PositiveSmallIntegerField(default=0, help_text='After publication; 0 means never.', verbose_name='days until comments close')),
                ('is_night_on', models.BooleanField(default=False, help_text='At night every comment is taken and held, and its writer is told that it waits for the morning.', verbose_name='night mode')),
                ('night_from', models.TimeField(default='23:00', verbose_name='night begins')),
                ('night_until', models.TimeField(default='06:00', verbose_name='night ends')),
                ('approvals_for_trust', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)], verbose_name='approvals that prove a writer')),
                ('edit_minutes', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='minutes in which a writer may change a comment')),
                ('network_limit', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1)], verbose_name='comments of one network in ten minutes')),
                ('writer_limit', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1)], verbose_name='comments of one writer in ten minutes')),
                ('article_limit', models.PositiveSmallIntegerField(default=1000, validators=[django.core.validators.MinValueValidator(1)], verbose_name='comments on one article in ten minutes')),
            ],
            options={
                'verbose_name': 'rules for comments',
                'verbose_name_plural': 'rules for comments',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_policy')],
            },
        ),
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
            name='Sanction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('email', 'E-mail address'), ('network', 'Network'), ('name', 'Name'), ('domain', 'Domain of links')], max_length=7, verbose_name='against')),
                ('value', models.CharField(editable=False, max_length=200)),
                ('label', articles.models.fields.LineField(max_length=200, verbose_name='whom it concerns')),
                ('effect', models.CharField(choices=[('hold', 'Hold every comment'), ('shadow', 'Hold in silence, out of the queue'), ('block', 'Refuse every comment')], default='hold', max_length=6, verbose_name='what follows')),
                ('reason', articles.models.fields.BlockField(max_length=500, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='lifted')),
                ('refused', models.PositiveIntegerField(default=0, editable=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by')),
            ],
            options={
                'verbose_name': 'sanction',
                'verbose_name_plural': 'sanctions',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='sanction',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='comments.sanction'),
        ),
        migrations.CreateModel(
            name='TriageState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=True)),
                ('edition', models.UUIDField(default=uuid.uuid4)),
                ('data', models.BinaryField(default=b'')),
                ('decisions', models.PositiveIntegerField(default=0)),
                ('learned_through', models.BigIntegerField(default=0)),
                ('begun_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'triage',
                'verbose_name_plural': 'triage',
                'permissions': [('manage_triage', 'Can reset and delete what triage learned')],
                'default_permissions': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_triage_state')],
            },
        ),
        migrations.CreateModel(
            name='Useful',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender_fingerprint', models.CharField(max_length=64, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment')),
            ],
            options={
                'verbose_name': 'useful mark',
                'verbose_name_plural': 'useful marks',
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='wave',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='comments.wave'),
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('weight', models.PositiveSmallIntegerField(verbose_name='weight')),
                ('sentence', models.TextField(verbose_name='finding')),
                ('evidence', models.JSONField(default=list)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='comments.comment')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['-weight', 'pk'],
                'indexes': [models.Index(fields=['rule', 'comment'], name='findings_by_rule')],
            },
        ),
        migrations.CreateModel(
            name='LikenessKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BigIntegerField()),
                ('in_wave', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment')),
            ],
            options={
                'verbose_name': 'likeness key',
                'verbose_name_plural': 'likeness keys',
                'indexes': [models.Index(models.F('key'), models.OrderBy(models.F('in_wave'), descending=True), models.OrderBy(models.F('created_at'), descending=True), name='likes_by_key')],
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
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('deleted', 'Deleted')], max_length=8, verbose_name='from')),
                ('to_status', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('deleted', 'Deleted')], max_length=8, verbose_name='to')),
                ('cause', models.CharField(choices=[('moderator', 'A moderator'), ('writer', 'Its writer'), ('rule', 'A rule'), ('trust', 'Trust in a proven writer'), ('clean', 'Nothing was found')], default='moderator', max_length=9, verbose_name='cause')),
                ('note', articles.models.fields.BlockField(blank=True, verbose_name='note')),
                ('act', models.UUIDField(db_index=True, default=uuid.uuid4, null=True)),
                ('version_seen', models.PositiveIntegerField()),
                ('was_shadowed', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='comments.comment')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='comments.decision')),
                ('reason', models.ForeignKey(db_column='reason', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='comments.rejectionreason', verbose_name='reason')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['at'], name='decisions_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('complaint', models.CharField(choices=[('abuse', 'Insult or abuse'), ('incitement', 'Hatred or incitement'), ('personal', 'Personal details of others'), ('advertising', 'Advertising'), ('false', 'False information'), ('other', 'Another reason')], max_length=11, verbose_name='reason')),
                ('text', articles.models.fields.BlockField(blank=True, max_length=500, verbose_name='explanation')),
                ('sender_fingerprint', models.CharField(editable=False, max_length=64, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sent')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='comments.comment')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('sender_fingerprint__isnull', False)), fields=['created_at', 'id'], name='reporters_to_forget')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('comment', 'sender_fingerprint'), name='a_network_reports_a_comment_once')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', articles.models.fields.BlockField(verbose_name='comment')),
                ('direction', models.CharField(max_length=3)),
                ('version', models.PositiveIntegerField()),
                ('replaced_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changed')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='comments.comment')),
            ],
            options={
                'verbose_name': 'former text',
                'verbose_name_plural': 'former texts',
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(fields=('comment', 'version'), name='a_version_has_one_former_text')],
            },
        ),
        migrations.AddIndex(
            model_name='sanction',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['target', 'value'], name='sanctions_in_force'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__isnull', True), ('expires_at__gt', models.F('created_at')), _connector='OR'), name='a_sanction_ends_after_it_begins'),
        ),
        migrations.AddIndex(
            model_name='useful',
            index=models.Index(condition=models.Q(('sender_fingerprint__isnull', False)), fields=['created_at', 'id'], name='marks_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='useful',
            constraint=models.UniqueConstraint(fields=('comment', 'sender_fingerprint'), name='useful_once'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shown', True)), fields=['article', 'path'], name='shown_in_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shown', True)), fields=['article', 'root_id'], name='shown_roots'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shadowed', False), ('status', 'pending')), fields=['created_at', 'id'], include=('article', 'script', 'is_proven', 'wave'), name='held_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shown', True), ('picked_at__isnull', False)), fields=['article', '-picked_at'], name='picks_newest_first'),
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
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('is_shadowed', False), ('status', 'pending')), fields=['search_key'], name='held_by_letters', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_shadowed', True), ('status', 'pending')), fields=['created_at', 'id'], name='shadowed_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('open_reports__gt', 0), ('status', 'approved')), fields=['created_at', 'id'], name='reported_oldest_first'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['email_fingerprint', 'created_at'], name='comments_by_writer'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('wave__isnull', False)), fields=['wave', 'id'], name='comments_by_wave'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('sanction__isnull', False)), fields=['sanction'], name='comments_by_sanction'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['status', 'created_at'], name='comments_by_status'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['sender_fingerprint', 'created_at'], name='comments_by_sender'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['wording_fingerprint', 'created_at'], name='comments_by_wording'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('sender_fingerprint', ''), _negated=True), fields=['created_at', 'id'], name='networks_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth', 0), ('parent__isnull', True), ('root_id', models.F('id'))), models.Q(('depth__gt', 0), ('parent__isnull', False)), _connector='OR'), name='a_reply_has_a_parent_and_a_depth'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('is_shown', False), ('status', 'approved'), _connector='OR'), name='only_an_approved_comment_is_shown'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('claimed_by__isnull', True), ('claimed_until__isnull', False), _connector='OR'), name='a_claim_ends'),
        ),
    ]
