"""A correction as the people live it: an editor writes it, a reader meets it on a telephone."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.article_form import change

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 390, "height": 844}


@pytest.fixture
def desk(page_of):
    return page_of(factories.staff(factories.EDITORS), viewport=NARROW)


def _write(page, article, kind: str, note: str) -> None:
    page.goto(change(article))
    page.get_by_role("link", name="أضف تصحيحًا").click()
    page.get_by_label("نوع التنويه").select_option(kind)
    page.get_by_label("التنويه المنشور").fill(note)


def test_a_correction_is_written_from_the_article_and_leads_back_to_it(desk, page):
    article = factories.published(headline="C++ تعود إلى الجامعات")
    _write(desk, article, "correction", "الصواب أن اللغة C++ ظهرت عام 1985.")
    desk.get_by_role("button", name="حفظ", exact=True).click()
    desk.wait_for_url(f"**{change(article)}")

    page.set_viewport_size(NARROW)
    page.goto("/")
    page.get_by_role("link", name="التصحيحات", exact=True).click()
    page.get_by_role("link", name=article.headline).click()

    note = page.locator(".story__corrections .correction__note")
    assert note.inner_text() == "الصواب أن اللغة C++ ظهرت عام 1985."
    expect(page.locator(":target")).to_have_class("correction correction--correction")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_a_retraction_leaves_its_reason_at_the_address_of_the_article(desk, page):
    article = factories.published(headline="خبر مختلق")
    _write(desk, article, "retraction", "سُحب هذا المقال لأن مصدره لم يثبت.")
    desk.get_by_label("أرشفة المقال أيضًا").check()
    desk.get_by_role("button", name="حفظ", exact=True).click()
    desk.wait_for_url(f"**{change(article)}")

    response = page.goto(article.get_absolute_url())

    assert response.status == 410
    assert page.locator(".correction__note").inner_text() == "سُحب هذا المقال لأن مصدره لم يثبت."
    assert article.headline not in page.content()
