import pytest

from tests.fediverse import remote_server, site_actor
from tests.receivers import THIS_MACHINE


@pytest.fixture
def fediverse(settings):
    settings.FEDERATION = True
    settings.OUTGOING_NETWORKS = THIS_MACHINE


@pytest.fixture
def news(db, fediverse):
    """The actor of the newspaper."""
    return site_actor()


@pytest.fixture
def mastodon(fediverse):
    """Another server."""
    with remote_server() as server:
        yield server
