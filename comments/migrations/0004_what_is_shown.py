from django.db import migrations

# The reasons that the desk offered before they were a list to edit, with what their writers are told.
REASONS = [
    ("abuse", "إساءة أو شتيمة",
     "لم ننشر تعليقك لأن فيه إساءة إلى شخص أو جماعة. نرحّب برأيك، مهما كان ناقدًا، إذا خلا من الشتيمة."),
    ("incitement", "كراهية أو تحريض",
     "لم ننشر تعليقك لأن فيه تحريضًا أو حضًّا على الكراهية، وهذا ما لا ينشره الموقع أيًّا كان الموضوع."),
    ("off_topic", "خارج الموضوع",
     "لم ننشر تعليقك لأنه لا يتّصل بموضوع المقال. يسعدنا أن تشاركنا رأيك في المقال نفسه."),
    ("personal", "بيانات شخصية للغير",
     "لم ننشر تعليقك لأن فيه بيانات شخصية لغيرك، كرقم هاتف أو عنوان. يمكنك إرساله من جديد من دونها."),
    ("advertising", "إعلان",
     "لم ننشر تعليقك لأن غرضه الإعلان. مساحة التعليقات مخصّصة لنقاش المقالات."),
    ("repeated", "تعليق مكرّر",
     "لم ننشر تعليقك لأن النصّ نفسه أُرسل من قبل."),
    ("other", "سبب آخر", ""),
]  # fmt: skip

DATA = """
ALTER TABLE comments_decision DISABLE TRIGGER decisions_are_append_only;
UPDATE comments_decision SET reason = NULL WHERE reason = '';
ALTER TABLE comments_decision ENABLE TRIGGER decisions_are_append_only;
UPDATE comments_thread SET mode = 'closed' WHERE NOT is_open;
WITH RECURSIVE shown AS (
    SELECT id FROM comments_comment WHERE parent_id IS NULL AND status = 'approved'
    UNION ALL
    SELECT c.id FROM comments_comment c JOIN shown ON c.parent_id = shown.id WHERE c.status = 'approved'
)
UPDATE comments_comment SET is_shown = true WHERE id IN (SELECT id FROM shown);
"""
BACK = """
ALTER TABLE comments_decision DISABLE TRIGGER decisions_are_append_only;
UPDATE comments_decision SET reason = '' WHERE reason IS NULL;
ALTER TABLE comments_decision ENABLE TRIGGER decisions_are_append_only;
UPDATE comments_thread SET is_open = false WHERE mode = 'closed';
"""


def add_reasons(apps, schema_editor):
    reason = apps.get_model("comments", "RejectionReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, letter=letter, position=10 * position)
        for position, (code, label, letter) in enumerate(REASONS, start=1)
    )


def add_policy(apps, schema_editor):
    apps.get_model("comments", "Policy").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_desk_and_readers")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunPython(add_policy, migrations.RunPython.noop),
        migrations.RunSQL(DATA, BACK),
    ]
