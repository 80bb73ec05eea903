from django.db import migrations

# One way through: a transaction that says that it erases may empty a note, and change nothing else of the row.
CREATE = """
CREATE FUNCTION comments_decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER decisions_are_append_only BEFORE UPDATE OR DELETE ON comments_decision
    FOR EACH ROW EXECUTE FUNCTION comments_decision_refuse_change();

CREATE FUNCTION comments_sanction_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'sanctions are lifted and never deleted';
END
$$;
CREATE TRIGGER sanctions_stay BEFORE DELETE ON comments_sanction
    FOR EACH ROW EXECUTE FUNCTION comments_sanction_refuse_deletion();
"""
DROP = """
DROP TRIGGER sanctions_stay ON comments_sanction;
DROP FUNCTION comments_sanction_refuse_deletion();
DROP TRIGGER decisions_are_append_only ON comments_decision;
DROP FUNCTION comments_decision_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
