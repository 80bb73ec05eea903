from django.db import migrations

# For plans that are kept, as in `comments.0006`.
KEEP = "ALTER TABLE newsroom_rate SET (vacuum_truncate = off)"
DROP = "ALTER TABLE newsroom_rate RESET (vacuum_truncate)"


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0004_page_permissions")]

    operations = [migrations.RunSQL(KEEP, DROP)]
