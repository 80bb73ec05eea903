"""The panel in which an editor sees the page that a form would make, before anybody saves anything."""

import pytest
from playwright.sync_api import expect

from articles.models import Arrangement, Article
from tests import factories
from tests.article_form import change

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = ["390", "768", "1280"]


@pytest.fixture
def desk(page_of):
    return page_of(factories.staff(factories.EDITORS, "sara"), viewport={"width": 1440, "height": 900})


def _frame(page):
    page.locator("iframe.is-shown").wait_for()
    return page.frame_locator("iframe.is-shown")


def _width_inside(page):
    return page.locator("iframe.is-shown").evaluate("frame => frame.contentWindow.innerWidth")


def test_what_is_typed_is_seen_at_three_widths_and_follows_the_writer(desk):
    article = factories.draft(headline="العنوان المحفوظ")
    desk.goto(change(article))
    headline = desk.locator("#id_headline")
    headline.fill("عنوان لم يُحفظ عن OpenAI")
    desk.get_by_role("button", name="معاينة ما كُتب").click()

    frame = _frame(desk)
    shown = frame.locator("h1")
    assert (shown.inner_text(), frame.locator("html").get_attribute("dir")) == (
        "عنوان لم يُحفظ عن OpenAI",
        "rtl",
    )
    assert desk.locator(".preview-panel").get_by_role("radio").first.is_checked()
    seen = {_width_inside(desk)}
    desk.get_by_role("radio").first.focus()
    for _ in WIDTHS[1:]:
        desk.keyboard.press("ArrowDown")
        seen.add(_width_inside(desk))
    assert seen == {390, 768, 1280}
    stage, drawn = (
        desk.locator(name).bounding_box() for name in (".preview-panel__stage", "iframe.is-shown")
    )
    assert drawn["width"] <= stage["width"] + 1

    headline.fill("عنوان آخر")
    expect(shown).to_have_text("عنوان آخر")
    frame.get_by_role("link", name="نشرة").first.click()
    headline.fill("عنوان ثالث")
    expect(shown).to_have_text("عنوان ثالث")
    desk.locator(".preview-panel").get_by_role("button", name="إغلاق المعاينة").click()
    assert not desk.locator(".preview-panel").is_visible()
    assert Article.objects.get().headline == "العنوان المحفوظ"


def test_the_front_page_is_arranged_by_mouse_and_keys_and_saved_at_once(desk):
    old = factories.published(headline="القَمْحُ يستقر")
    for number in (1, 2, 3):
        factories.published(headline=f"خبر {number}")
    desk.goto("/admin/articles/arrangement/")
    lead, second = desk.locator(".front-slot--lead"), desk.locator(".front-slot--second")
    expect(lead).to_contain_text("خبر 3")

    lead.get_by_label("ابحث عن مادة").fill("القمح")
    lead.get_by_label("ابحث عن مادة").press("Enter")
    lead.locator(".front-found button").click()
    lead.locator(".front-story.is-picked").wait_for()
    assert "القَمْحُ يستقر" in lead.locator(".front-story").inner_text()
    last = second.locator(".front-story").last
    last.get_by_role("button").click()
    second.locator(".front-story.is-picked").wait_for()
    second.locator(".front-story:not(.is-picked)").first.get_by_role("button").click()
    expect(second.locator(".front-story.is-picked")).to_have_count(2)
    before = second.locator(".front-story__headline").all_inner_texts()
    second.get_by_role("button", name="إنزال").first.focus()
    desk.keyboard.press("Enter")
    expect(second.locator(".front-story__headline")).to_have_text([before[1], before[0], *before[2:]])
    desk.get_by_role("button", name="معاينة", exact=True).click()
    assert _frame(desk).locator(".front__lead h2").inner_text() == "القَمْحُ يستقر"
    assert not Arrangement.objects.exists()
    desk.get_by_role("button", name="حفظ الصفحة الأولى").click()
    desk.get_by_text("رُتّبت الصفحة الأولى.").wait_for()

    picks = [(pick["slot"], pick["article"]) for pick in Arrangement.objects.get().picks]
    assert picks[0] == ("lead", old.pk)
    assert [slot for slot, _article in picks[1:]] == ["second", "second"]
