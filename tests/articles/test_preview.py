"""The preview of an article: as readers would see it, for whoever may open its form, and for nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import publishing, revising
from articles.models import Article, Revision
from tests import factories
from tests.article_form import payload

pytestmark = pytest.mark.django_db


def _preview(article):
    return reverse("admin:articles_article_preview", args=[article.pk])


def _in_review(**fields):
    return publishing.move(factories.draft(**fields), "submit", by=None)


def _scheduled(**fields):
    return factories.published(at=timezone.now() + timedelta(days=1), **fields)


STATES = pytest.mark.parametrize(
    ("article", "state"),
    [(factories.draft, "مسوّدة"), (_in_review, "قيد المراجعة"), (_scheduled, "مجدول")],
    ids=["draft", "in review", "scheduled"],
)


@STATES
def test_an_editor_sees_the_page_and_that_it_is_a_preview(as_editor, article, state):
    article = article(hero=factories.image(), tags=[factories.tag("Mistral")])

    page = as_editor.get(_preview(article)).content.decode()

    bar = re.search(r'<div class="preview-bar".*?</div>', page, re.DOTALL)[0]
    assert f"<span>{state}</span>" in bar
    assert f'<div class="story__body">{article.body_html}</div>' in page


@pytest.mark.parametrize(("days", "words"), [(1, "يُنشر:"), (-1, "نُشر:")], ids=["ahead", "over"])
def test_an_hour_that_is_still_to_come_is_not_told_as_past(as_editor, days, words):
    at = timezone.now() + timedelta(days=days)
    article = factories.published(at=at)
    Article.objects.filter(pk=article.pk).update(withdraw_at=at + timedelta(hours=1))

    page = as_editor.get(_preview(article)).text

    assert re.findall(r"<span>(\S+) <time", page)[0] == words


@STATES
def test_a_reporter_sees_their_own_whatever_became_of_it(as_reporter, reporter, article, state):
    assert as_reporter.get(_preview(article(by=reporter))).status_code == 200


def test_it_is_for_nobody_elses_eyes(client, as_editor):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    answers = {}
    for name, user in {
        "another reporter": factories.staff(factories.REPORTERS),
        "moderator": factories.staff(factories.MODERATORS),
        "reader": User.objects.create_user("reader", password="not a secret 1"),
    }.items():
        client.force_login(user)
        answers[name] = client.get(_preview(article)).status_code
    client.logout()
    answers["nobody"] = client.get(_preview(article)).status_code

    assert answers == {"another reporter": 404, "moderator": 403, "reader": 302, "nobody": 302}


def test_neither_caches_nor_search_engines_keep_it(as_editor):
    response = as_editor.get(_preview(factories.draft()))

    assert ("no-store" in response["Cache-Control"], response["X-Robots-Tag"]) == (True, "noindex, nofollow")
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert re.findall(r"canonical|ld\+json|og:", response.text) == []


def test_nothing_can_be_sent_from_it(as_editor):
    page = as_editor.get(_preview(factories.draft())).content.decode()

    assert re.findall(r"<form|comment", page) == []


def test_only_what_readers_do_not_see_has_a_preview(as_editor):
    def links(article):
        page = as_editor.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
        return _preview(article) in page

    assert [links(article()) for article in (factories.draft, _scheduled, factories.published)] == [
        True, True, False,
    ]  # fmt: skip


def test_the_page_of_readers_says_nothing_of_previews(client):
    article = factories.published()

    assert "preview" not in client.get(article.get_absolute_url()).content.decode()


# What is typed and not saved


def _typed(client, article=None, **fields):
    name, numbers = ("preview_unsaved", [article.pk]) if article else ("newpreview", [])
    url = reverse(f"admin:articles_article_{name}", args=numbers)
    return client.post(url, payload(article, **fields))


def _bar(response):
    return re.search(r'<div class="preview-bar".*?</div>', response.text, re.DOTALL)[0]


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "stored"])
def test_what_is_typed_is_shown_as_its_page_and_not_saved(as_editor, is_new):
    article = None if is_new else factories.published(headline="العنوان المحفوظ")
    author, tag = factories.author("سارة"), factories.tag("C++")
    before = (Article.objects.count(), Revision.objects.count())

    response = _typed(
        as_editor, article, headline="عنوان لم يُحفظ", body="<p>نص <script>x</script>جديد.</p>",
        bylines=[author.pk], tags=[tag.pk],
    )  # fmt: skip

    page = response.text
    assert response.status_code == 200
    assert re.findall(r'<h1 class="story__headline">(.*?)</h1>', page) == ["عنوان لم يُحفظ"]
    assert '<div class="story__body"><p>نص جديد.</p></div>' in page
    assert (author.get_absolute_url() in page, tag.get_absolute_url() in page) == (True, True)
    assert "<li>" not in _bar(response)
    assert (Article.objects.count(), Revision.objects.count()) == before
    if article:
        assert Article.objects.get(pk=article.pk).headline == "العنوان المحفوظ"


def test_a_working_copy_is_shown_as_it_is_typed_on(as_editor):
    article = factories.published(headline="المنشور")
    article.headline = "المعدَّل"
    revising.save(article, by=factories.superuser(), authors=[], tags=[])

    page = _typed(as_editor, article, headline="المعدَّل مرة أخرى").text

    assert re.findall(r'<h1 class="story__headline">(.*?)</h1>', page) == ["المعدَّل مرة أخرى"]


@pytest.mark.parametrize(
    ("fields", "headline", "problems"),
    [
        ({"headline": ""}, "(بلا عنوان بعد)", ["العنوان: هذا الحقل مطلوب."]),
        ({"section": ""}, "OpenAI تطلق نموذجًا", ["القسم: هذا الحقل مطلوب."]),
        ({"language": "xx", "hero": "999"}, "OpenAI تطلق نموذجًا", None),
        ({"headline": "خبر " * 100}, ("خبر " * 100).strip(), None),
        ({"body": "<blockquote>" * 5000}, "OpenAI تطلق نموذجًا", None),
    ],
    ids=["no headline", "no section", "no such rows", "too long", "too deep"],
)
def test_what_cannot_be_saved_is_said_and_the_rest_is_shown(as_editor, fields, headline, problems):
    response = _typed(as_editor, **fields)

    assert response.status_code == 200
    (shown,) = re.findall(r'<h1 class="story__headline">(.*?)</h1>', response.text, re.DOTALL)
    assert re.sub("<.*?>", "", shown) == headline
    listed = re.findall("<li>(.*?)</li>", _bar(response))
    assert listed == problems if problems else listed != []


def test_somebody_elses_save_does_not_keep_one_from_looking(as_editor):
    article = factories.draft()
    typed = payload(article, headline="عنواني")
    publishing.save(article)

    response = as_editor.post(reverse("admin:articles_article_preview_unsaved", args=[article.pk]), typed)

    assert (response.status_code, "<li>" in _bar(response)) == (200, False)


def test_only_pages_of_the_desk_may_frame_it_and_nothing_in_it_acts(as_editor):
    article = factories.draft()
    typed, form = (
        _typed(as_editor, article),
        as_editor.get(reverse("admin:articles_article_change", args=[article.pk])),
    )
    stored = as_editor.get(_preview(article))

    policies = {
        name: (
            response.headers.get("X-Frame-Options"),
            re.findall("frame-(?:ancestors|src) [^;]+", response["Content-Security-Policy"]),
        )
        for name, response in {"typed": typed, "form": form, "stored": stored}.items()
    }
    assert policies == {
        "typed": ("SAMEORIGIN", ["frame-ancestors 'self'"]),
        "form": ("DENY", ["frame-ancestors 'none'", "frame-src 'self'"]),
        "stored": ("DENY", ["frame-ancestors 'none'"]),
    }
    assert "script-src 'none'" in typed["Content-Security-Policy"]
    assert (typed["X-Robots-Tag"], "no-store" in typed["Cache-Control"]) == ("noindex, nofollow", True)
    assert re.findall("<form|<script", typed.text) == []


def test_it_needs_a_token_and_a_post(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    url = reverse("admin:articles_article_newpreview")

    assert (client.post(url, payload()).status_code, client.get(url).status_code) == (403, 405)


def test_a_reporter_may_not_look_at_what_he_may_not_save(as_reporter, reporter):
    article = _in_review(by=reporter)

    assert _typed(as_reporter, article).status_code == 403
