"""What the tests of the newsletter begin with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom import encryption
from newsroom.newsletter.models import Subscription


@pytest.fixture
def subscribed(db):
    """Makes a confirmed subscription of an address."""

    def make(email="reader@example.org", *, language="ar", sections=()):
        return Subscription.objects.create(
            email_encrypted=encryption.encrypt(email),
            email_fingerprint=encryption.email_fingerprint(email),
            state="confirmed",
            language=language,
            sections=list(sections),
            confirmed_at=timezone.now() - timedelta(days=30),
        )

    return make
