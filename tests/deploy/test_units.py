"""The units of systemd: what they start is there, and they may write where the site writes, and nowhere else."""

import shlex

import pytest
from django.core.management import load_command_class
from django.core.management.base import CommandError

from tests.deploy.env_file import DEPLOY, EXAMPLE, settings_of

SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0027",
    "User": "nashra",
    "EnvironmentFile": "/etc/nashra/env",
}


def read(path):
    """Sections of a unit, each with the values of each of its names."""
    sections = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            section.setdefault(name, []).append(value)
    return sections


def test_there_are_units():
    assert [path.name for path in (*SERVICES, *TIMERS)] == [
        "nashra-backup.service",
        "nashra-restore-check.service",
        "nashra-worker.service",
        "nashra@.service",
        "nashra-backup.timer",
    ]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_a_command_of_the_site_with_options_that_it_has(path):
    service = read(path)["Service"]
    (started,) = service["ExecStart"]
    words = shlex.split(started)
    at = words.index("manage.py")
    (folder,) = service["WorkingDirectory"]

    assert words[at - 1] == f"{folder}/.venv/bin/python"
    name, *options = words[at + 1 :]
    command = load_command_class("newsroom", name)
    command.called_from_command_line = False
    command.create_parser("manage.py", name).parse_args(options)


def test_an_option_that_is_not_there_is_noticed():
    command = load_command_class("newsroom", "serve")
    command.called_from_command_line = False
    with pytest.raises(CommandError):
        command.create_parser("manage.py", "serve").parse_args(["--without-worker"])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_is_closed_to_what_the_site_does_not_need(path):
    service = read(path)["Service"]

    assert {name: service.get(name) for name in HARDENED} == {
        name: [value] for name, value in HARDENED.items()
    }


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_writes_where_the_settings_say(path):
    told = settings_of(EXAMPLE.read_text())
    keeps_backups = path.name in {"nashra-backup.service", "nashra-restore-check.service"}
    expected = [told["VAR_DIR"], told["BACKUP_DIR"]][: 1 + keeps_backups]

    assert read(path)["Service"]["ReadWritePaths"] == [" ".join(expected)]


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_its_service(path):
    assert path.with_suffix(".service") in SERVICES
    assert read(path)["Timer"]["Persistent"] == ["yes"]


def test_what_units_name_is_there():
    names = {path.name for path in (*SERVICES, *TIMERS)}
    for path in SERVICES:
        unit = read(path)["Unit"]
        for name in ("Wants", "After", "OnSuccess"):
            ours = {word for line in unit.get(name, []) for word in line.split() if word.startswith("nashra")}
            assert ours <= names


def test_what_keeps_running_is_started_again_however_often_it_ends():
    for name in ("nashra@.service", "nashra-worker.service"):
        unit = read(DEPLOY / "systemd" / name)

        assert unit["Service"]["Restart"] == ["always"]
        assert unit["Unit"]["StartLimitIntervalSec"] == ["0"]
