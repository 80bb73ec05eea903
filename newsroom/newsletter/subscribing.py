"""The verbs of a subscription: ask for it, confirm, choose, leave; and what is held about a person."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsroom import encryption
from newsroom.mail import outbox
from newsroom.newsletter import links
from newsroom.newsletter.models import GONE, Issue, State, Subscription
from newsroom.web import rate_limit

# Sign-ups behind one network in an hour; and a mailbox is mailed of them once a day, however its address is spelled.
OF_NETWORK = 10
# How long an address that nobody confirmed is kept, and the fingerprint of one that has gone.
WAITING_KEPT = timedelta(days=7)
GONE_KEPT = timedelta(days=365)
# Longer than the outbox tries, and than the desk has what failed sent again.
MAILS_WAIT = outbox.KEPT


@transaction.atomic
def ask(email: str, *, language: str, sender: str) -> bool:
    """Mail a link that confirms the address, or where it is confirmed one to what it has chosen.

    Return False where too many were asked for behind the network of `sender`, a fingerprint; nothing else tells the
    caller whether the address was known.
    """
    if not rate_limit.take(f"newsletter:network:{sender}", limit=OF_NETWORK, window=timedelta(hours=1)):
        return False
    # By the day, as other links are counted: two windows of their own would end by different clocks.
    mailbox = f"newsletter:mailbox:{encryption.mailbox_fingerprint(email)}:{timezone.localdate()}"
    if not rate_limit.take(mailbox, limit=1, window=timedelta(days=1)):
        return True
    fingerprint = encryption.email_fingerprint(email)
    found, is_new = Subscription.objects.select_for_update().get_or_create(
        email_fingerprint=fingerprint,
        defaults={"email_encrypted": encryption.encrypt(email), "language": language},
    )
    if found.state == State.CONFIRMED:
        _write(found, email, "known", _("Your newsletter"), links.preferences(found))
        return True
    if not is_new:
        found.email_encrypted = encryption.encrypt(email)
        found.state, found.language, found.sections = State.WAITING, language, []
        found.generation += 1
        found.asked_at, found.confirmed_at, found.ended_at = timezone.now(), None, None
        found.refusals = 0
        found.save()
    _write(
        found, email, "confirm", _("Confirm your subscription to the newsletter"), links.confirmation(found)
    )
    return True


def _write(found: Subscription, email: str, name: str, subject: str, url: str) -> None:
    context = {"url": url, "subject": subject}
    outbox.enqueue(
        key=f"newsletter:{name}:{found.pk}:{timezone.localdate()}:{found.generation}",
        to=email,
        subject=subject,
        text=render_to_string(f"newsletter/mail_{name}.txt", context),
        html=render_to_string(f"newsletter/mail_{name}.html", context),
        headers={"Content-Language": translation.get_language()},
    )


def confirm(found: Subscription) -> None:
    """Whoever presses twice has confirmed once."""
    Subscription.objects.filter(pk=found.pk, generation=found.generation, state=State.WAITING).update(
        state=State.CONFIRMED, confirmed_at=timezone.now()
    )


def choose(found: Subscription, *, language: str, sections: Iterable[int]) -> None:
    Subscription.objects.filter(pk=found.pk, state=State.CONFIRMED).update(
        language=language, sections=sorted(sections)
    )


@transaction.atomic
def leave(found: Subscription, state: str = State.LEFT) -> None:
    """End a subscription and forget the address: nothing is sent any more, not even what waits in the outbox."""
    ended = Subscription.objects.filter(pk=found.pk).exclude(state__in=GONE)
    ended.update(
        state=state,
        email_encrypted="",
        sections=[],
        generation=F("generation") + 1,
        ended_at=timezone.now(),
    )
    # `found` may be older than an issue that was written meanwhile, and a mail waits for days while a server is away.
    waiting = Issue.objects.filter(until__gt=timezone.now() - MAILS_WAIT)
    outbox.cancel([key_of(issue, found.pk) for issue in waiting.values_list("pk", flat=True)])


def key_of(issue: int, subscription: int) -> str:
    """Under which a mail stands in the outbox: by it nobody gets an issue twice."""
    return f"digest:{issue}:{subscription}"


def forget_old() -> None:
    """Remove addresses that nobody confirmed, and fingerprints of those that went long ago."""
    now = timezone.now()
    Subscription.objects.filter(state=State.WAITING, asked_at__lt=now - WAITING_KEPT).delete()
    Subscription.objects.filter(state__in=GONE, ended_at__lt=now - GONE_KEPT).delete()


# What is held about a person, for `newsroom.personal_data`


def count(email: str) -> int:
    return _of(email).count()


def export(email: str) -> Iterator[dict[str, Any]]:
    for found in _of(email):
        yield {
            "state": found.state,
            "language": found.language,
            "sections": found.sections,
            "asked_at": found.asked_at,
            "confirmed_at": found.confirmed_at,
            "ended_at": found.ended_at,
            "refusals": found.refusals,
        }


def erase(email: str) -> None:
    """The fingerprint goes, too: whoever asks for it is no longer recognized. Mails are the outbox's."""
    _of(email).delete()
    rate_limit.forget(encryption.mailbox_fingerprint(email))


def _of(email: str) -> Any:
    return Subscription.objects.filter(email_fingerprint=encryption.email_fingerprint(email))
