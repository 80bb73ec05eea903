"""The preview of an article: as readers would see it, for whoever may open its form, and for nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from tests import factories

pytestmark = pytest.mark.django_db


def _preview(article):
    return reverse("admin:articles_article_preview", args=[article.pk])


def _in_review(**fields):
    return publishing.move(factories.draft(**fields), "submit", by=None)


def _scheduled(**fields):
    return factories.published(at=timezone.now() + timedelta(days=1), **fields)


STATES = pytest.mark.parametrize(
    ("article", "state"),
    [(factories.draft, "مسوّدة"), (_in_review, "قيد المراجعة"), (_scheduled, "مجدول")],
    ids=["draft", "in review", "scheduled"],
)


@STATES
def test_an_editor_sees_the_page_and_that_it_is_a_preview(as_editor, article, state):
    article = article(hero=factories.image(), tags=[factories.tag("Mistral")])

    page = as_editor.get(_preview(article)).content.decode()

    bar = re.search(r'<div class="preview-bar".*?</div>', page, re.DOTALL)[0]
    assert f"<span>{state}</span>" in bar
    assert f'<div class="story__body">{article.body_html}</div>' in page


@STATES
def test_a_reporter_sees_their_own_whatever_became_of_it(as_reporter, reporter, article, state):
    assert as_reporter.get(_preview(article(by=reporter))).status_code == 200


def test_it_is_for_nobody_elses_eyes(client, as_editor):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    answers = {}
    for name, user in {
        "another reporter": factories.staff(factories.REPORTERS),
        "moderator": factories.staff(factories.MODERATORS),
        "reader": User.objects.create_user("reader", password="not a secret 1"),
    }.items():
        client.force_login(user)
        answers[name] = client.get(_preview(article)).status_code
    client.logout()
    answers["nobody"] = client.get(_preview(article)).status_code

    assert answers == {"another reporter": 404, "moderator": 403, "reader": 302, "nobody": 302}


def test_neither_caches_nor_search_engines_keep_it(as_editor):
    response = as_editor.get(_preview(factories.draft()))

    assert ("no-store" in response["Cache-Control"], response["X-Robots-Tag"]) == (True, "noindex, nofollow")
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert re.findall(r"canonical|ld\+json|og:", response.text) == []


def test_nothing_can_be_sent_from_it(as_editor):
    page = as_editor.get(_preview(factories.draft())).content.decode()

    assert re.findall(r"<form|comment", page) == []


def test_only_what_readers_do_not_see_has_a_preview(as_editor):
    def links(article):
        page = as_editor.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
        return _preview(article) in page

    assert [links(article()) for article in (factories.draft, _scheduled, factories.published)] == [
        True, True, False,
    ]  # fmt: skip


def test_the_page_of_readers_says_nothing_of_previews(client):
    article = factories.published()

    assert "preview" not in client.get(article.get_absolute_url()).content.decode()
