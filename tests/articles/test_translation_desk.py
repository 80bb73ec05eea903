"""The translation desk: tells of the stored text, and the label for readers."""

import pytest
from django.contrib.auth.models import User

from articles.admin import translation_desk
from tests import factories

pytestmark = pytest.mark.django_db

BODY = "<p>شراكة مع Mistral AI يوم الاثنين, أ شركة جديدة.</p>"
LABEL = "ترجمة آلية لم يراجعها محرّر"


def _stored(article):
    return f"/admin/articles/article/{article.pk}/tells/"


def test_of_a_text_full_of_them_the_first_are_told(as_editor):
    body = "<p>" + "با ," * (translation_desk.MAX_TELLS + 1) + "</p>"
    article = factories.draft(body=body)

    page = as_editor.get(f"/admin/articles/article/{article.pk}/tells/")

    note = "تظهر أول 500 علامة، وتظهر البقيّة بعد تصحيح بعضها."
    assert (page.context["count"], note in page.content.decode()) == (translation_desk.MAX_TELLS, True)


def test_only_who_may_edit_reads_them(client):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    answers = {}
    for name, user in {
        "another reporter": factories.staff(factories.REPORTERS),
        "editor": factories.staff(factories.EDITORS),
        "moderator": factories.staff(factories.MODERATORS),
        "reader": User.objects.create_user("reader", password="not a secret 1"),
    }.items():
        client.force_login(user)
        answers[name] = client.get(_stored(article)).status_code

    assert answers == {
        "another reporter": 404,
        "editor": 200,
        "moderator": 403,
        "reader": 302,
    }


def test_those_of_the_stored_text_are_listed_without_scripts(as_editor):
    article = factories.draft(body=BODY)

    page = as_editor.get(_stored(article)).text

    assert "علامتان في النصّ المحفوظ." in page
    assert (
        '<p class="tells__words" dir="rtl" lang="ar">شراكة مع Mistral AI يوم الاثنين<mark>,</mark> أ شركة'
        in page
    )
    assert 'التصحيح: <bdi dir="rtl">،</bdi>' in page


def test_the_form_links_to_the_list_of_the_stored_text(as_editor):
    article = factories.draft(body=BODY)

    assert f'href="{_stored(article)}"' in as_editor.get(f"/admin/articles/article/{article.pk}/change/").text


def test_readers_are_told_until_a_reviewer_has_signed(client):
    signed = factories.published(machine_translated=True, translation_reviewer=factories.author())
    unsigned = factories.published(machine_translated=True)
    human = factories.published()

    told = [LABEL in client.get(article.get_absolute_url()).text for article in (signed, unsigned, human)]

    assert told == [False, True, False]
