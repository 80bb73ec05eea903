"""What visitors see when a request fails."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_request_that_is_not_understood_is_answered_on_a_page_of_the_site(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert '<p class="message__number" aria-hidden="true">400</p>' in response.text
    assert '<main id="content" tabindex="-1">' in response.text
    assert "evil.example" not in response.text
