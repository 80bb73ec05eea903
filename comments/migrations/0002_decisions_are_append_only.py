from django.db import migrations

CREATE = """
CREATE FUNCTION comments_decision_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions are only ever added';
END
$$;
CREATE TRIGGER decisions_are_append_only BEFORE UPDATE ON comments_decision
    FOR EACH ROW EXECUTE FUNCTION comments_decision_refuse_update();
"""
DROP = """
DROP TRIGGER decisions_are_append_only ON comments_decision;
DROP FUNCTION comments_decision_refuse_update();
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
