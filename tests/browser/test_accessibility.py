"""What axe-core finds on every kind of page: nothing."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from articles import archive, front_page, previews
from articles.models import PreviewLink, SitePage
from articles.slots import Pick
from comments import claims, moderation
from comments.models import Comment, Report, WatchedWord, Wave
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site():
    article = factories.published(tags=[factories.tag()], body="<h2>عنوان</h2><p>نصّ عن OpenAI</p>")
    for _ in range(3):
        factories.published()
    front_page.arrange(
        front_page.Choice(
            picks=(Pick("lead", article.pk),), banner="عاجل عن OpenAI", banner_link="/",
            banner_ends_at=timezone.now() + timedelta(hours=1),
        ),
        by=None,
    )  # fmt: skip
    previews.share(factories.draft(headline="للمعاينة"), by=None, lifetime=timedelta(days=1))
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
    today = timezone.localdate()
    root = Comment.objects.shown().get(parent=None)
    gone = factories.published()
    factories.correction(gone, "retraction", withdraw=True)
    factories.correction(site)
    factories.correction(site, "retraction", "An earlier version named «OpenAI» by mistake.")
    for url in [
        "/",
        "/corrections/",
        "/saved/",
        "/authors/",
        archive.Period(today.year, today.month, today.day).get_absolute_url(),
        SitePage.objects.get(purpose="privacy").get_absolute_url(),
        gone.get_absolute_url(),
        site.section.get_absolute_url(),
        site.get_absolute_url(),
        reverse("articles:preview", args=[previews.token(PreviewLink.objects.get())]),
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
    page.click(".settings summary")
    assert _violations(page) == [], "reading settings"
    page.click("[data-save]")
    page.goto("/saved/")
    assert _violations(page) == [], "saved stories"

    page.goto(site.get_absolute_url())
    page.click(".comment-form [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    assert _violations(page) == [], "form with errors"
