from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        # The newest of a tag without reading the others. The table is made by the field, which has no place for an index.
        migrations.RunSQL(
            "CREATE INDEX newest_of_tag ON articles_article_tags (tag_id, article_id)",
            "DROP INDEX newest_of_tag",
        ),
    ]
