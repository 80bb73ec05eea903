"""What a page makes a telephone fetch before it can be read, and that what is read stays where it is."""

import re

import brotli
import pytest

from tests import newspaper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.failing_urls")]

# Bytes of a page of a reader, with Brotli.
STYLES, SCRIPTS = 20_000, 12_000
# A telephone of the cheaper sort on a slow line, as Lighthouse has it.
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
SLOW_PROCESSOR = {"rate": 4}
SHIFTS = """
    globalThis.shifts = [];
    new PerformanceObserver((list) => list.getEntries().forEach(({value, sources}) => {
        shifts.push([value, ...sources.map(({node}) => (node?.outerHTML ?? node?.data ?? "").slice(0, 100))]);
    })).observe({type: "layout-shift", buffered: true});
"""
# Shifts are told a frame after they were seen.
SEEN = "new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"
# Top and width of each text, in pixels; of the minutes that pass there are more the next time.
PLACES_OF_TEXTS = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const places = [];
    while (texts.nextNode()) {
        range.selectNodeContents(texts.currentNode);
        const {height, top, width} = range.getBoundingClientRect();
        if (height && !texts.currentNode.parentNode.closest("time")) {
            places.push([texts.currentNode.data, Math.round(top), width]);
        }
    }
    return places;
}"""

# What others are like.
KINDS = "front", "section", "article", "search", "page of the site"


@pytest.fixture
def pages():
    return newspaper.build()


@pytest.fixture
def opened(new_context):
    """Open an address as the first one of a reader, and return the page and what was fetched for it, by address."""
    context = new_context()
    page = context.new_page()
    page.add_init_script(SHIFTS)
    fetched = {}
    page.on("response", lambda response: fetched.setdefault(response.url, response))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def opened(address, width, *, is_slow=False):
        if is_slow:
            session.send("Network.emulateNetworkConditions", SLOW_LINE)
            session.send("Emulation.setCPUThrottlingRate", SLOW_PROCESSOR)
        page.set_viewport_size({"width": width, "height": 844})
        fetched.clear()
        page.goto(address, wait_until="networkidle")
        page.evaluate(SEEN)
        return page, fetched

    return opened


@pytest.mark.parametrize(("width", "kinds"), [(390, None), (1280, KINDS)], ids=["phone", "desktop"])
def test_every_page_is_light_and_stays_where_it_is(opened, pages, width, kinds):
    faults, told = {}, {}
    for name in kinds or pages:
        page, fetched = opened(pages[name], width)
        weights = {"css": 0, "js": 0}
        for url, response in fetched.items():
            if kind := re.search(r"\.(css|js)$", url):
                # The name of a file tells what is in it.
                if url not in told:
                    told[url] = len(brotli.compress(response.body()))
                weights[kind[1]] += told[url]
        # One for names and headlines, one for long text. Whatever came third would come after the text was painted.
        type_files = [url for url in fetched if url.endswith(".woff2")]
        shifts = page.evaluate("shifts")
        assert weights["css"] > 0
        if weights["css"] > STYLES or weights["js"] > SCRIPTS or len(type_files) > 2 or shifts:
            faults[name] = weights, type_files, shifts

    assert faults == {}


def test_a_page_in_english_takes_two_files_of_type_at_most(opened, pages):
    in_english = newspaper.in_other_languages(pages)
    _page, fetched = opened(
        next(address for name, address in in_english.items() if name.startswith("article")), 390
    )

    assert len([url for url in fetched if url.endswith(".woff2")]) <= 2


def test_nothing_moves_on_a_slow_line(opened, pages):
    moved = {}
    for name in KINDS:
        page, _fetched = opened(pages[name], 390, is_slow=True)
        moved[name] = page.evaluate("shifts")

    # A word that is painted before its type has come may be wider or narrower by a hair.
    assert {name: shifts for name, shifts in moved.items() if sum(shift[0] for shift in shifts) > 0.005} == {}


@pytest.mark.parametrize("name", KINDS)
def test_lines_stand_where_they_stand_without_the_files_of_type(new_context, pages, name):
    places = []
    for is_without_type in False, True:
        page = new_context(service_workers="block").new_page()
        if is_without_type:
            page.route("**/*.woff2", lambda route: route.abort())
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(pages[name], wait_until="networkidle")
        # What came late serves the next page.
        page.reload(wait_until="networkidle")
        # Else a line may hold a word more or less; pictures would be as large as the longest.
        page.evaluate("for (const each of document.all) each.style.whiteSpace = 'nowrap'")
        page.evaluate("for (const each of document.images) each.style.display = 'none'")
        places.append(page.evaluate(PLACES_OF_TEXTS))
    with_type, without_type = places

    both = list(zip(with_type, without_type, strict=True))
    assert sum(one[2] != other[2] for one, other in both) > 20
    # Type is as high as whole pixels.
    assert [(one, other) for one, other in both if abs(one[1] - other[1]) > 1] == []
