"""The keys of our actors, and signing with them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.utils import timezone

from newsroom import encryption
from newsroom.federation import addresses, signatures
from newsroom.federation.models import Actor
from newsroom.web.outgoing import Request

# What every server of the fediverse verifies.
BITS = 2048
_CIPHER = serialization.NoEncryption()


def give(actor: Actor) -> None:
    """Put a new pair of keys into the row, the private one encrypted."""
    key = rsa.generate_private_key(65537, BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, _CIPHER)
    actor.private_key_encrypted = encryption.encrypt(pem.decode())
    actor.public_key = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


# To read one takes longer than to sign with it.
@lru_cache(maxsize=64)
def _private(token: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(encryption.decrypt(token).encode(), password=None)
    # `give` makes no others.
    return cast(rsa.RSAPrivateKey, key)


def headers(actor: Actor, request: Request) -> dict[str, str]:
    """The headers by which a request is signed as that of an actor. Raises encryption.Unreadable."""
    return signatures.sign(
        method=request.method,
        url=request.url,
        key_id=addresses.key(actor),
        key=_private(actor.private_key_encrypted),
        at=timezone.now(),
        body=request.body or None,
    )


def sign(request: Request, number: str) -> Mapping[str, str]:
    """The same for the outbox of deliveries, by the number of the actor. Raises LookupError where nothing is told to
    the fediverse any more. One query."""
    if not settings.FEDERATION:
        raise LookupError("the fediverse is switched off")
    actor = Actor.objects.filter(pk=int(number)).first()
    if actor is None:
        raise LookupError("there is no such actor")
    return headers(actor, request)
