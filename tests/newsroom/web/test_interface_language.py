"""In which language pages speak: readers' by their address, the desk's as staff chose."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from newsroom.web import interface_language
from tests import factories

pytestmark = pytest.mark.django_db

ARABIC, ENGLISH = '<html lang="ar" dir="rtl">', '<html lang="en" dir="ltr">'


@pytest.mark.parametrize(("prefix", "root"), [("", ARABIC), ("/en", ENGLISH)], ids=["arabic", "english"])
@pytest.mark.parametrize("page", ["/", "/corrections/", "/feeds/", "/search/", "/nowhere/"])
def test_the_address_says_the_language(client, prefix, root, page):
    client.cookies[interface_language.COOKIE] = "en" if prefix == "" else "ar"

    response = client.get(prefix + page, headers={"accept-language": "en" if prefix == "" else "ar"})

    assert root in response.text
    assert "Vary" not in response.headers or "Accept-Language" not in response["Vary"]


def test_an_article_is_known_by_one_address_and_links_keep_the_language(client):
    article = factories.published()
    address = article.get_absolute_url()

    page = client.get(f"/en{address}").text

    assert f'<link rel="canonical" href="{settings.SITE_URL}{iri_to_uri(address)}">' in page
    assert f'<a href="{article.section.get_absolute_url()}"' not in page
    assert f'<a href="/en{article.section.get_absolute_url()}"' in page
    assert f'<a href="{address}" hreflang="ar" lang="ar" dir="rtl">العربية</a>' in page


def test_a_link_to_a_short_address_stays_in_its_language(client):
    article = factories.published()

    response = client.get(f"/en/article/{article.pk}/")

    assert response["Location"] == f"/en{iri_to_uri(article.get_absolute_url())}"


@pytest.mark.parametrize(
    ("path", "there"),
    [("/", "/en/"), ("/article/3/عنوان/?page=2", "/en/article/3/عنوان/?page=2"), ("/en/", "/en/")],
)
def test_a_page_in_another_language_and_back(path, there):
    assert interface_language.in_language(path, "en") == there
    assert interface_language.in_edition(there) == path.removeprefix("/en")


def test_staff_choose_the_language_of_the_desk_and_find_it_again_elsewhere(client):
    account = factories.staff(factories.REPORTERS)
    client.force_login(account)
    desk = reverse("admin:index")

    answer = client.post(reverse("admin:language"), {"language": "en", "next": "/admin/auth/"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/auth/")
    assert answer.cookies[interface_language.COOKIE]["path"] == "/admin/"
    assert ENGLISH in client.get(desk).text
    assert ARABIC in client.get("/").text
    elsewhere = type(client)()
    elsewhere.post(reverse("admin:login"), {"username": account.username, "password": "not a secret 1"})
    assert ENGLISH in elsewhere.get(desk).text


@pytest.mark.parametrize(
    ("sent", "status", "goes_to"),
    [
        ({"language": "en", "next": "https://evil.example/"}, 302, "/admin/"),
        ({"language": "fr"}, 400, None),
        ({}, 400, None),
    ],
    ids=["another site", "not offered", "nothing"],
)
def test_the_switch_takes_what_is_offered_and_stays_on_the_site(client, sent, status, goes_to):
    answer = client.post(reverse("admin:language"), sent)

    assert (answer.status_code, answer.get("Location")) == (status, goes_to)
