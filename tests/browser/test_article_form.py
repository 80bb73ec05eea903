"""The form of an article as its writer meets it: what it lacks, what is wrong with it, and who else is at it."""

import time

import pytest

from articles import reviewing
from articles.models import Presence
from tests import factories
from tests.article_form import ADD, change

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = "() => document.activeElement.id"


def _open(page, address):
    page.goto(address)
    page.wait_for_selector(".prose-menubar button")


def test_what_it_lacks_is_shown_as_it_is_typed_and_what_is_wrong_is_led_to(page_of):
    factories.section()
    page = page_of(factories.staff(factories.EDITORS))
    _open(page, ADD)
    lacking = page.locator("#gaps li:visible")
    assert lacking.all_text_contents() == ["بلا ملخّص", "بلا اسم كاتب", "بلا صورة رئيسية"]

    page.fill("[name=summary]", "ملخّص عن GPT-4.")
    assert lacking.all_text_contents() == ["بلا اسم كاتب", "بلا صورة رئيسية"]

    page.fill("[name=headline]", "OpenAI تطلق نموذجًا")
    page.click(".submit-row [name=_continue]")
    page.wait_for_selector("#invalid-fields")
    page.wait_for_function("() => document.activeElement.id === 'id_section'")
    assert page.locator("#invalid-fields li").all_text_contents() == ["القسم: هذا الحقل مطلوب."]
    described = page.get_attribute("#id_section", "aria-describedby")
    assert page.text_content(f"#{described.split()[-1]}").strip() == "هذا الحقل مطلوب."

    page.focus("[name=headline]")
    page.click("#invalid-fields a")
    assert page.evaluate(FOCUSED) == "id_section"


def _gone(user, other_tab):
    """Whether somebody is at no article within five seconds, in which a question of the other tab can be answered."""
    deadline = time.monotonic() + 5
    while Presence.objects.filter(user=user).exists():
        if time.monotonic() > deadline:
            return False
        other_tab.wait_for_timeout(50)
    return True


@pytest.mark.parametrize("leave", ["close", "go on"])
def test_who_leaves_with_something_typed_is_gone_at_once(page_of, leave):
    article, sara = factories.draft(), factories.staff(factories.EDITORS, "سارة")
    page = page_of(sara)
    with page.expect_response("**/draft/"):
        _open(page, change(article))
    assert Presence.objects.filter(user=sara).exists()

    other_tab = page.context.new_page()
    page.fill("[name=summary]", "ملخّص لم يُحفظ بعد")
    if leave == "close":
        page.close(run_before_unload=True)
    else:
        page.goto("/admin/")

    assert _gone(sara, other_tab)
    # What was typed last is taken, and does not say that its writer is still there.
    other_tab.wait_for_timeout(500)
    assert not Presence.objects.exists()


def test_a_writer_takes_an_article_back_by_its_button(page_of):
    hala, majid = factories.staff(factories.REPORTERS), factories.staff(factories.EDITORS)
    article = factories.draft(by=hala)
    reviewing.submit(article, by=hala, reviewer=majid)
    page = page_of(hala)
    page.goto(change(article))
    assert page.locator(".help:visible, img[alt]:visible").count() == 0

    page.click(".move-take_back")

    page.wait_for_selector("[name=headline]")
    assert page.text_content(".messagelist .success").strip() == "استُرجع من المراجعة، وعاد مسوّدة."
