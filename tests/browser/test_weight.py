"""What a page makes a telephone fetch before it can be read."""

import re

import brotli
import pytest

from tests import newspaper

pytestmark = pytest.mark.django_db(transaction=True)

# Bytes of a page of a reader, with Brotli.
STYLES, SCRIPTS = 20_000, 12_000


@pytest.fixture
def pages():
    return newspaper.build()


def test_styles_and_scripts_of_every_page_are_within_their_budget(new_context, pages):
    fetched = {}
    heavy = {}
    page = new_context(service_workers="block").new_page()
    page.on("response", lambda response: fetched.setdefault(response.url, response))
    for name, address in pages.items():
        fetched.clear()
        page.goto(address, wait_until="networkidle")
        weights = {"css": 0, "js": 0}
        for url, response in fetched.items():
            if kind := re.search(r"\.(css|js)$", url):
                weights[kind[1]] += len(brotli.compress(response.body()))
        if weights["css"] > STYLES or weights["js"] > SCRIPTS:
            heavy[name] = weights

    assert fetched
    assert heavy == {}
