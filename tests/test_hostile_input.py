"""Hostile text through every door, judged by the parsed output of every page that shows it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from articles import publishing
from articles.editor import EditorWidget
from articles.models import Article, Image
from comments import moderation
from comments.models import Comment
from comments.submission import Sender, submit
from tests import factories, public_site
from tests.xss_vectors import XSS_VECTORS, script_capable

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COMES_BACK = ("author_name", "website", "body", "email")
OWN_SCRIPTS = ("/static/", "/admin/jsi18n/")
# As many vectors share a page as the queue shows on one; the judge names the element, which names the vector.
BATCHES = [XSS_VECTORS[start : start + 25] for start in range(0, len(XSS_VECTORS), 25)]


def test_there_are_as_many_vectors_as_the_changelog_says():
    assert len(set(XSS_VECTORS)) == 643


@pytest.fixture
def desk(client):
    client.force_login(factories.superuser())
    return client


def _judge(client, urls, own=()):
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        assert script_capable(response.content.decode(), OWN_SCRIPTS) == list(own), url


def _change_form(article):
    """The address of an article's form, and what the editor itself brings along: its import map."""
    own = script_capable(str(EditorWidget().media), OWN_SCRIPTS)
    assert len(own) == 1
    return {"urls": [reverse("admin:articles_article_change", args=[article.pk])], "own": own}


@pytest.mark.parametrize("vectors", BATCHES, ids=range(len(BATCHES)))
def test_in_bodies(client, desk, vectors):
    # What names no picture of the library is not published.
    known = factories.image().src
    body = "\n".join(vector.replace("/media/a.jpg", known) for vector in vectors)
    article = factories.published(body=f"<p>نصّ</p>{body}")

    _judge(desk, **_change_form(article))
    client.logout()
    _judge(client, [article.get_absolute_url()])


# All of them in each line, and thousands more, are for benchmarks/hostile_pages.py; so many pages take minutes.
@pytest.mark.parametrize("vectors", BATCHES[::2], ids=range(0, len(BATCHES), 2))
def test_in_every_line_of_an_article_and_its_picture(client, desk, vectors):
    section = factories.section()
    for number, vector in enumerate(vectors):
        article = Article(
            section=section,
            headline=vector[:250] or "عنوان",
            kicker=vector[:80],
            summary=vector[:600],
            source_name=vector[:160],
            source_url="https://example.org/",
            body="<p>نصّ</p>",
            slug=f"{number}-{vector[:20]}",
            hero=factories.image(vector[:300], size=(32, 18), caption=vector[:500], credit=vector[:200]),
            # A move to it would take as long as the text; its record alone, which is not asked for here, shows more.
            status=Article.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        authors = [factories.author(f"{number} {vector}"[:120])]
        tags = [factories.tag(f"{number} {vector}"[:120])]
        publishing.save(article, authors=authors, tags=tags)

    _judge(desk, [reverse("admin:articles_article_changelist"), reverse("admin:articles_tag_changelist")])
    _judge(desk, [reverse("admin:articles_image_changelist")])
    _judge(desk, [reverse("admin:articles_image_change", args=[article.hero_id]), reverse("admin:index")])
    _judge(desk, **_change_form(article))
    found = desk.get(reverse("admin:articles_image_library")).json()
    assert [picture["alt"] for picture in found["images"]] == [
        image.alt for image in Image.objects.all()[:24]
    ]
    client.logout()
    articles = list(Article.objects.published().for_page())
    # The lists show all of them.
    _judge(
        client, ["/", section.get_absolute_url(), *(article.get_absolute_url() for article in articles[::5])]
    )
    _judge(client, [articles[0].tags.all()[0].get_absolute_url(), authors[0].get_absolute_url()])
    for feed in ["/feed/", f"/feed/section/{section.pk}/", public_site.sitemap_of_the_month()]:
        document = etree.fromstring(client.get(feed).content, etree.XMLParser(resolve_entities=False))
        # By the RSS specification a description is HTML, every other element text.
        for description in document.iter("description"):
            assert script_capable(description.text or "", OWN_SCRIPTS) == [], feed


@pytest.mark.parametrize("vectors", BATCHES[1::2], ids=range(1, len(BATCHES), 2))
def test_in_comments(client, desk, vectors):
    article = factories.published()
    sent = [
        submit(
            article,
            factories.new_comment(author_name=vector[:80] or "قارئ", body=f"{number} {vector}"[:5000]),
            Sender(f"10.0.{number}.1"),
        )
        for number, vector in enumerate(vectors)
    ]
    assert len(moderation.approve(sent, by=None).decided) == len(vectors)
    for number, vector in enumerate(vectors):
        comment = submit(
            article, factories.new_comment(body=f"ينتظر {number} {vector}"[:5000]), Sender(f"10.1.{number}.1")
        )

    pages = [
        reverse("admin:comments_comment_changelist") + f"?status={status}"
        for status in ("pending", "approved")
    ]
    _judge(desk, [*pages, reverse("admin:comments_comment_change", args=[comment.pk])])
    client.logout()
    _judge(client, [article.get_absolute_url(), comment.receipt_url])
    _judge(client, [reverse("comments:reply", args=[Comment.objects.shown().first().pk])])


@pytest.mark.parametrize("vectors", BATCHES, ids=range(len(BATCHES)))
def test_in_a_form_that_comes_back(client, vectors):
    article = factories.published()

    # One in each field, so that every one comes back in one of them.
    for start in range(0, len(vectors), len(COMES_BACK)):
        some = vectors[start : start + len(COMES_BACK)]
        payload = dict(zip(COMES_BACK, some, strict=False)) | {"subject": some[0], "parent": some[-1]}
        payload["email"] = payload.get("email", "") + "@"
        response = client.post(reverse("comments:post", args=[article.pk]), payload)
        assert response.status_code == 422
        assert script_capable(response.content.decode()) == [], some
        assert Comment.objects.count() == 0
