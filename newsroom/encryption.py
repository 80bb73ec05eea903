"""Encryption of what must be readable again, and keyed digests of what must only be recognized.

The keys that encrypt rotate: the newest encrypts, all decrypt. The key of the digests is one for good, and separate,
since a digest under another key would recognize nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """None of the present keys decrypts the text."""


@lru_cache
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"nashra:{purpose}".encode(), sha256)


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, "email"))) for key in keys])


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.EMAIL_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text; raises Unreadable when the key it was encrypted with is gone."""
    try:
        return _cipher(tuple(settings.EMAIL_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def age_of_key(token: str) -> int:
    """Return the place of the key that decrypts the text among the present ones, 0 the newest; raises Unreadable."""
    for age, key in enumerate(settings.EMAIL_KEYS):
        try:
            _cipher((key,)).decrypt(token.encode())
        except InvalidToken:
            continue
        return age
    raise Unreadable


def renewed(token: str) -> str:
    """Return the same text encrypted with the newest key; raises Unreadable."""
    try:
        return _cipher(tuple(settings.EMAIL_KEYS)).rotate(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def mark_of_key(key: str) -> str:
    """Return eight hexadecimal digits by which people tell keys apart without seeing them."""
    return _derived(key, "mark").hex()[:8]


def fingerprint(purpose: str, *parts: str) -> str:
    """Return a keyed digest (64 hexadecimal digits) of `parts`, useless without the key and for another purpose."""
    message = "\x1f".join(parts).encode("utf-8", "replace")
    return hmac.new(_derived(settings.FINGERPRINT_KEY, purpose), message, sha256).hexdigest()


def hashing_key(purpose: str) -> bytes:
    """Return a secret (32 bytes) for hashes that are compared in bulk."""
    return _derived(settings.FINGERPRINT_KEY, purpose)


def email_fingerprint(email: str) -> str:
    return fingerprint("email-fingerprint", email.strip().casefold())


def mailbox_fingerprint(email: str) -> str:
    """The same for all addresses of a mailbox that differ only behind a + («name+tag@»)."""
    local, _at, domain = email.strip().rpartition("@")
    return email_fingerprint(f"{local.partition('+')[0]}@{domain}")
