"""Readers' addresses: encrypted for the desk, turned into keyed fingerprints for everything else."""

import re
from functools import lru_cache

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from email_validator import validate_email

from comments.models import Comment, PersonalData
from newsroom.encryption import decrypt, fingerprint
from newsroom.web.client_address import network_at

# What stands before the @ in most addresses, and is nothing to check in; and how long these are at most.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*")
_SHORT = 64

# How the log names it, and how it is found there again.
SAW_ADDRESS = _("Saw the e-mail address.")
# By which an entry is found that tells of all addresses; its message says why they were taken along.
ALL_ADDRESSES = "addresses"


def parse_email(text: str) -> str:
    """Return an address in the one spelling that is stored; raises EmailNotValidError.

    Its form is checked (RFC 5321, with the letters that RFC 6531 adds), and nothing is looked up.
    """
    local, _at, domain = text.rpartition("@")
    if len(text) <= _SHORT and _PLAIN_LOCAL.fullmatch(local):
        return f"{local}@{_domain(domain)}"
    return _normalized(text)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """A domain as it is written in an address; most addresses are of a few. Raises EmailNotValidError."""
    return _normalized(f"a@{domain}").partition("@")[2]


def _normalized(address: str) -> str:
    return validate_email(
        address, check_deliverability=False, allow_smtputf8=True, allow_empty_local=False
    ).normalized


def sender_fingerprint(address: str) -> str:
    """Fingerprint of the network an address lies in; "" is a network of its own."""
    return fingerprint("sender", network_at(address).partition("/")[0])


def disclose_email(comment: Comment, *, to) -> str:
    """Return the address for a member of staff, and put into the log that they saw it; "" where it was erased.

    Raises Unreadable.
    """
    if not to.has_perm("comments.view_email"):
        raise PermissionDenied
    if not comment.email_encrypted:
        return ""
    email = decrypt(comment.email_encrypted)
    LogEntry.objects.log_actions(
        to.pk, [comment], CHANGE, change_message=str(SAW_ADDRESS), single_object=True
    )
    return email


def record_disclosure_of_all(*, to, reason: str) -> None:
    """Put into the log that all addresses are given to a member of staff, before they are. Whoever may have them, the
    caller has asked."""
    LogEntry.objects.create(
        user=to,
        content_type=_personal_data(),
        object_id=ALL_ADDRESSES,
        object_repr=str(_("E-mail addresses of all readers")),
        action_flag=CHANGE,
        change_message=reason,
    )


def disclosures_of_all():
    """The entries that tell of them."""
    return LogEntry.objects.filter(content_type=_personal_data(), object_id=ALL_ADDRESSES)


def _personal_data() -> ContentType:
    return ContentType.objects.get_for_model(PersonalData, for_concrete_model=False)
