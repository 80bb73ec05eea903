"""Nothing typed is lost: two who save one article, and each way in which a form and its writer are parted."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Error

from articles import publishing, revising
from articles.models import Article, Draft, Revision
from tests import factories
from tests.conftest import BASE_DIR, CHROMIUM_FLAGS
from tests.faults.test_serve import Site, var_dir  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/articles/article/add/"
TEXT = ".prose-editor > .ProseMirror"
TYPED = "ملخّص طويل كُتب عن C++ ولم يُحفظ"
PASSWORD = "not a secret 1"


@pytest.fixture
def sara():
    return factories.staff(factories.EDITORS, "سارة")


@pytest.fixture
def omar():
    return factories.staff(factories.EDITORS, "عمر")


def address(article):
    return f"/admin/articles/article/{article.pk}/change/"


def open_form(page, article):
    page.goto(address(article) if article else ADD)
    page.wait_for_selector(".prose-menubar button")


def save(page):
    page.click(".submit-row [name=_continue]")


def kept_here(page):
    """Returns what the browser keeps, once the page's deferred scripts have dropped what it names as saved."""
    page.wait_for_load_state()
    return page.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('nashra.draft'))")


def wait_for_draft(page):
    page.wait_for_function(
        "() => document.querySelector('.draft-state').textContent.startsWith('حُفظت المسوّدة')"
    )


# Two who save


@pytest.mark.parametrize("make", [factories.draft, factories.published], ids=["draft", "published"])
def test_who_saves_second_is_told_keeps_the_text_and_chooses(page_of, sara, omar, make):
    article = make(summary="الأصل")
    first, second = page_of(sara), page_of(omar)
    # So that the text is in the browser, and not yet with the site, when it is saved.
    second.route("**/draft/", lambda route: route.abort())
    open_form(first, article)
    open_form(second, article)

    first.fill("[name=headline]", "عنوان سارة عن OpenAI")
    save(first)
    first.wait_for_selector(".messagelist .success")
    second.fill("[name=headline]", "عنوان عمر عن Mistral")
    second.fill("[name=summary]", TYPED)
    save(second)
    second.wait_for_selector(".three-ways")

    late = Revision.objects.left_over(omar).get()
    assert revising.current(article)["headline"] == "عنوان سارة عن OpenAI"
    assert (late.content["headline"], late.content["summary"]) == ("عنوان عمر عن Mistral", TYPED)

    second.check("[name=take-headline][value=theirs]")
    second.click(".conflict-form .default")
    second.wait_for_selector(".messagelist .success")

    now = revising.current(article)
    assert (now["headline"], now["summary"]) == ("عنوان سارة عن OpenAI", TYPED)
    assert kept_here(second) == []


def test_who_closes_the_tab_of_the_choice_finds_the_text_in_two_clicks(page_of, sara, omar):
    article = factories.draft(summary="الأصل")
    page = page_of(omar)
    open_form(page, article)
    publishing.save(Article.objects.get(), by=sara)
    changed = Article.objects.get()
    changed.headline = "عنوان سارة"
    publishing.save(changed, by=sara)
    page.fill("[name=summary]", TYPED)
    save(page)
    page.wait_for_selector(".three-ways")
    page.close()

    again = page.context.new_page()
    open_form(again, article)
    again.click(".kept-draft .button.default")
    again.click(".conflict-form .default")
    again.wait_for_selector(".messagelist .success")

    assert (Article.objects.get().headline, Article.objects.get().summary) == ("عنوان سارة", TYPED)


def test_each_sees_that_the_other_is_at_it_and_when_they_leave(page_of, sara, omar):
    article = factories.draft()
    first, second = page_of(sara), page_of(omar)
    open_form(first, article)

    open_form(second, article)
    second.wait_for_function("() => document.querySelector('.others-at-it').textContent.includes('سارة')")
    first.goto("/admin/")
    second.reload()
    second.wait_for_selector(".prose-menubar button")

    assert second.text_content(".others-at-it").strip() == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("أطلقت Mistral Large 2 أمس", "أطلقت Mistral Large 3 أمس"),
        ("نسخة GPT-4 من OpenAI", "نسخة C++ من OpenAI"),
        ("الإصدار 2.0 الجديد", "الإصدار 2.1 الجديد"),
    ],
    ids=["within a Latin name", "a name that ends in signs", "a number"],
)
def test_what_was_inserted_stands_where_it_stands_in_the_text(page_of, sara, old, new):
    article = factories.draft(headline=old)
    article.headline = new
    publishing.save(article)
    last, first = article.revisions.values_list("pk", flat=True)
    page = page_of(sara)
    page.goto(f"/admin/articles/article/{article.pk}/revisions/compare/?old={first}&new={last}")

    edges = page.eval_on_selector_all(
        "#difference-headline + .diff bdi[dir=rtl]",
        "runs => runs.map(run => [run.getBoundingClientRect().left, run.getBoundingClientRect().right])",
    )

    # From right to left: each ends before the next begins.
    assert len(edges) == 4
    assert all(left >= right for (left, _), (_, right) in pairwise(edges))


# The writer's draft


def test_what_is_typed_is_a_draft_within_two_seconds_of_a_pause(page_of, sara):
    article = factories.published()
    page = page_of(sara)
    open_form(page, article)

    page.click(TEXT)
    page.keyboard.press("Control+End")
    page.keyboard.type(" وجملة عن C++.")
    with page.expect_request(lambda request: "values" in (request.post_data or ""), timeout=2_000):
        pass
    wait_for_draft(page)

    draft = Draft.objects.get()
    assert (draft.user, draft.values["body"]) == (sara, f"{article.body[:-4]} وجملة عن C++.</p>")
    assert (Article.objects.get().body, Revision.objects.count()) == (article.body, 1)
    assert kept_here(page) == []


def test_without_a_line_it_is_kept_in_the_browser_and_sent_when_there_is_one(page_of, sara):
    page = page_of(sara)
    open_form(page, factories.draft())
    page.context.set_offline(True)

    page.fill("[name=summary]", TYPED)
    page.wait_for_selector(".draft-trouble")
    told = page.text_content(".draft-state")
    kept = kept_here(page)
    page.context.set_offline(False)
    wait_for_draft(page)

    assert (told, len(kept)) == ("لا اتصال: محفوظ في هذا المتصفّح", 1)
    assert Draft.objects.get().values["summary"] == TYPED


def test_discarding_an_older_draft_leaves_the_newer_text_in_the_browser(page_of, sara):
    article = factories.draft()
    page = page_of(sara)
    open_form(page, article)
    page.fill("[name=summary]", "قديم")
    wait_for_draft(page)
    page.route("**/draft/", lambda route: route.abort())
    page.route("**/change/", lambda route: route.fulfill(status=502, body="502"), times=1)
    page.fill("[name=summary]", TYPED)
    with page.expect_navigation():
        save(page)
    page.unroute("**/draft/")
    open_form(page, article)

    page.click("[form=discard-draft]")
    page.wait_for_selector(".messagelist .success")
    page.click("form .kept-draft .button.default")

    assert page.input_value("[name=summary]") == TYPED


def test_after_a_save_that_was_stopped_what_is_typed_is_kept_again(page_of, sara):
    page = page_of(sara)
    open_form(page, factories.draft())
    page.route("**/change/", lambda route: route.fulfill(status=204), times=1)
    with page.expect_request("**/change/"):
        save(page)

    page.fill("[name=summary]", TYPED)
    asks = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    is_asked = page.evaluate(asks)
    wait_for_draft(page)

    assert (is_asked, Draft.objects.get().values["summary"]) == (True, TYPED)


def test_two_forms_opened_with_one_draft_do_not_write_over_each_other(page_of, sara):
    article, key = factories.draft(), str(uuid4())
    revising.keep_draft(sara, article, {"summary": "قديم"}, key=key, based_on_version=1)
    first = page_of(sara)
    pages = [first, first.context.new_page()]
    for page in pages:
        page.goto(f"{address(article)}?draft={key}")
        page.wait_for_selector(".prose-menubar button")

    for number, page in enumerate(pages):
        page.fill("[name=kicker]", f"نافذة {number}")
        wait_for_draft(page)

    values = [
        (draft.values["kicker"], draft.values["summary"]) for draft in revising.drafts_of(sara, article)
    ]
    assert values == [("نافذة 1", "قديم"), ("نافذة 0", "قديم")]


def test_without_scripts_a_draft_is_brought_back_and_saved(page_of, sara):
    article = factories.draft()
    revising.keep_draft(sara, article, {"summary": TYPED}, key=str(uuid4()), based_on_version=1)
    page = page_of(sara, java_script_enabled=False)
    page.goto(address(article))

    page.click(".kept-draft .button.default")
    save(page)
    page.wait_for_selector(".messagelist .success")

    assert (Article.objects.get().summary, Draft.objects.unsaved().count()) == (TYPED, 0)


# Five ways in which a form and its writer are parted


def test_an_expired_session(page_of, sara):
    article = factories.draft()
    page = page_of(sara)
    open_form(page, article)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.fill("[name=summary]", TYPED)
    page.wait_for_selector(".draft-trouble")
    assert page.text_content(".draft-state") == "انتهت جلستك: محفوظ في هذا المتصفّح"

    save(page)
    page.fill("#login-form [type=text]", sara.username)
    page.fill("#login-form [type=password]", PASSWORD)
    page.click("#login-form [type=submit]")
    page.wait_for_selector(".messagelist .success")

    assert (Article.objects.get().summary, kept_here(page)) == (TYPED, [])


def test_an_expired_token(page_of, sara):
    article = factories.draft()
    page = page_of(sara)
    open_form(page, article)
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    page.fill("[name=summary]", TYPED)
    page.wait_for_selector(".draft-trouble")

    save(page)
    page.click("#login-form [type=submit]")
    page.wait_for_selector(".messagelist .success")

    assert (Article.objects.get().summary, kept_here(page)) == (TYPED, [])


def test_a_form_too_large(page_of, sara):
    article = factories.draft()
    page = page_of(sara)
    open_form(page, article)
    page.fill("[name=summary]", TYPED)
    # As an image pasted as text is.
    page.eval_on_selector(
        TEXT,
        "text => text.editor.commands.insertContent(`<p>${'x'.repeat(2_600_000)}</p>`)",
    )
    with page.expect_response(lambda response: response.request.is_navigation_request()) as answer:
        save(page)
    page.wait_for_selector(".message .button")
    assert answer.value.status == 413

    page.click(".message .button")
    page.click(".kept-draft .button.default")

    assert page.input_value("[name=summary]") == TYPED
    assert len(page.input_value("[name=body]")) > 2_600_000


def test_a_killed_browser(browser, live_server, session_of, page_of, sara, tmp_path):
    article = factories.draft()
    with _own_browser(browser, tmp_path) as (killed, kill):
        page = killed.new_page()
        page.context.add_cookies([session_of(sara)])
        page.goto(live_server.url + address(article))
        page.wait_for_selector(".prose-menubar button")
        page.fill("[name=summary]", TYPED)
        wait_for_draft(page)
        kill()

    again = page_of(sara)
    open_form(again, article)
    again.click(".kept-draft .button.default")

    assert again.input_value("[name=summary]") == TYPED


def test_a_restarted_server(browser, site):
    """A server of its own, which ends in mid-sentence and starts anew."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{site.port}")
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/admin/")
    page.fill("#id_username", "root")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    open_form(page, None)
    page.fill("[name=headline]", "عنوان عن ChatGPT")
    wait_for_draft(page)
    site.process.kill()
    site.process.wait()
    page.fill("[name=summary]", TYPED)
    page.wait_for_selector(".draft-trouble")
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"), page.expect_navigation():
        save(page)

    site.start()
    open_form(page, None)
    offers = page.locator(".kept-draft").count()
    page.click("form .kept-draft .button.default")

    assert (offers, page.input_value("[name=headline]"), page.input_value("[name=summary]")) == (
        2,
        "عنوان عن ChatGPT",
        TYPED,
    )
    context.close()


@pytest.fixture
def site(var_dir):  # noqa: F811 - the fixture of this name that is imported
    site = Site(var_dir, "--no-demo", "--no-worker")
    try:
        site.start()
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "createsuperuser",
                "--noinput",
                "--username=root",
                "--email=r@example.org",
            ],
            env=site.environment | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD},
            cwd=BASE_DIR,
            check=True,
            capture_output=True,
        )
        yield site
    finally:
        site.end()


@contextmanager
def _own_browser(browser, profile):
    """A Chromium that nobody minds being killed; and what kills all of its processes at once."""

    def kill():
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"--user-data-dir={profile}".encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)

    own = browser.browser_type.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
    )
    try:
        yield own, kill
    finally:
        kill()
