"""An article to comment on, and a moderator whose client has logged in."""

import pytest

from tests import factories


@pytest.fixture
def article(db):
    return factories.published()


@pytest.fixture
def moderator(client):
    user = factories.staff(factories.MODERATORS)
    client.force_login(user)
    return user
