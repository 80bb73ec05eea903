"""Sending what is due. A mail is sent and marked so in one transaction: whoever dies in between has sent nothing.

Only where the server had taken a mail whose mark was then lost does it go out twice, under the same Message-ID.
"""

import logging
import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.db import connection, transaction
from django.utils import timezone

from newsroom.mail.models import Message, OutgoingMail, State

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=2)
# With the delays above a mail is given up after three days and a bit, as mail servers do.
MAX_TRIES = 44
# In one turn, after which a stop of the worker is noticed.
MAILS_A_TURN = 50
# What a server may take to answer once it has the whole mail; sooner, and one that is slow gets it twice
# (RFC 5321, 4.5.3.2.6).
ANSWER_SECONDS = 600
# The server closes the connection (RFC 5321, 3.8).
CLOSING = 421
_ENHANCED_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")

# Doubled with each attempt, and up to a quarter more, lest all come back at once.
_POSTPONE = """
UPDATE mail_outgoingmail SET
    tries = tries + 1,
    state = CASE WHEN tries + 1 < %(most)s THEN 'waiting' ELSE 'failed' END,
    next_at = %(now)s + least(%(first)s * power(2, least(tries, 20)), %(longest)s) * (1 + random() / 4),
    last_error = %(said)s
WHERE id = ANY(%(mails)s)
"""


@dataclass(frozen=True)
class Fault:
    """Why a mail did not go out. `said` holds nothing of the recipient.

    `is_final` says that the server will never take it, `is_away` that there is no talking to the server now.
    """

    said: str
    is_final: bool = False
    is_away: bool = False


def is_configured() -> bool:
    """Whether the newsroom has said where its mails go out."""
    return bool(settings.EMAIL_URL)


def send_due() -> int:
    """Send what is due, one after the other; return how many went out. Any number of processes may do so at once."""
    if not is_configured() or not OutgoingMail.objects.due().exists():
        return 0
    server = get_connection()
    try:
        _open(server)
    except OSError as error:
        _postpone_all(_fault(error).said)
        return 0
    sent = 0
    try:
        for _turn in range(MAILS_A_TURN):
            mail, fault = _send_next(server)
            if mail is None or (fault and fault.is_away):
                break
            sent += fault is None
    finally:
        # What went out was acknowledged; how the server takes leave is of no matter.
        with suppress(OSError):
            server.close()
    return sent


def _open(server: BaseEmailBackend) -> None:
    server.open()
    smtp = getattr(server, "connection", None)
    if isinstance(smtp, smtplib.SMTP) and smtp.sock:
        smtp.sock.settimeout(ANSWER_SECONDS)


@transaction.atomic
def _send_next(server: BaseEmailBackend) -> tuple[OutgoingMail | None, Fault | None]:
    """Send the mail that is longest due; return it, None where there is none, and what went wrong."""
    mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).first()
    if mail is None:
        return None, None
    try:
        _hand_over(mail.message(), server)
    except (OSError, ValueError) as error:
        fault = _fault(error)
        if fault.is_final:
            logger.warning("Mail %s failed for good: %s", mail.pk, fault.said)
            mail.state, mail.last_error = State.FAILED, fault.said
            mail.tries += 1
            mail.save(update_fields=["state", "last_error", "tries"])
        else:
            _postpone([mail.pk], fault.said)
        return mail, fault
    mail.state, mail.sent_at, mail.last_error = State.SENT, timezone.now(), ""
    mail.tries += 1
    mail.save(update_fields=["state", "sent_at", "last_error", "tries"])
    return mail, None


def _hand_over(message: Message, server: BaseEmailBackend) -> None:
    """Send a mail; raises SMTPNotSupportedError where the server takes no address in other letters than ASCII."""
    smtp = getattr(server, "connection", None)
    if not (message.is_international and isinstance(smtp, smtplib.SMTP)):
        server.send_messages([message])
        return
    # Django's mail has no SMTPUTF8.
    options = ["SMTPUTF8", "BODY=8BITMIME"]
    sender = sanitize_address(message.from_email, "utf-8")
    smtp.sendmail(sender, message.to, message.as_international(), mail_options=options)


def _fault(error: Exception) -> Fault:
    """What an error means. The server's own words are left out: they quote the address."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, words)] = error.recipients.values()
            return Fault(_status(code, words), is_final=_is_final(code), is_away=code == CLOSING)
        case smtplib.SMTPDataError():
            code, words = error.smtp_code, error.smtp_error
            return Fault(_status(code, words), is_final=_is_final(code), is_away=code == CLOSING)
        case smtplib.SMTPResponseException():
            # About who we are, not about the mail: settings that the newsroom will mend.
            code, words = error.smtp_code, error.smtp_error
            return Fault(_status(code, words), is_away=code == CLOSING)
        case smtplib.SMTPNotSupportedError():
            # This server will never take it; with another one it can be tried again from the outbox.
            return Fault("SMTPUTF8 is not offered", is_final=True)
        case OSError():
            return Fault(error.strerror or type(error).__name__, is_away=True)
        case _:
            # The key that reads it is gone, or its domain is none.
            return Fault(type(error).__name__, is_final=True)


def _status(code: int, words: bytes | str) -> str:
    """The server's numbers, such as "550 5.1.1" (RFC 3463)."""
    enhanced = _ENHANCED_STATUS.match(words if isinstance(words, bytes) else words.encode())
    return f"{code} {enhanced.group().decode()}" if enhanced else f"{code}"


def _is_final(code: int) -> bool:
    """Of the answers beginning with 5 these are about the mail or its recipient, the others about us (RFC 5321)."""
    return 550 <= code <= 559


def _postpone(mails: list[int], said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _POSTPONE,
            {
                "mails": mails,
                "said": said[:200],
                "now": timezone.now(),
                "first": FIRST_DELAY,
                "longest": LONGEST_DELAY,
                "most": MAX_TRIES,
            },
        )


@transaction.atomic
def _postpone_all(said: str) -> None:
    """Postpone all that is due: without a server none of them can go out, and one attempt has told so."""
    due = OutgoingMail.objects.due().select_for_update(skip_locked=True).values_list("pk", flat=True)
    mails = list(due)
    logger.warning("The mail server cannot be reached, %s mails wait: %s", len(mails), said)
    _postpone(mails, said)
