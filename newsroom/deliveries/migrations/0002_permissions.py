"""The outbox is for the administrators of the site, whatever their group is called by now."""

from django.db import migrations

from newsroom.new_permissions import granted


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_groups"),
        ("deliveries", "0001_initial"),
    ]

    operations = [granted("deliveries", to_holders_of="mail.view_outgoingmail")]
