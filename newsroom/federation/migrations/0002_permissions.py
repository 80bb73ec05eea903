"""What can be followed is for the administrators of the site, whatever their group is called by now."""

from django.db import migrations

from newsroom.new_permissions import granted


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_groups"),
        ("federation", "0001_initial"),
    ]

    operations = [granted("federation", to_holders_of="mail.view_outgoingmail")]
