"""What an article takes on the wire, with content as measurements have it."""

import re

import pytest
from django.db import connection

from articles import readings
from articles.models import Article
from benchmarks import news_content
from newsroom import content_import
from tests import factories

pytestmark = pytest.mark.django_db

# Bytes before they are compressed, of an article without comments and pictures: of a page without the part of it that
# is for comments, or with it and about 5 kilobytes of text; and of what stands around the text of any, which grows with
# the headlines of the stories that it leads on to.
MOST, MOST_AROUND = 25_000, 20_700
TEXT = 5_300
ARTICLES = 30


@pytest.fixture
def stories(tmp_path):
    """Articles that lead on to others: to the next one, related ones and those read most."""
    content = tmp_path / "content.jsonl"
    content.write_text("".join(map(news_content.line, news_content.items(ARTICLES, 0, 0, 0))), "utf-8")
    # A number of one digit stands fifty times in a page.
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE articles_article_id_seq RESTART")
    content_import.load(content, processes=1)
    stories = list(Article.objects.by_date())
    for story in stories[:5]:
        readings.note(story.pk, network="10.0.0.0/24")
    readings.count_new()
    readings.rank()
    yield stories
    readings.forget_networks()


def test_an_article_is_light(client, stories):
    pages = {story: client.get(story.get_absolute_url()) for story in stories}
    texts = {story: len(story.body_html.encode()) for story in stories}

    weights = {story.slug: len(page.content) for story, page in pages.items() if texts[story] <= TEXT}
    without_comments = {
        story.slug: len(
            re.sub(
                rb'<section class="comments".*</section>(?=\s*</main>)', b"", page.content, flags=re.DOTALL
            )
        )
        for story, page in pages.items()
    }
    around = {story.slug: len(page.content) - texts[story] for story, page in pages.items()}

    assert all('class="most-read"' in page.text and 'class="related"' in page.text for page in pages.values())
    assert len(around) == ARTICLES
    assert weights
    assert {slug: weight for slug, weight in weights.items() if weight > MOST} == {}
    assert {slug: weight for slug, weight in without_comments.items() if weight > MOST} == {}
    assert max(without_comments.values()) < max(map(len, (page.content for page in pages.values()))) - 3_000
    assert {slug: weight for slug, weight in around.items() if weight > MOST_AROUND} == {}


def test_an_article_asks_for_few_files(client):
    page = client.get(factories.published().get_absolute_url()).text

    # One of the three sheets is for paper; one of the scripts is read before anything is shown.
    assert (page.count('rel="stylesheet"'), page.count("<script ") - page.count("ld+json")) == (3, 3)
    assert page.count('fetchpriority="low"') == 2
