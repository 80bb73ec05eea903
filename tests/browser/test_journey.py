"""The whole way, driven as the three people drive it."""

import hashlib

import pytest
from playwright.sync_api import expect

from comments import moderation
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "sindbad.reader@example.org"
HEADLINE = "OpenAI تطلق أداة جديدة للبحث"
WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><!--StartFragment-->"
    "<p class=MsoNormal dir=RTL style='text-align:right'><b><span style='color:red'>أعلنت الشركة</span></b>"
    "<span lang=EN-US style='font-family:Calibri'> Mixtral-8x7B</span><o:p></o:p></p><!--EndFragment--></body></html>"
)


def _sign_in(page, user):
    page.goto("/admin/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "not a secret 1")
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def test_an_editor_publishes_a_reader_comments_a_moderator_approves(new_context, caplog, capfd, live_server):
    editor = factories.staff(factories.EDITORS)
    moderator = factories.staff(factories.MODERATORS)
    section, author = factories.section(), factories.author()
    seen: list[bytes] = []

    def record(response):
        seen.append(str(response.headers).encode())
        if response.request.resource_type in {"document", "fetch", "xhr"} and response.status not in {
            301,
            302,
        }:
            seen.append(response.body())

    def person():
        page = new_context().new_page()
        page.on("response", record)
        return page

    # The editor writes, pastes a fragment from Word, publishes.
    page = person()
    _sign_in(page, editor)
    page.goto("/admin/articles/article/add/")
    page.fill("#id_headline", HEADLINE)
    page.select_option("#id_section", str(section.pk))
    _choose(page, "#id_bylines", author.name)
    page.click(".ProseMirror")
    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData('text/html', html);
            document.querySelector('.ProseMirror').dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        WORD,
    )
    page.click("[name=_move][value=publish]")
    page.wait_for_selector(".success")

    # The reader finds the article and makes a mistake first.
    reader = person()
    reader.goto("/")
    reader.click(f"a:has-text('{HEADLINE.split(' ', 1)[1]}')")
    article_url = reader.url
    body = reader.locator(".story__body").first
    assert body.inner_html().count("Mso") == 0
    assert "أعلنت الشركة Mixtral-8x7B" in body.inner_text()
    reader.fill("[name=author_name]", "سندباد")
    reader.fill("[name=email]", "sindbad.reader@")
    reader.fill("[name=body]", "شكرًا، مقال مفيد عن ChatGPT.")
    reader.click(".comment-form [type=submit]")
    reader.wait_for_selector("[aria-invalid=true]")
    assert reader.input_value("[name=author_name]") == "سندباد"
    assert reader.input_value("[name=body]") == "شكرًا، مقال مفيد عن ChatGPT."
    reader.fill("[name=email]", EMAIL)
    reader.click(".comment-form [type=submit]")
    reader.wait_for_selector(".receipt")

    # Nobody else sees it yet.
    other = person()
    other.goto(article_url)
    assert "مقال مفيد عن" not in other.inner_text("body")

    # The moderator approves by key.
    desk = person()
    _sign_in(desk, moderator)
    desk.goto("/admin/comments/comment/")
    desk.wait_for_selector("text=مقال مفيد عن")
    with desk.expect_response("**/decide/"):
        desk.keyboard.press("a")

    other.reload()
    assert "مقال مفيد عن" in other.inner_text("body")

    # The address is in no byte of it all, nor any of its hashes.
    forms = [EMAIL.encode()] + [
        getattr(hashlib, name)(EMAIL.encode()).hexdigest().encode() for name in ("md5", "sha1", "sha256")
    ]
    printed = capfd.readouterr()
    everything = b"".join(seen) + (caplog.text + printed.out + printed.err).encode()
    assert "سندباد".encode() in everything
    assert [form for form in forms if form in everything.lower()] == []


def _choose(page, select, text):
    """Choose in one of the admin's look-up fields."""
    page.click(f"{select} + .select2")
    page.fill(".select2-search__field", text)
    page.click(f".select2-results__option:has-text('{text}')")


def test_a_reader_comments_without_scripts(new_context):
    article = factories.published()
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("link", name=article.headline).first.click()
    page.fill("[name=author_name]", "سندباد")
    page.fill("[name=body]", "تعليق بلا JavaScript")
    page.click(".comment-form [type=submit]")
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    assert page.input_value("[name=body]") == "تعليق بلا JavaScript"
    page.fill("[name=email]", EMAIL)
    page.click(".comment-form [type=submit]")

    page.wait_for_url("**/comments/mine/**")
    moderation.approve(Comment.objects.all(), by=None)
    page.goto(article.get_absolute_url())
    page.click(".thread a[href^='/comments/reply/']")
    page.wait_for_url("**/comments/reply/**")
    page.fill("[name=author_name]", "شهرزاد")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=body]", "ردّ")
    page.click(".comment-form [type=submit]")
    page.wait_for_url("**/comments/mine/**")

    assert Comment.objects.get(author_name="شهرزاد").parent.author_name == "سندباد"
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="زر الذهاب إلى الأعلى").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#top")


def test_an_editor_publishes_without_scripts(new_context):
    section, tag, author = factories.section(), factories.tag("OpenAI"), factories.author("ليلى حدّاد")
    page = new_context(java_script_enabled=False).new_page()
    _sign_in(page, factories.staff(factories.EDITORS))
    page.goto("/admin/articles/article/add/")
    page.fill("#id_headline", HEADLINE)
    page.fill("#id_body", "<p>نصّ عن C++ وغيرها.</p>")
    page.select_option("#id_section", str(section.pk))
    page.fill("[name=bylines__typed] >> nth=0", "ليلي حداد")
    page.fill("[name=tags__typed] >> nth=0", f"OpenAI ({tag.pk})")
    page.click("[name=_move][value=publish]")
    expect(page.locator(".success")).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name=HEADLINE).first.click()

    expect(page.locator(".story__body")).to_have_text("نصّ عن C++ وغيرها.")
    expect(page.get_by_role("link", name=author.name).first).to_be_visible()
    expect(page.get_by_role("link", name=tag.name).first).to_be_visible()
