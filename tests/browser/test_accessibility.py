"""What axe-core finds on every kind of page: nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from articles import front_page, previews, revising
from articles.models import Article, PreviewLink
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
    root = Comment.objects.shown().get(parent=None)
    gone = factories.published()
    factories.correction(gone, "retraction", withdraw=True)
    factories.correction(site)
    factories.correction(site, "retraction", "An earlier version named «OpenAI» by mistake.")
    for url in [
        "/",
        "/corrections/",
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
    page.click(".comment-form [type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    assert _violations(page) == [], "form with errors"


def _written_at_once(article, by):
    """An article with changes to publish, a text that came too late, a draft and a colleague at it; those two."""
    edited = Article.objects.get(pk=article.pk)
    edited.headline = "عنوان جديد عن Mistral"
    authors = [byline.author for byline in edited.bylines.all()]
    revising.save(edited, by=by, authors=authors, tags=[])
    late = Article.objects.get(pk=article.pk)
    late.headline = "عنوان وصل متأخّرًا عن C++"
    revision = revising.keep_unapplied(late, by=by, base_version=2, authors=authors, tags=[])
    draft = revising.keep_draft(by, article, {"headline": "مسوّدة"}, key=str(uuid4()), based_on_version=1)
    revising.arrive(factories.staff(factories.EDITORS, "سارة"), article)
    return revision, draft


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk(new_context, site, client, live_server, scheme):
    root = factories.superuser()
    client.force_login(root)
    revision, draft = _written_at_once(site, root)
    form = reverse("admin:articles_article_change", args=[site.pk])
    revisions = reverse("admin:articles_article_revisions", args=[site.pk])
    context = new_context(color_scheme=scheme)
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    page = context.new_page()
    note = factories.correction(site)
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
        form,
        f"{form}?draft={draft.key}",
        revisions,
        f"{revisions}{revision.pk}/",
        f"{revisions}{revision.pk}/conflict/",
        f"{revisions}compare/?old={site.revisions.last().pk}&new={revision.pk}",
        "/admin/articles/transition/",
        "/admin/articles/editor/",
        reverse("admin:articles_editor_change", args=[root.pk]),
        "/admin/articles/correction/",
        f"/admin/articles/correction/add/?article={site.pk}",
        reverse("admin:articles_correction_change", args=[note.pk]),
        reverse("admin:articles_article_change", args=[translated.pk]),
        reverse("admin:articles_article_stored_tells", args=[translated.pk]),
        reverse("admin:articles_article_change", args=[PreviewLink.objects.get().article_id]),
        "/admin/articles/arrangement/",
    ]:
        page.goto(url, wait_until="networkidle")
        # What the content security policy stops is told there alone; axe itself tries what it forbids.
        assert complaints == [], url
        assert _violations(page) == [], url
        complaints.clear()
