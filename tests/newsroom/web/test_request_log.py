"""What the log says of requests that fail."""

import io
import logging
import re

import pytest

from tests import factories


@pytest.fixture
def log():
    """What the site's own handler writes."""
    (handler,) = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


@pytest.mark.django_db
def test_a_page_that_is_not_allowed_is_one_line(client, log):
    client.force_login(factories.staff(factories.REPORTERS))

    client.get("/admin/auth/user/")

    (line,) = log.getvalue().splitlines()
    told = " WARNING django.request [0-9a-f]{16} Forbidden \\(Permission denied\\): /admin/auth/user/"
    assert re.search(f"{told}$", line)


@pytest.mark.django_db
def test_a_foreign_host_is_one_line(client, log):
    client.get("/", headers={"host": "evil.example"})

    (line,) = log.getvalue().splitlines()
    told = " ERROR django.security.DisallowedHost [0-9a-f]{16} Invalid HTTP_HOST header: 'evil.example'."
    assert re.search(told, line)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["", "edit/", "withdraw/", "confirm/"])
def test_what_opens_a_private_page_is_left_out(client, log, verb):
    token = factories.sent(factories.published()).receipt

    client.put(f"/comments/mine/{token}/{verb}")
    client.get(f"/comments/mine/{token}x/{verb}")

    assert f"/comments/mine/…/{verb}" in log.getvalue()
    assert token not in log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "slip", ["/comments/mine//{}/", "/comments//mine/{}/", "/Comments/mine/{}/", "/comments/mine\\{}/"]
)
def test_nor_where_the_address_was_copied_with_a_slip(client, log, slip):
    client.get(slip.format("dGhpcyBpcyBhIHByaXZhdGUgcGFnZQ"))

    assert "Not Found" in log.getvalue()
    assert "dGhpcyBpcyBhIHByaXZhdGUgcGFnZQ" not in log.getvalue()


def test_an_error_of_ours_keeps_its_traceback(log):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception("Internal Server Error", extra={"status_code": 500})

    assert log.getvalue().splitlines()[-1] == "ZeroDivisionError"
