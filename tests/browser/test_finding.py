"""Finding in Chromium: the search by key, the drawer of a phone, a saved view, and the warning of similar stories."""

import pytest

from articles.models import Distinction, SavedView
from tests import factories
from tests.article_form import LIST, change

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "مايكروسوفت تعلن شراكة جديدة مع Mistral AI الفرنسية"


@pytest.fixture
def page(page_of):
    return page_of(factories.staff(factories.EDITORS), viewport={"width": 390, "height": 844})


def test_an_article_is_found_by_key_and_drawer_and_kept_as_a_view(page):
    found = factories.draft(headline=HEADLINE)
    factories.published(headline=f"{HEADLINE} منشور")
    factories.draft()

    page.goto(LIST)
    page.keyboard.press("/")
    page.keyboard.type("مَايكروسوفت الفرنسيه")
    page.locator(".finding-drawer > summary").click()
    page.select_option("#id_state", "draft")
    page.get_by_role("button", name="عرض", exact=True).click()
    page.wait_for_url("**/?q=*")
    rows = page.locator("#result_list tbody th a").all_inner_texts()
    page.locator(".views-save > summary").click()
    page.fill("#view-name", "شراكات")
    page.locator(".views-save button").click()
    page.wait_for_selector(".messagelist .success")

    assert rows == [found.headline]
    assert page.locator(".views-tabs [aria-current]").inner_text() == "شراكات"
    assert SavedView.objects.get().query.endswith("state=draft")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_similar_story_is_told_while_writing_and_told_apart(page):
    story = factories.published(headline=HEADLINE)
    article = factories.draft(headline="خبر")

    page.goto(change(article))
    page.fill("[name=headline]", "مايكروسوفت تعلن شراكة جديدة مع Mistral AI")
    link = page.locator("#similar a")
    link.wait_for()
    told = link.get_attribute("href")
    page.locator("#similar [data-apart]").click()
    page.locator("#similar li").wait_for(state="detached")

    assert told == change(story)
    assert page.locator("[name=headline]").input_value() == "مايكروسوفت تعلن شراكة جديدة مع Mistral AI"
    assert list(Distinction.objects.values_list("article", "other")) == [(article.pk, story.pk)]
