"""Searching by keyboard, with scripts and without."""

import re

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


def _begin(page, letters):
    """Open the search and type into its field, which has the focus a moment after the page is there."""
    page.goto("/search/")
    field = page.locator("#search-words")
    expect(field).to_be_focused()
    page.keyboard.type(letters)
    return field


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
    field = _begin(page, "القاه")
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


@pytest.mark.parametrize("width", [390, 1280])
def test_the_form_works_without_scripts(new_context, width):
    page = new_context(java_script_enabled=False, viewport={"width": width, "height": 844}).new_page()
    page.goto("/search/")
    page.fill("#search-words", "الميناء")
    page.click(".search button")

    expect(page.locator(".found__headline")).to_have_text(["ميناء الساحل يفتح أرصفته"])
    # Where there is room they are open already.
    if width == 390:
        page.locator(".search__filters summary").click()
    page.fill("[name=until]", "2020-01-01")
    page.click(".search button")

    expect(page.locator(".found__count")).to_have_text(re.compile("^لم نجد مقالًا عن"))
    expect(page.locator(".found__help a").first).to_be_visible()


def test_a_word_is_suggested_while_the_keyboard_composes_it(page):
    page.goto("/search/")
    keyboard = page.context.new_cdp_session(page)

    keyboard.send("Input.imeSetComposition", {"text": "القاه", "selectionStart": 5, "selectionEnd": 5})

    expect(page.locator(".suggestions [role=option]")).to_have_count(2)


def test_who_types_before_the_script_has_come_types_on(page):
    held = []

    def hold(route):
        held.append(route)

    page.route("**/js/every_page*.js", hold)
    page.goto("/", wait_until="commit")
    field = page.locator("#masthead-search")
    field.focus()
    page.keyboard.type("الق")

    held[0].continue_()
    expect(field).to_have_attribute("role", "combobox")
    page.keyboard.type("اه")

    expect(field).to_have_value("القاه")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)


def test_a_headline_that_was_left_by_typing_on_is_not_followed(page):
    _begin(page, "القاه")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)
    page.route("**/suggestions/*", lambda route: None)
    page.keyboard.press("ArrowUp")

    page.keyboard.type("ر")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=2)).to_contain_text("عن القاهر")


def test_a_late_answer_leaves_what_is_being_chosen(page):
    _begin(page, "القاه")
    options = page.locator(".suggestions [role=option]")
    expect(options).to_have_count(2)
    page.route("**/suggestions/*", lambda route: None)
    with page.expect_request("**/suggestions/*"):
        page.keyboard.type("ر")

    with page.expect_event("requestfailed"):
        page.keyboard.press("ArrowDown")

    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search-words")).to_have_value("القاهرة")
