"""A reader with a keyboard alone: finds an article, reads it, sets the page, searches and comments."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from articles import search_index
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

BODY = (
    '<p>نصّ عن OpenAI<small class="footnote">بحسب بيانها.</small> وعن غيرها.</p>'
    + "".join(f"<h2>باب {number}</h2>" + "<p>نصّ طويل عن C++.</p>" * 12 for number in range(1, 5))
)  # fmt: skip
# Of whatever has the focus: what it is, where on the page it stands, and whether a reader sees that.
STOP = """() => {
    const focused = document.activeElement;
    // A choice is hidden behind what is drawn of it.
    const drawn = focused.type === "radio" ? focused.nextElementSibling : focused;
    const box = drawn.getClientRects()[0];
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(drawn);
    // The browser scrolls no further than to where the caret is.
    const middle = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const hit = document.elementFromPoint(box.x + box.width / 2, middle);
    return {
        name: (focused.getAttribute("aria-label") || focused.innerText || focused.name || focused.localName).trim(),
        isMarked: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none",
        isUncovered: hit !== null && (focused.type === "radio" ? drawn.parentElement : drawn).contains(hit),
        upon: hit?.outerHTML.slice(0, 120),
        isFloating: getComputedStyle(focused).position === "fixed",
        top: box.top + scrollY, bottom: box.bottom + scrollY, right: box.right,
    };
}"""
MOST = 80


def _stop(page):
    stop = page.evaluate(STOP)
    assert stop["isMarked"], f"nobody sees that the focus is on {stop}"
    assert stop["isUncovered"], f"something lies upon {stop}"
    return stop


def _walk(page, to):
    """Press Tab until the focus is on `to`; every stop on the way, each after the one before it as Arabic is read."""
    stops = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stops.append(_stop(page))
        if page.evaluate("to => document.activeElement.matches(to)", to):
            break
    else:
        pytest.fail(f"{to} is not reached: {[stop['name'] for stop in stops]}")
    placed = [stop for stop in stops if not stop["isFloating"]]
    for one, next_one in pairwise(placed):
        below = next_one["top"] >= one["bottom"] - 8
        beside = next_one["bottom"] > one["top"] and next_one["right"] <= one["right"] + 1
        assert below or beside, f"from {one} to {next_one}"
    return [stop["name"] for stop in stops]


@pytest.fixture
def article():
    tag = factories.tag("ميناء")
    factories.published(headline="ميناء الساحل يفتح أرصفته", tags=[tag])
    article = factories.published(headline="مايكروسوفت تعلن شراكة مع Mistral AI", body=BODY, tags=[tag])
    while search_index.refresh():
        pass
    return article


def test_everything_is_done_by_keys(new_context, listen, article):
    context = new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = listen(context.new_page(), but="422")
    keys = page.keyboard

    # From the address to the article.
    page.goto("/")
    _walk(page, ".skip-link")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _walk(page, f"main a[href*='/article/{article.pk}/']")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text(article.headline)

    # The settings, before anything of the page.
    _walk(page, ".settings summary")
    keys.press("Enter")
    _walk(page, "[name=theme]")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    _stop(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.localName") == "summary"

    # A part of the text by the contents, and a note and back.
    _walk(page, ".contents summary")
    keys.press("Enter")
    _walk(page, ".contents li:nth-child(3) a")
    keys.press("Enter")
    expect(page.locator("h2:target")).to_have_text("باب 3")
    page.goto(article.get_absolute_url())
    _walk(page, ".note-mark a")
    keys.press("Enter")
    page.wait_for_function("document.querySelector('.notes :target') !== null")
    _walk(page, ".notes__back")
    keys.press("Enter")
    page.wait_for_function("document.querySelector('.note-mark :target, .note-mark:target') !== null")

    # A comment: what is missing is told and reached, what was sent is announced.
    _walk(page, "[name=author_name]")
    keys.type("سندباد")
    _walk(page, "[name=email]")
    keys.type("sindbad@example.org")
    _walk(page, ".comment-form [type=submit]")
    keys.press("Enter")
    page.wait_for_selector("[role=alert]:focus, [aria-invalid=true]:focus")
    _walk(page, "[name=body]")
    keys.type("شكرًا على المقال عن OpenAI.")
    _walk(page, ".comment-form [type=submit]")
    keys.press("Enter")
    page.wait_for_selector(".receipt")
    told = page.locator("[role=status] .receipt, [aria-live] .receipt, .receipt:focus, .receipt :focus")
    expect(told.first).to_be_visible()

    # A search that goes on as it is typed.
    page.goto("/")
    _walk(page, "#masthead-search")
    keys.type("الساح")
    expect(page.locator(".suggestions [role=option]").first).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    page.wait_for_url("**/search/**")
    _walk(page, ".found__headline a")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("ميناء الساحل يفتح أرصفته")

    # Out at the end: the last stop is followed by the browser's own, and no element keeps the focus.
    _walk(page, ".footer__language a")
    keys.press("Tab")
    assert page.evaluate(
        "document.activeElement === document.body || document.activeElement.matches('.skip-link')"
    )
