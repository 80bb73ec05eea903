from django.db import migrations

# Whom a sanction concerns and why stood in what screening said of comments, and in the log of the desk. Neither was
# emptied when the sanction's own row was. A finding of this weight is the rule's own; it tells its number before ":".
FORGET = """
UPDATE comments_finding SET sentence = split_part(sentence, ':', 1) || '.'
WHERE rule = 'sanctioned' AND weight = 80;

UPDATE django_admin_log l SET
    object_repr = 'عقوبة ' || l.object_id,
    change_message = CASE l.action_flag WHEN 1 THEN 'فُرضت.' ELSE l.change_message END
FROM django_content_type t
WHERE t.id = l.content_type_id AND t.app_label = 'comments' AND t.model = 'sanction';
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0013_clean_cause"), ("admin", "0001_initial")]

    # What was forgotten cannot come back, and nothing asks for it.
    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
