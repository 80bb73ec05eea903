"""What patterns must not contain, whatever the version of Python that the site is run by."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MODULES = [path for app in ("newsroom", "articles", "comments") for path in (ROOT / app).rglob("*.py")]
# A group that never gives back. Before Python 3.11.5, which not every Debian has, an alternative that fails half way
# counts as found in it (gh-106052); atomic groups are right everywhere.
POSSESSIVE_GROUP = re.compile(r"\)[+*?]\+|\)\{\d*,?\d*\}\+")


@pytest.mark.parametrize("pattern", ["(?:ab)++", "(a|b)*+", "(?:a)?+", "(?:a){1,3}+"])
def test_such_a_group_is_found(pattern):
    assert POSSESSIVE_GROUP.search(pattern)


def test_no_pattern_has_a_group_that_is_possessive():
    assert len(MODULES) > 100
    assert [path.name for path in MODULES if POSSESSIVE_GROUP.search(path.read_text())] == []
