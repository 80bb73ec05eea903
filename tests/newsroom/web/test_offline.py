"""The service worker and the manifest, as browsers get them."""

import json
import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def _told(response):
    """What the worker is told by the site."""
    return json.loads(re.match(r"self\.offline = (\{.*?\});\n", response.text)[1])


def test_the_worker_is_asked_for_anew_and_names_files_that_there_are(client):
    response = client.get("/sw.js")

    told = _told(response)
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    hashed = set(staticfiles_storage.hashed_files.values())
    assert {file.removeprefix("/static/") for file in told["files"]} <= hashed
    assert told["notOurs"] == ["/admin/"]


def test_the_worker_keeps_all_that_the_page_shown_off_line_is_made_of(client):
    page = html.fromstring(client.get("/offline/").text)
    made_of = page.xpath("//link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href | //script/@src")

    told = _told(client.get("/sw.js"))

    assert {static("css/every_page.css"), static("js/appearance.js"), static("js/offline/list.js")} <= set(
        made_of
    )
    assert set(made_of) <= set(told["files"])


def test_the_worker_is_a_new_one_once_the_words_of_that_page_change(client, settings):
    before = _told(client.get("/sw.js"))
    settings.LANGUAGE_CODE = "en"

    after = _told(client.get("/sw.js"))

    assert before["files"] == after["files"]
    assert before["version"] != after["version"]


def test_a_site_that_switched_it_off_serves_a_worker_that_removes_what_was_kept(client, settings):
    settings.OFFLINE_READING = False

    assert re.fullmatch(
        r'importScripts\("/static/js/offline/removal\.\w+\.js"\);\n', client.get("/sw.js").text
    )


def test_only_the_page_of_an_article_may_be_kept(client):
    article = factories.published()
    client.force_login(factories.superuser())
    pages = [
        article.get_absolute_url(), "/", "/search/?q=OpenAI", "/comments/mine/nobody/", "/offline/", "/admin/",
        article.section.get_absolute_url(), f"/admin/articles/article/{factories.draft().pk}/preview/",
    ]  # fmt: skip

    assert [page for page in pages if "X-Keep-Offline" in client.get(page).headers] == pages[:1]


def test_the_manifest_is_arabic_and_its_icons_are_there(client):
    told = client.get("/manifest.webmanifest").json()

    assert (told["name"], told["lang"], told["dir"], told["display"]) == ("نشرة", "ar", "rtl", "standalone")
    assert [icon["sizes"] for icon in told["icons"]] == ["192x192", "512x512", "512x512"]
    hashed = set(staticfiles_storage.hashed_files.values())
    assert {icon["src"].removeprefix("/static/") for icon in told["icons"]} <= hashed


def test_the_page_shown_off_line_asks_the_database_for_nothing(client, django_assert_num_queries):
    factories.published()

    with django_assert_num_queries(0):
        assert client.get("/offline/").status_code == 200
