"""The command line: which commands start the embedded database."""

import pytest

from manage import needs_database


@pytest.mark.parametrize(
    "arguments",
    [["migrate"], ["shell"], ["createsuperuser"], ["work"], ["check", "--database", "default"]],
    ids=" ".join,
)
def test_commands_with_a_database(arguments):
    assert needs_database(arguments) is True


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["help"],
        ["migrate", "--help"],
        ["--version"],
        ["check", "--deploy"],
        ["messages", "--check"],
        ["serve"],
        ["work", "--parent", "7"],
    ],
    ids=" ".join,
)
def test_commands_without_a_database(arguments):
    assert needs_database(arguments) is False
