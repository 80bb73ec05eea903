from django.db import migrations

# Statements are planned once for a minute. Of a table without pages a plan expects nothing and reads all of it, and goes
# on to do so while a flood of comments fills it; where pages stay, it goes by the index from the first row on.
KEEP = "ALTER TABLE comments_likenesskey SET (vacuum_truncate = off)"
DROP = "ALTER TABLE comments_likenesskey RESET (vacuum_truncate)"


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_editions")]

    operations = [migrations.RunSQL(KEEP, DROP)]
