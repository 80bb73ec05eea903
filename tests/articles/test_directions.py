"""Which way the texts of a page run: an article's own way, and that of their letters where none is stored."""

import re

import pytest
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db

RLI, LRI, PDI = "\u2067", "\u2066", "\u2069"


def _found(pattern, client, address):
    return re.search(pattern, client.get(address).text)[1]


@pytest.mark.parametrize(
    ("language", "headline", "isolated"),
    [
        pytest.param(
            "ar", "OpenAI GPT-4: نقد", f"{RLI}OpenAI GPT-4: نقد{PDI}", id="Arabic, most letters Latin"
        ),
        pytest.param("en", "لو شات: Le Chat", f"{LRI}لو شات: Le Chat{PDI}", id="English, Arabic name first"),
    ],
)
def test_the_title_of_the_window_runs_as_the_article(client, language, headline, isolated):
    article = factories.published(language=language, headline=headline)

    assert _found(r"<title>(.*?) \|", client, article.get_absolute_url()) == isolated


@pytest.mark.parametrize(
    ("language", "caption", "attributes"),
    [
        pytest.param("ar", "مقر OpenAI", "", id="Arabic in Arabic"),
        pytest.param("ar", "The port of Rotterdam", ' lang="" dir="ltr"', id="English in Arabic"),
        pytest.param("en", "مقر OpenAI", ' lang="" dir="rtl"', id="Arabic in English"),
        pytest.param("en", "2026", "", id="no letters in English"),
    ],
)
def test_a_caption_runs_as_its_letters(client, language, caption, attributes):
    article = factories.published(language=language, hero=factories.image(caption=caption))

    found = _found(r"<figcaption>\s*<span([^>]*)>", client, article.get_absolute_url())

    assert found == attributes


@pytest.mark.parametrize(
    ("biography", "attributes"),
    [
        pytest.param("صحفية في OpenAI", "", id="Arabic"),
        pytest.param("Mona writes about technology", ' lang="" dir="ltr"', id="English"),
    ],
)
def test_a_biography_runs_as_its_letters(client, biography, attributes):
    author = factories.author()
    author.biography = biography
    author.save()
    factories.published(authors=[author])

    assert _found(r'<div class="page-head__lead"([^>]*)>', client, author.get_absolute_url()) == attributes


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("language", "direction", "headline"),
    [
        ("fa", "rtl", "هوش مصنوعی OpenAI در ایران"),
        ("ur", "rtl", "OpenAI کا نیا ماڈل پیش"),
        ("he", "rtl", "OpenAI משיקה מודל חדש"),
        ("ckb", "rtl", "OpenAI مۆدێلێکی نوێ"),
        ("en", "ltr", "محمد joins OpenAI"),
        ("fr", "ltr", "OpenAI ouvre à Paris"),
    ],
)
def test_an_article_runs_in_its_own_language_under_any_chrome(client, prefix, language, direction, headline):
    article = factories.published(language=language, headline=headline)

    page = html.fromstring(client.get(prefix + article.get_absolute_url()).text)

    (story,) = page.xpath("//article[contains(@class, 'story')]")
    (title,) = story.xpath(".//h1")
    assert (story.get("lang"), story.get("dir")) == (language, direction)
    assert title.text_content() == headline
    assert (page.get("lang"), page.get("dir")) == (("en", "ltr") if prefix else ("ar", "rtl"))
