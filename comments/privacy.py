"""Readers' addresses: encrypted for the desk, turned into keyed fingerprints for everything else."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from email_validator import validate_email

from comments.models import Comment
from newsroom.encryption import decrypt, fingerprint
from newsroom.web.client_address import network_at

# How the log names it, and how it is found there again.
SAW_ADDRESS = _("Saw the e-mail address.")


def parse_email(text: str) -> str:
    """Return an address in the one spelling that is stored; raises EmailNotValidError.

    Its form is checked (RFC 5321, with the letters that RFC 6531 adds), and nothing is looked up.
    """
    return validate_email(
        text, check_deliverability=False, allow_smtputf8=True, allow_empty_local=False
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
