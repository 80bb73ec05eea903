"""What visitors see when a request fails."""

import re
from contextlib import closing

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from newsroom.web.object_store import StoreAway
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_request_that_is_not_understood_is_answered_on_a_page_of_the_site(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert '<p class="message__number" aria-hidden="true">400</p>' in response.text
    assert '<main id="content" tabindex="-1">' in response.text
    assert "evil.example" not in response.text


def test_where_nothing_is_readers_search_and_find_what_is_new(client, django_assert_num_queries):
    articles = [factories.published() for _ in range(5)]
    factories.draft()

    # Whether it was an address of a site that moved in; the menu, and the latest stories with who wrote them.
    with django_assert_num_queries(3):
        response = client.get("/nowhere/")

    newest = [article.pk for article in reversed(articles)][:4]
    assert [int(pk) for pk in re.findall(r'<h3 .*?href="/article/(\d+)/', response.text)] == newest
    assert re.findall(r'<form .*?action="([^"]+)"', response.text) == ["/search/"]


@pytest.mark.parametrize("group", [factories.REPORTERS, factories.MODERATORS])
def test_staff_who_may_not_open_a_page_find_the_way_back_to_the_desk(client, group):
    client.force_login(factories.staff(group))

    response = client.get("/admin/auth/user/")

    assert response.status_code == 403
    assert '<a class="button" href="/admin/">العودة إلى المكتب</a>' in response.text


def test_readers_are_not_told_of_the_desk_where_a_page_is_closed_to_them(client):
    article = factories.published()

    response = client.post(
        reverse("comments:post", args=[article.pk]), headers={"sec-fetch-site": "cross-site"}
    )

    assert response.status_code == 403
    assert "/admin/" not in response.text


@pytest.mark.parametrize(
    ("address", "root", "heading"),
    [
        ("/", '<html lang="ar" dir="rtl">', "حدث خطأ من جانبنا"),
        ("/en/", '<html lang="en" dir="ltr">', "Something went wrong on our side"),
    ],
    ids=["arabic", "english"],
)
def test_a_failure_of_ours_is_answered_without_asking_the_database(client, address, root, heading):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_section RENAME TO gone")

    response = client.get(address)

    assert response.status_code == 500
    assert root in response.text
    assert f"<h1>{heading}</h1>" in response.text
    assert re.findall(r'<form .*?action="([^"]+)"', response.text) == [f"{address}search/"]
    # It names its files as they are called without the manifest, which may be what failed.
    files = re.findall(r'href="(/static/[^"]+)"', response.text)
    assert files == [
        "/static/fonts/vazirmatn-arabic-latin-wght-400-900.woff2",
        "/static/css/every_page.css",
        "/static/css/print.css",
        "/static/images/mark.svg",
    ]
    for file in files:
        with closing(client.get(file)) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize(
    ("address", "heading", "ways"),
    [
        ("/corrections/", "الموقع مشغول الآن", "أعد تحميلها بعد قليل"),
        ("/en/corrections/", "The site is busy", "Reload it in a while"),
    ],
    ids=["arabic", "english"],
)
@pytest.mark.parametrize(
    "error", [OperationalError, InterfaceError, StoreAway], ids=lambda error: error.__name__
)
def test_a_database_that_is_away_is_told_apart_from_a_failure(
    client, monkeypatch, error, address, heading, ways
):
    client.raise_request_exception = False

    def fail(*_arguments, **_options):
        raise error("canceling statement due to statement timeout")

    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", fail)

    response = client.get(address)

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert f"<h1>{heading}</h1>" in response.text
    assert ways in response.text
    assert "timeout" not in response.text


def test_whoever_sent_a_form_meanwhile_is_told_that_it_is_not_stored(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(factories.staff(factories.MODERATORS))
    monkeypatch.setattr(
        "comments.claims.claim", lambda *_args, **_options: (_ for _ in ()).throw(OperationalError())
    )

    response = client.post("/admin/comments/comment/claim/", {"comment": "1"})

    assert response.status_code == 503
    assert "لم نستطع حفظ ما أرسلته" in response.text
