"""What patterns must not contain, whatever the version of Python that the site is run by."""

import importlib
import pkgutil
import re
from re import _parser

import pytest

import articles
import comments
import newsroom

# What one character is found by; of these, a repetition that gives nothing back is right everywhere.
SINGLE = {"IN", "LITERAL", "NOT_LITERAL", "ANY"}


def possessive_groups(parsed):
    """Whether there is a group that never gives back: before Python 3.11.5, which not every Debian has, an alternative
    that fails half way counts as found in it (gh-106052). Atomic groups are right everywhere."""
    if isinstance(parsed, _parser.SubPattern):
        return any(map(possessive_groups, parsed))
    if not isinstance(parsed, tuple | list):
        return False
    if len(parsed) == 2 and str(parsed[0]) == "POSSESSIVE_REPEAT":
        _least, _most, repeated = parsed[1]
        if len(repeated) != 1 or str(repeated[0][0]) not in SINGLE:
            return True
    return any(map(possessive_groups, parsed))


def _patterns():
    for package in (newsroom, articles, comments):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                for name, value in vars(importlib.import_module(module.name)).items():
                    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                        yield f"{module.name}.{name}", value


@pytest.mark.parametrize("pattern", ["(?:ab)++", "x(?:(?:a|bc)*+)y", "(?:a[bc])?+", "(?>(?:ab){1,3}+)"])
def test_such_a_group_is_found(pattern):
    assert possessive_groups(_parser.parse(pattern))


@pytest.mark.parametrize("pattern", ["a++[bc]*+.?+", r"\)++", "(?>(?:a|bc)+)", "(?:ab)+", "[^)*+]+"])
def test_what_is_right_everywhere_is_none(pattern):
    assert not possessive_groups(_parser.parse(pattern))


def test_no_pattern_has_a_group_that_is_possessive():
    found = dict(_patterns())

    assert len(found) > 100
    wrong = [
        name
        for name, pattern in found.items()
        if possessive_groups(_parser.parse(pattern.pattern, pattern.flags))
    ]
    assert wrong == []
