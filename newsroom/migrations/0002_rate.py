from django.db import migrations

# Not written ahead, for counts of minutes need not outlive a crash; see `newsroom.web.rate_limit`.
CREATE = """
CREATE UNLOGGED TABLE newsroom_rate (
    key text PRIMARY KEY,
    began_at timestamptz NOT NULL,
    count integer NOT NULL
) WITH (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0001_groups")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE newsroom_rate")]
