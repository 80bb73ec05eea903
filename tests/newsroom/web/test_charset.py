"""Requests that name a charset."""

import pytest

from newsroom.web.charset import Handler
from tests.kept_pages import environ


@pytest.mark.parametrize("name", ["hex", "rot13", "punycode", "undefined", "utf-7", "utf-16", "windows-1256"])
def test_an_address_is_read_in_utf8_whatever_charset_is_named(name):
    asked = environ("/search/?q=%D9%85&after=+AAA-", CONTENT_TYPE=f"text/plain; charset={name}")

    request = Handler.request_class(asked)

    assert request.GET.dict() == {"q": "م", "after": " AAA-"}


def test_utf8_may_be_named():
    asked = environ("/", CONTENT_TYPE="text/plain; charset=UTF8")

    assert Handler.request_class(asked).encoding == "UTF8"
