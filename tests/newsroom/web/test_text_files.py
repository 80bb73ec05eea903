"""What machines look for at fixed addresses."""

from datetime import UTC, datetime

import pytest
import time_machine


def test_robots_are_sent_to_the_index_of_sitemaps_and_kept_from_what_is_no_page(client, settings):
    settings.SITE_URL = "https://news.example"

    assert client.get("/robots.txt").text == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /comments/\nDisallow: /preview/\nDisallow: /search/\n"
        "Disallow: /en/comments/\nDisallow: /en/preview/\nDisallow: /en/search/\n"
        "Sitemap: https://news.example/sitemap.xml\n"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ads.txt", "/humans.txt", "/.well-known/security.txt"])
def test_what_no_setting_speaks_of_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("address", "setting"), [("/ads.txt", "ADS_TXT"), ("/humans.txt", "HUMANS_TXT")])
def test_a_file_holds_what_its_setting_says(client, settings, address, setting):
    setattr(settings, setting, "first, line\nسطر ثانٍ")

    response = client.get(address)

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == "first, line\nسطر ثانٍ\n"


def test_who_finds_a_hole_is_told_whom_to_write_to(client, settings):
    settings.SITE_URL = "https://news.example"
    settings.SECURITY_CONTACT = ["mailto:security@news.example", "https://news.example/security/"]

    with time_machine.travel(datetime(2026, 3, 1, 12, 34, tzinfo=UTC), tick=False):
        text = client.get("/.well-known/security.txt").text

    # RFC 9116 demands the first two and forbids a date a year ahead.
    assert text == (
        "Contact: mailto:security@news.example\n"
        "Contact: https://news.example/security/\n"
        "Expires: 2026-05-30T00:00:00Z\n"
        "Preferred-Languages: ar, en\n"
        "Canonical: https://news.example/.well-known/security.txt\n"
    )
