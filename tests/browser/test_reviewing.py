"""An article on its whole way: submitted to a reviewer, returned with a reason, talked over, published among others."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from articles.models import Article, DeskNote, Draft
from tests import factories
from tests.article_form import LIST, change

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "من أين رقم 64؟ أضف المصدر."
TYPED = "ملخّص يكتبه المحرّر عن C++ ولم يحفظه"


def _ready(page):
    page.wait_for_selector(".prose-menubar button")


def _rules_broken(page):
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def test_an_article_goes_from_its_writer_to_readers(page_of):
    hala = factories.staff(factories.REPORTERS, "هالة")
    majid = factories.staff(factories.EDITORS, "ماجد")
    article, other = factories.draft(by=hala), factories.draft()
    writer, editor = page_of(hala, viewport={"width": 390, "height": 844}), page_of(majid)

    writer.goto(change(article))
    _ready(writer)
    writer.get_by_label("المراجع", exact=True).select_option(label="ماجد")
    writer.get_by_role("button", name="إرسال للمراجعة").click()
    writer.wait_for_selector(".messagelist .success")

    editor.goto("/admin/")
    editor.get_by_role("link", name="مقال واحد ينتظر مراجعتك").click()
    editor.locator("#result_list tbody th a").click()
    _ready(editor)
    editor.evaluate("window.isTheSamePage = true")
    editor.fill("[name=summary]", TYPED)
    for number, note in enumerate(["من كتب عن C++ قبلنا؟", "سألت Sam."], start=1):
        editor.fill("[name=desk_note]", note)
        editor.get_by_role("button", name="أضف الملاحظة").click()
        editor.wait_for_selector(f".desk-notes li:nth-child({number})")
    assert editor.input_value("[name=desk_note]") == ""
    editor.get_by_label("المراجع", exact=True).select_option(label="من يتولّى المراجعة")
    editor.get_by_role("button", name="حدّد المراجع").click()
    editor.wait_for_selector("#reviewer .beside-state:not(:empty)")
    assert Article.objects.get(pk=article.pk).reviewer is None
    assert editor.evaluate("window.isTheSamePage") is True
    assert editor.input_value("[name=summary]") == TYPED
    assert Article.objects.get(pk=article.pk).summary == article.summary
    editor.fill("[name=note]", REASON)
    editor.get_by_role("button", name="إعادة إلى الكاتب").click()
    editor.wait_for_selector(".messagelist .success")

    writer.goto("/admin/")
    writer.get_by_role("link", name="أُعيد إليك مقال واحد").click()
    assert REASON in writer.locator(".returned-because").inner_text()
    writer.locator("#result_list tbody th a").click()
    _ready(writer)
    assert REASON in writer.locator(".returned").inner_text()
    assert writer.locator("#desk-notes").count() == 0
    assert writer.evaluate("document.documentElement.scrollWidth") == 390
    writer.get_by_role("button", name="إرسال للمراجعة").click()
    writer.wait_for_selector(".messagelist .success")

    editor.goto(LIST)
    for row in (article, other):
        editor.locator(f"input.action-select[value='{row.pk}']").focus()
        editor.keyboard.press("Space")
    editor.get_by_label("الإجراء").select_option("publish")
    editor.get_by_role("button", name="نفّذ").press("Enter")
    assert editor.locator("#able-heading").inner_text() == "سيشمل ذلك مقالين:"
    assert _rules_broken(editor) == []
    editor.get_by_role("button", name="نشر").press("Enter")

    assert editor.locator(".messagelist .success").inner_text() == "نُشر مقالان."
    assert Article.objects.published().count() == 2
    assert list(DeskNote.objects.values_list("text", flat=True)) == ["من كتب عن C++ قبلنا؟", "سألت Sam."]


def test_without_scripts_a_note_costs_nothing_that_was_typed(page_of):
    majid = factories.staff(factories.EDITORS, "ماجد")
    article = factories.draft()
    page = page_of(majid, java_script_enabled=False)

    page.goto(change(article))
    page.fill("[name=summary]", TYPED)
    page.fill("[name=desk_note]", "سألت Sam.")
    page.get_by_role("button", name="أضف الملاحظة").click()

    assert page.locator(".desk-notes .note-text").inner_text() == "سألت Sam."
    assert page.input_value("[name=summary]") == TYPED
    assert (Draft.objects.count(), Article.objects.get().summary) == (1, article.summary)
