"""Pages of the site and the archive in a browser: written by two at once, and walked with the keyboard alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import site_pages
from articles.models import SitePage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_typed_survives_a_colleagues_save_and_replaces_it_only_when_told(page_of, listen):
    about = SitePage.objects.get(purpose="about")
    page = listen(page_of(factories.staff(factories.ADMINISTRATORS)))
    page.goto(reverse("admin:articles_sitepage_change", args=[about.pk]))
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("كتبتُ هذا. ")
    about.body = "<p>نصّ الزميل</p>"
    site_pages.save(about, by=factories.superuser())

    page.click("[name=_continue]")
    page.get_by_role("heading", name="إلى ما في نموذجك").wait_for()
    assert "كتبتُ هذا." in page.locator(".ProseMirror").inner_text()
    with page.expect_popup() as opened:
        page.click("[formtarget=_blank]")
    preview = opened.value
    assert preview.locator(".story__body").inner_text().startswith("كتبتُ هذا.")
    assert SitePage.objects.get(pk=about.pk).body == "<p>نصّ الزميل</p>"

    page.click("[name=_save]")
    page.locator(".messagelist .success").wait_for()
    assert SitePage.objects.get(pk=about.pk).body.startswith("<p>كتبتُ هذا. ")


def test_the_archive_is_walked_by_keyboard_without_scripts_on_a_narrow_screen(new_context):
    for number in range(14):
        factories.published(section=factories.section(f"قسم رقم {number}"))
    page = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    page.goto("/")
    addresses = []

    for target in ("a[href='/archive/']", ".archive__months a", ".month td a"):
        # The last section of a menu that scrolls comes into sight when the keyboard reaches it.
        page.locator(".menu a").last.focus()
        box = page.locator(".menu a").last.bounding_box()
        assert box["x"] >= 0
        page.locator(target).first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        addresses.append(page.url.partition("/archive/")[2])
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    today = timezone.localdate()
    assert addresses == ["", f"{today:%Y/%m/}", f"{today:%Y/%m/%d/}"]
    # A later day stands on the left.
    first, second = (page.locator(".month thead th").nth(number).bounding_box() for number in (0, 1))
    assert first["x"] > second["x"]
