"""The links in mails of the newsletter: signed, each for one purpose, without the address."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from articles.seo import absolute
from newsroom.newsletter.models import Subscription

CONFIRMATION_LIFE = timedelta(days=2)
_CONFIRM, _LEAVE, _CHOOSE = (
    f"newsroom.newsletter.links.{purpose}" for purpose in ("confirm", "unsubscribe", "preferences")
)


def confirmation(subscription: Subscription) -> str:
    """It holds for CONFIRMATION_LIFE, and for this sign-up."""
    token = signing.dumps([subscription.pk, subscription.generation], salt=_CONFIRM)
    return _address("confirm", token)


def to_confirm(token: str) -> Subscription | None:
    """The subscription that a link confirms; None for a forged one, or one whose time is over."""
    try:
        number, generation = signing.loads(token, salt=_CONFIRM, max_age=CONFIRMATION_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Subscription.objects.filter(pk=number, generation=generation).first()


def unsubscription(subscription: Subscription) -> str:
    """It holds for good: a mail may be read after years."""
    return _address("unsubscribe", signing.Signer(salt=_LEAVE).sign(subscription.pk))


def to_leave(token: str) -> Subscription | None:
    return _signed(token, _LEAVE)


def preferences(subscription: Subscription) -> str:
    return _address("preferences", signing.Signer(salt=_CHOOSE).sign(subscription.pk))


def to_choose(token: str) -> Subscription | None:
    return _signed(token, _CHOOSE)


def _signed(token: str, salt: str) -> Subscription | None:
    try:
        number = signing.Signer(salt=salt).unsign(token)
    except signing.BadSignature:
        return None
    return Subscription.objects.filter(pk=number).first()


def _address(purpose: str, token: str) -> str:
    return absolute(reverse(f"newsletter:{purpose}", args=[token]))
