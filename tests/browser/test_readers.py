"""What readers do below an article, with scripts and without."""

import pytest

from comments import threads
from comments.models import Comment, Policy, Report, Status
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(monkeypatch):
    """An article with three threads, more than a page of two comments, and a thread folded behind one answer."""
    monkeypatch.setattr(threads, "COMMENTS_PER_PAGE", 2)
    monkeypatch.setattr(threads, "ANSWERS_SHOWN", 1)
    Policy.objects.update(mode="findings")
    article = factories.published()
    roots = [factories.sent(article, body=f"أوّل النقاش {number}") for number in "123"]
    for number in "1234":
        factories.sent(article, body=f"ردّ {number}", parent=roots[0])
    return article


def _send(page, article, body):
    page.goto(article.get_absolute_url())
    page.fill("[name=author_name]", "سندباد")
    page.fill("[name=email]", "sindbad@example.org")
    page.fill("[name=body]", body)
    page.click(".comment-form [type=submit]")
    page.wait_for_selector(".receipt")


def test_what_is_said_of_a_comment_is_seen_from_its_beginning(new_context, article):
    page = new_context(viewport={"width": 390, "height": 500}).new_page()
    page.goto(article.get_absolute_url())

    _send(page, article, "تعليق")

    assert page.locator(".receipt").bounding_box()["height"] > 500
    page.wait_for_function("""() => {
        const {top} = document.activeElement.getBoundingClientRect();
        return top >= 0 && top < 50;
    }""")


def _follow(page, link):
    # A click returns before the next page is there.
    with page.expect_navigation():
        page.click(link)


def _texts(page):
    return page.locator(".thread .comment__body").all_inner_texts()


def test_the_way_of_a_reader_without_scripts(new_context, article):
    page = new_context(java_script_enabled=False).new_page()

    # Write, change, withdraw.
    _send(page, article, "تعليق يُعدّل ثم يُسحب")
    page.click("summary:has-text('تعديل التعليق')")
    page.fill("[name=body]", "")
    page.get_by_role("button", name="حفظ التعديل").click()
    assert page.get_attribute("[name=body]", "aria-invalid") == "true"
    page.fill("[name=body]", "تعليق عُدّل")
    page.get_by_role("button", name="حفظ التعديل").click()
    assert page.inner_text(".receipt__text") == "تعليق عُدّل"
    assert Comment.objects.latest("pk").is_shown
    page.click("summary:has-text('سحب التعليق')")
    page.get_by_role("button", name="سحب التعليق نهائيًّا").click()
    assert not page.is_visible(".receipt__text")
    assert Comment.objects.latest("pk").status == Status.DELETED

    # Read on, in a thread and on the page.
    page.goto(article.get_absolute_url())
    assert _texts(page) == ["أوّل النقاش 1", "ردّ 1"]
    _follow(page, "text=اعرض الردود الباقية (3)")
    assert _texts(page) == ["ردّ 2", "ردّ 3"]
    _follow(page, "text=اعرض المزيد من التعليقات")
    assert _texts(page) == ["ردّ 4"]
    _follow(page, "text=إلى كلّ التعليقات على المقال")
    _follow(page, "text=اعرض المزيد من التعليقات")
    assert _texts(page) == ["أوّل النقاش 2", "أوّل النقاش 3"]
    _follow(page, "nav a:text-is('الأحدث')")
    assert _texts(page) == ["أوّل النقاش 3", "أوّل النقاش 2"]

    # Find useful, twice, and report.
    for told in ["سُجّل أنّك وجدت التعليق مفيدًا", "سبق أن سجّلت أنّ هذا التعليق مفيد"]:
        page.click("button:text-is('مفيد') >> nth=0")
        assert page.inner_text("h1") == told
        page.click("text=العودة إلى التعليق")
        assert page.inner_text(":target .comment__count") == "وجده قارئ واحد مفيدًا"
    page.click(":target .comment__report")
    page.check("text=إعلان")
    page.fill("[name=text]", "رابط متجر")
    page.get_by_role("button", name="إرسال البلاغ").click()
    assert page.inner_text("h1") == "شكرًا على بلاغك"
    assert Report.objects.get().text == "رابط متجر"


def test_the_way_of_a_reader_with_scripts(page, listen, article):
    listen(page)
    page.goto(article.get_absolute_url())
    address = page.url

    # More comes where it belongs, and the keyboard goes on from there.
    page.click("text=اعرض الردود الباقية (3)")
    page.wait_for_selector("text=ردّ 3")
    assert page.evaluate("document.activeElement.querySelector('.comment__body').innerText") == "ردّ 2"
    page.click(".thread__item--1 + .thread__more a")
    page.wait_for_selector("text=ردّ 4")
    page.click("[data-later] a")
    page.wait_for_selector("text=أوّل النقاش 3")
    assert _texts(page) == [
        "أوّل النقاش 1", "ردّ 1", "ردّ 2", "ردّ 3", "ردّ 4", "أوّل النقاش 2", "أوّل النقاش 3",
    ]  # fmt: skip

    # Found useful where it stands, twice.
    last = page.locator(".comment").last
    button = last.locator(".comment__useful")
    assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("مفيد", None)
    for told in ["وجده قارئ واحد مفيدًا", "سبق أن سجّلت أنّه مفيد. وجده قارئ واحد مفيدًا"]:
        button.click()
        page.wait_for_function(
            "told => document.querySelector('[data-announcement]').textContent === told", arg=told
        )
        assert last.locator(".comment__count").inner_text() == "وجده قارئ واحد مفيدًا"
        assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("وجدته مفيدًا", "true")
    assert page.url == address

    # And remembered in this tab, also on what comes later.
    page.reload()
    assert page.locator(".comments [aria-pressed]").count() == 0
    page.click("[data-later] a")
    page.wait_for_selector("text=أوّل النقاش 3")
    assert page.locator(".comments [aria-pressed]").all_inner_texts() == ["وجدته مفيدًا"]

    # The receipt comes in the form's place, and its forms work from there.
    _send(page, article, "تعليق يُسحب")
    assert page.url == address
    page.click("summary:has-text('سحب التعليق')")
    page.get_by_role("button", name="سحب التعليق نهائيًّا").click()
    page.wait_for_url("**/comments/mine/**")
    assert Comment.objects.latest("pk").status == Status.DELETED
