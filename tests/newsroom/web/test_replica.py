"""Which pages a replica may make, and when it is current; with a real one, see `tests/faults/test_many_nodes.py`."""

import time
from urllib.parse import urlsplit

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.urls import resolve, reverse

from newsroom import health
from newsroom.web import page_names
from newsroom.web.replica import _SERVER, ANSWERS_WITHIN, Lsn, NoReplica, Replica, _replayed
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


# When it is current: as its thread would have heard of it


HERE, THERE = Lsn(1, 1_000), Lsn(1, 2_000)


@pytest.fixture
def replica():
    """One that answered a moment ago, and has all of the log up to HERE; it is the database of the test itself."""
    replica = Replica({})
    replica._has, replica._heard_at = HERE, time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        (replica._server,) = cursor.fetchone()
    yield replica
    replica._connection().close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "is_current"),
    [
        (Lsn(1, 999), True),
        (HERE, True),
        (THERE, False),
        # It follows another primary than the one that is asked.
        (Lsn(2, 999), False),
        (Lsn(0, 999), False),
    ],
)
def test_it_is_read_from_when_it_has_what_is_wanted(replica, wanted, is_current):
    own = connection.connection
    replica.want(wanted)

    with replica.reading() as is_read:
        is_elsewhere = connections[DEFAULT_DB_ALIAS].connection is not own

    assert (replica.is_current(), is_read, is_elsewhere) == (is_current,) * 3
    assert connections[DEFAULT_DB_ALIAS].connection is own
    assert replica._is_wanted.is_set() is not is_current


@pytest.mark.django_db
def test_one_that_is_behind_is_read_from_as_it_is_where_that_is_asked_for(replica):
    replica.want(THERE)

    with replica.reading(as_it_is=True) as is_read:
        assert is_read


@pytest.mark.django_db
def test_one_that_has_been_silent_is_not_read_from(replica):
    replica.want(HERE)
    replica._heard_at -= ANSWERS_WITHIN

    with replica.reading() as is_read, replica.reading(as_it_is=True) as is_read_as_it_is:
        assert (is_read, is_read_as_it_is) == (False, False)
    assert replica.seconds_behind() > 0


@pytest.mark.django_db
def test_another_server_behind_the_same_name_is_not_read_from(replica):
    replica.want(HERE)
    replica._server = "begun at another hour"

    with replica.reading() as is_read:
        assert not is_read


@pytest.mark.django_db
def test_what_was_read_holds_only_over_the_connection_with_which_it_began(replica):
    replica.want(HERE)

    with replica.reading():
        held = replica.has_held()
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS].ensure_connection()

    assert (held, replica.has_held()) == (True, False)


@pytest.mark.django_db
def test_who_waits_for_one_that_is_lost_is_woken(replica, caplog):
    replica.want(HERE)

    with replica.reading():
        replica._lose("NoReplica")
        with pytest.raises(OperationalError), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")

    assert (replica.answers(), replica.has_held()) == (False, False)
    assert caplog.messages == ["The replica is not read from: NoReplica"]


@pytest.mark.django_db
def test_a_server_that_follows_none_is_no_replica(replica):
    other = replica._connection()
    other.ensure_connection()

    with pytest.raises(NoReplica):
        _replayed(other.connection)
