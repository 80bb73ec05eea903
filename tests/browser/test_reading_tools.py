"""What readers set, keep and pass on: in a real browser, by keys, without scripts, with spoiled storage, on paper."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsroom.text import short_codes
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "".join(f"<h2>باب {number}</h2>" + "<p>نصّ عن OpenAI وعن C++.</p>" * 30 for number in range(1, 5))
# Numbers that no article of a test comes to.
FILL = """localStorage.setItem("nashra.saved", JSON.stringify(Array.from({length: 200}, (_, place) => (
    {number: 1e9 + place, headline: "خبر", address: `/article/${1e9 + place}/`, at: "2026-01-01"}))))"""
SET = "({theme, size, contrast}) => [theme, size, contrast]"


@pytest.fixture
def article():
    factories.published(at=timezone.now() - timedelta(hours=1), headline="ما قبله")
    return factories.published(headline="مايكروسوفت تعلن شراكة مع Mistral AI", body=BODY)


def _set(page):
    return page.evaluate(f"({SET})(document.documentElement.dataset)")


def _focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.localName")


def test_readers_set_how_they_read_by_keys_and_other_tabs_follow(page, listen, article):
    listen(page)
    page.goto(article.get_absolute_url())
    other = page.context.new_page()
    other.goto("/")
    keys = page.keyboard
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 254, 251)"

    page.locator(".settings summary").focus()
    keys.press("Enter")
    keys.press("Tab")
    # Of the first group the third choice, of the second the last, of the third the second.
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("ArrowDown")

    assert _set(page) == ["dark", "largest", "high"]
    assert page.evaluate(paper) == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21.6px"
    themes = page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map((meta) => meta.media)")
    assert themes == ["not all", "all"]
    keys.press("Escape")
    assert (page.locator(".settings").get_attribute("open"), _focused(page)) == (None, "summary")
    other.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    other.goto(article.get_absolute_url())
    assert _set(other) == ["dark", "largest", "high"]
    assert other.locator(".settings :checked").evaluate_all("all => all.map(({value}) => value)") == [
        "dark", "largest", "high",
    ]  # fmt: skip
    # What the reader chose is for the screen.
    other.emulate_media(media="print")
    assert other.evaluate(paper) == "rgb(255, 255, 255)"


def test_a_choice_stays_under_the_finger_though_the_text_above_grows(new_context, article):
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(article.get_absolute_url())
    page.locator(".settings summary").click()

    places = []
    for name in ("كبير جدًّا", "صغير"):
        choice = page.locator(".settings label", has_text=name)
        before = choice.bounding_box()["y"]
        choice.click()
        places.append((before, choice.bounding_box()["y"]))

    assert [abs(after - before) < 1 for before, after in places] == [True, True], places


def test_a_story_is_saved_found_and_removed(page, listen, article):
    listen(page)
    page.goto("/saved/")
    expect(page.get_by_text("لم تحفظ شيئًا بعد")).to_be_visible()
    page.evaluate("localStorage.setItem('nashra.saved', '{spoiled')")
    page.goto(article.get_absolute_url())
    button = page.get_by_role("button", name="حفظ للقراءة لاحقًا")
    assert button.get_attribute("aria-pressed") == "false"

    button.click()

    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".story__told").inner_text().startswith("حُفظ في هذا المتصفّح.")
    foreign = (
        "const kept = JSON.parse(localStorage.getItem('nashra.saved'));"
        "kept.push({number: 1, headline: 'خبيث', address: 'javascript:alert(1)', at: '2026-01-01'}, null, 7);"
        "localStorage.setItem('nashra.saved', JSON.stringify(kept))"
    )
    page.evaluate(foreign)
    page.locator(".footer").get_by_role("link", name="المقالات المحفوظة").click()
    links = page.locator(".saved a")
    expect(links).to_have_text([article.headline])
    links.click()
    expect(page.locator("h1")).to_have_text(article.headline)
    expect(button).to_have_attribute("aria-pressed", "true")
    page.go_back()
    page.get_by_role("button", name="إزالة").click()
    expect(page.get_by_text("لم تحفظ شيئًا بعد")).to_be_visible()
    assert page.locator(".saved__told").inner_text() == "أُزيل من قائمتك."


@pytest.mark.parametrize(
    ("numerals", "day"),
    [("western", "1 يناير 2026"), ("arabic-indic", "١ يناير ٢٠٢٦")],
    ids=["western", "arabic-indic"],
)
def test_the_day_of_saving_is_written_as_the_edition_writes_digits(
    page, live_server, settings, numerals, day
):
    settings.NUMERALS = numerals
    page.goto("/saved/")
    page.evaluate(FILL)

    page.reload()

    assert page.locator(".saved time").first.inner_text() == day


def test_the_link_is_copied_and_said_to_be(new_context, article, live_server):
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("navigator.share = (shared) => { window.shared = shared; return Promise.reject() }")
    page.goto(article.get_absolute_url())

    page.get_by_role("button", name="نسخ الرابط").click()

    page.get_by_text("نُسخ الرابط.").wait_for()
    short = page.locator("[data-share-link]").inner_text()
    assert short.endswith(f"/s/{short_codes.encode(article.pk)}")
    assert page.evaluate("navigator.clipboard.readText()") == short
    page.get_by_role("button", name="مشاركة عبر الجهاز…").click()
    assert page.evaluate("window.shared") == {"title": article.headline, "url": short}


def test_without_scripts_everything_that_needs_none_works(new_context, article):
    page = new_context(java_script_enabled=False, color_scheme="dark").new_page()
    page.goto(article.get_absolute_url())

    tools = page.locator(".settings, [data-save], [data-share-native], [data-share-copy]")
    assert [tool.is_visible() for tool in tools.all()] == [False] * 4
    assert (
        page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(20, 20, 18)"
    )
    assert page.locator("#share a").all_inner_texts() == ["واتساب", "إكس", "تلغرام", "فيسبوك"]
    page.get_by_text("في هذا المقال").click()
    page.locator(".contents").get_by_role("link", name="باب 3").click()
    assert page.locator("h2:target").inner_text() == "باب 3"
    page.get_by_role("link", name="ما قبله").first.click()
    expect(page.locator("h1")).to_have_text("ما قبله")
    page.goto("/saved/")
    expect(page.get_by_text("القائمة في متصفّحك")).to_be_visible()


def test_contents_stand_open_beside_the_text_and_tell_where_the_reader_is(new_context, article):
    page = new_context(viewport={"width": 1280, "height": 800}, reduced_motion="no-preference").new_page()
    page.goto(article.get_absolute_url())
    page.locator(".contents [open]").wait_for()

    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    page.locator(".story__body h2").nth(2).evaluate("heading => scrollTo(0, heading.offsetTop - 100)")

    page.wait_for_selector(".contents [aria-current]:text-is('باب 3')")
    progress = "Number(getComputedStyle(document.querySelector('.story'), '::after').scale.split(' ')[0])"
    page.wait_for_function(f"{progress} > 0.4 && {progress} < 0.6")


def test_a_link_into_the_text_opens_at_its_place(page, article):
    page.goto(f"{article.get_absolute_url()}#part-باب-4")
    page.evaluate("document.fonts.ready")

    page.wait_for_function("Math.abs(document.querySelector('h2:target').getBoundingClientRect().top) < 60")


def test_the_oldest_of_two_hundred_saved_stories_gives_way(page, article):
    page.goto(article.get_absolute_url())
    page.evaluate(FILL)

    page.click("[data-save]")

    kept = page.evaluate("JSON.parse(localStorage.getItem('nashra.saved')).map(({number}) => number)")
    assert kept == [article.pk, *range(10**9, 10**9 + 199)]


def test_no_more_than_two_hundred_saved_stories_are_shown_whoever_wrote_them(page, live_server):
    page.goto("/saved/")
    page.evaluate(FILL.replace("200", "10_000"))

    page.reload()

    page.wait_for_selector(".saved li")
    assert page.locator(".saved li").count() == 200


def test_a_story_that_was_saved_on_an_english_page_is_found_on_both(page, listen, article):
    listen(page)
    page.goto(f"/en{article.get_absolute_url()}")

    page.get_by_role("button", name="Save for later").click()

    assert page.locator("[data-save]").get_attribute("aria-pressed") == "true"
    for address in ("/en/saved/", "/saved/"):
        page.goto(address)
        page.wait_for_selector("[data-saved-list]")
        assert page.locator(".saved a").all_inner_texts() == [article.headline]


def test_paper_has_the_short_link_and_no_tools(page, article):
    page.goto(article.get_absolute_url())

    page.emulate_media(media="print")

    tools = page.locator(".settings, .story__tools, .contents, .next, #share ul, #share h2")
    assert [tool.is_visible() for tool in tools.all()] == [False] * 6
    assert page.locator(".share__link").is_visible()


def test_the_end_of_a_story_without_a_picture_stands_below_its_text(new_context, article):
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(article.get_absolute_url())

    edges = "[document.querySelector('.story__body'), document.querySelector('.story__end')]"
    body, end = page.evaluate(f"{edges}.map((element) => element.getBoundingClientRect())")
    assert body["bottom"] <= end["top"]
