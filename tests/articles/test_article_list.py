"""Finding on the desk: articles in the list, names where they are completed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.admin import paging
from articles.models import Article
from tests import factories
from tests.article_form import LIST, change, payload, told_on

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
    with django_assert_num_queries(10):
        as_editor.get(LIST)


@pytest.mark.parametrize("typed", ["الذكاء", "الذَّكاء Copilot", "ليلي حداد", "copilot ليلى"])
def test_the_list_is_searched_in_texts_and_names(as_editor, typed):
    found = factories.draft(
        body="<p>يعمل <b>الذكاء</b> في Copilot.</p>", authors=[factories.author("ليلى حدّاد")]
    )
    factories.draft(authors=[factories.author("سارة")])

    assert list(as_editor.get(LIST, {"q": typed}).context["cl"].queryset) == [found]


def test_an_article_is_found_by_the_new_name_of_its_author(as_editor):
    author = factories.author("ليلى حدّاد")
    found = factories.draft(authors=[author, factories.author("سارة")])
    author.name = "ليلى حدّاد المرّي"
    publishing.save_named(author)

    assert list(as_editor.get(LIST, {"q": "المري"}).context["cl"].queryset) == [found]


@pytest.mark.parametrize("asked", ["section", "author", "language", "created_by__id__exact"])
def test_the_list_is_filtered(as_editor, editor, asked):
    found = factories.draft(
        by=editor, section=factories.section("رياضة"), authors=[factories.author("سارة")], language="fa"
    )
    factories.draft()
    value = {
        "section": found.section_id,
        "author": found.authors.get().pk,
        "language": "fa",
        "created_by__id__exact": editor.pk,
    }[asked]

    assert list(as_editor.get(LIST, {asked: value}).context["cl"].queryset) == [found]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"when": "today"}, [0]),
        ({"when": "week"}, [0, 6]),
        ({"when": "month"}, [0, 6, 12]),
        ({"since": "2026-11-07", "until": "2026-11-13"}, [6, 12]),
        ({"since": "2026-11-08", "until": "2026-11-13"}, [6]),
        ({"until": "2026-11-13"}, [6, 12, 20]),
    ],
)
def test_the_list_is_filtered_by_days_of_the_newsroom(as_editor, time_machine, asked, days):
    """Written one minute after midnight in Riyadh, which is the day before in London."""
    time_machine.move_to("2026-11-18T21:01:00Z", tick=False)
    for day in (0, 6, 12, 20):
        article = factories.draft(headline=str(day))
        moment = timezone.now() - timedelta(days=day)
        Article.objects.filter(pk=article.pk).update(modified_at=moment)

    found = as_editor.get(LIST, asked).context["cl"].queryset

    assert [int(article.headline) for article in found] == days


def test_the_days_of_publication_are_asked_for_too(as_editor):
    found = factories.published(at=timezone.now() - timedelta(days=30))
    factories.published()
    factories.draft()
    until = timezone.localdate() - timedelta(days=20)

    rows = as_editor.get(LIST, {"moment": "published_at", "until": until}).context["cl"].queryset

    assert list(rows) == [found]


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "printed"},
        {"section": "999"},
        {"section": "x"},
        {"author": "999999999999999999999"},
        {"since": "2026-02-30"},
        {"reviewer": "1"},
        {"body__regex": "(a+)+"},
    ],
    ids="-".join,
)
def test_what_cannot_be_asked_is_told_and_left_out(as_editor, asked):
    article = factories.draft()

    answer = as_editor.get(LIST, asked | {"language": "ar", "o": "1"}, follow=True)

    assert answer.redirect_chain == [(f"{LIST}?language=ar&o=1", 302)]
    assert list(answer.context["cl"].queryset) == [article]
    assert len(told_on(answer)) == 1


def test_an_author_is_typed_where_no_script_runs(as_editor):
    author = factories.author("أحمد الخطيب")

    answer = as_editor.get(LIST, {"author__typed": "احمد الخطيب", "state": "", "q": ""})

    assert answer.url == f"{LIST}?author={author.pk}"


def test_what_was_asked_holds_while_an_article_is_opened_and_moved(as_editor):
    article = factories.draft()
    asked = "?_changelist_filters=state%3Ddraft%26o%3D1"

    saved = as_editor.post(change(article) + asked, payload(article, _save=""))
    article.refresh_from_db()
    moved = as_editor.post(change(article) + asked, payload(article, _move="publish"))

    assert (saved.url, moved.url) == (f"{LIST}?state=draft&o=1", change(article) + asked)


def test_nothing_found_says_what_was_asked(as_editor):
    factories.draft()

    page = as_editor.get(LIST, {"q": "زرافة", "state": "archived"}).content.decode()

    asked = re.search(r"<p>(لا مقال.*?)</p>", page).group(1)
    assert re.sub(" +", " ", re.sub("<[^>]+>", "", asked)) == (
        "لا مقال يجمع كلّ ما طُلب: كلمات: زرافة؛ الحالة: مؤرشف"
    )


def test_a_long_list_is_counted_no_further_than_it_can_be_read(as_editor, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 2)
    for _number in range(3):
        factories.draft()

    page = as_editor.get(LIST)

    assert page.context["cl"].paginator.has_more
    assert "أكثر من 2" in page.content.decode()
