"""Announcing, in the transaction of what is announced; and telling it, by the worker, to those who listen.

A verb only notes what happened, whoever listens and however many: one row. Listeners run in a transaction of their own
later and write what follows, such as requests into the outbox of `newsroom.deliveries`. They look at what is public by
then, for it may have changed since. `newsroom.jobs` lists them.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from newsroom.announcements.models import Announcement, Event

logger = logging.getLogger(__name__)

# Told at a time, and in one transaction.
BATCH = 100
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# With the pauses above, three days.
MAX_TRIES = 78

# By their names, which announcements remember: whoever passes on what happened, given in the order in which it did.
Listener = Callable[[Sequence[Announcement]], None]
Listeners = Mapping[str, Listener]


def announce(event: Event, number: int, path: str = "") -> None:
    """Have it told, once this transaction is committed, that this happened to the article or comment of that number;
    `path` is where the article stands. One query."""
    Announcement.objects.create(event=event, number=number, path=path)


def announce_all(event: Event, things: Iterable[tuple[int, str]]) -> None:
    """The same for several, each with its path. One query, none where there are none."""
    rows = [Announcement(event=event, number=number, path=path) for number, path in things]
    if rows:
        Announcement.objects.bulk_create(rows)


def tell_due(listeners: Listeners) -> int:
    """Tell all that is due, some of it at a time; return how much. May be killed at any moment: who heard of something
    does so once, together with what he wrote of it."""
    count = 0
    while told := _tell_some(listeners):
        count += told
    return count


@transaction.atomic
def _tell_some(listeners: Listeners) -> int:
    due = Announcement.objects.filter(next_at__lte=timezone.now()).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True)[:BATCH])
    if not rows:
        return 0
    failed: set[int] = set()
    for name, listener in listeners.items():
        failed |= _tell(name, listener, [row for row in rows if name not in row.heard_by])
    _postpone([row for row in rows if row.pk in failed])
    Announcement.objects.filter(pk__in=[row.pk for row in rows if row.pk not in failed]).delete()
    return len(rows)


def _tell(name: str, listener: Listener, rows: list[Announcement]) -> set[int]:
    """Tell one listener; return the numbers of what could not be told to it. What fails together is told one by one."""
    if not rows:
        return set()
    try:
        with transaction.atomic():
            listener(rows)
    except Exception as error:  # noqa: BLE001 - one that fails must not keep others from hearing of it
        if len(rows) > 1:
            return set().union(*(_tell(name, listener, [row]) for row in rows))
        logger.error("%s was not told of announcement %s: %s", name, rows[0].pk, type(error).__name__)
        return {rows[0].pk}
    for row in rows:
        row.heard_by.append(name)
    return set()


def _postpone(rows: list[Announcement]) -> None:
    for row in rows:
        row.tries += 1
        if row.tries >= MAX_TRIES:
            logger.error("Announcement %s is given up", row.pk)
            row.delete()
            continue
        row.next_at = timezone.now() + min(FIRST_PAUSE * 2 ** min(row.tries - 1, 16), LONGEST_PAUSE)
        row.save(update_fields=["heard_by", "tries", "next_at"])
