"""deploy/env.example as an operator and systemd read it."""

import re
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
EXAMPLE = DEPLOY / "env.example"
_SETTING = re.compile(r"(#?)([A-Z][A-Z_]*)=(.*)")


def settings_of(text: str) -> dict[str, str]:
    """Each setting with its value, those that are commented out too."""
    found = (_SETTING.fullmatch(line) for line in text.splitlines())
    return {match[2]: match[3] for match in found if match}
