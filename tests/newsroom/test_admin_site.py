"""The start page: what waits for whom, in few queries."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from newsroom import admin_site
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def _noon(monkeypatch):
    """The hour of the test run must not decide how much of the day is left."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)


def _tasks(user):
    return {task.name: (task.count, [item.title for item in task.items]) for task in admin_site.tasks(user)}


@pytest.mark.usefixtures("_noon")
def test_an_editor_is_told_of_reviews_of_today_and_of_own_drafts():
    editor, reporter = factories.staff(factories.EDITORS), factories.staff(factories.REPORTERS)
    in_review = publishing.move(factories.draft(by=reporter), "submit", by=reporter)
    today = factories.published(at=timezone.now() + timedelta(hours=3))
    factories.published(at=timezone.now() + timedelta(hours=12))
    factories.published()
    mine = factories.draft(by=editor)
    factories.draft(by=reporter)

    assert _tasks(editor) == {
        "review": (1, [in_review.headline]),
        "scheduled": (1, [today.headline]),
        "drafts": (1, [mine.headline]),
    }


def test_a_reporter_is_told_of_own_drafts_alone():
    reporter = factories.staff(factories.REPORTERS)
    mine = factories.draft(by=reporter)
    publishing.move(factories.draft(by=reporter), "submit", by=reporter)
    factories.sent(factories.published())

    assert _tasks(reporter) == {"drafts": (1, [mine.headline])}


def test_a_moderator_is_told_of_comments_alone():
    comment = factories.sent(factories.published())
    factories.draft()

    (task,) = admin_site.tasks(factories.staff(factories.MODERATORS))

    assert (task.name, task.count, task.since) == ("comments", 1, comment.created_at)


def test_each_task_leads_to_a_page_that_opens(client):
    root = factories.superuser()
    client.force_login(root)
    publishing.move(factories.draft(by=root), "submit", by=root)
    factories.draft(by=root)

    pages = [task.url for task in admin_site.tasks(root)]
    pages += [item.url for task in admin_site.tasks(root) for item in task.items]

    assert len(pages) == 6
    assert [client.get(page).status_code for page in pages] == [200] * 6


def test_own_drafts_lead_to_own_drafts(client):
    editor = factories.staff(factories.EDITORS)
    client.force_login(editor)
    mine, other = factories.draft(by=editor), factories.draft()
    drafts = next(task for task in admin_site.tasks(editor) if task.name == "drafts")

    page = client.get(drafts.url).content.decode()

    assert mine.headline in page
    assert other.headline not in page


@pytest.mark.parametrize("rows", [1, 7])
def test_the_page_takes_the_same_queries_for_many(client, rows, django_assert_num_queries):
    root = factories.superuser()
    client.force_login(root)
    article = factories.published()
    for _ in range(rows):
        factories.sent(article)
        publishing.move(factories.draft(by=root), "submit", by=root)
        factories.draft(by=root)

    # Session, account, recent actions; comments, night; the clock; article counts, what came back, reviews, drafts;
    # saved views.
    with django_assert_num_queries(11):
        page = client.get("/admin/")

    assert page.status_code == 200


def test_the_page_is_in_arabic_from_right_to_left(client):
    client.force_login(factories.staff(factories.MODERATORS))

    page = client.get("/admin/").content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert str(admin_site.NewsroomAdminSite.site_header) in page
    assert str(admin_site.NewsroomAdminSite.index_title) in page


def test_who_may_not_write_is_offered_no_article(client):
    client.force_login(factories.staff(factories.MODERATORS))

    assert "/admin/articles/article/add/" not in client.get("/admin/").content.decode()


def test_articles_and_comments_stand_before_what_they_are_filed_under(rf):
    request = rf.get("/admin/")
    request.user = factories.superuser()

    apps = admin.site.get_app_list(request)

    assert [app["app_label"] for app in apps] == [
        "articles",
        "comments",
        "auth",
        "mail",
        "webhooks",
        "federation",
        "deliveries",
    ]
    assert [app["models"][0]["object_name"] for app in apps[:2]] == ["Article", "Comment"]


@pytest.mark.parametrize("place", ["articles/article/", "articles/article/add/", "auth/user/add/"])
def test_a_name_that_is_no_field_is_refused(client, place):
    client.force_login(factories.superuser())

    assert client.get(f"/admin/{place}", {"_to_field": "+"}).status_code == 400


def test_no_short_cut_tells_the_address_of_what_is_not_public(client):
    secret = factories.draft(headline="عنوان لم يُنشر")
    kind = ContentType.objects.get_for_model(secret)
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.get(f"/admin/r/{kind.pk}/{secret.pk}/").status_code == 404


def test_a_failed_sign_in_is_told_in_our_words(client):
    page = client.post("/admin/login/", {"username": "editor", "password": "غير صحيحة"}).content.decode()

    sentence = (
        "تعذّر الدخول. تحقّق من اسم المستخدم وكلمة المرور (تختلف فيهما الحروف اللاتينية الكبيرة عن الصغيرة)،"
        " ومن أنّ حسابك يتيح دخول المكتب."
    )
    assert re.search(r'<p class="errornote">(.*?)</p>', page, re.DOTALL)[1].strip() == sentence


def _models(client, app):
    apps = client.get("/admin/").context["app_list"]
    return [(found["name"], found["models"][0]["name"]) for found in apps if found["app_label"] == app]


@pytest.mark.parametrize(
    ("group", "app", "names"),
    [
        (factories.EDITORS, "articles", ("التحرير", "المقالات")),
        (factories.MODERATORS, "comments", ("التعليقات", "الإشراف على التعليقات")),
    ],
)
def test_the_start_page_says_nothing_twice(client, group, app, names):
    client.force_login(factories.staff(group))

    assert _models(client, app) == [names]


def test_what_is_listed_follows_what_one_may_open(client):
    def listed():
        return {
            model["object_name"]
            for app in client.get(reverse("admin:index")).context["available_apps"]
            for model in app["models"]
        }

    user = factories.staff(factories.MODERATORS)
    client.force_login(user)
    of_a_moderator = listed()
    user.groups.set([Group.objects.get(name=factories.REPORTERS)])
    of_a_reporter = listed()
    client.force_login(factories.superuser())

    assert ("Comment" in of_a_moderator, "Comment" in of_a_reporter) == (True, False)
    assert of_a_reporter | of_a_moderator < listed()


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/admin/comments/comment/?queue=spam&q=x", ["/admin/comments/comment/"]),
        ("/admin/articles/article/add/", ["/admin/articles/article/"]),
        ("/admin/", []),
    ],
)
def test_the_menu_says_where_one_is(client, address, current):
    client.force_login(factories.superuser())

    page = client.get(address).content.decode()

    menu = page.partition('id="nav-sidebar"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', menu) == current
