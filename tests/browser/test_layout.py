"""The pages of readers on a narrow screen, on paper, and scrolled."""

import pytest

from comments import threads
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

# 320 CSS pixels are what 1,280 become at 400 % (WCAG 2.2, 1.4.10).
NARROW = {"width": 320, "height": 640}
WIDE_CONTENT = (
    "<p>https://example.org/{path} ثم <code>{path}</code></p>"
    "<table><tr><th>الشركة</th><th>النموذج</th><th>المعاملات</th><th>السعر</th><th>التاريخ</th></tr>"
    "<tr><td>Mistral AI</td><td>Mixtral-8x7B</td><td>46,700,000,000</td><td>$0.70</td><td>11/12/2023</td></tr></table>"
    "<pre>{path}</pre>"
)
HEADLINE = "Internationalization وexample.org/averylongpathname تنطلقان معًا"
# What only a screen can use.
FURNITURE = [
    ".skip-link",
    ".menu",
    ".breadcrumbs",
    ".back-to-top",
    ".story__tags",
    ".orders",
    ".thread__more",
    ".comment__actions",
    ".comment-form",
    ".footer nav",
    ".footer__language",
]

LEFT_TO_RIGHT = """() => [document.documentElement, ...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() && !element.matches("bdi, bdi *") && getComputedStyle(element).direction !== "rtl"
).map((element) => element.outerHTML.slice(0, 160))"""
# In place of what the style sheet puts behind a link: an element with its looks.
MARKED_ADDRESS = """() => {
    const link = document.querySelector(".story__body a");
    const {fontFamily, fontSize, marginInlineStart} = getComputedStyle(link, "::after");
    const marked = document.createElement("bdi");
    marked.dir = "ltr";
    marked.textContent = `(${link.getAttribute("href")})`;
    // What stands before the address in the line is behind it in its own direction.
    Object.assign(marked.style, {fontFamily, fontSize, marginInlineEnd: marginInlineStart, overflowWrap: "anywhere"});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".story__body a::after { display: none !important }");
    document.adoptedStyleSheets.push(sheet);
    link.append(marked);
}"""


@pytest.fixture
def article(monkeypatch):
    """An article with wide content, a picture, and more comments than a page shows."""
    monkeypatch.setattr(threads, "COMMENTS_PER_PAGE", 2)
    path = "a-very-long-address-that-nobody-breaks/" * 4
    article = factories.published(
        headline=HEADLINE,
        body=WIDE_CONTENT.replace("{path}", path) + "<p>ستكون النماذج متاحة في Microsoft Azure.</p>" * 40,
        tags=[factories.tag()],
        hero=factories.image(),
    )
    # As many as fill every part of the front page.
    for _ in range(16):
        factories.published(headline=HEADLINE)
    parent = None
    for _ in range(4):
        parent = factories.approved(article, parent=parent, body=f"https://example.org/{path}")
    for _ in range(3):
        factories.approved(article)
    return article


@pytest.mark.parametrize("kind", ["home", "section", "article", "thread", "nothing"])
def test_nothing_sticks_out_of_a_narrow_screen(new_context, article, kind):
    page = new_context(viewport=NARROW).new_page()
    page.goto(
        {
            "home": "/",
            "section": article.section.get_absolute_url(),
            "article": article.get_absolute_url(),
            "thread": f"{article.get_absolute_url()}?sort=newest",
            "nothing": "/article/999999/",
        }[kind]
    )

    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


@pytest.mark.parametrize("language", ["", "/en"], ids=["ar", "en"])
def test_the_section_that_is_read_is_in_sight_among_many(new_context, language):
    sections = [factories.section(f"قسم طويل الاسم {number}") for number in range(12)]
    page = new_context(viewport=NARROW).new_page()

    page.goto(f"{language}{sections[9].get_absolute_url()}")

    page.wait_for_function(
        """() => {
            const {left, right} = document.querySelector(".menu [aria-current]").getBoundingClientRect();
            return left >= 0 && right <= innerWidth;
        }"""
    )


def test_names_of_pages_in_arabic_begin_where_the_english_ones_beside_them_do(new_context):
    page = new_context(viewport=NARROW).new_page()
    page.goto("/en/")
    arabic = page.locator(".footer__pages a[dir=rtl]")
    assert arabic.count() > 0

    edges = page.locator(".footer__pages li").evaluate_all("""items => items.map((item) => {
        const range = document.createRange();
        range.selectNodeContents(item.querySelector("a"));
        return Math.abs(range.getBoundingClientRect().left - item.getBoundingClientRect().left);
    })""")

    assert max(edges) < 2


def test_paper_shows_the_text_and_no_furniture(page, article):
    page.goto(article.get_absolute_url())
    missing = [selector for selector in FURNITURE if not page.locator(selector).count()]

    page.emulate_media(media="print")

    shown = [selector for selector in FURNITURE if page.locator(selector).first.is_visible()]
    assert (missing, shown) == ([], [])
    assert page.locator(".story__headline").is_visible()
    assert page.locator(".story__body p").last.is_visible()
    assert page.locator(".comment__body").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_way_back_to_the_top_appears_below_it(new_context, article, scripts):
    page = new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 700}).new_page()
    page.goto(article.get_absolute_url())

    assert _settles(page, "0")
    page.mouse.wheel(0, 2_000)
    assert _settles(page, "1")
    page.locator(".back-to-top").click()
    assert _settles(page, "0")


def _settles(page, opacity):
    """Whether the link comes to that opacity in fifteen seconds. Where no script runs, no page calls back either."""
    for _ in range(300):
        if page.locator(".back-to-top").evaluate("link => getComputedStyle(link).opacity") == opacity:
            return True
        page.wait_for_timeout(50)
    return False


def test_a_story_without_a_picture_begins_beside_its_facts(new_context):
    article = factories.published(body="<p>خبر قصير عن OpenAI.</p>")
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()

    page.goto(article.get_absolute_url())

    tops = [page.locator(part).bounding_box()["y"] for part in (".story__facts", ".story__body")]
    assert tops[0] == tops[1]


def test_paper_runs_from_right_to_left_and_addresses_on_it_from_left_to_right(page):
    """What stands behind a link on paper looks as if it were marked as of the other direction."""
    address = "https://example.org/مقال/جديد?a=1"
    article = factories.published(body=f'<p>قالت <a href="{address}">الصحيفة</a> إنّ OpenAI تطلق C++.</p>')
    page.goto(article.get_absolute_url())

    page.emulate_media(media="print")

    paragraph = page.locator(".story__body p")
    printed = paragraph.screenshot()
    page.evaluate(MARKED_ADDRESS)
    assert page.evaluate(LEFT_TO_RIGHT) == []
    assert page.locator(".story__body a bdi").inner_text() == f"({address})"
    assert paragraph.screenshot() == printed
