"""The newsletter is for the administrators of the site, whatever their group is called by now."""

from django.db import migrations

from newsroom.new_permissions import granted


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0001_initial"),
        ("newsroom", "0004_page_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [granted("newsletter", ["manage_newsletter"], to_holders_of="auth.change_user")]
