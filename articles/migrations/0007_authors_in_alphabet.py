from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0006_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='author',
            index=models.Index(models.ExpressionWrapper(models.Q(('sort_key__lt', 'ء')), output_field=models.BooleanField()), models.F('sort_key'), models.F('id'), name='authors_in_alphabet'),
        ),
    ]
