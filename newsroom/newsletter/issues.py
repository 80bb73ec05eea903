"""Issues go out: once a day, at an hour of the newsroom's clock, to everybody once.

Who has an issue is noted in the transaction that puts the mail into the outbox, whose key holds both: any number of
workers may do this at once, and be killed at any moment.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from newsroom import encryption
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from newsroom.mail.models import State as MailState
from newsroom.newsletter import digest, links, subscribing
from newsroom.newsletter.digest import Mail
from newsroom.newsletter.models import Issue, Newsletter, State, Subscription

logger = logging.getLogger(__name__)

BATCH = 100
# So many issues in a row that its server refuses for good, and an address is written to no more.
MOST_REFUSALS = 3
# Longer than the outbox tries to send a mail.
TRIED = timedelta(days=4)


def send_due() -> int:
    """Open the issue of the day when its hour has come, and write it to whoever does not have it; return to how many.

    To be called every minute. An issue that was begun is finished within its day, whatever became of the worker.
    """
    if is_stopped():
        return 0
    issue = Issue.objects.filter(day=timezone.localdate()).first() or _opened()
    return _write(issue) if issue else 0


def is_stopped() -> bool:
    return Newsletter.objects.filter(is_stopped=True).exists()


def stop(*, stopped: bool) -> None:
    """Stop the newsletter or let it go on. What waits in the outbox goes out."""
    Newsletter.objects.update_or_create(pk=1, defaults={"is_stopped": stopped})


def _opened() -> Issue | None:
    """The issue of today, once its hour has come; None before, and on a day without stories."""
    if timezone.localtime().hour < settings.NEWSLETTER_HOUR:
        return None
    issue = digest.today()
    if not issue.stories:
        return None
    try:
        with transaction.atomic():
            issue.shown = issue.stories
            issue.save()
    except IntegrityError:
        # Another worker opened it at this moment.
        return Issue.objects.get(day=issue.day)
    return issue


def _write(issue: Issue) -> int:
    written, last = 0, 0
    while batch := _write_batch(issue, after=last):
        last, count = batch
        written += count
    return written


@transaction.atomic
def _write_batch(issue: Issue, *, after: int) -> tuple[int, int] | None:
    """Write to the next BATCH readers; return the number of the last and how many mails there are, or None where nobody
    is left."""
    # Held until the mails are there, so that `take_back` finds them all.
    Issue.objects.select_for_update().get(pk=issue.pk)
    mails: dict[tuple[str, tuple[int, ...]], Mail | None] = {}
    # Whoever confirmed after the issue was opened begins with the next one.
    lacking = Subscription.objects.filter(
        Q(issue=None) | ~Q(issue=issue), pk__gt=after, state=State.CONFIRMED, confirmed_at__lt=issue.until
    )
    readers = list(lacking.order_by("pk").select_for_update(skip_locked=True, of=["self"])[:BATCH])
    if not readers:
        return None
    refused = _refused(readers)
    count = 0
    for reader in readers:
        reader.refusals = reader.refusals + 1 if reader.pk in refused else 0
        if reader.refusals >= MOST_REFUSALS:
            subscribing.leave(reader, State.REFUSED)
            continue
        count += _write_to(reader, issue, mails)
        Subscription.objects.filter(pk=reader.pk).update(issue=issue, refusals=reader.refusals)
    Issue.objects.filter(pk=issue.pk).update(mails=F("mails") + count)
    return readers[-1].pk, count


def _refused(readers: Iterable[Subscription]) -> set[int]:
    """Those of them whose last issue was refused for good. One query."""
    keys = {
        subscribing.key_of(reader.issue_id, reader.pk): reader.pk for reader in readers if reader.issue_id
    }
    failed = OutgoingMail.objects.filter(key__in=keys, state=MailState.FAILED, last_error__startswith="55")
    return {keys[key] for key in failed.values_list("key", flat=True)}


def _write_to(reader: Subscription, issue: Issue, mails: dict) -> bool:
    """Put the mail for a reader into the outbox; return whether there is one."""
    chosen = (reader.language, tuple(reader.sections))
    if chosen not in mails:
        mails[chosen] = digest.mail(issue, language=reader.language, sections=reader.sections)
    common = mails[chosen]
    if common is None:
        return False
    try:
        address = encryption.decrypt(reader.email_encrypted)
    except encryption.Unreadable:
        logger.warning("The address of subscription %s cannot be read: its key is gone.", reader.pk)
        return False
    enqueue(common, reader, to=address, key=subscribing.key_of(issue.pk, reader.pk))
    return True


def enqueue(common: Mail, reader: Subscription, *, to: str, key: str) -> None:
    leave = links.unsubscription(reader)
    own = common.to(leave=leave, choose=links.preferences(reader))
    outbox.enqueue(
        key=key,
        to=to,
        subject=own.subject,
        text=own.text,
        html=own.html,
        headers={
            "Content-Language": own.language,
            "List-ID": digest.list_id(),
            "List-Unsubscribe": f"<{leave}>",
            # RFC 8058: mail programs post to that address at a press of their own button.
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def take_back() -> int:
    """Write mails anew that have not gone out and tell of stories that readers no longer see, or take them back where
    no other story is in them; return of how many. To be called every few seconds."""
    begun = timezone.now()
    total = 0
    for issue in Issue.objects.filter(until__gt=begun - TRIED):
        if digest.shown(issue) == issue.shown:
            continue
        while count := _write_anew(issue, begun):
            total += count
    return total


@transaction.atomic
def _write_anew(issue: Issue, begun: datetime) -> int:
    """The same for the next BATCH mails that were written before `begun`; return how many those were."""
    Issue.objects.select_for_update().get(pk=issue.pk)
    shown = digest.shown(issue)
    prefix = subscribing.key_of(issue.pk, 0).removesuffix("0")
    waiting = OutgoingMail.objects.wanted().filter(
        key__startswith=prefix, state=MailState.WAITING, created_at__lt=begun
    )
    # One that is being sent at this moment is looked at again by the next turn, if it did not go out.
    mails = list(waiting.order_by("pk").select_for_update(skip_locked=True, of=["self"])[:BATCH])
    if not mails:
        if not waiting.exists():
            Issue.objects.filter(pk=issue.pk).update(shown=shown)
        return 0
    numbers = [int(mail.key.removeprefix(prefix)) for mail in mails]
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()
    written: dict[tuple[str, tuple[int, ...]], Mail | None] = {}
    # Whoever leaves at this moment waits for these mails, to take them back, or is none of the readers any more.
    readers = Subscription.objects.filter(pk__in=numbers, state=State.CONFIRMED).select_for_update()
    count = sum(_write_to(reader, issue, written) for reader in readers.order_by("pk"))
    Issue.objects.filter(pk=issue.pk).update(mails=F("mails") - len(mails) + count)
    return len(mails)
