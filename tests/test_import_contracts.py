"""What the import contracts cannot say themselves: that no room was forgotten, and what pure modules bring in."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent


def test_every_module_of_newsroom_has_its_floor():
    contracts = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    named = {module.strip() for layer in layers for module in layer.split(":")}

    modules = {
        f"newsroom.{path.stem}"
        for path in (BASE_DIR / "newsroom").iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or any(path.glob("*.py")))
    }

    assert named - {"articles", "comments"} == modules


@pytest.mark.parametrize(
    "module",
    [
        *(f"newsroom.text.{path.stem}" for path in sorted((BASE_DIR / "newsroom" / "text").glob("[!_]*.py"))),
        "comments.screening",
        "comments.rules",
        "comments.likeness",
        "comments.triage",
    ],
)
def test_pure_modules_load_no_database_code(module):
    program = f"import sys, {module}; print(*(name for name in sys.modules if name.startswith('django.db')))"

    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=BASE_DIR, check=True, capture_output=True, text=True
    ).stdout

    assert loaded == "\n"
