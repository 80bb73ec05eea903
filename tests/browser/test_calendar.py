"""The editorial calendar in a browser: by mouse, by keyboard, without scripts, and what stands in the way."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from articles import publishing
from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

CALENDAR = "/admin/articles/article/calendar/"


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


@pytest.fixture
def article():
    """Appears at ten of the Tuesday in the week after the next, wherever in a week the test runs."""
    sunday = timezone.localdate() + timedelta(days=14 - (timezone.localdate().weekday() + 1) % 7)
    at = timezone.make_aware(
        timezone.datetime.combine(sunday + timedelta(days=2), timezone.datetime.min.time())
    )
    return factories.published(at=at + timedelta(hours=10, minutes=30), headline="مايكروسوفت وMistral AI")


@pytest.fixture
def open_calendar(page_of, editor, article):
    def open_for(query="", user=editor, **options):
        page = page_of(user, **options)
        page.goto(f"{CALENDAR}?day={timezone.localtime(article.published_at):%Y-%m-%d}{query}")
        return page

    return open_for


def hour(article):
    return timezone.localtime(Article.objects.get(pk=article.pk).published_at)


def slot(page, day, at=""):
    return page.locator(f'[data-day="{day:%Y-%m-%d}"] [data-hour="{at}"]')


def said(page, words):
    page.wait_for_function(
        "words => document.getElementById('calendar-said').textContent.includes(words)", arg=words
    )


def test_an_article_is_dragged_to_another_day_and_hour_and_back(open_calendar, article):
    page = open_calendar(viewport={"width": 1280, "height": 1400})
    item, before = page.locator(f"#appear-{article.pk}"), hour(article)
    wednesday = before.date() + timedelta(days=1)

    item.locator(".calendar-about").drag_to(slot(page, wednesday, 14))
    slot(page, wednesday, 14).locator(f"#appear-{article.pk}").wait_for()
    dragged = hour(article)
    page.get_by_role("button", name="تراجع").click()
    page.get_by_role("button", name="تراجع").wait_for()

    assert dragged == before + timedelta(days=1, hours=4)
    assert hour(article) == before


def test_an_article_is_carried_with_the_keyboard(open_calendar, article):
    page = open_calendar(viewport={"width": 1280, "height": 1400})
    handle, before = page.locator(f"#appear-{article.pk} .calendar-handle"), hour(article)

    handle.focus()
    # From right to left the next day is on the left.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    said(page, "11:30. يؤكّد Enter النقل، ويلغيه Escape.")
    page.keyboard.press("Escape")
    said(page, "يبقى في موعده.")
    given_up = hour(article)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    said(page, "يراه القرّاء ابتداءً من")

    assert (given_up, hour(article)) == (before, before + timedelta(hours=23))
    assert handle.evaluate("handle => handle === document.activeElement")


def test_a_withdrawal_is_carried_with_the_keyboard_and_what_was_done_is_in_sight(open_calendar, article):
    at = article.published_at + timedelta(days=1, hours=8)
    leaving = factories.published(withdraw_at=at, headline="يُسحب مع OpenAI")
    # Low enough that the head of the calendar is out of sight.
    page = open_calendar(viewport={"width": 1280, "height": 500})
    handle = page.locator(f"#disappear-{leaving.pk} .calendar-handle")

    handle.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    said(page, "يراه القرّاء حتى")

    told = page.locator(".calendar-moved")
    box = told.bounding_box()
    assert 0 <= box["y"] <= 500 - box["height"]
    assert [time in told.inner_text() for time in ("17:30", "18:30")] == [True, True]
    assert Article.objects.get(pk=leaving.pk).withdraw_at == at - timedelta(hours=1)
    told.get_by_role("button", name="تراجع").click()
    page.get_by_role("button", name="تراجع").wait_for()
    assert Article.objects.get(pk=leaving.pk).withdraw_at == at


def test_a_finger_scrolls_and_after_a_long_press_drags(open_calendar, article):
    page = open_calendar(
        "&view=month", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    factories.published(at=article.published_at + timedelta(days=1), headline="في اليوم التالي")
    page.reload()
    item, before = page.locator(f"#appear-{article.pk}"), hour(article)
    tomorrow = page.locator(f'[data-day="{before.date() + timedelta(days=1):%Y-%m-%d}"]')
    devtools = page.context.new_cdp_session(page)

    def touch(kind, *points):
        devtools.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    def drag(wait_ms):
        tomorrow.scroll_into_view_if_needed()
        start, end = item.bounding_box(), tomorrow.bounding_box()
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        distance = end["y"] + end["height"] / 2 - y
        touch("touchStart", (x, y))
        page.wait_for_timeout(wait_ms)
        for step in range(1, 11):
            touch("touchMove", (x, y + distance * step / 10))
        touch("touchEnd")

    tomorrow.scroll_into_view_if_needed()
    before_swipe = page.evaluate("scrollY")
    drag(0)
    page.wait_for_function("before => scrollY !== before", arg=before_swipe)
    swiped = hour(article)
    drag(700)
    said(page, "يراه القرّاء ابتداءً من")

    assert (swiped, hour(article)) == (before, before + timedelta(days=1))


def test_an_article_is_moved_without_scripts_and_what_cannot_be_is_said(open_calendar, article):
    page = open_calendar("&view=month", java_script_enabled=False, viewport={"width": 390, "height": 844})
    item, before = page.locator(f"#appear-{article.pk}"), hour(article)

    item.locator("summary").click()
    item.locator("[name=at]").fill("2020-01-01T10:00")
    item.get_by_role("button", name="انقل").click()
    refused = page.locator(".errornote").inner_text()
    item.locator("summary").click()
    item.locator("[name=at]").fill(f"{before + timedelta(days=1):%Y-%m-%dT%H:%M}")
    item.get_by_role("button", name="انقل").click()

    assert refused == "مضى هذا الموعد. اختر موعدًا لم يحن بعد."
    assert hour(article) == before + timedelta(days=1)


def test_whoever_comes_second_is_told_and_sees_the_hour_that_stands(open_calendar, article):
    page = open_calendar(viewport={"width": 1280, "height": 1400})
    theirs = hour(article) + timedelta(days=1)
    publishing.move(article, "reschedule", by=None, at=theirs)

    page.locator(f"#appear-{article.pk} .calendar-handle").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    said(page, "غيّر شخص آخر هذا المقال")

    assert hour(article) == theirs
    assert slot(page, theirs.date(), theirs.hour).locator(f"#appear-{article.pk}").count() == 1


def test_without_an_answer_the_item_goes_back_and_that_is_said(open_calendar, article):
    page = open_calendar(viewport={"width": 1280, "height": 1400})
    before = hour(article)
    page.context.set_offline(True)

    page.locator(f"#appear-{article.pk} .calendar-handle").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    said(page, "لا يجيب الموقع")

    assert slot(page, before.date(), before.hour).locator(f"#appear-{article.pk}").count() == 1
    assert hour(article) == before


@pytest.mark.parametrize(("scheme", "width", "view"), [("light", 1280, "week"), ("dark", 390, "month")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_calendar, article, scheme, width, view):
    factories.published(withdraw_at=article.published_at - timedelta(days=1))
    publishing.move(factories.draft(), "submit", by=None)
    page = open_calendar(f"&view={view}", color_scheme=scheme, viewport={"width": width, "height": 900})

    for details in page.locator("summary").all():
        details.click()
    violations = Axe().run(page).response["violations"]

    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
