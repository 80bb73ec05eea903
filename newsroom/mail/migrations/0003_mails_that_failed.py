from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Mails go out meanwhile.
    atomic = False
    dependencies = [("mail", "0002_languages")]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(condition=models.Q(("state", "failed")), fields=["id"], name="mails_failed"),
        ),
    ]
