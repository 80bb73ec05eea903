"""The languages of the interface in a browser: there and back by the switch, and recent moments in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reader_goes_to_the_english_page_and_back_and_reads_how_long_ago_it_was(page):
    article = factories.published(at=timezone.now() - timedelta(hours=2, minutes=5))
    factories.published(at=timezone.now() - timedelta(days=3))
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/")
    assert page.locator("time", has_text="قبل ساعتين").count() == 1
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url("**/en/")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
    assert page.locator("time", has_text="2 hours ago").count() == 1
    page.get_by_role("link", name=article.headline).click()
    page.wait_for_url(f"**/en/article/{article.pk}/**")
    assert page.locator("article.story").evaluate("story => getComputedStyle(story).direction") == "rtl"
    assert page.locator(".story__facts").evaluate("facts => getComputedStyle(facts).direction") == "ltr"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="العربية", exact=True).click()
    page.wait_for_url(f"**/article/{article.pk}/**")

    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
