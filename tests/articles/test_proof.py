"""The proof of a text that is being written: who may ask for it, what is refused, and what it tells."""

import json

import pytest
from django.contrib.auth.models import User

from articles.admin import proof, translation_desk
from tests import factories

pytestmark = pytest.mark.django_db

PROOF = "/admin/articles/article/proof/"
NOTHING = {"tells": [], "note": "", "isolates": [], "lines": {}}


def _ask(client, body="", language="ar", **lines):
    sent = {"body": body, "language": language, "lines": lines}
    return client.post(PROOF, json.dumps(sent), content_type="application/json")


def test_the_tells_of_a_text_are_told_with_places_and_corrections(as_reporter):
    answer = _ask(as_reporter, "<p>شراكة مع Mistral AI يوم الاثنين, أ شركة جديدة.</p>").json()

    assert answer == NOTHING | {
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
    }


def test_a_text_in_another_language_has_no_tells(as_editor):
    assert _ask(as_editor, "<p>يوم الاثنين, أ شركة</p>", "fa").json() == NOTHING


def test_of_a_text_full_of_tells_the_first_are_told(as_editor):
    answer = _ask(as_editor, "<p>" + "با ," * (translation_desk.MAX_TELLS + 1) + "</p>").json()

    note = "تظهر أول 500 علامة، وتظهر البقيّة بعد تصحيح بعضها."
    assert (len(answer["tells"]), answer["note"]) == (translation_desk.MAX_TELLS, note)


@pytest.mark.parametrize(
    ("body", "language", "isolates"),
    [
        pytest.param("<p>😀 &amp; C++</p><p>و C# ثم</p>", "ar", [[4, 7, "ltr"], [9, 11, "ltr"]], id="places"),
        pytest.param('<p dir="ltr">like #وسم a</p>', "ar", [[5, 9, "rtl"]], id="block of its own direction"),
        pytest.param("<p>like #وسم a</p>", "en", [[5, 9, "rtl"]], id="language"),
        pytest.param("<p>لغة C<b>++</b></p>", "ar", [[4, 7, "ltr"]], id="at the end, emphasized"),
        pytest.param('<p>قال <bdi dir="ltr">C++</bdi> لغة</p>', "ar", [], id="isolated by the writer"),
    ],
)
def test_what_the_page_isolates_is_told_with_places(as_reporter, body, language, isolates):
    assert _ask(as_reporter, body, language).json()["isolates"] == isolates


def test_lines_are_told_where_readers_see_them_in_another_order(as_reporter):
    answer = _ask(as_reporter, kicker="لغة C++ <ب>", headline="عن OpenAI", summary="-5 ثم\r\nو C#").json()

    assert answer["lines"] == {
        "kicker": 'لغة <bdi dir="ltr">C++</bdi> &lt;ب&gt;',
        "summary": '<bdi dir="ltr">-5</bdi> ثم\nو <bdi dir="ltr">C#</bdi>',
    }


@pytest.mark.parametrize(
    "sent",
    [
        "", "[", "[]", "{}", '{"body": 1, "language": "ar", "lines": {}}', '{"body": "x", "language": "ar"}',
        '{"body": "x", "language": "ar", "lines": []}', '{"body": "x", "language": "ar", "lines": {"slug": "x"}}',
        '{"body": "x", "language": "ar", "lines": {"headline": 1}}', b"\xff",
        pytest.param("[" * 100_000, id="deep"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_text_is_refused(as_editor, sent):
    response = as_editor.post(PROOF, sent, content_type="application/json")

    assert (response.status_code, response.json()) == (400, {"error": "تعذّرت قراءة النصّ."})


def test_a_text_beyond_the_limit_is_refused_unread(as_editor):
    response = _ask(as_editor, "x" * proof.MAX_BYTES)

    assert (response.status_code, response.json()) == (413, {"error": "النصّ أطول من أن يُفحص."})


def test_only_who_may_edit_asks(client):
    answers = {}
    for name, user in {
        "reporter": factories.staff(factories.REPORTERS),
        "moderator": factories.staff(factories.MODERATORS),
        "reader": User.objects.create_user("reader", password="not a secret 1"),
    }.items():
        client.force_login(user)
        answers[name] = _ask(client, "<p>C++</p>").status_code

    assert answers == {"reporter": 200, "moderator": 403, "reader": 302}


def test_a_text_is_not_asked_about_by_address(as_editor):
    assert as_editor.get(PROOF).status_code == 405
