"""Readers' addresses: encrypted for the desk, turned into keyed fingerprints for everything else."""

import hmac
import ipaddress
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from comments.models import Comment


class UnreadableEmail(ValueError):
    """None of the present keys decrypts the address."""


def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"nashra:{purpose}".encode(), sha256)


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, "email"))) for key in keys])


def encrypt(email: str) -> str:
    return _cipher(tuple(settings.EMAIL_KEYS)).encrypt(email.encode()).decode()


def decrypt(token: str) -> str:
    """Return the address; raises UnreadableEmail when the key it was encrypted with is gone."""
    try:
        return _cipher(tuple(settings.EMAIL_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UnreadableEmail from error


def fingerprint(purpose: str, *parts: str) -> str:
    """Return a keyed digest (64 hexadecimal digits) of `parts`, useless without the key and for another purpose.

    The oldest key is used, so that fingerprints live on when a newer key is put before it.
    """
    message = "\x1f".join(parts).encode("utf-8", "replace")
    return hmac.new(_derived(settings.EMAIL_KEYS[-1], purpose), message, sha256).hexdigest()


def email_fingerprint(email: str) -> str:
    return fingerprint("email-fingerprint", email.strip().casefold())


def sender_fingerprint(address: str) -> str:
    """Fingerprint of the network (/24, or /48 of IPv6) an address lies in; '' is a network of its own."""
    if not address:
        return fingerprint("sender", "")
    ip = ipaddress.ip_address(address)
    network = ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False)
    return fingerprint("sender", str(network.network_address))


def disclose_email(comment: Comment, *, to) -> str:
    """Return the address for a member of staff, and put into the log that they saw it."""
    if not to.has_perm("comments.view_email"):
        raise PermissionDenied
    email = decrypt(comment.email_encrypted)
    LogEntry.objects.log_actions(
        to.pk, [comment], CHANGE, change_message=_("Saw the e-mail address."), single_object=True
    )
    return email
