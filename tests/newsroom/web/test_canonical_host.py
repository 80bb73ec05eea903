"""One name for the site: who is sent on to it, and who is not."""

import pytest
from django.utils.encoding import iri_to_uri

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("host", ["localhost:8000", "LOCALHOST:8000", "[::1]:8000"])
def test_another_name_leads_to_the_same_page_under_the_sites_own(client, method, host):
    path = f"{iri_to_uri(factories.published().get_absolute_url())}?page=2&q=%D8%A3"

    answer = getattr(client, method)(path, headers={"host": host})

    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
        301, f"http://127.0.0.1:8000{path}", "no-store",
    )  # fmt: skip


def test_an_address_that_begins_with_two_slashes_stays_on_the_site(client):
    answer = client.get("//evil.example/", headers={"host": "localhost:8000"})

    assert answer["Location"].startswith("http://127.0.0.1:8000/")


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/", "127.0.0.1:8000"),
        ("/", "localhost:8080"),
        ("/", "localhost:99999"),
        ("/", "localhost"),
        ("/healthz", "localhost:8000"),
    ],
    ids=["own name", "forwarded port", "port that none has", "port of the scheme", "health"],
)
def test_who_is_answered_where_they_asked(client, path, host):
    assert client.get(path, headers={"host": host}).status_code == 200


def test_a_form_posted_to_another_name_arrives(client):
    article = factories.published()
    comment = factories.approved(article)

    answer = client.post(
        f"/comments/{comment.pk}/report/", {"complaint": "abuse"}, headers={"host": "localhost:8000"}
    )

    assert (answer.status_code, answer["Location"]) == (302, f"/comments/{comment.pk}/reported/")


def test_a_name_that_is_not_allowed_is_refused(client):
    assert client.get("/", headers={"host": "evil.example:8000"}).status_code == 400


@pytest.mark.parametrize("site", ["https://nashra.example", "https://nashra.example:443"])
def test_the_port_of_the_scheme_need_not_be_named(client, settings, site):
    settings.SITE_URL = site
    settings.ALLOWED_HOSTS = ["nashra.example", "www.nashra.example"]

    answers = [
        client.get("/", secure=True, headers={"host": host})
        for host in ("www.nashra.example", "nashra.example")
    ]

    assert [answer.status_code for answer in answers] == [301, 200]
