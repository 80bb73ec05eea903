"""The screen of the front page in a browser: dragged, and breaking news written in a hurry."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import front_page
from articles.models import Editor
from articles.scopes import limit
from articles.slots import Pick
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

SCREEN = "/admin/articles/arrangement/"


@pytest.fixture
def open_screen(page_of):
    def open_for(user):
        page = page_of(user, says_yes=False, viewport={"width": 1280, "height": 1400})
        page.goto(SCREEN)
        return page

    return open_for


def test_breaking_news_that_is_refused_keeps_what_was_typed_and_what_was_dragged(open_screen):
    now = timezone.now()
    stories = [factories.published(at=now - timedelta(hours=number)) for number in range(1, 9)]
    page = open_screen(factories.staff(factories.EDITORS))
    last = page.locator(f'[data-article="{stories[7].pk}"]')

    last.locator(".front-story__why").drag_to(page.locator("[data-slot=lead] h2"))
    page.locator("[data-slot=lead] .is-picked").wait_for()
    page.get_by_label("خبر عاجل").fill("عاجل عن OpenAI")
    page.get_by_label("يقود إلى").fill("https://example.org/")
    page.get_by_label("ساعتين").check()
    page.get_by_role("button", name="حفظ الصفحة الأولى").click()
    page.locator("[aria-invalid=true]").wait_for()
    kept = [page.get_by_label("خبر عاجل").input_value(), page.get_by_label("ساعتين").is_checked()]
    focused = page.evaluate("document.activeElement.name")
    page.keyboard.press("Control+A")
    page.keyboard.type(f"/article/{stories[0].pk}/")
    page.get_by_role("button", name="حفظ الصفحة الأولى").click()
    page.locator(".success").wait_for()

    assert (kept, focused) == (["عاجل عن OpenAI", True], "banner_link")
    stored = front_page.stored()
    assert (stored.picks, stored.banner) == ((Pick("lead", stories[7].pk),), "عاجل عن OpenAI")


def test_a_limited_editor_drags_within_the_own_strip_alone(open_screen):
    sports = factories.section("رياضة")
    editor = factories.staff(factories.EDITORS)
    limit(Editor.objects.get(pk=editor.pk), [sports], by=None)
    picks = [Pick(front_page.strip(sports), factories.published(section=sports).pk) for _ in range(2)]
    front_page.arrange(front_page.Choice(picks=tuple(picks)), by=None)
    page = open_screen(editor)
    second = page.locator(f'[data-article="{picks[1].article}"] .front-story__why')

    second.drag_to(page.locator("[data-slot=lead] h2"))
    second.drag_to(page.locator(f"[data-slot={picks[0].slot}] h2"))
    page.locator(".front-unsaved").wait_for()
    page.get_by_role("button", name="حفظ الصفحة الأولى").click()
    page.locator(".success").wait_for()

    assert front_page.stored().picks == (picks[1], picks[0])
