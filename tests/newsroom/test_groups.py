"""The groups that a new site has."""

from importlib import import_module

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from tests import factories

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
    every = made.pop(migration.ADMINISTRATORS)
    assert made == {name: set(permissions) for name, permissions in migration.GROUPS.items()}
    assert every == {
        f"{p.content_type.app_label}.{p.codename}"
        for p in Permission.objects.select_related("content_type").exclude(content_type__model="permission")
        if p.content_type.app_label in {"articles", "comments", "mail", "auth"}
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("مراسل", {}, id="reporters"),
        pytest.param("محرّر", {"policy": {"view", "change"}}, id="editors"),
        pytest.param(
            "مشرف تعليقات",
            {
                "policy": {"view"},
                "rejectionreason": {"view", "add", "change"},
                "sanction": {"view", "add", "change"},
            },
            id="moderators",
        ),
    ],
)
def test_groups_may_do_what_belongs_to_their_work(name, expected):
    rights = {}
    for codename in Group.objects.get(name=name).permissions.values_list("codename", flat=True):
        verb, _, model = codename.partition("_")
        if model in {"policy", "rejectionreason", "sanction"}:
            rights.setdefault(model, set()).add(verb)

    assert rights == expected


def test_a_group_that_was_renamed_is_known_by_its_work():
    migration = import_module("newsroom.migrations.0003_moderation_permissions")
    group = Group.objects.get(name="مشرف تعليقات")
    group.name = "فريق التفاعل"
    group.save()
    group.permissions.filter(codename__endswith="_sanction").delete()
    group.permissions.remove(*group.permissions.filter(codename="view_policy"))

    migration.create_and_grant(
        MigrationExecutor(connection)
        .loader.project_state([("newsroom", "0003_moderation_permissions")])
        .apps,
        connection.schema_editor(),
    )

    assert {"add_sanction", "view_policy"} <= set(group.permissions.values_list("codename", flat=True))


@pytest.mark.parametrize(
    ("label", "name", "codename"),
    [
        ("api", "0002_oversight", "oversee_tokens"),
        ("deliveries", "0002_permissions", "retry_delivery"),
        ("exports", "0002_permissions", "export_site"),
        ("federation", "0002_permissions", "manage_federation"),
        ("newsletter", "0002_for_administrators", "manage_newsletter"),
        ("webhooks", "0002_permissions", "change_endpoint"),
    ],
)
def test_what_an_app_brings_is_given_to_administrators_whatever_they_are_called(label, name, codename):
    group = Group.objects.get(name="مدير الموقع")
    group.name = "غرفة التشغيل"
    group.save()
    group.permissions.remove(*Permission.objects.filter(content_type__app_label=label))
    (operation,) = import_module(f"newsroom.{label}.migrations.{name}").Migration.operations

    operation.code(
        MigrationExecutor(connection).loader.project_state([(label, name)]).apps, connection.schema_editor()
    )

    assert group.permissions.filter(codename=codename).exists()
    assert not group.permissions.filter(codename="export_emails").exists()


@pytest.mark.parametrize(
    "codename",
    [
        "view_email",
        "export_person",
        "erase_person",
        "manage_triage",
        "view_outgoingmail",
        "retry_outgoingmail",
        "view_delivery",
        "retry_delivery",
        "manage_federation",
        "change_endpoint",
        "export_site",
        "oversee_tokens",
        "manage_newsletter",
    ],
)
def test_personal_data_what_triage_learned_and_the_outbox_are_the_administrators_alone(codename):
    groups = Group.objects.filter(permissions__codename=codename)

    assert list(groups.values_list("name", flat=True)) == ["مدير الموقع"]


@pytest.mark.parametrize(
    "group", [factories.REPORTERS, factories.EDITORS, factories.MODERATORS, "مدير الموقع"]
)
def test_an_administrator_opens_every_place_of_the_desk_and_no_other_group_does(client, group):
    client.force_login(factories.staff(group))

    refused = [
        str(model._meta.verbose_name)
        for model in admin.site._registry
        if client.get(reverse(admin_urlname(model._meta, "changelist"))).status_code == 403
    ]

    assert (refused == []) is (group == "مدير الموقع")
