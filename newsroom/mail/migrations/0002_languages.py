import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('mail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountLanguage',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('language', models.CharField(choices=[('ar', 'Arabic'), ('en', 'English')], max_length=7)),
            ],
            options={
                'verbose_name': 'language of an account',
                'verbose_name_plural': 'languages of accounts',
                'default_permissions': [],
            },
        ),
    ]
