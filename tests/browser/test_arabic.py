"""What makes a page Arabic, as the browser computes it: on one page of every kind that readers see."""

import pytest

from tests import factories, newspaper
from tests.arabic_pages import FAULTS, script

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.failing_urls")]

# Turns the whole page, with what has a direction of its own; letters become signs, which run as what is around them.
ONE_DIRECTION = """(direction) => {
    document.documentElement.dir = direction;
    for (const element of document.querySelectorAll("body [dir]")) element.removeAttribute("dir");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/[^\\s]/gu, "□");
}"""
# Where every element that is seen has its edges.
BOXES = """() => [...document.querySelectorAll("body, body *")].filter((element) => element.checkVisibility()
    && !element.closest("svg, pre, code, select, .embed__title")).map((element) => {
        const {left, right, width} = element.getBoundingClientRect();
        return {name: `${element.tagName}.${element.className}`, left, right, width};
    })"""
# A page with every one of the faults.
FAULTY = """<html lang="ar"><head><title>\u202eمقلوب</title>
    <meta property="og:locale" content="en_US"><link rel="preload" as="font" href="vazirmatn-latin.woff2"><style>
    h1 { direction: ltr; text-align: justify } p::first-letter { float: right } .story__body p { font-size: 12px }
    div { height: 4px; overflow: hidden } a { text-decoration-skip-ink: none } input { direction: rtl }
    pre { unicode-bidi: normal } q { quotes: none }
</style></head><body dir="rtl"><main><a href="/">هنا</a>
    <h1>OpenAI تطلق</h1><section class="story__body"><p>نصّ</p></section><p>نعم, و٣ أعوام</p><p>لغة C++</p>
    <div>طويل<br>طويل</div>
    <input type="email"><pre>x</pre><q>قول</q><time datetime="أمس">أمس</time></main></body></html>"""
# What machines read of an article that is open.
TOLD = """() => {
    const contents = (...names) => names.map((name) => document.querySelector(`meta[${name}]`).content);
    const data = JSON.parse(document.querySelector("script[type='application/ld+json']").textContent);
    const article = data["@graph"].find((node) => node["@type"] === "NewsArticle");
    return [
        [document.title, ...contents("property='og:title'"), article.headline],
        [...contents("name='description'", "property='og:description'")],
    ];
}"""
# Whether a text was left whole or cut between two words or, in a long one, between what readers take for letters.
IS_CUT_WELL = """([whole, cut]) => {
    if (whole.trim() === cut) return true;
    const at = cut.length - 1;
    const letters = new Intl.Segmenter("ar", {granularity: "grapheme"}).segment(whole);
    const is_between_words = /^[\\s\\p{P}]/u.test(whole.slice(at)) || !whole.includes(" ");
    return cut.endsWith("…") && whole.startsWith(cut.slice(0, -1)) && letters.containing(at).index === at
        && is_between_words;
}"""

SHIFTS = """
    globalThis.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifted += entry.value))
        .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def pages():
    return newspaper.build()


def test_every_fault_is_seen(browser):
    page = browser.new_page()
    page.set_content(FAULTY)
    found = page.evaluate(script())
    page.close()

    assert [name for name in FAULTS if not found[name]] == []


def test_every_page_is_arabic(page, pages):
    if "sign-in" in pages:
        # Django's own page; its fields and signs are asked for with the rest of the desk.
        pages.pop("sign-in")
    faults = {}
    for name, address in pages.items():
        page.goto(address)
        found = {fault: rows for fault, rows in page.evaluate(script()).items() if rows}
        if found:
            faults[name] = found

    assert faults == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_that_is_turned_round_is_its_own_mirror_image(new_context, pages, width):
    """No margin, border, marker, column or mark stands on a side by name: all follow the direction."""
    page = new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
    moved = {}
    for name in ("front", "section", "article", "search", "receipt", "feeds"):
        page.goto(pages[name])
        page.evaluate(ONE_DIRECTION, "rtl")
        before = page.evaluate(BOXES)
        page.evaluate(ONE_DIRECTION, "ltr")
        after = page.evaluate(BOXES)
        moved[name] = [
            (one["name"], one["left"], other["right"])
            for one, other in zip(before, after, strict=True)
            if abs(one["left"] - (width - other["right"])) > 1 or abs(one["width"] - other["width"]) > 1
        ]

    assert {name: found for name, found in moved.items() if found} == {}


@pytest.mark.parametrize("name", ["front", "article"])
def test_late_fonts_move_nothing(new_context, pages, name):
    """What is shown before a font comes has the size of what it brings."""
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    page.add_init_script(SHIFTS)
    waiting = []
    page.route("**/*.woff2", lambda route: waiting.append(route.request.url))
    page.goto(pages[name], wait_until="commit")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    # What waits goes on by that.
    page.unroute("**/*.woff2")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    # Shifts are told a frame after they were seen.
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")

    assert [url for url in waiting if "arabic" in url] != []
    assert page.evaluate("shifted") < 0.02


def test_the_fonts_of_an_article_are_few_and_the_sites_own(page, pages):
    answers = []
    page.on("response", lambda answer: answers.append(answer) if ".woff2" in answer.url else None)
    page.goto(pages["article"], wait_until="networkidle")

    assert [answer.url for answer in answers if "/static/fonts/" not in answer.url] == []
    # One for headlines and names, one for long text; whatever came third would come after the text was painted.
    assert len({answer.url for answer in answers}) == 2
    assert 0 < sum(len(answer.body()) for answer in answers) <= 140 * 1024


def test_machines_are_told_an_article_by_whole_letters_and_words(page):
    summaries = ["مُحَمَّدٌ" * 40, "👨\u200d👩\u200d👧" * 60, "شراكة جديدة مع Mistral AI، " * 20, "سطر\u0651ٌ واحد"]

    told = []
    for summary in summaries:
        article = factories.published(headline="OpenAI تطلق C++", summary=summary)
        page.goto(article.get_absolute_url(), wait_until="domcontentloaded")
        titles, descriptions = page.evaluate(TOLD)
        is_cut_well = page.evaluate(IS_CUT_WELL, [article.summary, descriptions[0]])
        told.append((titles, len(set(descriptions)), is_cut_well))

    titles = ["\u2067OpenAI تطلق C++\u2069 | نشرة", "OpenAI تطلق C++", "OpenAI تطلق C++"]
    assert told == [(titles, 1, True)] * len(summaries)


def test_a_description_that_cuts_a_letter_in_two_is_seen(page):
    assert not page.evaluate(IS_CUT_WELL, ["مُحَمَّدٌ" * 40, "م…"])
    assert not page.evaluate(IS_CUT_WELL, ["شراكة جديدة مع", "شراكة جد…"])
