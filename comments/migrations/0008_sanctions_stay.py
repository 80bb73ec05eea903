import django.db.models.deletion
from django.db import migrations, models

CREATE = """
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
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_notes_of_decisions_can_be_emptied")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="sanction",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="comments.sanction",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("sanction__isnull", False)),
                fields=["sanction"],
                name="comments_by_sanction",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
