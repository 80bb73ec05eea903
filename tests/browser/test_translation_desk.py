"""Tells of machine translation in the editor: marked, corrected by key, undone, saved."""

import pytest

from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = ".prose-editor > .ProseMirror"
BODY = "<p>😀 يوم <strong>الاثنين, أ</strong> شركة جديدة ”لو شات“.</p><p>ماذا بعد, قال ميسترال ميسترال.</p>"


@pytest.fixture
def desk(page_of, listen):
    return listen(page_of(factories.staff(factories.EDITORS)))


@pytest.fixture
def article(desk):
    article = factories.draft(body=BODY)
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    desk.wait_for_selector("#tells li")
    return article


def _marked(desk):
    return desk.eval_on_selector_all(f"{TEXT} .tell", "marks => marks.map(mark => mark.textContent)")


def test_tells_are_marked_where_they_stand(desk, article):
    assert _marked(desk) == [",", "أ", "”لو شات“", ",", "ميسترال ميسترال"]
    assert desk.inner_text("#tells h2 .tells__count") == "5"


def test_all_of_a_kind_are_corrected_at_once_and_undone_at_once(desk, article):
    desk.click("#tells [data-action='all:punctuation']")
    corrected = desk.input_value("[name=body]")
    desk.click(TEXT)
    desk.keyboard.press("Control+z")

    assert (corrected, desk.input_value("[name=body]")) == (BODY.replace(",", "،"), BODY)


def test_with_keys_alone_the_text_is_corrected_and_saved(desk, article):
    desk.focus(TEXT)
    desk.keyboard.press("Control+Home")
    desk.keyboard.press("Alt+n")
    assert desk.evaluate("getSelection().toString()") == ","
    for _ in range(5):
        desk.keyboard.press("Alt+Enter")
    desk.wait_for_selector("#tells .tells__status:text-is('لم يُعثر على شيء.')")
    desk.click(".submit-row [name=_continue]")
    desk.wait_for_selector(".messagelist .success")

    assert Article.objects.get(pk=article.pk).body == (
        "<p>😀 يوم <strong>الاثنين، </strong>شركة جديدة «لو شات».</p><p>ماذا بعد، قال ميسترال.</p>"
    )
