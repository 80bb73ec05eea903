"""Saved views of the list of articles: kept, opened, changed by their owners alone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from articles import saved_views
from articles.models import SavedView
from tests import factories
from tests.article_form import LIST, told_on

pytestmark = pytest.mark.django_db

VIEWS = f"{LIST}views/"


def _do(client, view, what, **fields):
    address = reverse("admin:articles_article_change_view", args=[view.pk])
    return client.post(address, {"do": what} | fields, follow=True)


def _names(client):
    return [view.name for view in client.get(f"{LIST}?view=all").context["views"]]


def test_the_list_is_saved_as_it_is_asked(as_editor, editor):
    section = factories.section()
    asked = f"?section={section.pk}&state=draft&o=-4"

    answer = as_editor.post(f"{VIEWS}save/{asked}", {"name": " مسوّدات التقنية "})

    view = SavedView.objects.get()
    assert (view.user, view.name) == (editor, "مسوّدات التقنية")
    assert view.query == f"state=draft&section={section.pk}&o=-4"
    assert answer.url == f"{LIST}?{view.query}"


def test_a_name_is_saved_over(as_editor):
    for state in ("draft", "archived"):
        as_editor.post(f"{VIEWS}save/?state={state}", {"name": "عملي"})

    assert list(SavedView.objects.values_list("name", "query")) == [("عملي", "state=archived")]


@pytest.mark.parametrize("name", ["", " \u202e ", "ع" * 61], ids=["empty", "invisible", "long"])
def test_a_view_has_a_name(as_editor, name):
    answer = as_editor.post(f"{VIEWS}save/?state=draft", {"name": name}, follow=True)

    assert answer.status_code == 200
    assert len(told_on(answer)) == 1
    assert not SavedView.objects.exists()


def test_an_account_keeps_so_many_views(as_editor, editor, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    saved_views.save(editor, "أولى", "state=draft")

    answer = as_editor.post(f"{VIEWS}save/?state=draft", {"name": "ثانية"}, follow=True)

    assert told_on(answer) == ["بلغتَ أكبر عدد من العروض المحفوظة. احذف أحدها."]
    assert _names(as_editor) == ["أولى"]


def test_a_view_is_renamed_and_deleted(as_editor, editor):
    view = saved_views.save(editor, "قديم", "state=draft")

    _do(as_editor, view, "rename", name="جديد")
    renamed = _names(as_editor)
    _do(as_editor, view, "delete")

    assert (renamed, _names(as_editor)) == (["جديد"], [])


def test_a_name_is_taken_once(as_editor, editor):
    view = saved_views.save(editor, "قديم", "state=draft")
    saved_views.save(editor, "آخر", "state=draft")

    assert told_on(_do(as_editor, view, "rename", name="آخر")) == ["لديك عرض بهذا الاسم."]


def test_one_view_opens_first_until_all_is_asked_for(as_editor, editor):
    views = [saved_views.save(editor, name, f"state={name}") for name in ("draft", "archived")]
    for view in views:
        _do(as_editor, view, "first")

    assert as_editor.get(LIST).url == f"{LIST}?state=archived"
    assert as_editor.get(f"{LIST}?view=all").status_code == 200
    assert as_editor.get(f"{LIST}?q=&state=").url == f"{LIST}?view=all"

    _do(as_editor, views[1], "not-first")

    assert as_editor.get(LIST).status_code == 200


def test_an_editor_shares_a_view_with_whoever_sees_the_list(client, as_editor, editor, reporter):
    view = saved_views.save(editor, "مراجعة", "state=in_review")
    saved_views.save(editor, "خاصّ", "state=draft")
    _do(as_editor, view, "share")

    client.force_login(reporter)

    assert _names(client) == ["مراجعة"]
    assert [row.name for row in client.get("/admin/").context["saved_views"]] == ["مراجعة"]


@pytest.mark.parametrize("what", ["rename", "delete", "first", "share", "not-share"])
def test_the_views_of_others_are_not_changed(as_reporter, editor, what):
    shared = saved_views.share(saved_views.save(editor, "مراجعة", "state=in_review"), by=editor)
    hidden = saved_views.save(editor, "خاصّ", "state=draft")

    answers = [_do(as_reporter, view, what, name="لي").status_code for view in (shared, hidden)]

    assert answers == [403, 404]
    assert SavedView.objects.filter(pk=shared.pk, name="مراجعة", is_shared=True).exists()


def test_a_reporter_shares_no_view(as_reporter, reporter):
    view = saved_views.save(reporter, "عملي", "state=draft")

    assert _do(as_reporter, view, "share").status_code == 403
    assert not SavedView.objects.get().is_shared


def test_who_sees_no_articles_saves_no_view(client):
    moderator = factories.staff(factories.MODERATORS)
    client.force_login(moderator)

    answers = [
        client.get(VIEWS).status_code,
        client.get(LIST).status_code,
        client.post(f"{VIEWS}save/?state=draft", {"name": "عملي"}).status_code,
    ]

    assert answers == [403, 403, 403]
    with pytest.raises(PermissionDenied):
        saved_views.save(moderator, "عملي", "state=draft")


def test_a_view_of_what_is_gone_opens_with_a_word(as_editor, editor):
    author = factories.author("سارة")
    saved_views.save(editor, "مقالات سارة", f"author={author.pk}&state=draft")
    author.delete()

    answer = as_editor.get(f"{LIST}?{SavedView.objects.get().query}", follow=True)

    assert answer.redirect_chain == [(f"{LIST}?state=draft", 302)]
    assert told_on(answer) == ["في هذا العنوان معيار تصفية لم يعد موجودًا فأُهمل: الكاتب."]
