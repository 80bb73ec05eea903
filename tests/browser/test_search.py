"""Searching by keyboard, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles import search_index
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def articles():
    for headline in ("القاهرة تستضيف معرض الكتاب", "ميناء الساحل يفتح أرصفته"):
        factories.published(headline=headline, summary="", body="<p>نصّ قصير</p>")
    while search_index.refresh():
        pass


def test_a_word_is_chosen_by_keyboard(page):
    page.goto("/")
    field = page.get_by_role("combobox", name="كلمات البحث")
    field.focus()
    page.keyboard.type("القاه")
    options = page.locator(".suggestions [role=option]")
    expect(options).to_have_text(["القاهرة", "القاهرة تستضيف معرض الكتاب"])
    assert Axe().run(page, context=".masthead").response["violations"] == []

    page.keyboard.press("ArrowDown")

    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    expect(field).to_have_value("القاهرة")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_contain_text("نتيجة واحدة عن القاهرة")


def test_a_headline_leads_to_its_article_and_escape_gives_back_what_was_typed(page):
    page.goto("/search/")
    field = page.get_by_role("combobox", name="كلمات البحث")
    expect(field).to_be_focused()
    page.keyboard.type("القاه")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_have_value("القاه")
    expect(field).to_have_attribute("aria-expanded", "false")

    page.keyboard.type("ر")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("القاهرة تستضيف معرض الكتاب")


def test_the_form_works_without_scripts(new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/search/")
    page.fill("#search-words", "الميناء")
    page.click(".search button")

    assert page.locator(".found__headline").all_inner_texts() == ["ميناء الساحل يفتح أرصفته"]
    page.locator(".search__filters summary").click()
    page.fill("[name=until]", "2020-01-01")
    page.click(".search button")

    assert page.locator(".found__count").inner_text().startswith("لم نجد مقالًا عن")
    assert page.locator(".found__help a").is_visible()
