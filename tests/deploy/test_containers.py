"""The image and the services around it: what they name is there, and is what the site and nginx expect."""

import re
import shlex

import pytest
from django.core.management import load_command_class

from tests.deploy.env_file import DEPLOY, EXAMPLE, settings_of

BASE_DIR = DEPLOY.parent
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE = (DEPLOY / "compose.yaml").read_text()


def copied():
    """What of the tree comes into the image."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.MULTILINE)
    return [source for line in lines for source in shlex.split(line)[:-1]]


def test_all_that_the_site_imports_comes_into_the_image():
    assert {"newsroom/", "articles/", "comments/", "templates/", "static/", "locale/", "manage.py"} <= set(
        copied()
    )


def test_what_is_copied_is_there_and_sent_to_the_engine():
    sent = {
        line[1:]
        for line in DEPLOY.joinpath("Containerfile.dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    for source in copied():
        assert (BASE_DIR / source).exists(), source
        assert source.rstrip("/") in sent


def test_the_image_and_each_service_start_commands_of_the_site_with_options_that_it_has():
    (by_image,) = re.findall(r"^CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)
    by_services = re.findall(r"^    command: \[(.*)\]$", COMPOSE, re.MULTILINE)
    assert by_services == ["work"]
    for words in (re.findall(r'"([^"]+)"', by_image), by_services):
        command = load_command_class("newsroom", words[0])
        command.called_from_command_line = False
        command.create_parser("manage.py", words[0]).parse_args(words[1:])


def test_what_services_set_are_settings():
    (block,) = re.findall(r"environment: &settings\n((?: {4}.+\n)+)", COMPOSE)
    given = dict(re.findall(r"^ {4}([A-Z_]+): (.+)$", block, re.MULTILINE))
    told = settings_of(EXAMPLE.read_text())

    assert given.keys() <= told.keys()
    for name in ("BEHIND_PROXY", "PROXY_HOPS", "PAGE_CDN_SECONDS", "PAGE_STORE", "VAR_DIR", "BACKUP_DIR"):
        assert given[name].strip('"') == told[name], name


def test_nginx_finds_what_it_includes():
    included = set(
        re.findall(r"^\s*include (/etc/nashra/[^;]+);", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE)
    )
    given = set(re.findall(r"(?:target: |:)(/etc/nashra/nginx/[\w.]+)", COMPOSE))

    assert given == included


@pytest.mark.parametrize("folder", ["/var/lib/nashra", "/var/www/nashra-acme", "/var/cache/nginx"])
def test_nginx_has_the_folders_that_it_reads(folder):
    assert folder in (DEPLOY / "nginx.conf").read_text()
    assert re.search(rf"^      - \w+:{folder}(?::ro)?$", COMPOSE, re.MULTILINE)


def test_nothing_runs_as_root_or_can_become_it():
    assert re.search(r"^USER 10001:10001$", CONTAINERFILE, re.MULTILINE)
    (shared,) = re.findall(r"^x-site: &site\n((?:  .+\n)+)", COMPOSE, re.MULTILINE)
    assert "cap_drop: [ALL]" in shared
    assert "no-new-privileges:true" in shared
    assert "read_only: true" in shared
