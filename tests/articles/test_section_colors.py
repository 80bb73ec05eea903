"""The colors of sections: each is a token that can be read on every ground, and a class where the section is named."""

import re
from pathlib import Path

import pytest

from articles.models.taxonomy import Color
from tests import factories

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
# As the file has them: what holds first, and what a dark screen puts in its place.
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in TOKENS.split("@media", 1))


def _luminance(color):
    """Relative luminance by WCAG 2.2."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("color", Color.values)
def test_a_color_can_be_read_on_paper_and_surface_and_be_written_on(theme, color):
    grounds = ("paper", "surface", "accent-ink")

    assert [ground for ground in grounds if _contrast(theme[color], theme[ground]) < 4.5] == []


def test_every_color_has_its_class():
    rules = re.findall(r"\.color-(\w+) \{\s*--accent: var\(--(\w+)\);", (CSS / "base.css").read_text("utf-8"))

    assert rules == [(color, color) for color in Color.values]


@pytest.mark.django_db
def test_a_section_is_named_in_its_color(client):
    article = factories.published()
    type(article.section).objects.update(color=Color.TEAL)
    address = article.section.get_absolute_url()

    home, section = client.get("/").text, client.get(address).text

    assert '<article class="card card--lead color-teal">' in home
    assert f'<li class="color-teal"><a href="{address}">' in home
    assert '<header class="page-head color-teal">' in section
