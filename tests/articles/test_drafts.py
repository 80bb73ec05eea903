"""What is typed and not saved, over HTTP: kept at each pause, given back, and nobody else's."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import publishing, revising
from articles.models import Article, Draft, Presence
from tests import factories
from tests.article_form import ADD, change, payload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST = "/admin/articles/article/"
NEW = "/admin/articles/article/draft/"
KEY = "0b0f7e0c-6f0e-4a52-9d0a-3d8a4a6f8b11"


def keep(client, article=None, **said):
    said = {"key": KEY} | said
    address = reverse("admin:articles_article_draft", args=[article.pk]) if article else NEW
    return client.post(address, json.dumps(said), content_type="application/json")


def test_what_is_typed_is_kept_and_the_answer_tells_when_and_who_else_writes(as_editor, editor):
    article = factories.draft()
    other = factories.staff(factories.EDITORS, "سارة")
    revising.arrive(other, article)

    answer = keep(as_editor, article, values={"headline": "عنوان"}, version=1, stamp="x")

    hour = timezone.localtime(Draft.objects.get().at).strftime("%H:%M")
    assert answer.json() == {"at": hour, "others": ["سارة"], "version": 1}
    assert list(Draft.objects.values_list("user", "article", "values", "based_on_version", "stamp")) == [
        (editor.pk, article.pk, {"headline": "عنوان"}, 1, "x")
    ]


def test_a_text_without_an_article_is_kept_under_its_key(as_reporter):
    keep(as_reporter, values={"headline": "أ"}, key=KEY)
    keep(as_reporter, values={"headline": "ب"}, key=KEY)

    assert list(Draft.objects.values_list("key", "values")) == [(KEY, {"headline": "ب"})]


@pytest.mark.parametrize(
    "said",
    [
        "[]", "{", "{}", '{"values": []}', '{"values": {"a": null}}', '{"values": {"a": "\\u0000"}}',
        '{"values": {"\\ud800": "a"}}', '{"version": "1"}', '{"version": 99999999999}', '{"version": true}',
        '{"values": {}, "key": "x"}', '{"values": {}}', '{"stamp": 1}',
    ],
)  # fmt: skip
def test_what_no_form_says_is_refused(as_reporter, said):
    answer = as_reporter.post(NEW, said, content_type="application/json")

    assert (answer.status_code, Draft.objects.count()) == (400, 0)


def test_a_text_too_large_is_refused_in_words(as_reporter, monkeypatch):
    monkeypatch.setattr(revising, "MAX_DRAFT_BYTES", 20)

    answer = keep(as_reporter, values={"body": "ا" * 20}, key=KEY)

    assert (answer.status_code, answer.json()) == (422, {"refused": "هذا النصّ أكبر من أن يُحفظ مسوّدة."})


def test_a_reporter_is_refused_in_words_once_the_article_left_their_hands(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    answer = keep(as_reporter, article, values={"headline": "متأخّر"})

    refused = "لم يعد بإمكانك تحرير هذا المقال. نصّك محفوظ في هذا المتصفّح."
    assert (answer.status_code, answer.json(), Draft.objects.count()) == (403, {"refused": refused}, 0)


def test_a_reporter_who_sends_what_left_their_hands_gets_the_text_back(as_reporter, reporter):
    article = factories.draft(by=reporter)
    typed = payload(article, headline="عنوان <b>متأخّر</b>", body="<p>نصّ عن C++</p>")
    publishing.move(article, "submit", by=None)

    page = as_reporter.post(change(article), typed)

    assert page.status_code == 403
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text) == [
        "عنوان &lt;b&gt;متأخّر&lt;/b&gt;",
        article.summary,
        "&lt;p&gt;نصّ عن C++&lt;/p&gt;",
    ]


def test_nobody_else_keeps_a_draft(as_reporter, client):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    answers = [keep(as_reporter, article, values={}).status_code]
    client.force_login(factories.staff(factories.MODERATORS))
    answers += [keep(client, article, values={}).status_code, keep(client, values={}, key=KEY).status_code]
    client.logout()
    answers += [keep(client, article, values={}).status_code]

    assert (answers, Draft.objects.count()) == ([404, 403, 403, 302], 0)


def test_a_draft_needs_the_token_of_the_form(reporter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)

    assert keep(client, values={}, key=KEY).status_code == 403


def test_the_form_offers_a_draft_and_opens_with_it(as_editor, editor):
    article, writer = factories.draft(), factories.author("سامر Haddad")
    values = {
        "headline": "عنوان لم يُحفظ",
        "bylines": [[str(writer.pk), writer.name]],
        "section": [[str(article.section_id), "تقنية"]],
        "machine_translated": True,
        "withdraw_at": "2099-05-06T07:08",
    }
    revising.keep_draft(editor, article, values, key=KEY, based_on_version=1)

    offered = as_editor.get(change(article))
    opened = as_editor.get(change(article), {"draft": KEY})

    assert f'href="{change(article)}?draft={KEY}"' in offered.text
    assert offered.context["adminform"].form["headline"].value() == article.headline
    form = opened.context["adminform"].form
    assert [form[name].value() for name in values] == [
        "عنوان لم يُحفظ", [str(writer.pk)], str(article.section_id), True, "2099-05-06T07:08",
    ]  # fmt: skip


def test_a_draft_of_an_older_version_ends_in_a_comparison_when_it_is_saved(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "عنواني"}, key=KEY, based_on_version=1)
    article.headline = "عنوان زميلي"
    publishing.save(article)

    form = as_editor.get(change(article), {"draft": KEY}).context["adminform"].form
    as_editor.post(
        change(article), payload(article, headline="عنواني", opened_version=form["opened_version"].value())
    )

    assert Article.objects.get().headline == "عنوان زميلي"
    assert article.revisions.left_over(editor).count() == 1


def test_the_form_of_a_new_article_offers_what_was_never_saved(as_reporter, reporter):
    revising.keep_draft(reporter, None, {"headline": "عنوان عن ChatGPT"}, key=KEY)

    offered, opened = as_reporter.get(ADD), as_reporter.get(ADD, {"draft": KEY})

    assert f'href="{ADD}?draft={KEY}"' in offered.text
    form = opened.context["adminform"].form
    assert (form["headline"].value(), form["draft_key"].value()) == ("عنوان عن ChatGPT", KEY)


@pytest.mark.parametrize("key", [KEY, "", "\x00"], ids=["theirs", "none", "NUL"])
def test_the_draft_of_another_is_not_opened(as_reporter, key):
    revising.keep_draft(factories.staff(factories.REPORTERS), None, {"headline": "سرّ"}, key=KEY)

    assert "سرّ" not in as_reporter.get(ADD, {"draft": key}).text


@pytest.mark.parametrize("is_new", [False, True], ids=["stored", "new"])
def test_a_save_drops_the_draft_and_no_other(as_reporter, reporter, is_new):
    article = None if is_new else factories.draft(by=reporter)
    stranger = factories.staff(factories.EDITORS)
    for user in (reporter, stranger):
        revising.keep_draft(user, article, {"headline": "عنوان"}, key=KEY)

    as_reporter.post(ADD if is_new else change(article), payload(article, draft_key=KEY))

    assert [draft.user for draft in Draft.objects.all()] == [stranger]


def test_a_form_opened_anew_writes_over_no_draft(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "مسوّدة الأمس"}, key=KEY)
    key = as_editor.get(change(article)).context["adminform"].form["draft_key"].value()

    keep(as_editor, article, key=key, values={"headline": "مسوّدة اليوم"})
    as_editor.post(change(article), payload(article, draft_key=key))

    assert [draft.values["headline"] for draft in Draft.objects.all()] == ["مسوّدة الأمس"]


@pytest.mark.parametrize("is_new", [False, True], ids=["stored", "new"])
def test_a_draft_is_discarded_by_a_button_that_needs_no_script(as_reporter, reporter, is_new):
    article = None if is_new else factories.draft(by=reporter)
    revising.keep_draft(reporter, article, {"headline": "عنوان"}, key=KEY)
    page = as_reporter.get(ADD if is_new else change(article)).text
    address = f"{LIST}draft/discard/" if is_new else f"{LIST}{article.pk}/draft/discard/"
    assert f'action="{address}"' in page

    as_reporter.post(address, {"draft": KEY})

    assert not Draft.objects.exists()


# Presence


def test_who_opens_a_form_is_seen_in_the_list_and_in_the_form_of_others(as_editor, client):
    article = factories.draft()
    sara = factories.staff(factories.EDITORS, "سارة")
    other = Client()
    other.force_login(sara)
    keep(other, article)

    pages = [as_editor.get(LIST).text, as_editor.get(change(article)).text]

    assert [page.count("مفتوح الآن للتحرير عند <bdi>سارة</bdi>") for page in pages] == [1, 1]
    assert "مفتوح الآن للتحرير" not in other.get(LIST).text


def test_who_closes_the_form_is_gone(as_editor):
    article = factories.draft()
    keep(as_editor, article)

    keep(as_editor, article, leaving=True)

    assert not Presence.objects.exists()


def test_who_only_reads_is_not_said_to_write(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    keep(as_reporter, article)

    assert not Presence.objects.exists()
