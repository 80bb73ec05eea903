"""Writing what other servers are to be told into the outbox of deliveries, once for each server."""

import hashlib
from collections.abc import Collection, Iterable

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

from newsroom.deliveries import outbox
from newsroom.deliveries.models import Delivery
from newsroom.federation import documents
from newsroom.federation.documents import Document
from newsroom.federation.models import Actor, RemoteActor

KIND = "fediverse"


def inboxes(actors: Collection[Actor]) -> list[str]:
    """Where the followers of these actors are told something: one address for all of a server that has one. One
    query."""
    followers = RemoteActor.objects.filter(follows__actor__in=actors, server__blocked_at__isnull=True)
    place = Coalesce(NullIf(F("shared_inbox"), Value("")), F("inbox"))
    return list(followers.annotate(place=place).values_list("place", flat=True).distinct().order_by("place"))


def send(to: Iterable[str], document: Document, *, by: Actor, key: str, lane: str) -> None:
    """Have a document sent to these inboxes once this transaction is committed, unless it was under this key; what has
    the same lane comes in order."""
    body = documents.written(document)
    outbox.put(
        [
            outbox.prepared(
                kind=KIND,
                key=f"{KIND}:{key}:{hashlib.sha256(inbox.encode()).hexdigest()[:32]}",
                url=inbox,
                body=body,
                headers={"Content-Type": documents.MEDIA_TYPE},
                signer=f"{KIND}:{by.pk}",
                lane=f"{KIND}:{lane}",
            )
            for inbox in to
        ]
    )


def cancel(host: str) -> None:
    """Take back what waits for a server. What is being sent this moment is not waited for, and is the last."""
    waiting = Delivery.objects.waiting().filter(kind=KIND, host=host)
    Delivery.objects.filter(pk__in=waiting.select_for_update(skip_locked=True).values("pk")).delete()


def forget_who_follows_nobody() -> None:
    """Nothing is kept of them."""
    RemoteActor.objects.filter(follows__isnull=True).delete()
