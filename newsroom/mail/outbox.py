"""Writing mails into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from newsroom.mail.models import OutgoingMail, State

KEPT = timedelta(days=30)


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

    The key says what the mail tells, such as "reply:7", and holds nothing of the recipient. One query.
    """
    now = timezone.now()
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
    """Take back mails that have not gone out; return how many. One that is going out this moment is not waited for."""
    waiting = OutgoingMail.objects.filter(key__in=list(keys), state=State.WAITING)
    free = waiting.select_for_update(skip_locked=True).values("pk")
    deleted, _by_model = OutgoingMail.objects.filter(pk__in=free).delete()
    return deleted


def try_again(mails: QuerySet[OutgoingMail]) -> int:
    """Have those that failed sent anew, as if for the first time, and those that wait at once; return how many."""
    return (
        mails.exclude(state=State.SENT)
        .exclude(content_encrypted="")
        .update(state=State.WAITING, tries=0, next_at=timezone.now())
    )


def forget_old() -> int:
    """Empty the mails that are settled and KEPT old of recipient and content; return how many."""
    return (
        OutgoingMail.objects.exclude(state=State.WAITING)
        .exclude(content_encrypted="")
        .filter(created_at__lt=timezone.now() - KEPT)
        .update(recipient_encrypted="", email_fingerprint="", content_encrypted="")
    )
