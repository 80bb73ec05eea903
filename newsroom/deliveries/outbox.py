"""Writing requests to other sites into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from newsroom.deliveries.models import TRIED_FOR, Delivery, DeliveryQuerySet, Host, State
from newsroom.web import outgoing

KEPT = timedelta(days=30)
# Rows that are written by one statement.
BATCH = 500


def enqueue(**request: Any) -> None:
    """Have a request sent once this transaction is committed, unless its key was before; it is named as for `prepared`.

    Raises outgoing.Refused for what is no address. One query.
    """
    put([prepared(**request)])


def prepared(
    *,
    kind: str,
    key: str,
    url: str,
    method: str = "POST",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    signer: str = "",
    lane: str = "",
    after: timedelta = timedelta(0),
) -> Delivery:
    """The row of a request, for `put`, to be sent once `after` has passed.

    The key says what is told to whom, such as "webhook:3:17". `signer` names who signs it at the moment of sending, as
    `newsroom.jobs` lists them, and for what: "webhook:3". Requests of one site and one `lane` go out in the order in
    which they were written, each once those before it are settled; so that what is told of one thing does not hold up
    the others, a lane is best one of each recipient and thing. Raises outgoing.Refused for what is no address. No
    query.
    """
    now = timezone.now()
    request = outgoing.Request(method, url, dict(headers or {}), body)
    delivery = Delivery(
        kind=kind,
        key=key,
        host=outgoing.target(url).named,
        lane=lane,
        signer=signer,
        created_at=now,
        next_at=now + after,
        gives_up_at=now + after + TRIED_FOR,
    )
    delivery.write(request)
    return delivery


def put(deliveries: Sequence[Delivery]) -> None:
    """Have requests sent once this transaction is committed, but for those whose key was before. One query a BATCH."""
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH, ignore_conflicts=True)


def cancel(signer: str) -> int:
    """Take back what waits to be signed by this, to be called in the transaction of what ends it; return how much.

    What is being sent this moment is not waited for, and stays. One query."""
    free = Delivery.objects.waiting().filter(signer=signer).select_for_update(skip_locked=True)
    deleted, _by_model = Delivery.objects.filter(pk__in=free.values("pk")).delete()
    return deleted


def try_again(deliveries: DeliveryQuerySet) -> int:
    """Have those that failed sent anew, as if for the first time, and those that wait at once; return how many. A site
    that was away is asked again, too. Two queries."""
    now = timezone.now()
    unsent = deliveries.exclude(state=State.SENT)
    Host.objects.filter(name__in=list(unsent.values_list("host", flat=True))).delete()
    return unsent.update(state=State.WAITING, tries=0, next_at=now, gives_up_at=now + TRIED_FOR)


def last_of(signers: Iterable[str], most: int) -> list[Delivery]:
    """The newest that were signed by any of these, newest first. One query."""
    return list(Delivery.objects.filter(signer__in=list(signers))[:most])


def forget_old() -> int:
    """Remove what is settled and KEPT old; return how many."""
    old = Delivery.objects.exclude(state=State.WAITING).filter(created_at__lt=timezone.now() - KEPT)
    deleted, _by_model = old.delete()
    return deleted
