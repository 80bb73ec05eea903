import pytest

from newsroom.federation import keys
from tests.fediverse import KEYS, remote_server, site_actor
from tests.receivers import THIS_MACHINE


@pytest.fixture
def fediverse(settings):
    settings.FEDERATION = True
    settings.OUTGOING_NETWORKS = THIS_MACHINE


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """To make a key takes more time than all else in a test."""
    monkeypatch.setattr(keys.rsa, "generate_private_key", lambda *_arguments: KEYS[2])


@pytest.fixture
def news(db, fediverse):
    """The actor of the newspaper."""
    return site_actor()


@pytest.fixture
def mastodon(fediverse):
    """Another server."""
    with remote_server() as server:
        yield server
