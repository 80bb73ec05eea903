"""Finding on the desk: articles in the list, names where they are completed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from tests import factories
from tests.article_form import LIST

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["احمد", "أحمد", "أحـمد", "الخطيب احمد"])
def test_names_are_completed_in_any_spelling(as_reporter, typed):
    found = factories.author("أحمد الخطيب")
    factories.author("ليلى حدّاد")
    query = {"app_label": "articles", "model_name": "byline", "field_name": "author", "term": typed}

    answer = as_reporter.get(reverse("admin:autocomplete"), query).json()

    assert [row["id"] for row in answer["results"]] == [str(found.pk)]


@pytest.mark.parametrize("typed", ["أح\x01مد", "\u202eأحمد"], ids=["control", "override"])
def test_control_characters_do_not_stop_a_search(as_reporter, typed):
    found = factories.author("أحمد الخطيب")
    factories.author("ليلى حدّاد")
    query = {"app_label": "articles", "model_name": "byline", "field_name": "author", "term": typed}

    answer = as_reporter.get(reverse("admin:autocomplete"), query).json()

    assert [row["id"] for row in answer["results"]] == [str(found.pk)]


def test_the_list_is_searched_in_any_spelling(as_editor):
    found = factories.draft(headline="إطلاقُ نموذجٍ من OpenAI")
    factories.draft()

    assert list(as_editor.get(LIST, {"q": "اطلاق openai"}).context["cl"].queryset) == [found]


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "public", "withdrawn", "archived"])
def test_the_list_is_filtered_by_state(as_editor, editor, state):
    rows = {
        "draft": factories.draft(),
        "in_review": publishing.move(factories.draft(), "submit", by=editor),
        "scheduled": factories.published(at=timezone.now() + timedelta(days=1)),
        "public": factories.published(),
        "withdrawn": factories.published(
            at=timezone.now() - timedelta(days=2), withdraw_at=timezone.now() - timedelta(days=1)
        ),
        "archived": publishing.move(factories.published(), "archive", by=editor),
    }

    assert list(as_editor.get(LIST, {"state": state}).context["cl"].queryset) == [rows[state]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_articles(as_editor, django_assert_num_queries, count):
    for _number in range(count):
        factories.draft()

    # One of them asks who has each of them open, one to which sections the editor is limited.
    with django_assert_num_queries(9):
        as_editor.get(LIST)
