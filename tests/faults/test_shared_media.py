"""Two nodes of a site, each with a disk of its own, over one database and one store of media."""

import json
import re
import subprocess
import sys
import urllib.request

import pytest

from newsroom import embedded_postgres
from tests import factories, object_stores
from tests.faults.test_serve import BASE_DIR, Site, var_dir  # noqa: F401

# Prints the cookie of who may do all on the desk of a site.
_SIGN_IN = """
import django; django.setup()
from django.conf import settings; from django.test import Client
from tests import factories
client = Client(); client.force_login(factories.superuser())
print(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value, sep="=")
"""
LIBRARY = "/admin/articles/image/library/"


@pytest.fixture
def nodes(var_dir, tmp_path, object_store):  # noqa: F811
    place = object_store.place()
    media = {"MEDIA_STORE": object_stores.address(object_store.port, place.prefix)}
    # The first makes demo content before its processes are forked.
    first = Site(var_dir, **media)
    for name in ("static", "static.fingerprint"):
        (tmp_path / name).symlink_to((var_dir / name).resolve())
    second = Site(tmp_path, "--no-demo", "--no-worker", **media)
    second.environment["DATABASE_URL"] = embedded_postgres.database_url(var_dir / "postgres")
    second.environment["SITE_URL"] = first.environment["SITE_URL"] = f"http://127.0.0.1:{first.port}"
    try:
        first.start()
        second.start()
        yield first, second
    finally:
        for node in (second, first):
            if hasattr(node, "process"):
                node.process.kill()
                node.process.wait()
        embedded_postgres.stop(first.database)


def get(node, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}{path}", timeout=20) as answer:
        return answer.status, answer.read()


def cookie_of(node):
    environment = node.environment | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    found = subprocess.run(
        [sys.executable, "-c", _SIGN_IN],
        cwd=BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout.strip()


def upload(node, picture, cookie):
    """Send a picture to the library by that node; what it answers of it."""
    token = "t" * 32
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"alt": "مقر OpenAI", "credit": "ليلى حدّاد"}.items()
    )
    file = '--b\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    headers = {
        "Content-Type": "multipart/form-data; boundary=b", "Cookie": f"{cookie}; csrftoken={token}",
        "X-CSRFToken": token, "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    request = urllib.request.Request(
        f"http://127.0.0.1:{node.port}{LIBRARY}",
        (parts + file).encode() + picture + b"\r\n--b--\r\n",
        headers,
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["image"]


def test_what_one_node_takes_in_both_serve(nodes):
    second = nodes[1]
    taken = upload(second, factories.picture((960, 540)), cookie_of(second))
    # What the first one made, as a page of the second names it.
    made = sorted(set(re.findall(r'/media/images/[^" ]+', get(second, "/")[1].decode())))

    assert made
    for picture in [taken["src"], *made[:3]]:
        (status, content), theirs = (get(node, picture) for node in nodes)
        assert (status, theirs) == (200, (200, content))
    assert not any((node.var_dir / "media").exists() for node in nodes)
