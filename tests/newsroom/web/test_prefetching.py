"""Which pages name the rules by which browsers fetch stories ahead, and what these say."""

import pytest

from tests import factories, newspaper

pytestmark = pytest.mark.django_db


def test_the_rules_are_of_stories_alone_in_every_language(client):
    answer = client.get("/speculation-rules.json")

    assert answer["Content-Type"] == "application/speculationrules+json"
    assert answer.json() == {
        "prefetch": [
            {
                "where": {
                    "href_matches": [
                        {"pathname": "/article/:number(\\d+)/*", "search": ""},
                        {"pathname": "/en/article/:number(\\d+)/*", "search": ""},
                    ]
                },
                "eagerness": "moderate",
            }
        ]
    }


@pytest.mark.urls("tests.failing_urls")
def test_pages_of_one_person_alone_name_none(client):
    client.raise_request_exception = False
    pages = newspaper.build()

    named = {name for name, address in pages.items() if client.get(address).has_header("Speculation-Rules")}

    assert {"front", "article", "section", "search", "saved"} <= named
    assert not named & (
        {"preview", "receipt", "confirmation", "unsubscription", "sign-in"} | newspaper.FAILING
    )


def test_the_desk_names_none(client):
    client.force_login(factories.superuser())

    assert not client.get("/admin/").has_header("Speculation-Rules")
