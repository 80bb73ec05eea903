"""Preview links: who makes them, what they open for people without an account, and when they open nothing."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import previews, publishing, revising
from articles.models import PreviewLink
from newsroom.web.request_log import without_tokens
from tests import factories
from tests.article_form import change, told_on
from tests.kept_pages import lasting

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HEADLINE = "سرّ OpenAI الذي لم يُنشر"


def _share(article, *, by=None, lifetime=DAY):
    return previews.share(article, by=by, lifetime=lifetime)


def _address(link):
    return reverse("articles:preview", args=[previews.token(link)])


def test_whoever_has_the_link_reads_the_page_and_what_it_is(client):
    article = factories.draft(headline=HEADLINE, hero=factories.image())
    link = _share(article)

    response = client.get(_address(link))

    picture = client.get(article.hero.fallback)
    picture.close()
    page = response.text
    assert (response.status_code, picture.status_code) == (200, 200)
    assert f'<div class="story__body">{article.body_html}</div>' in page
    assert 'class="preview-bar"' in page
    assert f'src="{article.hero.fallback}"' in page


@pytest.mark.parametrize("end", ["/", ""], ids=["slash", "no slash"])
def test_nobody_keeps_it_or_tells_of_it(client, end):
    response = client.get(_address(_share(factories.draft(headline=HEADLINE))).removesuffix("/") + end)

    assert response.status_code == 200
    headers = {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert headers == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }
    assert "script-src 'none'" in response["Content-Security-Policy"]
    assert not [
        word for word in ("canonical", "og:", "ld+json", "comment", "/admin/") if word in response.text
    ]


def test_it_shows_the_revision_it_was_made_for(client):
    article = factories.draft(headline="العنوان الأول")
    link = _share(article)
    article.headline = "العنوان الثاني"
    publishing.save(article)

    page = client.get(_address(link)).text

    assert ("العنوان الأول" in page, "العنوان الثاني" in page) == (True, False)


def test_it_shows_a_working_copy_of_what_is_published(client):
    article = factories.published(headline="المنشور")
    article.headline = "المعدَّل"
    revising.save(article, by=factories.superuser(), authors=[], tags=[])
    link = _share(article)

    page = client.get(_address(link)).text

    assert ("المعدَّل" in page, "المنشور" in page) == (True, False)


@pytest.mark.parametrize("has_working_copy", [False, True], ids=["a draft", "changes"])
def test_once_it_is_published_it_leads_to_the_public_page(client, has_working_copy):
    article = factories.published() if has_working_copy else factories.draft()
    if has_working_copy:
        article.headline = "المعدَّل"
        revising.save(article, by=factories.superuser(), authors=[], tags=[])
    link = _share(article)
    publishing.move(article, "publish_changes" if has_working_copy else "publish", by=None)

    response = client.get(_address(link))

    assert (response.status_code, response["Location"]) == (302, iri_to_uri(article.get_absolute_url()))


def _revoked(article, link):
    previews.revoke(link, by=factories.superuser())


def _archived(article, link):
    publishing.move(article, "archive", by=None)


def _withdrawn_to_draft(article, link):
    publishing.move(publishing.move(article, "publish", by=None), "withdraw", by=None)


def _deleted(article, link):
    article.delete()


def _expired(article, link):
    PreviewLink.objects.update(at=timezone.now() - 2 * DAY, ends_at=timezone.now())


def _of_another_article(article, link):
    PreviewLink.objects.update(article=factories.draft())


def _of_another_revision(article, link):
    publishing.save(article)
    PreviewLink.objects.update(revision=article.revisions.first())


@pytest.mark.parametrize(
    "become",
    [
        _revoked, _archived, _withdrawn_to_draft, _deleted, _expired, _of_another_article, _of_another_revision,
    ],
)  # fmt: skip
def test_what_it_does_not_open_is_not_found_and_nobody_learns_why(client, become):
    article = factories.draft(headline=HEADLINE)
    link = _share(article)
    address = _address(link)
    assert client.get(address).status_code == 200
    become(article, link)

    response = client.get(address)

    never = client.get("/preview/never-was/")
    assert (response.status_code, response.content) == (404, never.content)
    assert lasting(response.headers) == lasting(never.headers)


@pytest.mark.parametrize("change_text", [
    lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    lambda token: "9" + token,
    lambda token: token.split(".")[0],
    lambda token: token + ".x",
    lambda token: "٣-1-1.x",
], ids=["signature", "number", "unsigned", "longer", "other digits"])  # fmt: skip
def test_a_token_that_was_tampered_with_opens_nothing(client, change_text):
    token = previews.token(_share(factories.draft()))

    assert client.get(reverse("articles:preview", args=[change_text(token)])).status_code == 404


def test_it_ends_by_the_clock(client):
    link = _share(factories.draft(), lifetime=timedelta(hours=1))
    answers = []
    for moment in (link.ends_at - timedelta(seconds=1), link.ends_at):
        with time_machine.travel(moment, tick=False):
            answers.append(client.get(_address(link)).status_code)

    assert answers == [200, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_with_three_links_as_with_one(client, django_assert_num_queries, count):
    article = factories.draft(tags=[factories.tag()])
    links = [_share(article) for _ in range(count)]

    with django_assert_num_queries(11):
        client.get(_address(links[0]))


def test_only_who_may_edit_the_article_makes_and_revokes_links(reporter):
    article = factories.draft(by=reporter)
    stranger = factories.staff(factories.REPORTERS)
    link = _share(article, by=reporter)

    with pytest.raises(PermissionDenied):
        _share(article, by=stranger)
    with pytest.raises(PermissionDenied):
        previews.revoke(link, by=stranger)


@pytest.mark.parametrize(
    ("road", "reporters"), [("make_link", 403), ("revoke_link", 403), ("preview_unsaved", 404)]
)
def test_by_no_road_does_another_account_get_there(client, road, reporters):
    article = factories.draft()
    link = _share(article)
    answers = {}
    for group in (factories.REPORTERS, factories.MODERATORS):
        client.force_login(factories.staff(group))
        url = reverse(f"admin:articles_article_{road}", args=[article.pk])
        answers[group] = client.post(url, {"lifetime": "day", "link": link.pk}).status_code

    assert answers == {factories.REPORTERS: reporters, factories.MODERATORS: 403}
    assert list(PreviewLink.objects.open()) == [link]


def test_a_reporter_may_not_share_what_was_taken_into_review(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=None)

    url = reverse("admin:articles_article_make_link", args=[article.pk])

    assert as_reporter.post(url, {"lifetime": "day"}).status_code == 403


def test_what_readers_have_already_is_not_shared(as_editor):
    article = factories.published()

    url = reverse("admin:articles_article_make_link", args=[article.pk])
    page = as_editor.post(url, {"lifetime": "day"}, follow=True)

    assert told_on(page) == ["لا يُشارك للمعاينة إلّا نصّ لم يصل إلى القرّاء بعد."]


def test_the_form_lists_links_and_revokes_them(as_editor, editor):
    article = factories.draft()
    as_editor.post(reverse("admin:articles_article_make_link", args=[article.pk]), {"lifetime": "week"})
    link = PreviewLink.objects.get()

    form = as_editor.get(change(article)).text
    as_editor.post(reverse("admin:articles_article_revoke_link", args=[article.pk]), {"link": link.pk})

    assert (link.by, link.ends_at - link.at) == (editor, timedelta(days=7))
    assert f'value="http://127.0.0.1:8000{_address(link)}"' in form
    link.refresh_from_db()
    assert (link.revoked_by, Client().get(_address(link)).status_code) == (editor, 404)
    assert _address(link) not in as_editor.get(change(article)).text


def test_robots_stay_away_and_logs_do_not_hold_the_token(client, caplog):
    address = _address(_share(factories.draft()))

    with caplog.at_level(logging.INFO):
        client.get(address[:-2] + "x/")

    assert "Disallow: /preview/" in client.get("/robots.txt").text
    assert without_tokens(f"Not Found: {address}") == "Not Found: /preview/…/"
    form = "POST /admin/articles/article/1/preview/ HTTP/1.1"
    assert without_tokens(form) == form


def test_a_link_to_changes_that_were_discarded_stays_closed(client):
    article = factories.published()
    root = factories.superuser()

    def write(summary):
        article.summary = summary
        revising.save(article, by=root, authors=[], tags=[])

    write("ملخّص يُعدل عنه")
    link = _share(article, by=root)
    revising.discard_changes(article, by=root)
    write("ملخّص آخر")

    response = client.get(_address(link))

    assert (response.status_code, response["Location"]) == (302, iri_to_uri(article.get_absolute_url()))


def test_a_link_ends_with_the_account_of_its_maker(client):
    maker = factories.staff(factories.EDITORS)
    link = _share(factories.draft(), by=maker)
    maker.is_active = False
    maker.save()

    assert client.get(_address(link)).status_code == 404
