"""What a story had better not be published without is told before it is and after, and holds nothing up."""

import re

import pytest

from articles import gaps, revising
from articles.models import Article
from tests import factories
from tests.article_form import ADD, LIST, change, payload, told_on

pytestmark = pytest.mark.django_db

ALL = {"summary", "bylines", "hero"}


def _bare(**fields):
    article = factories.draft(summary="", **fields)
    article.bylines.all().delete()
    return article


def _shown(page):
    """The fields whose gaps a page shows as they are now."""
    return set(re.findall(r'<li data-gap="(\w+)">', page.text))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "نُشر بلا ملخّص وبلا اسم كاتب وبلا صورة رئيسية."),
        ({"summary": "ملخّص عن GPT-4."}, "نُشر بلا اسم كاتب وبلا صورة رئيسية."),
        ({"publish_at": "2099-05-06T07:08"}, "جُدول نشره بلا ملخّص وبلا اسم كاتب وبلا صورة رئيسية."),
    ],
    ids=["all", "some", "scheduled"],
)
def test_what_was_missing_is_told_once_it_is_published(as_editor, typed, told):
    article = _bare()

    page = as_editor.post(change(article), payload(article, _move="publish", **typed), follow=True)

    assert (Article.objects.get().status, told_on(page)[1:]) == ("published", [told])


def test_of_what_lacks_nothing_nothing_is_told(as_editor):
    article = factories.draft(hero=factories.image())

    page = as_editor.post(
        change(article), payload(article, _move="publish", hero=article.hero_id), follow=True
    )

    assert told_on(page) == ["نُشر المقال."]


@pytest.mark.parametrize(
    ("make", "expected"),
    [(_bare, ALL), (factories.draft, {"hero"}), (lambda: factories.draft(hero=factories.image()), set())],
    ids=["all", "a picture", "nothing"],
)
def test_the_form_shows_it_beside_the_button(as_editor, make, expected):
    assert _shown(as_editor.get(change(make()))) == expected


def test_who_may_not_publish_is_not_warned(as_reporter):
    assert 'id="gaps"' not in as_reporter.get(ADD).text


def test_changes_count_as_they_would_be_published():
    article = factories.published(hero=factories.image())
    article.summary = ""
    revising.save(article, by=None, authors=[], tags=[])

    assert gaps.of([article]) == {article.pk: ["summary", "bylines"]}


@pytest.mark.parametrize("count", [1, 3])
def test_what_articles_lack_is_asked_in_one_query(django_assert_num_queries, count):
    articles = [factories.draft() for _number in range(count)]

    with django_assert_num_queries(1):
        found = gaps.of(articles)

    assert found == {article.pk: ["hero"] for article in articles}


def test_of_many_that_were_published_those_that_lack_something_are_named(as_editor):
    whole, bare = factories.draft(hero=factories.image()), _bare()

    page = as_editor.post(
        f"{LIST}bulk/publish/", {"article": [f"{row.pk}:{row.version}" for row in (whole, bare)]}, follow=True
    )

    (_done, warning) = told_on(page)
    assert warning.startswith("نُشر واحد منها ناقصًا:")
    assert re.findall(r"</a>: (.*?)</span>", warning) == ["بلا ملخّص وبلا اسم كاتب وبلا صورة رئيسية"]


@pytest.mark.parametrize("group", [factories.REPORTERS, factories.EDITORS, factories.CHIEF_EDITORS])
def test_a_new_article_is_signed_by_its_writer(client, group):
    user = factories.staff(group)
    author = factories.author()
    type(author).objects.filter(pk=author.pk).update(user=user)
    client.force_login(user)

    page = client.get(ADD)

    assert page.context["adminform"].form["bylines"].value() == [author.pk]
