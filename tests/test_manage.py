"""The command line: which commands start the embedded database, and what stops them all."""

import os

import pytest

from manage import compile_messages, needs_database


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


@pytest.mark.parametrize("case", ["broken", "not to be written"])
def test_messages_that_cannot_be_compiled_end_every_command_with_a_sentence(tmp_path, case):
    po = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text("<<<<<<< HEAD\n" if case == "broken" else 'msgid "a"\nmsgstr "b"\n')
    if case == "not to be written":
        mo = po.with_suffix(".mo")
        mo.mkdir()
        os.utime(mo, (0, 0))

    with pytest.raises(SystemExit) as stopped:
        compile_messages(tmp_path)

    beginning = "The messages cannot be compiled: "
    assert stopped.value.code.startswith(beginning)
    assert "\n" not in stopped.value.code
    assert str(po.parent) in stopped.value.code
    assert {path.name for path in po.parent.iterdir()} <= {"django.po", "django.mo"}
