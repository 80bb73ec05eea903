"""Which pages a replica may make, and when it is current; with a real one, see `tests/faults/test_many_nodes.py`."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import resolve, reverse

from newsroom import health
from newsroom.web import page_names
from newsroom.web.replica import Lsn, Replica
from tests import factories, newspaper


@pytest.mark.django_db
@pytest.mark.urls("tests.failing_urls")
def test_pages_for_everybody_write_nothing(client):
    """A replica would refuse it, and the primary be asked once more each time."""
    pages = {
        name: address
        for name, address in newspaper.build().items()
        if page_names.only_reads(resolve(urlsplit(address).path).func)
    }
    with connection.cursor() as cursor:
        # What is looked at at the end of a transaction would lock rows.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET TRANSACTION READ ONLY")

    failed = {name for name, address in pages.items() if client.get(address).status_code >= 500}

    assert failed == set()
    assert {"front", "article", "section", "search", "thread"} <= pages.keys()
    assert "receipt" not in pages


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("0/0", 0),
        ("16/B374D848", 0x16B374D848),
        # On a page of which nothing is written yet; the first one of a segment has the longer header.
        ("0/16B4018", 0x16B4000),
        ("0/2000028", 0x2000000),
    ],
)
def test_places_in_the_log_are_bytes(text, place):
    assert Lsn.read(1, text) == (1, place)


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "is_told"), [(0, False), (11, True)])
def test_a_replica_that_stays_behind_is_told_to_machines_and_people(client, seconds, is_told):
    told = {page_names.COUNTS: lambda: {"replica_behind": seconds}}
    client.force_login(factories.superuser())

    assert (health.NO_REPLICA in client.get("/healthz", **told).json()["worries"]) is is_told
    assert ("DATABASE_REPLICA_URL" in client.get(reverse("admin:state"), **told).text) is is_told


def test_nobody_reads_from_a_replica_that_has_not_been_heard_of():
    replica = Replica({})

    with replica.reading() as is_read:
        assert not is_read
