"""The editors' guide against what it describes: its pictures, and the names of buttons in its tables."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

BASE_DIR = Path(__file__).parents[1]
GUIDE = (BASE_DIR / "docs" / "editors.ar.md").read_text("utf-8")
CATALOGS = BASE_DIR / "locale" / "ar" / "LC_MESSAGES"
MOST_BYTES_OF_ONE = 120_000
MOST_BYTES_OF_ALL = 1_500_000
PICTURES = sorted((BASE_DIR / "docs" / "screenshots").iterdir())
ROWS = [line for line in GUIDE.splitlines() if line.startswith("|")]


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """All that the desk says in Arabic, with each plural form by itself."""
    found: set[str] = set()
    for name in ("django.po", "djangojs.po"):
        with (CATALOGS / name).open("rb") as file:
            for message in read_po(file, locale="ar"):
                found |= {message.string} if isinstance(message.string, str) else set(message.string)
    return found


def test_the_guide_shows_the_pictures_that_there_are():
    named = re.findall(r"screenshots/([\w-]+\.\w+)", GUIDE)

    assert sorted(named) == [path.name for path in PICTURES]


def test_its_pictures_are_light():
    sizes = [path.stat().st_size for path in PICTURES]

    assert [size for size in sizes if size > MOST_BYTES_OF_ONE] == []
    assert sum(sizes) < MOST_BYTES_OF_ALL


def test_what_its_tables_quote_stands_on_the_desk(messages):
    quoted = {name for row in ROWS for name in re.findall("«([^»]+)»", row)}

    assert quoted
    assert quoted - messages == set()
