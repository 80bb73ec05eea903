"""What is typed and not saved, over HTTP: kept at each pause, given back, and nobody else's."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import publishing, revising
from articles.models import Article, Draft, Presence, Revision
from tests import factories
from tests.article_form import ADD, change, payload, told_on
from tests.races import overtaken

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

    answer = keep(as_editor, article, values={"headline": "عنوان"}, version=1, sequence=3)

    hour = timezone.localtime(Draft.objects.get().at).strftime("%H:%M")
    assert answer.json() == {"at": hour, "others": ["سارة"], "version": 1}
    assert list(Draft.objects.values_list("user", "article", "values", "based_on_version", "sequence")) == [
        (editor.pk, article.pk, {"headline": "عنوان"}, 1, 3)
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
        '{"values": {}, "key": "x"}', '{"values": {}}',
        *(
            pytest.param(f'{{"key": "{KEY}", {rest}}}', id=rest[:30])
            for rest in (
                '"sequence": -1', '"sequence": "1"', '"replaces": 1', '"values": {"a": {"b": "c"}}',
                f'"values": {{"a": {"[" * 900}{"]" * 900}}}', f'"values": {{"a": {"[" * 100_000}{"]" * 100_000}}}',
            )
        ),
    ],
)  # fmt: skip
def test_what_no_form_says_is_refused(as_reporter, said):
    answer = as_reporter.post(NEW, said, content_type="application/json")

    assert (answer.status_code, Draft.objects.count()) == (400, 0)


@pytest.mark.parametrize("address", [NEW, "/admin/articles/article/proof/"])
def test_a_form_where_json_is_asked_for_is_refused(as_reporter, address):
    # A client of its own is not asked for the token of forms, by which Django reads them first.
    client = Client(enforce_csrf_checks=True)
    client.cookies = as_reporter.cookies
    client.get(ADD)
    token = client.cookies["csrftoken"].value

    answer = client.post(address, {"csrfmiddlewaretoken": token, "values": "x"})

    assert answer.status_code == 400


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


def test_what_was_typed_into_an_article_that_left_ones_hands_is_shown_and_discarded(as_reporter, reporter):
    article = factories.draft(by=reporter)
    revising.keep_draft(reporter, article, {"headline": "عنوان <b>لم يُحفظ</b>", "body": True}, key=KEY)
    publishing.move(article, "submit", by=None)

    pages = [as_reporter.get(change(article), query) for query in ({}, {"draft": KEY})]
    as_reporter.post(f"{LIST}{article.pk}/draft/discard/", {"draft": KEY})

    texts = [re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page.text) for page in pages]
    assert texts == [["عنوان &lt;b&gt;لم يُحفظ&lt;/b&gt;"]] * 2
    assert f"draft={KEY}" not in pages[0].text
    assert not Draft.objects.exists()


def test_who_sends_the_form_of_an_article_that_was_deleted_gets_the_text_back(as_editor):
    article = factories.draft()
    typed = payload(article, headline="عنوان <b>طويل</b>", body="<p>نصّ عن C++</p>")
    address = change(article)
    article.delete()

    page = as_editor.post(address, typed)

    assert (page.status_code, re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text)) == (
        404,
        ["عنوان &lt;b&gt;طويل&lt;/b&gt;", article.summary, "&lt;p&gt;نصّ عن C++&lt;/p&gt;"],
    )


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
    assert (form["headline"].value(), form["replaces"].value()) == ("عنوان عن ChatGPT", f"{KEY}:0")


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

    assert [draft.user for draft in Draft.objects.unsaved()] == [stranger]


def test_what_was_typed_on_after_the_save_was_sent_stays_a_draft(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "بعد الإرسال"}, key=KEY, sequence=8)

    as_editor.post(change(article), payload(article, draft_key=KEY, draft_sequence=7))

    assert revising.drafts_of(editor, article).get().values == {"headline": "بعد الإرسال"}


def test_the_page_names_the_form_that_was_saved_and_none_that_was_discarded(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "قديم"}, key=KEY)

    saved = as_editor.post(
        change(article), payload(article, draft_key=KEY[::-1], draft_sequence=7), follow=True
    )
    discarded = as_editor.post(f"{LIST}{article.pk}/draft/discard/", {"draft": KEY}, follow=True)

    tags = [[message.tags for message in page.context["messages"]] for page in (saved, discarded)]
    assert tags == [[f"saved-draft-{KEY[::-1]}:7 success"], ["success"]]


# Drafts that come late


def test_an_older_text_that_arrives_after_a_newer_one_is_let_go(as_editor):
    article = factories.draft()
    for sequence, headline in ((2, "جديد"), (1, "قديم")):
        answer = keep(as_editor, article, values={"headline": headline}, sequence=sequence)

    assert (answer.status_code, Draft.objects.get().values) == (200, {"headline": "جديد"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [False, True], ids=["stored", "new"])
@pytest.mark.parametrize("is_late", [False, True], ids=["before the save", "after it"])
def test_a_draft_that_is_kept_while_its_form_is_saved_does_not_come_back(reporter, is_new, is_late):
    article = None if is_new else factories.draft(by=reporter)
    client = Client()
    client.force_login(reporter)

    def type_():
        revising.keep_draft(reporter, article, {"headline": "مكتوب"}, key=KEY, sequence=3)

    def save():
        client.post(
            ADD if is_new else change(article),
            payload(article, headline="محفوظ", draft_key=KEY, draft_sequence=3),
        )

    overtaken(*((save, type_) if is_late else (type_, save)))

    assert (Article.objects.get().headline, list(Draft.objects.unsaved())) == ("محفوظ", [])


def test_that_a_form_was_saved_is_forgotten_after_two_weeks(as_editor, editor):
    article = factories.draft()
    revising.note_saved(editor, article, key=KEY)
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=14))

    revising.note_saved(editor, article, key=KEY[::-1])

    assert list(Draft.objects.values_list("key", flat=True)) == [KEY[::-1]]


# A form that was opened with a draft


def test_what_is_typed_into_an_opened_draft_takes_its_place(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "الأول"}, key=KEY, sequence=4)
    form = as_editor.get(change(article), {"draft": KEY}).context["adminform"].form
    key, replaces = form["draft_key"].value(), form["replaces"].value()

    keep(as_editor, article, key=key, values={"headline": "الثاني"}, sequence=1, replaces=replaces)

    assert list(Draft.objects.values_list("key", "values")) == [(key, {"headline": "الثاني"})]


@pytest.mark.parametrize("is_saved", [False, True], ids=["typed", "saved"])
def test_a_draft_that_was_typed_on_elsewhere_is_not_replaced(as_editor, editor, is_saved):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "الأول"}, key=KEY, sequence=4)
    form = as_editor.get(change(article), {"draft": KEY}).context["adminform"].form
    named = {name: form[name].value() for name in ("draft_key", "replaces")}
    revising.keep_draft(editor, article, {"headline": "في نافذة أخرى"}, key=KEY, sequence=5)

    if is_saved:
        as_editor.post(change(article), payload(article, **named))
    else:
        keep(as_editor, article, key=named["draft_key"], values={}, replaces=named["replaces"])

    assert Draft.objects.get(key=KEY).values == {"headline": "في نافذة أخرى"}


def test_an_opened_draft_is_discarded_with_what_was_typed_on_since(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "الأول"}, key=KEY)
    page = as_editor.get(change(article), {"draft": KEY})
    named = re.findall(r'form="discard-draft" name="draft" value="([^"]+)"', page.text)
    keep(as_editor, article, key=named[0], values={"headline": "الثاني"}, sequence=1)

    as_editor.post(f"{LIST}{article.pk}/draft/discard/", {"draft": named})

    assert (len(named), Draft.objects.exists()) == (2, False)


# A form that is sent twice


def test_the_form_of_a_new_article_that_is_sent_twice_makes_one(as_reporter):
    typed = payload(draft_key=KEY)

    answers = [as_reporter.post(ADD, typed | {"_continue": "1"}) for _ in range(2)]

    article = Article.objects.get()
    assert [answer["Location"] for answer in answers] == [change(article)] * 2
    assert article.revisions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_are_sent_at_the_same_moment_make_one(reporter):
    client = Client()
    client.force_login(reporter)
    typed = payload(draft_key=KEY)

    def send():
        client.post(ADD, typed)

    overtaken(send, send)

    assert Article.objects.count() == 1


def test_another_text_in_the_form_of_a_new_article_that_was_sent_is_kept_to_choose_from(
    as_reporter, reporter
):
    as_reporter.post(ADD, payload(draft_key=KEY))

    page = as_reporter.post(ADD, payload(draft_key=KEY, headline="كُتب بعده"), follow=True)

    assert [choice["name"] for choice in page.context["choices"]] == ["headline"]
    assert Article.objects.get().revisions.left_over(reporter).get().content["headline"] == "كُتب بعده"


@pytest.mark.parametrize(
    ("make", "move"),
    [
        (factories.draft, None),
        (factories.draft, "publish"),
        (factories.published, None),
        (factories.published, "publish_changes"),
        (factories.published, "withdraw"),
    ],
)
def test_the_same_form_sent_twice_is_no_conflict_and_told_as_saved(as_editor, editor, make, move):
    article = make()
    typed = payload(article, summary="جديد") | ({"_move": move} if move else {"_continue": "1"})

    pages = [as_editor.post(change(article), typed, follow=True) for _ in range(2)]

    assert told_on(pages[1]) == told_on(pages[0])
    assert not Revision.objects.left_over(editor).exists()
    assert article.revisions.count() == 2


@pytest.mark.parametrize("key", ["x error hidden", '"><script>', f" {KEY}", "k"])
def test_what_is_no_key_of_a_form_names_no_copy(as_editor, key):
    article = factories.draft()

    page = as_editor.post(change(article), payload(article, draft_key=key, draft_sequence=1), follow=True)

    named = [message.tags for message in page.context["messages"]]
    assert named == [f"saved-draft-{key.strip() if KEY in key else ''}:1 success"]


def test_a_reporter_who_submits_twice_is_told_that_it_is_saved(as_reporter, reporter):
    article = factories.draft(by=reporter)
    typed = payload(article, summary="جديد", draft_key=KEY, draft_sequence=2, _move="submit")

    pages = [as_reporter.post(change(article), typed, follow=True) for _ in range(2)]

    assert [told_on(page) for page in pages] == [["أُرسل للمراجعة."], ["هذا النصّ محفوظ من قبل."]]
    assert [page.text.count(f"saved-draft-{KEY}:2") for page in pages] == [1, 1]


def test_a_form_opened_anew_writes_over_no_draft(as_editor, editor):
    article = factories.draft()
    revising.keep_draft(editor, article, {"headline": "مسوّدة الأمس"}, key=KEY)
    key = as_editor.get(change(article)).context["adminform"].form["draft_key"].value()

    keep(as_editor, article, key=key, values={"headline": "مسوّدة اليوم"})
    as_editor.post(change(article), payload(article, draft_key=key))

    assert [draft.values["headline"] for draft in Draft.objects.unsaved()] == ["مسوّدة الأمس"]


@pytest.mark.parametrize("is_new", [False, True], ids=["stored", "new"])
def test_a_draft_is_discarded_by_a_button_that_needs_no_script(as_reporter, reporter, is_new):
    article = None if is_new else factories.draft(by=reporter)
    revising.keep_draft(reporter, article, {"headline": "عنوان"}, key=KEY)
    page = as_reporter.get(ADD if is_new else change(article)).text
    address = f"{LIST}draft/discard/" if is_new else f"{LIST}{article.pk}/draft/discard/"
    assert f'action="{address}"' in page

    as_reporter.post(address, {"draft": ["a\0b", KEY]})

    assert not Draft.objects.exists()


# Presence


def test_who_opens_a_form_is_seen_in_the_list_and_in_the_form_of_others(as_editor, client):
    article = factories.draft()
    sara = factories.staff(factories.EDITORS, "سارة")
    other = Client()
    other.force_login(sara)
    keep(other, article)

    pages = [as_editor.get(LIST).text, as_editor.get(change(article)).text]

    assert [page.count('مفتوح الآن للتحرير عند <bdi dir="rtl">سارة</bdi>') for page in pages] == [1, 1]
    assert "مفتوح الآن للتحرير" not in other.get(LIST).text


def test_who_closes_the_form_is_gone(as_editor):
    article = factories.draft()
    keep(as_editor, article)

    keep(as_editor, article, leaving=True)

    assert not Presence.objects.exists()


def test_who_sends_the_beacon_of_a_form_is_gone(as_editor):
    article = factories.draft()
    keep(as_editor, article)

    answer = as_editor.post(f"{LIST}{article.pk}/leave/")

    assert (answer.status_code, Presence.objects.exists()) == (204, False)


def test_a_beacon_needs_the_token_of_the_form(editor):
    article, client = factories.draft(), Client(enforce_csrf_checks=True)
    client.force_login(editor)
    revising.arrive(editor, article)

    answer = client.post(f"{LIST}{article.pk}/leave/")

    assert (answer.status_code, Presence.objects.exists()) == (403, True)


def test_who_only_reads_is_not_said_to_write(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    keep(as_reporter, article)

    assert not Presence.objects.exists()
