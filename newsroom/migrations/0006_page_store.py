from django.db import migrations

# Of verbs the number of the transaction and the names that it purged; NULL stands for names that are known no more.
# Written ahead, unlike the pages, which are made again: what was purged before a crash must be known after it. What the
# bodies of pages hold is packed already. See `newsroom.web.page_store`.
CREATE = """
CREATE TABLE newsroom_purge (number xid8 NOT NULL, names text[]);
CREATE INDEX purges_in_order ON newsroom_purge (number);

CREATE UNLOGGED TABLE newsroom_page (
    key bytea PRIMARY KEY,
    snapshot pg_snapshot NOT NULL,
    names text[] NOT NULL,
    status text NOT NULL,
    tag text NOT NULL,
    made_at double precision NOT NULL,
    modified_at double precision NOT NULL,
    until double precision NOT NULL,
    heads text NOT NULL,
    plain bytea NOT NULL,
    br bytea,
    gzip bytea
);
ALTER TABLE newsroom_page
    ALTER plain SET STORAGE EXTERNAL, ALTER br SET STORAGE EXTERNAL, ALTER gzip SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0005_rates_keep_their_pages")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE newsroom_page; DROP TABLE newsroom_purge")]
