from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_section_index_tells_all'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='fallback_bytes',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
