"""A form of the desk that meets the end of a session: all of it comes back, and only to whom it belongs."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles.models import Article, Tag
from newsroom import sign_in
from tests import factories
from tests.xss_vectors import XSS_VECTORS, script_capable

pytestmark = pytest.mark.django_db

ADD_TAG = "/admin/articles/tag/add/"
OURS = {"sec-fetch-site": "same-origin"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def browser_like():
    """A client whose tokens are checked, with the cookie that the page to sign in gives."""
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    return client


def _token(client):
    return client.cookies[settings.CSRF_COOKIE_NAME].value


def _hidden(page):
    """The fields that the page would post again, besides the token."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(unescape(name), unescape(value)) for name, value in pairs if name != "csrfmiddlewaretoken"]


def _answer(user, password="not a secret 1"):
    return {"sign_in-username": user.username, "sign_in-password": password}


@pytest.mark.parametrize("name", ["user_password_change", "user_add"])
def test_passwords_do_not_come_back(client, name):
    account = factories.staff(factories.REPORTERS)
    url = reverse(f"admin:auth_{name}", args=[account.pk] if name == "user_password_change" else [])

    response = client.post(
        url, {"username": "zayd", "password1": "kept by nobody", "password2": "kept by nobody"}
    )

    assert "kept by nobody" not in response.text


def test_a_form_without_a_session_comes_back_whole(client):
    article = factories.draft()
    typed = {
        "headline": 'عنوان "جديد"',
        "body": "<p>فقرة\r\nأخرى</p>",
        "tags": ["1", "2"],
        "_move": "publish",
    }

    response = client.post(reverse("admin:articles_article_change", args=[article.pk]), typed)

    assert response.status_code == 403
    assert _hidden(response.text) == [
        ("headline", 'عنوان "جديد"'), ("body", "<p>فقرة\r\nأخرى</p>"), ("tags", "1"), ("tags", "2"),
        ("_move", "publish"),
    ]  # fmt: skip


def test_who_signs_in_on_that_page_saves_what_it_holds(browser_like):
    editor = factories.staff(factories.EDITORS)
    before = _token(browser_like)

    response = browser_like.post(ADD_TAG, {"name": "OpenAI", "csrfmiddlewaretoken": before} | _answer(editor))

    assert (response.status_code, response["Location"]) == (302, "/admin/articles/tag/")
    assert [tag.name for tag in Tag.objects.all()] == ["OpenAI"]
    assert _token(browser_like) != before


def test_a_wrong_password_keeps_the_form_and_does_not_come_back(client):
    editor = factories.staff(factories.EDITORS)

    response = client.post(ADD_TAG, {"name": "OpenAI"} | _answer(editor, "wrong password 1"))

    assert (response.status_code, _hidden(response.text)) == (403, [("name", "OpenAI")])
    assert "wrong password 1" not in response.text
    assert Tag.objects.count() == 0


@pytest.mark.parametrize("group", [factories.MODERATORS, factories.REPORTERS])
def test_signing_in_gives_no_right_that_the_account_lacks(client, group):
    article = factories.draft()
    address = reverse("admin:articles_article_change", args=[article.pk])

    client.post(address, {"headline": "مزوّر"} | _answer(factories.staff(group)))

    assert Article.objects.get().headline == article.headline


def test_a_file_is_asked_for_again(client):
    upload = SimpleUploadedFile("صورة <b>.png", b"png", "image/png")

    response = client.post("/admin/articles/image/add/", {"alt": "ميناء", "upload": upload})

    assert _hidden(response.text) == [("alt", "ميناء")]
    assert re.search(r"<label>(.*) <input type=\"file\" name=\"upload\"></label>", response.text)[1] == (
        'اختر الملفّ من جديد: <bdi dir="rtl">صورة &lt;b&gt;.png</bdi>'
    )


def test_nothing_of_it_is_kept_by_caches(client):
    assert "no-store" in client.post(ADD_TAG, {"name": "OpenAI"})["Cache-Control"]


@pytest.mark.parametrize("start", range(0, len(XSS_VECTORS), 200))
def test_what_is_posted_does_not_run(client, start):
    vectors = XSS_VECTORS[start : start + 200]

    page = client.post(ADD_TAG, {"name": vectors} | dict.fromkeys(vectors, "value")).text

    assert len(_hidden(page)) == len(vectors) + len(set(vectors))
    assert script_capable(page, ("/static/",)) == []


@pytest.mark.parametrize("where", ["/admin/articles/tag/", "/admin/articles/image/library/"])
def test_other_pages_of_the_desk_ask_to_sign_in_as_ever(client, where):
    assert client.post(where, {"name": "OpenAI"}).status_code == 302


# A token that is not valid


def test_a_form_older_than_the_sign_in_of_another_tab_comes_back_with_a_good_token(browser_like):
    browser_like.force_login(factories.staff(factories.EDITORS))

    response = browser_like.post(ADD_TAG, {"name": "OpenAI", "csrfmiddlewaretoken": "a" * 64}, headers=OURS)
    browser_like.post(
        ADD_TAG, dict(_hidden(response.text)) | {"csrfmiddlewaretoken": TOKEN.search(response.text)[1]}
    )

    assert response.status_code == 403
    assert [tag.name for tag in Tag.objects.all()] == ["OpenAI"]


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}, {}],
    ids=["fetch metadata", "origin", "no origin", "nothing said"],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_form_of_another_site_is_not_shown(browser_like, headers, is_signed_in):
    if is_signed_in:
        browser_like.force_login(factories.superuser())

    response = browser_like.post(ADD_TAG, {"name": "forged by evil"}, headers=headers)

    assert response.status_code == 403
    assert ("forged by evil" in response.text, Tag.objects.count()) == (False, 0)


def test_a_form_of_another_site_cannot_bring_an_account_along(browser_like):
    mallory = factories.staff(factories.EDITORS)

    browser_like.post(ADD_TAG, {"name": "x"} | _answer(mallory), headers={"origin": "https://evil.example"})

    assert settings.SESSION_COOKIE_NAME not in browser_like.cookies


def test_it_is_no_way_around_the_limit_of_tries(client):
    editor = factories.staff(factories.EDITORS)
    for _ in range(sign_in.TRIES_OF_ACCOUNT):
        client.post(ADD_TAG, {"name": "OpenAI"} | _answer(editor, "wrong"))

    response = client.post(ADD_TAG, {"name": "OpenAI"} | _answer(editor))

    assert (response.status_code, Tag.objects.count()) == (403, 0)
    assert ("name", "OpenAI") in _hidden(response.text)
