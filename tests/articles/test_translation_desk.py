"""The translation desk: tells of a text that is sent, those of the stored one, and the label for readers."""

import json

import pytest
from django.contrib.auth.models import User

from articles.admin import translation_desk
from tests import factories

pytestmark = pytest.mark.django_db

TELLS = "/admin/articles/article/tells/"
BODY = "<p>شراكة مع Mistral AI يوم الاثنين, أ شركة جديدة.</p>"
LABEL = "ترجمة آلية لم يراجعها محرّر"


def _ask(client, **sent):
    return client.post(TELLS, json.dumps(sent), content_type="application/json")


def _stored(article):
    return f"/admin/articles/article/{article.pk}/tells/"


def test_the_tells_of_a_text_are_told_with_places_and_corrections(as_reporter):
    answer = _ask(as_reporter, body=BODY, language="ar").json()

    assert answer == {
        "tells": [
            {
                "kind": "punctuation",
                "label": "علامات ترقيم لاتينية",
                "start": 31,
                "end": 32,
                "quoted": ",",
                "sentence": "الفاصلة لاتينية؛ في النصّ العربي تُكتب «،».",
                "edits": [{"start": 31, "end": 32, "text": "،"}],
                "before": "شراكة مع Mistral AI يوم الاثنين",
                "after": " أ شركة جديدة.",
                "replacement": "،",
            },
            {
                "kind": "article",
                "label": "أداة مترجَمة",
                "start": 33,
                "end": 34,
                "quoted": "أ",
                "sentence": "«أ» وحدها ترجمة حرفية لأداة التنكير «a»، ولا مكان لها في العربية.",
                "edits": [{"start": 33, "end": 35, "text": ""}],
                "before": "شراكة مع Mistral AI يوم الاثنين, ",
                "after": " شركة جديدة.",
                "replacement": "",
            },
        ],
        "note": "",
    }


def test_a_text_in_another_language_has_none(as_editor):
    assert _ask(as_editor, body=BODY, language="fa").json() == {"tells": [], "note": ""}


@pytest.mark.parametrize(
    "sent",
    [
        "", "[", "[]", "{}", '{"body": 1, "language": "ar"}', '{"body": "x"}', b"\xff",
        pytest.param("[" * 100_000, id="deep"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_text_is_refused(as_editor, sent):
    response = as_editor.post(TELLS, sent, content_type="application/json")

    assert (response.status_code, response.json()) == (400, {"error": "تعذّرت قراءة النصّ."})


def test_a_text_beyond_the_limit_is_refused_unread(as_editor):
    response = _ask(as_editor, body="x" * translation_desk.MAX_BYTES, language="ar")

    assert (response.status_code, response.json()) == (413, {"error": "النصّ أطول من أن يُفحص."})


def test_of_a_text_full_of_them_the_first_are_told(as_editor):
    body = "<p>" + "با ," * (translation_desk.MAX_TELLS + 1) + "</p>"
    article = factories.draft(body=body)

    answer = _ask(as_editor, body=body, language="ar").json()
    page = as_editor.get(f"/admin/articles/article/{article.pk}/tells/")

    note = "تظهر أوّل 500 علامة، وتظهر البقيّة بعد تصحيح بعضها."
    assert (len(answer["tells"]), answer["note"]) == (translation_desk.MAX_TELLS, note)
    assert (page.context["count"], note in page.content.decode()) == (translation_desk.MAX_TELLS, True)


def test_only_who_may_edit_asks(client):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    answers = {}
    for name, user in {
        "another reporter": factories.staff(factories.REPORTERS),
        "editor": factories.staff(factories.EDITORS),
        "moderator": factories.staff(factories.MODERATORS),
        "reader": User.objects.create_user("reader", password="not a secret 1"),
    }.items():
        client.force_login(user)
        sent = _ask(client, body=BODY, language="ar")
        answers[name] = (sent.status_code, client.get(_stored(article)).status_code)

    assert answers == {
        "another reporter": (200, 404),
        "editor": (200, 200),
        "moderator": (403, 403),
        "reader": (302, 302),
    }


def test_a_text_is_not_asked_about_by_address(as_editor):
    assert as_editor.get(TELLS).status_code == 405


def test_those_of_the_stored_text_are_listed_without_scripts(as_editor):
    article = factories.draft(body=BODY)

    page = as_editor.get(_stored(article)).text

    assert "علامتان في النصّ المحفوظ." in page
    assert (
        '<p class="tells__words" dir="rtl" lang="ar">شراكة مع Mistral AI يوم الاثنين<mark>,</mark> أ شركة'
        in page
    )
    assert "التصحيح: <bdi>،</bdi>" in page


def test_the_form_links_to_the_list_of_the_stored_text(as_editor):
    article = factories.draft(body=BODY)

    assert f'href="{_stored(article)}"' in as_editor.get(f"/admin/articles/article/{article.pk}/change/").text


def test_readers_are_told_until_a_reviewer_has_signed(client):
    signed = factories.published(machine_translated=True, translation_reviewer=factories.author())
    unsigned = factories.published(machine_translated=True)
    human = factories.published()

    told = [LABEL in client.get(article.get_absolute_url()).text for article in (signed, unsigned, human)]

    assert told == [False, True, False]
