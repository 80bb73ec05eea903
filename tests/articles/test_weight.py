"""What an article takes on the wire, with content as measurements have it."""

import pytest

from articles.models import Article
from benchmarks import news_content
from newsroom import content_import

pytestmark = pytest.mark.django_db

# Bytes of what stands around the text of an article without comments and pictures, before it is compressed.
MOST_AROUND = 22_500
ARTICLES = 30


def test_what_stands_around_an_article_is_light(client, tmp_path):
    content = tmp_path / "content.jsonl"
    content.write_text("".join(map(news_content.line, news_content.items(ARTICLES, 0, 0, 0))), "utf-8")
    content_import.load(content, processes=1)

    around = {
        article.slug: len(client.get(article.get_absolute_url()).content) - len(article.body_html.encode())
        for article in Article.objects.all()
    }

    assert len(around) == ARTICLES
    assert {slug: weight for slug, weight in around.items() if weight > MOST_AROUND} == {}
