import pytest

from tests import receivers


@pytest.fixture
def receiver(settings):
    """A site on this machine, which requests may be sent to."""
    settings.OUTGOING_NETWORKS = receivers.THIS_MACHINE
    with receivers.receiving() as receiver:
        yield receiver
