"""What makes a page Arabic, as the browser computes it: on one page of every kind that readers see."""

import pytest

from tests import newspaper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.failing_urls")]

# What is asked of a page once it is open; each answers what is wrong, and nothing is.
FAULTS = {
    "the page runs from right to left in Arabic": """
        const {lang, dir} = document.documentElement;
        return lang === "ar" && dir === "rtl" ? [] : [`${lang} ${dir}`];
    """,
    # CSS that turns text is lost where style sheets are (W3C, Inline markup and bidirectional text).
    "direction comes from markup": """
        return all("body *").filter((element) => {
            const marked = element.closest("[dir]").dir;
            const computed = getComputedStyle(element).direction;
            return !element.matches("pre, code, kbd, samp, pre *, code *, input, bdi:not([dir]), bdi:not([dir]) *")
                && ["rtl", "ltr"].includes(marked) && computed !== marked;
        });
    """,
    "Arabic headlines that begin with a Latin name run from right to left": """
        return all("h1, h2, h3, .card__summary, .kicker").filter((element) => {
            const is_arabic = /\\p{Script=Arabic}/u.test(element.textContent);
            return is_arabic && !element.closest("[lang=en]") && getComputedStyle(element).direction !== "rtl";
        });
    """,
    "letters are neither spaced nor slanted, nor is a text set to both edges": """
        return texts().filter((element) => {
            const {letterSpacing, fontStyle, textAlign, textTransform} = getComputedStyle(element);
            return !["normal", "0px"].includes(letterSpacing) || fontStyle !== "normal"
                || textAlign === "justify" || textTransform !== "none";
        });
    """,
    "no first letter is set apart": """
        return texts().filter((element) => getComputedStyle(element, "::first-letter").float !== "none");
    """,
    "running text is large and airy": """
        return all(".story__body p, .comment__body p, .card__summary, .story__summary").filter((element) => {
            const {fontSize, lineHeight} = getComputedStyle(element);
            const isTight = parseFloat(fontSize) < 16 || parseFloat(lineHeight) / parseFloat(fontSize) < 1.6;
            return isTight && !element.closest(".embed, [lang=en]");
        });
    """,
    "no text is cut off by its box": """
        return texts().filter((element) => {
            const {overflowY, clipPath, webkitLineClamp} = getComputedStyle(element);
            return overflowY === "hidden" && clipPath === "none" && element.scrollHeight > element.clientHeight + 1
                && webkitLineClamp === "none";
        });
    """,
    "underlines leave the dots of letters free": """
        return all("main a").filter((link) => {
            const style = getComputedStyle(link);
            return style.textDecorationLine.includes("underline")
                && (style.textDecorationSkipInk !== "auto" || style.textUnderlineOffset === "auto");
        });
    """,
    "fields of addresses and codes run from left to right, fields of text do not": """
        return all("input, textarea").filter((field) => {
            const {direction} = getComputedStyle(field);
            const is_latin = ["email", "url", "tel", "number"].includes(field.type);
            return field.type !== "hidden" && (is_latin ? direction !== "ltr"
                : ["text", "textarea", "search"].includes(field.type) && direction !== "rtl" && field.dir !== "auto"
                    && field.dir !== "ltr");
        });
    """,
    "code runs from left to right apart from the text": """
        return all("pre, code").filter((element) => {
            const {direction, unicodeBidi} = getComputedStyle(element);
            return direction !== "ltr" || !unicodeBidi.startsWith("isolate");
        });
    """,
    "quotes are guillemets, and quotes within them others": """
        return all("q, blockquote").filter((element) => !element.closest("[lang=en]")
            && getComputedStyle(element).quotes !== '"«" "»" "“" "”"');
    """,
    "embeddings are never used, and isolates are closed": """
        const wrong = (text) => /[\\u202a-\\u202e]/.test(text)
            || (text.match(/[\\u2066-\\u2068]/g) ?? []).length !== (text.match(/\\u2069/g) ?? []).length;
        const told = all("[alt], [title], [aria-label], meta[content]").flatMap((element) =>
            ["alt", "title", "aria-label", "content"].map((name) => element.getAttribute(name) ?? ""));
        return [document.title, document.body.textContent, ...told].filter(wrong);
    """,
    "signs between Arabic words are Arabic": """
        // What people typed is theirs.
        const own = "bdi, .story, .card__headline, .card__summary, .kicker, .comment__body, q, pre, code, script, td";
        return texts().filter((element) => !element.closest(own)
            && /\\p{Script=Arabic}\\s*[,;?](\\s|$)/u.test(element.textContent));
    """,
    "the first thing that keys reach leads to the content": """
        const first = document.querySelector("a[href], button, input, summary");
        return first.matches(".skip-link") && document.querySelector(first.hash) ? [] : [first];
    """,
    "digits of the page's own words are of one family": """
        const own = texts().filter((element) => !element.closest("bdi, .story, .card__headline, .comment__body, h1"));
        return own.filter((element) => /[٠-٩۰-۹]/.test(element.textContent));
    """,
    "moments say themselves to machines in UTC": """
        return all("time").filter((time) => !/^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\dZ)?$/.test(time.dateTime));
    """,
}
ASK = """
    const all = (selector) => [...document.querySelectorAll(selector)];
    const is_seen = (element) => element.checkVisibility({visibilityProperty: true});
    const texts = () => all("body *").filter((element) => !element.matches("script, style, option")
        && is_seen(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const told = (fault) => typeof fault === "string" ? fault : fault.outerHTML.slice(0, 160);
"""
SCRIPT = "() => {" + ASK + "return {" + ",".join(
    f"{name!r}: (() => {{ {body} }})().map(told)" for name, body in FAULTS.items()
) + "}}"  # fmt: skip
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
FAULTY = """<html lang="ar"><head><title>\u202eمقلوب</title><style>
    h1 { direction: ltr; text-align: justify } p::first-letter { float: right } .story__body p { font-size: 12px }
    div { height: 4px; overflow: hidden } a { text-decoration-skip-ink: none } input { direction: rtl }
    pre { unicode-bidi: normal } q { quotes: none }
</style></head><body dir="rtl"><main><a href="/">هنا</a>
    <h1>OpenAI تطلق</h1><section class="story__body"><p>نصّ</p></section><p>نعم, و٣ أعوام</p><div>طويل<br>طويل</div>
    <input type="email"><pre>x</pre><q>قول</q><time datetime="أمس">أمس</time></main></body></html>"""


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
    found = page.evaluate(SCRIPT)
    page.close()

    assert [name for name in FAULTS if not found[name]] == []


def test_every_page_is_arabic(page, pages):
    if "sign-in" in pages:
        # Django's own page; its fields and signs are asked for with the rest of the desk.
        pages.pop("sign-in")
    faults = {}
    for name, address in pages.items():
        page.goto(address)
        found = {fault: rows for fault, rows in page.evaluate(SCRIPT).items() if rows}
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
    assert 0 < sum(len(answer.body()) for answer in answers) <= 140 * 1024
