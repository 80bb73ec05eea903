"""Two nodes of a site, each with a disk of its own, over one database and one store of media."""

import re
import urllib.request

import pytest

from newsroom import embedded_postgres
from tests import object_stores
from tests.faults.test_serve import Site, var_dir  # noqa: F401


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


def test_what_one_node_takes_in_both_serve(nodes):
    page = get(nodes[1], "/")[1].decode()
    pictures = set(re.findall(r'/media/images/[^" ]+', page))

    assert pictures
    for picture in sorted(pictures)[:3]:
        (status, content), theirs = (get(node, picture) for node in nodes)
        assert (status, theirs) == (200, (200, content))
    assert not any((node.var_dir / "media").exists() for node in nodes)
