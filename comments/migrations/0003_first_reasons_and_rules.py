from django.db import migrations

# What the desk offers at first, and what writers are told; a newsroom edits it.
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


def add_reasons(apps, schema_editor):
    reason = apps.get_model("comments", "RejectionReason")
    reason.objects.bulk_create(
        reason(code=code, label=label, letter=letter, position=10 * position)
        for position, (code, label, letter) in enumerate(REASONS, start=1)
    )


def add_policy(apps, schema_editor):
    apps.get_model("comments", "Policy").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_what_the_database_refuses")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunPython(add_policy, migrations.RunPython.noop),
    ]
