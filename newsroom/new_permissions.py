"""Permissions that an app brings along, given by its migration to the groups whose work they are part of, whatever
these are called by now."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.management import create_permissions
from django.db.migrations import RunPython


def granted(label: str, codenames: Collection[str] = (), *, to_holders_of: str) -> RunPython:
    """The operation that gives those of an app's permissions that are named, or all, to each group with another one
    ("auth.change_user")."""
    held_label, held_codename = to_holders_of.split(".")

    def grant(apps: Any, schema_editor: Any) -> None:
        # Permissions are otherwise made after the last migration, which is too late for this one.
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
        using = schema_editor.connection.alias
        of_app = (
            apps.get_model("auth", "Permission").objects.using(using).filter(content_type__app_label=label)
        )
        wanted = [of_app.get(codename=codename) for codename in codenames] or list(of_app)
        groups = (
            apps.get_model("auth", "Group")
            .objects.using(using)
            .filter(permissions__content_type__app_label=held_label, permissions__codename=held_codename)
        )
        for group in groups:
            group.permissions.add(*wanted)

    return RunPython(grant, RunPython.noop)
