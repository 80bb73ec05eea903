"""Sending what is due. A request is sent and marked so in one transaction: whoever dies in between leaves it waiting.

It then goes out once more, so that who receives it must bear to hear the same thing twice. To one site goes one request
at a time, and a site that is away is left alone for a while with all that waits for it, so that it holds up no other.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.utils import timezone

from newsroom import encryption
from newsroom.deliveries.models import UNSIGNED, Delivery, Host, State
from newsroom.web import outgoing
from newsroom.web.outgoing import Answer, Request

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=2)
# So many sites are talked to at a time, each over a connection to the database of its own.
HOSTS_AT_ONCE = 8
# How long one site is sent to in one turn, besides the last request: until then, what is due by now to others waits.
TURN_SECONDS = 3
# What was told is no longer wanted there.
GONE = 410
# It asks to be left alone for a while.
_ASK_LATER = {429, 503}

# The sites for which something is due, found one after the other in the index of what waits.
_DUE_HOSTS = """
WITH RECURSIVE waiting (host) AS (
    (SELECT host FROM deliveries_delivery WHERE state = 'waiting' ORDER BY host LIMIT 1)
    UNION ALL
    SELECT (SELECT d.host FROM deliveries_delivery d WHERE d.state = 'waiting' AND d.host > waiting.host
            ORDER BY d.host LIMIT 1)
    FROM waiting WHERE waiting.host IS NOT NULL
)
SELECT host FROM waiting LEFT JOIN deliveries_host h ON h.name = host
WHERE (h.name IS NOT NULL) = %(was_away)s AND coalesce(h.until <= %(now)s, true) AND EXISTS (
    SELECT FROM deliveries_delivery d
    WHERE d.state = 'waiting' AND d.host = waiting.host AND d.next_at <= %(now)s AND NOT EXISTS (
        SELECT FROM deliveries_delivery e
        WHERE e.state = 'waiting' AND e.host = d.host AND e.lane = d.lane AND e.id < d.id
    )
)
ORDER BY h.until
"""
# Whoever holds it is the one that talks to this site.
_IS_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_NEXT = """
SELECT d.* FROM deliveries_delivery d
WHERE d.state = 'waiting' AND d.host = %(host)s AND d.next_at <= %(now)s
    AND NOT EXISTS (SELECT FROM deliveries_host h WHERE h.name = d.host AND h.until > %(now)s)
    AND NOT EXISTS (
        SELECT FROM deliveries_delivery e
        WHERE e.state = 'waiting' AND e.host = d.host AND e.lane = d.lane AND e.id < d.id
    )
ORDER BY d.next_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Doubled with each attempt, and up to a quarter more, lest all come back at once. Those behind it in its lane would be
# looked at in vain before.
_POSTPONE = """
UPDATE deliveries_delivery SET next_at = greatest(next_at,
    %(now)s + least(%(first)s * power(2, least(%(tries)s, 20)), %(longest)s) * (1 + random() / 4))
WHERE state = 'waiting' AND host = %(host)s AND lane = %(lane)s
"""
_REST = """
INSERT INTO deliveries_host AS h (name, failures, until) VALUES (%(host)s, 1, %(now)s + %(first)s * (1 + random() / 4))
ON CONFLICT (name) DO UPDATE SET failures = h.failures + 1,
    until = %(now)s + least(%(first)s * power(2, least(h.failures, 20)), %(longest)s) * (1 + random() / 4)
"""


# Of a site that is away, others than the one that was tried.
_GIVE_UP = """
UPDATE deliveries_delivery SET state = 'failed', reason = %(reason)s
WHERE state = 'waiting' AND host = %(host)s AND gives_up_at <= %(now)s
"""


def _signs_nothing(_request: Request, _for: str) -> Mapping[str, str]:
    return {}


def _hears_nothing(_delivery: Delivery) -> None:
    pass


@dataclass(frozen=True)
class Signer:
    """What an app does for its requests, by the name in `Delivery.signer`.

    `sign` gives headers for a request at the moment of sending, and is told what stands behind the name; it may raise
    LookupError or DoesNotExist where that is gone, and the request with it. `heard` is told of a delivery after each
    attempt, in the transaction in which that is noted: it may ask for its state, its status, its tries.
    """

    sign: Callable[[Request, str], Mapping[str, str]] = _signs_nothing
    heard: Callable[[Delivery], None] = _hears_nothing


Signers = Mapping[str, Signer]


def send_due(signers: Signers) -> int:
    """Send what is due, to several sites at once; return how much was delivered. Any number of processes may do so at
    once. Sites that were away are for `ask_again`, so that nobody waits for them."""
    return _send(signers, was_away=False)


def ask_again(signers: Signers) -> int:
    """Send what is due to sites that were away, once their rest is over; return how much was delivered."""
    return _send(signers, was_away=True)


def _send(signers: Signers, *, was_away: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DUE_HOSTS, {"now": timezone.now(), "was_away": was_away})
        hosts = [host for (host,) in cursor.fetchall()]
    if len(hosts) < 2 or connection.in_atomic_block:
        return sum(_send_to(host, signers) for host in hosts)
    due: SimpleQueue[str] = SimpleQueue()
    for host in hosts:
        due.put(host)
    delivered: SimpleQueue[int] = SimpleQueue()
    # They end with the process: whoever stops the worker waits for no other site.
    threads = [
        threading.Thread(target=_send_in_turn, args=[due, signers, delivered], name="delivery", daemon=True)
        for _thread in range(min(HOSTS_AT_ONCE, len(hosts)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(delivered.get_nowait() for _count in range(delivered.qsize()))


def _send_in_turn(due: "SimpleQueue[str]", signers: Signers, delivered: "SimpleQueue[int]") -> None:
    with suppress(Empty):
        while True:
            host = due.get_nowait()
            try:
                delivered.put(_send_to(host, signers))
            except Exception as error:  # noqa: BLE001 - whatever went wrong with one site, the others get theirs
                logger.error("Deliveries to a site failed: %s", type(error).__name__)
                connection.close()
    connection.close()


def _send_to(host: str, signers: Signers) -> int:
    """Send what is due to a site, for one turn; return how much was delivered."""
    delivered = 0
    ends_at = time.monotonic() + TURN_SECONDS
    while time.monotonic() < ends_at and (delivery := _send_next(host, signers)) is not None:
        delivered += delivery.state == State.SENT
    return delivered


@transaction.atomic
def _send_next(host: str, signers: Signers) -> Delivery | None:
    """Send what is longest due to a site; return it, None where there is nothing, or somebody else is at it."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_IS_FREE, [f"delivery:{host}"])
        if not cursor.fetchone()[0]:
            return None
    delivery = next(iter(Delivery.objects.raw(_NEXT, {"host": host, "now": now})), None)
    if delivery is None:
        return None
    name, _colon, signed_for = delivery.signer.partition(":")
    signer = signers.get(name, Signer())
    _attempt(delivery, signer, signed_for)
    try:
        with transaction.atomic():
            signer.heard(delivery)
    except Exception as error:  # noqa: BLE001 - what was sent must be noted, or it is sent again and again
        logger.error("What came of delivery %s was not heard: %s", delivery.pk, type(error).__name__)
    return delivery


def _attempt(delivery: Delivery, signer: Signer, signed_for: str) -> None:
    delivery.tries = min(delivery.tries + 1, 30_000)
    delivery.status, delivery.reason = None, ""
    try:
        request = delivery.read()
        signed = {**request.headers, **signer.sign(request, signed_for)}
    except Exception as error:  # noqa: BLE001 - one that cannot be signed must not keep the next from it
        logger.error("Delivery %s cannot be signed: %s", delivery.pk, type(error).__name__)
        delivery.reason = UNSIGNED
        # Who signs is gone, or the key that reads it; all else is a fault that will be mended.
        (_fail if isinstance(error, LookupError | ObjectDoesNotExist | encryption.Unreadable) else _postpone)(
            delivery
        )
        return
    try:
        answer = outgoing.send(Request(request.method, request.url, signed, request.body))
    except outgoing.Refused as error:
        delivery.reason = error.reason
        _fail(delivery)
    except outgoing.Away as error:
        delivery.reason = error.reason
        _execute(_REST, delivery.host)
        _postpone(delivery)
        _execute(_GIVE_UP, delivery.host, reason=error.reason)
    else:
        _note(delivery, answer)


def _note(delivery: Delivery, answer: Answer) -> None:
    delivery.status = answer.status
    if answer.status in _ASK_LATER:
        _execute(_REST, delivery.host)
    else:
        Host.objects.filter(name=delivery.host).delete()
    if answer.is_success:
        # Nobody sends it again, and what it told may be taken back.
        delivery.state, delivery.sent_at, delivery.content_encrypted = State.SENT, timezone.now(), ""
        _save(delivery, "content_encrypted")
    elif answer.status == GONE:
        _fail(delivery)
    else:
        _postpone(delivery)


def _fail(delivery: Delivery) -> None:
    logger.warning("Delivery %s failed for good: %s", delivery.pk, delivery.status or delivery.reason)
    delivery.state = State.FAILED
    _save(delivery)


def _postpone(delivery: Delivery) -> None:
    """Try again later, or no more where it was tried for long enough."""
    now = timezone.now()
    if delivery.gives_up_at <= now:
        _fail(delivery)
        return
    _save(delivery)
    _execute(_POSTPONE, delivery.host, tries=delivery.tries - 1, lane=delivery.lane)
    delivery.refresh_from_db(fields=["next_at"])


def _execute(statement: str, host: str, **values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {"host": host, "now": timezone.now(), "first": FIRST_DELAY, "longest": LONGEST_DELAY, **values},
        )


def _save(delivery: Delivery, *more: str) -> None:
    delivery.save(update_fields=["state", "tries", "status", "reason", "sent_at", *more])
