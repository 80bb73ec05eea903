"""Collecting static files when, and only when, they changed."""

import json
import os

import pytest

from newsroom import static_files


@pytest.fixture
def sources(settings, tmp_path):
    """A folder with one style sheet, the only source of static files."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "base.css").write_text("body { margin: 0 }")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "static"
    return folder


def test_files_are_collected_once(sources):
    assert static_files.collect_stale() is True
    assert static_files.collect_stale() is False


def test_an_edited_file_is_collected_again(sources, settings):
    static_files.collect_stale()
    (sources / "base.css").write_text("body { margin: 1em }")

    assert static_files.collect_stale() is True
    hashed = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]["base.css"]
    assert (settings.STATIC_ROOT / hashed).read_text() == "body { margin: 1em }"


def test_a_file_of_the_same_size_is_told_by_its_time(sources):
    static_files.collect_stale()
    os.utime(sources / "base.css", (0, 0))

    assert static_files.collect_stale() is True


def test_a_removed_source_leaves_the_manifest(sources, settings):
    (sources / "old.css").touch()
    static_files.collect_stale()
    (sources / "old.css").unlink()

    static_files.collect_stale()

    assert set(json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]) == {"base.css"}


def test_removed_output_is_collected_again(sources, settings):
    static_files.collect_stale()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()

    assert static_files.collect_stale() is True
