"""The people at the desk, and clients that have logged in as them."""

import pytest

from tests import factories


@pytest.fixture
def reporter():
    return factories.staff(factories.REPORTERS)


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


@pytest.fixture
def photo_editor():
    return factories.staff(factories.PHOTO_EDITORS)


@pytest.fixture
def as_reporter(client, reporter):
    client.force_login(reporter)
    return client


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def as_photo_editor(client, photo_editor):
    client.force_login(photo_editor)
    return client
