"""Corrections on the desk: added from an article's form, listed, reworded, never deleted."""

import re

import pytest
from django.utils.html import strip_tags

from articles import corrections, publishing
from articles.models import Article, Correction, Transition
from newsroom.text import bidi
from tests import factories
from tests.article_form import change, told_on

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST = "/admin/articles/correction/"


def _add(article: Article) -> str:
    return f"{LIST}add/?article={article.pk}"


def _of(correction: Correction) -> str:
    return f"{LIST}{correction.pk}/change/"


def test_an_editor_adds_a_note_from_the_article(as_editor, editor):
    article = factories.published()
    assert f'href="{_add(article)}"' in as_editor.get(change(article)).text

    response = as_editor.post(_add(article), {"kind": "update", "note": "أُضيف ردّ OpenAI."})

    assert (response.status_code, response["Location"]) == (302, change(article))
    assert list(Correction.objects.values_list("article", "kind", "note", "by")) == [
        (article.pk, "update", "أُضيف ردّ OpenAI.", editor.pk)
    ]


def test_the_message_names_the_article_and_no_number(as_editor):
    article = factories.published()

    page = as_editor.post(_add(article), {"kind": "correction", "note": "الصحيح GPT-4."}, follow=True)

    told = strip_tags(told_on(page)[0])
    assert f"تصحيح: {bidi.isolate_plain(article.headline, 'rtl')}" in told


def test_an_editor_retracts_and_archives_in_one(as_editor):
    article = factories.published()

    as_editor.post(_add(article), {"kind": "retraction", "note": "مصدره مختلق.", "withdraw": "on"})

    article.refresh_from_db()
    assert (article.status, article.corrections.count()) == ("archived", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "correction", "note": ""},
        {"kind": "correction", "note": "ا" * 1_001},
        {"kind": "rumor", "note": "تنويه"},
        {"kind": "update", "note": "تنويه", "withdraw": "on"},
    ],
    ids=["empty", "too long", "unknown kind", "withdrawn by an update"],
)
def test_a_form_that_does_not_hold_writes_nothing(as_editor, fields):
    article = factories.published()

    response = as_editor.post(_add(article), fields)

    assert (response.status_code, 'class="errorlist"' in response.text) == (200, True)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("make", [factories.draft, factories.published])
def test_what_readers_do_not_see_is_not_corrected(as_editor, make):
    article = publishing.move(make(), "archive", by=None)

    response = as_editor.post(_add(article), {"kind": "correction", "note": "تنويه"})

    assert "لا يرى القرّاء هذا المقال، فليس فيه ما يُصحَّح لهم." in response.text
    assert not Correction.objects.exists()


def test_without_an_article_the_form_leads_to_the_list_of_articles(as_editor):
    assert as_editor.get(f"{LIST}add/")["Location"] == "/admin/articles/article/"


def test_an_article_that_does_not_exist_is_not_found(as_editor):
    assert as_editor.get(f"{LIST}add/?article=999999").status_code == 404


def test_an_editor_rewords_a_note_and_sees_the_former_wording(as_editor, editor):
    note = factories.correction(factories.published(), note="الصياغة الأولى")

    as_editor.post(_of(note), {"kind": "clarification", "note": "الصياغة الثانية"})

    assert list(note.wordings.values_list("note", "by")) == [
        ("الصياغة الثانية", editor.pk),
        ("الصياغة الأولى", None),
    ]
    page = as_editor.get(_of(note)).text
    assert re.findall(r'class="note-text" dir="rtl">(.*?)<', page) == ["الصياغة الثانية", "الصياغة الأولى"]


def test_a_note_on_a_gone_article_is_reworded(as_editor):
    article = factories.published()
    note = factories.correction(article)
    publishing.move(article, "archive", by=None)

    as_editor.post(_of(note), {"kind": "correction", "note": "صياغة أخرى"})

    assert Correction.objects.get().note == "صياغة أخرى"


@pytest.mark.parametrize("root", [True, False])
def test_nobody_deletes_a_note(client, editor, root):
    client.force_login(factories.superuser() if root else editor)
    note = factories.correction(factories.published())

    statuses = [
        client.post(f"{LIST}{note.pk}/delete/", {"post": "yes"}).status_code,
        client.post(
            LIST, {"action": "delete_selected", "_selected_action": note.pk, "post": "yes"}
        ).status_code,
    ]

    assert (statuses, Correction.objects.count()) == ([403, 200], 1)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reporter_has_no_road_to_corrections(as_reporter, reporter, method):
    article = publishing.move(factories.draft(by=reporter), "publish", by=None)
    note = factories.correction(article)
    fields = {"kind": "update", "note": "تنويه مدسوس"}

    ask = getattr(as_reporter, method)
    # A query would take the place of the one that names the article.
    sent = {"data": fields} if method == "post" else {}
    statuses = [ask(url, **sent).status_code for url in (LIST, _of(note), _add(article))]

    assert statuses == [403, 403, 403]
    assert list(Correction.objects.values_list("note", flat=True)) == [note.note]
    assert _add(article) not in as_reporter.get(change(article)).text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "update"}, ["update"]),
        ({"seen": "no"}, ["retraction"]),
        ({"seen": "yes"}, ["update", "correction"]),
        ({"q": "اضافه رد"}, ["update"]),
    ],
)
def test_the_list_is_filtered_and_searched(as_editor, query, expected):
    article = factories.published()
    factories.correction(article)
    factories.correction(article, "update", "إضافةُ ردٍّ من Mistral")
    factories.correction(factories.published(), "retraction", withdraw=True)

    found = as_editor.get(LIST, query).context["cl"].queryset

    assert [note.kind for note in found] == expected


def test_the_list_shows_those_of_one_article(as_editor):
    article = factories.published()
    note = factories.correction(article)
    factories.correction(factories.published())

    assert list(as_editor.get(LIST, {"article": article.pk}).context["cl"].queryset) == [note]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_notes(as_editor, editor, django_assert_num_queries, count):
    for _ in range(count):
        corrections.add(factories.published(), "update", "أُضيف ردّ OpenAI.", by=editor)

    with django_assert_num_queries(6):
        as_editor.get(LIST)


def test_who_may_not_correct_is_denied_and_recorded(client):
    article = factories.published()
    reporter = factories.staff(factories.REPORTERS)
    client.force_login(reporter)

    response = client.post(
        f"/admin/articles/correction/add/?article={article.pk}", {"kind": "retraction", "note": "x"}
    )

    attempts = Transition.attempts.filter(is_denied=True).values_list("move", "article", "by")
    assert (response.status_code, list(attempts)) == (403, [("correct", article.pk, reporter.pk)])
