"""The colors of sections: each is a token, and a class where the section is named."""

import re
from pathlib import Path

import pytest

from articles.models.taxonomy import Color
from tests import factories

CSS = Path(__file__).parents[2] / "static" / "css"


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
