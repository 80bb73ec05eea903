"""What axe-core finds on every kind of page: nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from comments import claims, moderation
from comments.models import Comment, Report, WatchedWord, Wave
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site():
    article = factories.published(tags=[factories.tag()], body="<h2>عنوان</h2><p>نصّ عن OpenAI</p>")
    for _ in range(3):
        factories.published()
    root = factories.approved(article)
    factories.approved(article, parent=root, website="https://example.org/")
    Comment.objects.update(
        picked_at=timezone.now(), useful=3, edited_at=timezone.now(), staff=factories.superuser()
    )
    WatchedWord.objects.create(term="احتيال", reason="إعلانات")
    factories.sent(article, body="هذا احتيال http://a.example http://b.example")
    wave = Wave.objects.create()
    members = [factories.sent(article) for _ in range(3)]
    Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=wave, triage=0.9)
    claims.claim([members[0].pk], by=factories.staff(factories.MODERATORS, "layla"))
    moderation.add_note(members[0], "صاحب بلاغ الأمس", by=factories.superuser())
    Report.objects.create(comment=root, complaint="abuse", text="شتيمة", sender_fingerprint="1")
    Comment.objects.filter(pk=root.pk).update(open_reports=1)
    return article


def _violations(page):
    found = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readers_pages(new_context, site, scheme):
    page = new_context(color_scheme=scheme).new_page()
    root = Comment.objects.shown().get(parent=None)
    for url in [
        "/",
        site.section.get_absolute_url(),
        site.get_absolute_url(),
        Comment.objects.held().first().receipt_url,
        reverse("comments:report", args=[root.pk]),
        reverse("comments:reported", args=[root.pk]),
        reverse("comments:thread", args=[root.pk]),
        "/article/999999/",
        "/admin/login/",
    ]:
        page.goto(url)
        assert _violations(page) == [], url

    page.goto(Comment.objects.held().first().receipt_url)
    for summary in page.locator("summary").all():
        summary.click()
    page.fill("[name=body]", "")
    assert _violations(page) == [], "private page with its forms open"
    page.get_by_role("button", name="حفظ التعديل").click()
    assert _violations(page) == [], "private page with an error"

    page.goto(reverse("comments:report", args=[root.pk]))
    page.get_by_role("button", name="إرسال البلاغ").click()
    assert _violations(page) == [], "report with an error"

    page.goto(site.get_absolute_url())
    page.click(".comment-form [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    assert _violations(page) == [], "form with errors"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk(new_context, site, client, live_server, scheme):
    client.force_login(factories.superuser())
    context = new_context(color_scheme=scheme)
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    page = context.new_page()
    translated = factories.draft(body="<p>يوم الاثنين, أ شركة جديدة, قال ميسترال ميسترال.</p>")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for url in [
        "/admin/",
        "/admin/comments/comment/",
        "/admin/comments/comment/?queue=reported",
        "/admin/comments/comment/service-level/",
        "/admin/comments/triagestate/",
        reverse("admin:comments_comment_change", args=[Comment.objects.held().last().pk]),
        reverse("admin:comments_comment_change", args=[Comment.objects.reported().get().pk]),
        f"/admin/comments/sanction/for-comment/?comment={Comment.objects.held().first().pk}",
        "/admin/comments/sanction/",
        "/admin/comments/watchedword/add/",
        "/admin/comments/watchedword/try/",
        "/admin/comments/watchedword/import/",
        "/admin/comments/rejectionreason/",
        "/admin/comments/policy/1/change/",
        "/admin/articles/article/",
        "/admin/articles/article/add/",
        reverse("admin:articles_article_change", args=[site.pk]),
        reverse("admin:articles_article_change", args=[translated.pk]),
        reverse("admin:articles_article_stored_tells", args=[translated.pk]),
    ]:
        page.goto(url, wait_until="networkidle")
        # What the content security policy stops is told there alone; axe itself tries what it forbids.
        assert complaints == [], url
        assert _violations(page) == [], url
        complaints.clear()
