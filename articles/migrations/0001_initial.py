
import articles.models.addresses
import articles.models.fields
import datetime
import django.contrib.auth.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Texts are searched by trigrams.
        TrigramExtension(),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('name', articles.models.fields.LineField(max_length=120, unique=True, verbose_name='name')),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=240)),
                ('description', articles.models.fields.LineField(blank=True, max_length=300, verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='Sections stand in the order of this number, smallest first.', verbose_name='position')),
            ],
            options={
                'verbose_name': 'section',
                'verbose_name_plural': 'sections',
                'ordering': ['position', 'sort_key'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('name', articles.models.fields.LineField(max_length=120, unique=True, verbose_name='name')),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=240)),
                ('description', articles.models.fields.LineField(blank=True, max_length=300, verbose_name='description')),
                ('order', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['sort_key'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('name', articles.models.fields.LineField(max_length=120, unique=True, verbose_name='name')),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=240)),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'ordering': ['sort_key'],
            },
        ),
        migrations.CreateModel(
            name='Editor',
            fields=[
            ],
            options={
                'verbose_name': 'editor',
                'verbose_name_plural': 'sections of editors',
                'ordering': ['first_name', 'last_name', 'username'],
                'permissions': [('oversee_sections', 'Can edit in all sections and limit editors to some')],
                'proxy': True,
                'default_permissions': [],
                'indexes': [],
                'constraints': [],
            },
            bases=('auth.user',),
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('name', articles.models.fields.LineField(max_length=120, unique=True, verbose_name='name')),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=240)),
                ('role', articles.models.fields.LineField(blank=True, help_text='For example: science editor.', max_length=120, verbose_name='role')),
                ('biography', articles.models.fields.BlockField(blank=True, max_length=2000, verbose_name='biography')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='author', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'author',
                'verbose_name_plural': 'authors',
                'ordering': ['sort_key'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', articles.models.addresses.SlugField(blank=True, max_length=160, unique=True, verbose_name='address')),
                ('kicker', articles.models.fields.LineField(blank=True, help_text='A word or two above the headline.', max_length=80, verbose_name='kicker')),
                ('headline', articles.models.fields.LineField(max_length=250, verbose_name='headline')),
                ('summary', articles.models.fields.BlockField(blank=True, help_text='One or two sentences under the headline.', max_length=600, verbose_name='summary')),
                ('body', models.TextField(blank=True, verbose_name='body')),
                ('body_html', models.TextField(blank=True, editable=False)),
                ('related', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='related stories')),
                ('language', models.CharField(choices=[('ar', 'العربية'), ('en', 'English'), ('fr', 'Français'), ('tr', 'Türkçe'), ('fa', 'فارسی'), ('ur', 'اردو'), ('ckb', 'کوردی'), ('he', 'עברית')], default='ar', max_length=3, verbose_name='language')),
                ('source_name', articles.models.fields.LineField(blank=True, max_length=160, verbose_name='source')),
                ('source_url', articles.models.fields.LineField(blank=True, max_length=500, verbose_name='link to the source')),
                ('translated_from', models.CharField(blank=True, choices=[('ar', 'العربية'), ('en', 'English'), ('fr', 'Français'), ('tr', 'Türkçe'), ('fa', 'فارسی'), ('ur', 'اردو'), ('ckb', 'کوردی'), ('he', 'עברית')], max_length=3, verbose_name='translated from')),
                ('machine_translated', models.BooleanField(default=False, verbose_name='machine translated')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('archived', 'Archived')], default='draft', editable=False, max_length=12, verbose_name='status')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='hour of publication')),
                ('withdraw_at', models.DateTimeField(blank=True, help_text='Readers no longer see the article from then on.', null=True, validators=[articles.models.fields.check_moment], verbose_name='withdraw on')),
                ('modified_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modified')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('search_key', models.TextField(blank=True, editable=False)),
                ('search_text', models.TextField(blank=True, editable=False)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('reviewer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
                ('translation_of', models.ForeignKey(blank=True, help_text='The article of this site that this one says in another language. Each links to the other.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='translations', to='articles.article', verbose_name='translation of')),
                ('translation_reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reviewed_translations', to='articles.author', verbose_name='translation reviewed by')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ['-pk'],
                'permissions': [('publish_article', 'Can publish articles and edit those of others')],
            },
        ),
        migrations.CreateModel(
            name='Byline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='articles.article')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bylines', to='articles.author', verbose_name='author')),
            ],
            options={
                'verbose_name': 'byline',
                'verbose_name_plural': 'bylines',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='authors',
            field=models.ManyToManyField(related_name='articles', through='articles.Byline', to='articles.author', verbose_name='authors'),
        ),
        migrations.CreateModel(
            name='ClockMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('appear', 'Publication'), ('disappear', 'Withdrawal')], max_length=9, verbose_name='what happens')),
                ('at', models.DateTimeField(verbose_name='hour')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, max_length=100, verbose_name='last error')),
                ('next_at', models.DateTimeField(verbose_name='next attempt')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clock_moves', to='articles.article', verbose_name='article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='scheduled by')),
            ],
            options={
                'verbose_name': 'move by the clock',
                'verbose_name_plural': 'moves by the clock',
                'ordering': ['at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('correction', 'Correction'), ('clarification', 'Clarification'), ('update', 'Update'), ('retraction', 'Retraction')], default='correction', max_length=13, verbose_name='kind of note')),
                ('note', articles.models.fields.BlockField(help_text='What was wrong and what is right. Plain text; web addresses become links.', max_length=1000, verbose_name='public note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='reworded')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='articles.article', verbose_name='article')),
                ('by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'correction note',
                'verbose_name_plural': 'correction notes',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DeskNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', articles.models.fields.BlockField(max_length=2000, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_notes', to='articles.article')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note of the desk',
                'verbose_name_plural': 'notes of the desk',
                'ordering': ['pk'],
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Distinction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='distinctions', to='articles.article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36)),
                ('values', models.JSONField()),
                ('based_on_version', models.PositiveIntegerField(null=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='articles.article')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=32, unique=True)),
                ('width', models.PositiveIntegerField(editable=False, help_text='Pixels of the largest file.', verbose_name='width')),
                ('height', models.PositiveIntegerField(editable=False, verbose_name='height')),
                ('title', articles.models.fields.LineField(blank=True, help_text='For finding it; readers never see it. Empty, it is the name of the file.', max_length=200, verbose_name='title')),
                ('alt', articles.models.fields.LineField(blank=True, help_text='What the picture shows, for those who cannot see it.', max_length=300, verbose_name='alternative text')),
                ('decorative', models.BooleanField(default=False, help_text='It shows nothing that a text could say; only then may the alternative text be missing.', verbose_name='decoration')),
                ('caption', articles.models.fields.LineField(blank=True, max_length=500, verbose_name='caption')),
                ('credit', articles.models.fields.LineField(blank=True, help_text='Photographer, agency or source. Without it no article with the picture is published.', max_length=200, verbose_name='credit')),
                ('rights', models.CharField(choices=[('own', 'Our own'), ('agency', 'Of an agency'), ('licence', 'Under a licence'), ('unknown', 'Unknown')], default='unknown', max_length=8, verbose_name='rights')),
                ('focal_x', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the left')),
                ('focal_y', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the top')),
                ('state', models.CharField(choices=[('pending', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed')], default='pending', editable=False, max_length=8, verbose_name='renditions')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('failure', models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason')),
                ('share_x', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('share_y', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('search_key', models.TextField(blank=True, editable=False)),
                ('uploaded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerFile',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_files', to='articles.image')),
            ],
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_unpublished', models.BooleanField(default=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='articles.article')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='articles.image')),
            ],
        ),
        migrations.AddField(
            model_name='article',
            name='hero',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.image', verbose_name='main image'),
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='articles.article')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('kind', models.CharField(choices=[('saved', 'Saved'), ('unapplied', 'Came too late'), ('restored', 'Restored')], default='saved', max_length=10, verbose_name='kind')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('note', articles.models.fields.LineField(blank=True, max_length=200, verbose_name='note')),
                ('name', articles.models.fields.LineField(blank=True, max_length=80, verbose_name='name of the version')),
                ('base_version', models.PositiveIntegerField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('pressed', models.JSONField(default=dict)),
                ('settled_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='articles.article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('restored_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.revision')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['-pk'],
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preview_links', to='articles.article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.revision')),
            ],
            options={
                'verbose_name': 'preview link',
                'verbose_name_plural': 'preview links',
                'ordering': ['-pk'],
                'default_permissions': [],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='working_copy',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='articles.revision'),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', articles.models.fields.LineField(max_length=60, verbose_name='name')),
                ('query', models.CharField(max_length=2000)),
                ('is_default', models.BooleanField(default=False, verbose_name='opens first')),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with colleagues')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='section',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.section', verbose_name='section'),
        ),
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True)),
                ('picks', models.JSONField(default=list, verbose_name='picked stories')),
                ('banner', articles.models.fields.LineField(blank=True, max_length=140, verbose_name='breaking news')),
                ('banner_link', articles.models.fields.LineField(blank=True, max_length=500, verbose_name='leads to')),
                ('banner_ends_at', models.DateTimeField(null=True, verbose_name='until')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opinion_section', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.section', verbose_name='section of opinion')),
            ],
            options={
                'verbose_name': 'front page',
                'verbose_name_plural': 'front page',
                'ordering': ['-version'],
                'permissions': [('arrange_front_page', 'Can arrange the front page')],
                'default_permissions': [],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='articles.series', verbose_name='series'),
        ),
        migrations.AddField(
            model_name='article',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='articles', to='articles.tag', verbose_name='tags'),
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('headline', articles.models.fields.LineField(blank=True, max_length=250, verbose_name='headline')),
                ('move', models.CharField(max_length=20, verbose_name='move')),
                ('is_denied', models.BooleanField(default=False, verbose_name='denied')),
                ('from_state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn on time'), ('archived', 'Archived')], max_length=12, verbose_name='from')),
                ('to_state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn on time'), ('archived', 'Archived')], max_length=12, verbose_name='to')),
                ('published_at', models.DateTimeField(null=True, verbose_name='hour of publication')),
                ('withdraw_at', models.DateTimeField(null=True, verbose_name='withdraw on')),
                ('previous_hour', models.DateTimeField(null=True)),
                ('note', articles.models.fields.BlockField(blank=True, max_length=1000, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transitions', to='articles.article', verbose_name='article')),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'move',
                'verbose_name_plural': 'record of moves',
                'ordering': ['-at', '-pk'],
                'default_permissions': ['view'],
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('correction', 'Correction'), ('clarification', 'Clarification'), ('update', 'Update'), ('retraction', 'Retraction')], max_length=13)),
                ('note', articles.models.fields.BlockField(max_length=1000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='articles.correction')),
            ],
            options={
                'verbose_name': 'wording',
                'verbose_name_plural': 'wordings',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SectionEditor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editor_rows', to='articles.section')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='section_rows', to='articles.editor')),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.AddConstraint(
            model_name='byline',
            constraint=models.UniqueConstraint(fields=('article', 'author'), name='an_author_signs_an_article_once'),
        ),
        migrations.AddIndex(
            model_name='clockmove',
            index=models.Index(fields=['next_at', 'id'], name='clock_moves_due'),
        ),
        migrations.AddConstraint(
            model_name='clockmove',
            constraint=models.UniqueConstraint(fields=('article', 'kind', 'at'), name='the_clock_does_a_thing_once_at_an_hour'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('note'), 0), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('note'), 1000)), name='a_note_of_a_correction_has_up_to_1000_characters'),
        ),
        migrations.AddConstraint(
            model_name='desknote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_note_of_the_desk_says_something'),
        ),
        migrations.AddConstraint(
            model_name='distinction',
            constraint=models.UniqueConstraint(fields=('article', 'other'), name='two_stories_are_told_apart_once'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='a_form_has_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='a_draft_has_a_key'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(models.OrderBy(models.F('created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='images_by_date'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='images_due'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('decorative', True), models.Q(('alt', ''), _negated=True), _connector='OR'), name='a_picture_is_described_or_decoration', violation_error_message='Say what the picture shows, or mark it as decoration.'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__lte', 100), ('focal_y__lte', 100)), name='a_focal_point_is_in_the_picture'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('article', 'image', 'is_unpublished'), name='a_picture_is_noted_once_a_text'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('article', 'user'), name='somebody_is_at_an_article_once'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('kind', 'unapplied'), ('settled_at', None)), fields=['by', 'article'], name='left_over_revisions'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'unapplied'), _negated=True), ('applied_at', None), _connector='OR'), name='what_came_too_late_is_not_applied'),
        ),
        migrations.AddConstraint(
            model_name='previewlink',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('at'))), name='a_preview_link_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='somebody_has_one_view_of_a_name'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',), name='one_view_opens_first_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_view_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='arrangement',
            constraint=models.CheckConstraint(condition=models.Q(('banner', ''), models.Q(('banner_ends_at__isnull', False), ('banner_ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('at'), '+', models.Value(datetime.timedelta(days=1))))), _connector='OR'), name='a_banner_ends_within_a_day'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'published')), name='published_by_date'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('section'), models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'published')), name='published_by_section'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['status', 'published_at'], name='by_status'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('modified_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='by_change'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='searched_text', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_key'], name='searched_key', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), ('withdraw_at__isnull', False)), fields=['withdraw_at'], name='withdrawn_by_date'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('working_copy__isnull', False)), fields=['working_copy'], name='unpublished_changes'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='a_published_article_has_a_date'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('withdraw_at__isnull', True), ('published_at__isnull', True), ('withdraw_at__gt', models.F('published_at')), _connector='OR'), name='an_article_is_withdrawn_after_publication', violation_error_message='The withdrawal must come after the publication.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_at__range', (datetime.datetime(1800, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR'), models.Q(('withdraw_at__isnull', True), ('withdraw_at__range', (datetime.datetime(1800, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR')), name='an_article_has_its_hours_in_these_centuries'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('translation_of__isnull', True), models.Q(('translation_of', models.F('id')), _negated=True), _connector='OR'), name='an_article_translates_another', violation_error_message='An article is no translation of itself.'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(models.F('by'), models.OrderBy(models.F('id'), descending=True), name='moves_by_account'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('is_denied', True)), name='denied_moves'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(('is_denied', False), ('to_state', models.F('from_state')), _connector='OR'), name='what_was_denied_changed_nothing'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.UniqueConstraint(condition=models.Q(('move__in', ['appear', 'disappear'])), fields=('article', 'move', 'at'), name='what_the_clock_did_is_noted_once'),
        ),
        migrations.AddConstraint(
            model_name='sectioneditor',
            constraint=models.UniqueConstraint(fields=('user', 'section'), name='an_editor_has_a_section_once'),
        ),
    ]
