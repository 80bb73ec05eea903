from django.db import migrations

CREATE = """
CREATE FUNCTION comments_decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions are only ever added';
END
$$;
CREATE TRIGGER decisions_are_append_only BEFORE UPDATE OR DELETE ON comments_decision
    FOR EACH ROW EXECUTE FUNCTION comments_decision_refuse_change();
"""
DROP = """
DROP TRIGGER decisions_are_append_only ON comments_decision;
DROP FUNCTION comments_decision_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
