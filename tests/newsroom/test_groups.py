"""The groups that a new site has."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def test_the_migration_makes_the_groups_with_their_permissions():
    migration = import_module("newsroom.migrations.0001_groups")
    Group.objects.all().delete()

    migration.create(
        MigrationExecutor(connection).loader.project_state([("newsroom", "0001_groups")]).apps, None
    )

    made = {
        group.name: {
            f"{p.content_type.app_label}.{p.codename}"
            for p in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }
    assert made == {name: set(permissions) for name, permissions in migration.GROUPS.items()}


def test_nobody_sees_addresses_by_default():
    assert not Group.objects.filter(permissions__codename="view_email").exists()
