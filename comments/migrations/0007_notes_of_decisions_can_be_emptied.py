from django.db import migrations

# One way through: a transaction that says that it erases may empty a note, and change nothing else of the row.
ALLOW = """
CREATE OR REPLACE FUNCTION comments_decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('nashra.erases_notes', true) = 'yes' THEN
        OLD.note := '';
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'decisions are only ever added';
END
$$;
"""
REFUSE = """
CREATE OR REPLACE FUNCTION comments_decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions are only ever added';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_personal_data")]

    operations = [migrations.RunSQL(ALLOW, REFUSE)]
