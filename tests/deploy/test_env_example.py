"""What operators can set: each setting is named, told of and, as it stands there, safe."""

import ast
import os
import re
import subprocess
import sys

from tests.deploy.env_file import EXAMPLE, settings_of

BASE_DIR = EXAMPLE.parents[1]
READERS = {
    "env", "env.str", "env.list", "env.int", "env.bool", "_number", "_switch", "_choice", "_address", "_place",
    "_networks",
}  # fmt: skip


def names_read():
    """The names that settings.py asks the environment for."""
    tree = ast.parse((BASE_DIR / "newsroom" / "settings.py").read_text())
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in READERS
        # Within the helpers it is a variable.
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_named():
    assert settings_of(EXAMPLE.read_text()).keys() == names_read()


def test_nothing_else_reads_the_environment_in_settings():
    text = (BASE_DIR / "newsroom" / "settings.py").read_text()

    assert "os.environ" not in text
    # These two read an address that was asked for.
    parsers = {"env.db_url_config", "env.email_url_config"}
    assert set(re.findall(r"\benv(?:\.\w+)?(?=\()", text)) <= READERS | parsers


def test_each_has_a_line_that_tells_of_it():
    lines = EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z_]*=", line):
            assert re.match(r"# .+[.;:)]$", lines[number - 1]), line
            # One line each.
            assert not lines[number - 2].startswith("# "), line


def test_what_is_commented_out_is_the_default(tmp_path):
    text = EXAMPLE.read_text()
    given = {name: value for name, value in settings_of(text).items() if f"\n#{name}=" not in text}

    def loaded(values):
        environment = {name: value for name, value in os.environ.items() if name not in names_read()}
        done = subprocess.run(
            [sys.executable, "manage.py", "diffsettings", "--all"],
            cwd=BASE_DIR,
            env=environment | values | {"VAR_DIR": str(tmp_path), "HOST": "127.0.0.1", "PORT": "8000"},
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout

    assert loaded(settings_of(text)) == loaded(given)


def test_no_secret_is_shipped():
    told = settings_of(EXAMPLE.read_text())

    assert {told[name] for name in ("SECRET_KEY", "EMAIL_KEYS", "FINGERPRINT_KEY", "METRICS_TOKEN")} == {""}
    assert told["DEBUG"] == "0"
