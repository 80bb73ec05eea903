"""The comments on an article as a feed."""

import json

import pytest
from lxml import html

from articles import publishing
from comments import moderation
from newsroom.web import page_names
from newsroom.web.syndication import FORMS
from tests import factories

pytestmark = pytest.mark.django_db


def feed(client, article, form="json"):
    return client.get(f"/feed/comments/{article.pk}/" + ("" if form == "rss" else f"{form}/"))


def test_it_says_what_readers_see_and_nothing_of_who_wrote_it(client, settings):
    article = factories.published(headline="خبر عن C++")
    comment = factories.approved(article, author_name="سندباد", email="sindbad@example.org",
                                 body="رأي <b> في\nhttps://a.example/x")  # fmt: skip

    answer = feed(client, article)

    (item,) = json.loads(answer.content)["items"]
    comment.refresh_from_db()
    assert (item["title"], item["authors"]) == ("سندباد", [{"name": "سندباد"}])
    assert item["url"] == f"{settings.SITE_URL}/comments/{comment.pk}/"
    assert "&lt;b&gt;" in item["content_html"]
    assert "nofollow" in item["content_html"]
    told = answer.content.decode()
    fingerprints = [comment.email_fingerprint, comment.sender_fingerprint, comment.receipt]
    assert [word for word in ["sindbad", *fingerprints] if word in told] == []


def test_what_waits_or_was_taken_away_is_not_in_it(client):
    article = factories.published()
    factories.sent(article, body="ينتظر")
    shown, hidden = factories.approved(article, body="ظاهر"), factories.approved(article, body="مخفيّ")
    hidden.refresh_from_db()
    moderation.mark_spam([hidden], by=None)

    items = json.loads(feed(client, article).content)["items"]

    assert [item["url"].split("/")[-2] for item in items] == [str(shown.pk)]


@pytest.mark.parametrize("form", FORMS)
def test_of_an_article_that_readers_do_not_see_there_is_none(client, form):
    article = factories.published()
    shown = feed(client, article, form).status_code
    publishing.move(article, "withdraw", by=None)

    assert (shown, feed(client, article, form).status_code) == (200, 404)
    assert feed(client, factories.draft(), form).status_code == 404


def test_the_page_of_the_article_names_it(client):
    article = factories.published()

    (link,) = html.fromstring(client.get(article.get_absolute_url()).content).xpath(
        '//head/link[@rel="alternate"][contains(@href, "/feed/comments/")]'
    )

    assert link.get("type") == FORMS["atom"].media_type
    assert client.get(link.get("href")).status_code == 200


def test_it_is_kept_under_the_names_of_what_it_shows(client):
    article = factories.published()

    feed_names = feed(client, article).wsgi_request.META[page_names.NAMES]
    card_names = client.get(f"/embed/article/{article.pk}/").wsgi_request.META[page_names.NAMES]

    assert feed_names == {f"article:{article.pk}", f"thread:{article.pk}"}
    assert card_names == {f"article:{article.pk}"}
