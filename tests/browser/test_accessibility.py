"""What axe-core finds on every kind of page: nothing; in each language, theme and width, and in what readers open."""

import pytest
from django.conf import settings

from tests import axe, newspaper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.failing_urls")]

THEMES = ("light", "dark")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Target sizes came with WCAG 2.2, and axe asks for them only where it is told to.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
OF_COLOR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
OF_ROOM = {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}}
# Each rule once, and again where a theme or a width may change what it says: to ask all of them everywhere takes
# minutes.
LOOKS = [
    ("light", PHONE, EVERYTHING),
    ("dark", PHONE, OF_COLOR),
    ("dark", DESK, OF_ROOM),
    ("light", DESK, OF_COLOR),
]
# 7 : 1, as tokens.css promises; the second rule leaves to the first what has not even 4.5 : 1.
OF_HIGH_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}}


def _look(page, *, without=(), looks=LOOKS):
    """What axe finds in both themes and widths, by where; of what is `without`, only in the first of them."""
    found = {}
    for theme, size, options in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        if rows := axe.violations(page, options, () if options is EVERYTHING else without):
            found[f"{theme}, {size['width']}"] = rows
    return found


@pytest.fixture
def pages():
    return newspaper.build()


@pytest.fixture
def page(new_context):
    # No transition is half done when axe looks.
    page = new_context(reduced_motion="reduce").new_page()
    axe.bring(page)
    # Pages say how large pictures are. Where Playwright is to stop them, nothing is fetched but anew.
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": ["*/media/*"]})
    return page


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_pages(page, pages, language):
    edition = settings.LANGUAGE_CODE
    found = {}
    for name, address in (pages if language == edition else newspaper.in_other_languages(pages)).items():
        page.goto(address)
        # The same masthead and foot stand on every page.
        # Beside its results the search shows what it folds up on a phone.
        looks = [*LOOKS, ("light", DESK, EVERYTHING)] if name.startswith("search") else LOOKS
        # Colors and room are those of the edition, where words may be longer.
        looks = looks if language == edition else looks[:1]
        without = () if address == pages["front"] else (".masthead", ".footer")
        if rows := _look(page, without=without, looks=looks):
            found[name] = rows

    assert found == {}


def _open_forms(page, pages):
    page.goto(pages["receipt"])
    for summary in page.locator("main summary").all():
        summary.click()


def _spoil_edit(page, pages):
    _open_forms(page, pages)
    page.fill("[name=body]", "")
    page.click("[action$='/edit/'] [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _spoil_report(page, pages):
    page.goto(pages["report"])
    page.click("main [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _spoil_comment(page, pages):
    page.goto(pages["article"])
    page.click(".comment-form [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _open_settings(page, pages):
    page.goto(pages["article"])
    page.click(".settings summary")


def _open_suggestions(page, pages):
    page.goto(pages["front"])
    page.locator("#masthead-search").press_sequentially("Open")
    page.wait_for_selector(".suggestions [role=option]")


def _save_story(page, pages):
    page.goto(pages["article"])
    page.click("[data-save]")
    page.goto(pages["saved"])
    page.wait_for_selector(".saved li")


OPENED = {
    "private page with its forms open": _open_forms,
    "private page with an error": _spoil_edit,
    "report with an error": _spoil_report,
    "comment with errors": _spoil_comment,
    "reading settings": _open_settings,
    "suggestions": _open_suggestions,
    "saved stories": _save_story,
}


def test_what_readers_open(page, pages):
    found = {}
    for name, open_it in OPENED.items():
        open_it(page, pages)
        if rows := _look(page, without=(".footer",)):
            found[name] = rows

    assert found == {}


def test_high_contrast(page, pages):
    page.goto(pages["front"])
    page.evaluate("localStorage.setItem('nashra.settings', JSON.stringify({contrast: 'high'}))")
    found = {}
    for name in ("front", "article", "search", "thread", "month"):
        page.goto(pages[name])
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            if rows := axe.violations(page, OF_HIGH_CONTRAST):
                found[f"{name}, {theme}"] = rows

    assert found == {}
