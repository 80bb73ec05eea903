"""Related stories: picked by editors, then found by tags and wording, and never what readers may not see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import contents, publishing, related, revising
from articles.models import Article, Series
from tests import factories
from tests.article_form import change, payload

pytestmark = pytest.mark.django_db

OTHER_WORDS = {"summary": "", "kicker": ""}


@pytest.fixture
def article():
    return factories.published(
        headline="شركة OpenAI تطلق نموذجًا جديدًا",
        summary="",
        tags=[factories.tag("OpenAI"), factories.tag("نماذج")],
    )


def _related(article):
    return related.on_page(Article.objects.published().for_page().get(pk=article.pk))["related"]


def test_picked_stories_come_first_in_their_order_then_those_that_share_most(article):
    two = factories.published(headline="طقس", tags=list(article.tags.all()), **OTHER_WORDS)
    one = factories.published(headline="رياضة", tags=[factories.tag("OpenAI")], **OTHER_WORDS)
    worded = factories.published(headline="شركة OpenAI تطلق نموذجًا آخر", **OTHER_WORDS)
    picked = [factories.published(headline=f"مختار {number}", **OTHER_WORDS) for number in range(2)]
    factories.published(headline="لا صلة له بما سبق", **OTHER_WORDS)
    Article.objects.filter(pk=article.pk).update(related=[picked[1].pk])

    assert _related(article) == [picked[1], two, one, worded]


def test_what_readers_do_not_see_is_not_among_them(article):
    tags = list(article.tags.all())
    draft = factories.draft(tags=tags)
    scheduled = factories.published(tags=tags, at=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=article.pk).update(related=[draft.pk, scheduled.pk, article.pk, 999_999])

    assert _related(article) == []


def test_a_neighbor_in_the_series_is_not_told_twice(article):
    investigation = publishing.save_named(Series(name="تحقيق"))
    Article.objects.filter(pk=article.pk).update(series=investigation)
    neighbor = factories.published(series=investigation, tags=list(article.tags.all()))
    other = factories.published(tags=list(article.tags.all()))

    page = related.on_page(Article.objects.published().for_page().get(pk=article.pk))

    assert (page["following"], page["related"]) == (neighbor, [other])


def test_picked_stories_are_part_of_the_text_and_wait_in_its_working_copy(client, article):
    editor = factories.staff(factories.EDITORS)
    picked = [factories.published(headline=f"مختار {number}") for number in range(2)]
    client.force_login(editor)

    client.post(change(article), payload(article, related=[picked[1].pk, picked[0].pk, article.pk]))

    assert Article.objects.get(pk=article.pk).related == []
    copy = revising.current(article)
    assert copy["related"] == [[picked[1].pk, "مختار 1"], [picked[0].pk, "مختار 0"]]
    assert contents.changed(contents.of(Article.objects.get(pk=article.pk)), copy) == ["related"]

    publishing.move(article, "publish_changes", by=editor)

    assert Article.objects.get(pk=article.pk).related == [picked[1].pk, picked[0].pk]


@pytest.mark.parametrize("count", [1, 4])
def test_the_form_of_an_article_takes_as_many_queries_with_more_of_them(
    client, article, count, django_assert_num_queries
):
    picked = [factories.published().pk for _ in range(count)]
    Article.objects.filter(pk=article.pk).update(related=picked)
    client.force_login(factories.superuser())

    # What is the same for all pages is read with the first.
    client.get(change(article))

    with django_assert_num_queries(18):
        client.get(change(article))


def test_no_more_than_four_are_picked(client, article):
    client.force_login(factories.staff(factories.EDITORS))
    picked = [factories.published().pk for _ in range(5)]

    response = client.post(change(article), payload(article, related=picked))

    assert response.context["adminform"].form.errors["related"] == ["اختر أربعة على الأكثر."]


def test_a_reporter_keeps_what_an_editor_picked_and_names_no_draft_of_others(client):
    reporter = factories.staff(factories.REPORTERS)
    secret, other = factories.draft(headline="لم يُنشر"), factories.draft(headline="لم يُنشر أيضًا")
    mine = factories.draft(by=reporter, related=[secret.pk])
    client.force_login(reporter)

    client.post(change(mine), payload(mine, related=[secret.pk]))
    response = client.post(change(mine), payload(mine, related=[other.pk], opened_version=""))

    assert "related" in response.context["adminform"].form.errors
    assert Article.objects.get(pk=mine.pk).related == [secret.pk]
