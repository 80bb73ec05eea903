"""What machines read of an article: plain text, with a summary and without."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from lxml import etree

from articles import seo
from articles.models import Article
from articles.models.article import LANGUAGES
from tests import factories

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[2] / "newsroom" / "demo" / "seed-article.txt"


def _descriptions(client, article: Article) -> dict[str, str]:
    """All that is given out as the description of an article, decoded."""
    text = client.get(article.get_absolute_url()).content.decode()
    tags = re.findall(r'<meta (?:name|property)="((?:og:)?description)" content="([^"]*)">', text)
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    feed = etree.fromstring(client.get("/feed/").content)
    # HTML by the RSS specification, within XML.
    in_feed = unescape(feed.findtext("channel/item/description"))
    return {name: unescape(content) for name, content in tags} | {
        "json-ld": json.loads(data)["description"],
        "feed": in_feed,
    }


def test_the_seed_is_described_by_the_beginning_of_its_text(client):
    factories.section("تقنية")
    call_command("import_text", str(SEED), section="تقنية", author=["هيئة التحرير"], publish=True)
    article = Article.objects.get()

    descriptions = _descriptions(client, article)

    first_paragraph = article.body.removeprefix("<p>").partition("</p>")[0]
    (description,) = set(descriptions.values())
    assert set(descriptions) == {"description", "og:description", "json-ld", "feed"}
    assert description.endswith("…")
    assert first_paragraph.startswith(description.removesuffix("…"))
    assert 120 < len(description) <= 160


def test_an_article_is_described_by_its_summary(client):
    article = factories.published(summary="قال <b>المتحدث</b> باسم AT&T: «نعم».")

    assert set(_descriptions(client, article).values()) == {article.summary}


@pytest.mark.parametrize(("language", "locale"), [("ar", "ar_AR"), ("en", "en_US"), ("ckb", "cb_IQ")])
def test_share_cards_are_told_the_language_of_the_article(client, language, locale):
    article = factories.published(language=language)

    text = client.get(article.get_absolute_url()).text

    assert re.findall(r'<meta property="og:locale" content="([^"]*)">', text) == [locale]


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_every_language_of_articles_has_a_locale(language):
    assert re.fullmatch("[a-z]{2}_[A-Z]{2}", seo.open_graph_locale(language))


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_takes_as_many_queries_however_many_articles_have_no_summary(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        factories.published(summary="")

    # The articles, their authors and their tags.
    with django_assert_num_queries(3):
        client.get("/feed/")
