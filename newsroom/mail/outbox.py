"""Writing mails into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from newsroom.mail.models import Cancellation, OutgoingMail, OutgoingMailQuerySet, State

KEPT = timedelta(days=30)

# Both rows are locked, so that whoever writes the mail anew either keeps it from here or finds it gone.
_DROP_CANCELLED = """
DELETE FROM mail_outgoingmail WHERE id IN (
    SELECT m.id FROM mail_outgoingmail m JOIN mail_cancellation c USING (key)
    WHERE m.state <> 'sent' FOR UPDATE SKIP LOCKED)
"""
_DROP_MARKS = """
DELETE FROM mail_cancellation c
WHERE NOT EXISTS (SELECT FROM mail_outgoingmail m WHERE m.key = c.key AND m.state <> 'sent')
"""


def enqueue(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    after: timedelta = timedelta(0),
) -> None:
    """Have a mail sent once this transaction is committed and `after` has passed; unless `key` was before.

    The key says what the mail tells, such as "reply:7", and holds nothing of the recipient. Two queries.
    """
    now = timezone.now()
    # First, for then a mail that was taken back in mid-attempt cannot be dropped any more before this is committed.
    Cancellation.objects.filter(key=key).delete()
    mail = OutgoingMail(key=key, subject=subject, created_at=now, next_at=now + after)
    mail.write(to=to, text=text, html=html, headers=dict(headers or {}))
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)


def wrote_to(email_fingerprint: str, *, within: timedelta) -> bool:
    """Whether a mail to this address was written in that time. Whoever asks at the same moment waits for our answer,
    until this transaction ends. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mail:{email_fingerprint}"])
    written = OutgoingMail.objects.filter(email_fingerprint=email_fingerprint)
    return written.filter(created_at__gt=timezone.now() - within).exists()


def cancel(keys: Iterable[str]) -> int:
    """Take back mails that have not gone out, those that failed too; return how many.

    To be called in the transaction of what they tell of. One that is being sent this moment is not waited for: the
    attempt may still succeed, and is the last. Two queries, and one where there is such a mail.
    """
    unsent = OutgoingMail.objects.filter(key__in=list(keys)).exclude(state=State.SENT)
    free = unsent.select_for_update(skip_locked=True).values("pk")
    deleted, _by_model = OutgoingMail.objects.filter(pk__in=free).delete()
    being_sent = [Cancellation(key=key) for key in unsent.values_list("key", flat=True)]
    Cancellation.objects.bulk_create(being_sent, ignore_conflicts=True)
    return deleted + len(being_sent)


def try_again(mails: OutgoingMailQuerySet) -> int:
    """Have those that failed sent anew, as if for the first time, and those that wait at once; return how many."""
    return (
        mails.wanted()
        .exclude(state=State.SENT)
        .exclude(content_encrypted="")
        .update(state=State.WAITING, tries=0, next_at=timezone.now())
    )


@transaction.atomic
def _drop_cancelled() -> None:
    """Remove what was taken back in mid-attempt, once the attempt has ended."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP_CANCELLED)
        cursor.execute(_DROP_MARKS)


def forget_old() -> int:
    """Empty the mails that are settled and KEPT old of recipient and content, and remove what was taken back.

    Returns how many were emptied.
    """
    _drop_cancelled()
    return (
        OutgoingMail.objects.exclude(state=State.WAITING)
        .exclude(content_encrypted="")
        .filter(created_at__lt=timezone.now() - KEPT)
        .update(recipient_encrypted="", email_fingerprint="", content_encrypted="")
    )
