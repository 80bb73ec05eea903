
import articles.models.fields
import django.contrib.auth.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeskNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', articles.models.fields.BlockField(max_length=2000, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
            ],
            options={
                'verbose_name': 'note of the desk',
                'verbose_name_plural': 'notes of the desk',
                'ordering': ['pk'],
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='SectionEditor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'default_permissions': [],
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
        migrations.AlterModelOptions(
            name='transition',
            options={'default_manager_name': 'objects', 'default_permissions': ['view'], 'ordering': ['-pk'], 'verbose_name': 'move', 'verbose_name_plural': 'record of moves'},
        ),
        migrations.AddField(
            model_name='article',
            name='reviewer',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='transition',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='transition',
            name='headline',
            field=articles.models.fields.LineField(blank=True, max_length=250, verbose_name='headline'),
        ),
        migrations.AddField(
            model_name='transition',
            name='is_denied',
            field=models.BooleanField(default=False, verbose_name='denied'),
        ),
        migrations.AlterField(
            model_name='transition',
            name='article',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transitions', to='articles.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='transition',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
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
        migrations.AddField(
            model_name='desknote',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_notes', to='articles.article'),
        ),
        migrations.AddField(
            model_name='desknote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sectioneditor',
            name='section',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editor_rows', to='articles.section'),
        ),
        migrations.AddField(
            model_name='sectioneditor',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='section_rows', to='articles.editor'),
        ),
        migrations.AddConstraint(
            model_name='desknote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_note_of_the_desk_says_something'),
        ),
        migrations.AddConstraint(
            model_name='sectioneditor',
            constraint=models.UniqueConstraint(fields=('user', 'section'), name='an_editor_has_a_section_once'),
        ),
    ]
