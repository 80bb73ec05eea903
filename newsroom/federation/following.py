"""The verbs of following: somebody follows an actor of ours, or does no more; servers that are blocked, or gone."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from newsroom.deliveries.models import Delivery, State
from newsroom.federation import documents, posting
from newsroom.federation.models import Actor, Follow, RemoteActor, Server
from newsroom.federation.remote import Told, host_without_port
from newsroom.web import purges

# Beyond them nobody means it: servers with many followers have an inbox for all of them.
MOST_FOLLOWERS_OF_A_SERVER, MOST_INBOXES_OF_A_SERVER = 50_000, 500
# After so long without anything that arrived there, a server is gone.
GONE_AFTER = timedelta(days=30)
_INBOX_IS_GONE = 410


@transaction.atomic
def follow(actor: Actor, told: Told, activity_id: str) -> bool:
    """Note that somebody follows, and accept it; again where it was before, for the answer may have been lost. Return
    whether it was accepted. Where the actor takes nobody, it is rejected."""
    if not actor.takes_followers or actor.closed_at is not None or not _has_room_for(told):
        _answer("Reject", actor, told, activity_id)
        return False
    follower = remember(told)
    Follow.objects.update_or_create(actor=actor, follower=follower, defaults={"activity_id": activity_id})
    _answer("Accept", actor, told, activity_id)
    _counted(actor.pk)
    return True


def _has_room_for(told: Told) -> bool:
    """Whether a server may have one more follower, and be written to where that one reads. Three queries at most."""
    others = RemoteActor.objects.filter(server=told.host)
    if others.count() >= MOST_FOLLOWERS_OF_A_SERVER:
        return False
    if told.shared_inbox and others.filter(shared_inbox=told.shared_inbox).exists():
        return True
    return others.values("inbox", "shared_inbox").distinct().count() < MOST_INBOXES_OF_A_SERVER


def _answer(kind: str, actor: Actor, told: Told, activity_id: str) -> None:
    mark = hashlib.sha256(f"{told.uri} {activity_id}".encode()).hexdigest()[:32]
    document = documents.reply_to_follow(kind, actor, told.uri, activity_id, mark)
    posting.send(
        [told.inbox], document, by=actor, key=f"{kind.lower()}:{actor.pk}:{mark}", lane=f"follow:{mark}"
    )


def remember(told: Told) -> RemoteActor:
    """The row of an actor as its server tells of it now."""
    Server.objects.get_or_create(host=told.host)
    follower, _is_new = RemoteActor.objects.update_or_create(
        uri=told.uri,
        defaults={
            "server_id": told.host,
            "inbox": told.inbox,
            "shared_inbox": told.shared_inbox,
            "key_id": told.key_id,
            "public_key": told.public_key,
            "fetched_at": timezone.now(),
        },
    )
    return follower


@transaction.atomic
def unfollow(actor: Actor, uri: str) -> None:
    """Note that this one follows the actor no more; nothing is kept of who follows nobody."""
    Follow.objects.filter(actor=actor, follower__uri=uri).delete()
    RemoteActor.objects.filter(uri=uri, follows__isnull=True).delete()
    _counted(actor.pk)


def forget(uri: str) -> None:
    """Forget an actor that is gone."""
    _forget(RemoteActor.objects.filter(uri=uri))


@transaction.atomic
def _forget(followers: QuerySet[RemoteActor]) -> int:
    followed = set(Follow.objects.filter(follower__in=followers).values_list("actor", flat=True))
    count, _by_model = followers.delete()
    _counted(*followed)
    return count


def _counted(*actors: int) -> None:
    if actors:
        purges.purge(*map(name_of_count, actors))


def name_of_count(actor: int) -> str:
    """The name of what is kept of how many follow an actor."""
    return f"followers:{actor}"


# Servers


def is_blocked(host: str) -> bool:
    """Whether this server is blocked, or one that it is a part of. One query."""
    parts = host_without_port(host).split(".")
    names = [host, *(".".join(parts[at:]) for at in range(len(parts) - 1))]
    return Server.objects.filter(host__in=names, blocked_at__isnull=False).exists()


@transaction.atomic
def block(host: str, note: str = "") -> None:
    """Take nothing from a server and its subdomains any more, and send nothing there; its followers are forgotten."""
    Server.objects.update_or_create(host=host, defaults={"blocked_at": timezone.now(), "note": note})
    for server in Server.objects.filter(host__contains=host_without_port(host)):
        if is_blocked(server.host):
            _forget(RemoteActor.objects.filter(server=server))
            posting.cancel(server.host)


@transaction.atomic
def unblock(host: str) -> None:
    Server.objects.filter(host=host).update(blocked_at=None)
    Server.objects.filter(host=host, actors__isnull=True).delete()


def heard(delivery: Delivery) -> None:
    """Learn from an attempt whether a server is there; for the outbox of deliveries. One query, two where that has
    changed."""
    server = Server.objects.filter(host=delivery.host)
    if delivery.state == State.SENT:
        server.filter(failing_since__isnull=False).update(failing_since=None)
        return
    server.filter(failing_since__isnull=True).update(failing_since=timezone.now())
    if delivery.status == _INBOX_IS_GONE:
        inbox = delivery.read().url
        followers = RemoteActor.objects.filter(server=delivery.host)
        _forget(followers.filter(inbox=inbox) | followers.filter(shared_inbox=inbox))


@transaction.atomic
def forget_gone() -> int:
    """Forget the followers of servers that were away for GONE_AFTER, and servers without followers; return how many
    rows went."""
    gone = Server.objects.filter(failing_since__lt=timezone.now() - GONE_AFTER, blocked_at__isnull=True)
    count = 0
    for server in gone:
        count += _forget(RemoteActor.objects.filter(server=server))
        server.delete()
    # A server that somebody begins to follow from at this moment is left.
    others = Server.objects.filter(
        ~Exists(RemoteActor.objects.filter(server=OuterRef("pk"))), blocked_at=None
    )
    empty = [server.pk for server in others.select_for_update(skip_locked=True)]
    return count + Server.objects.filter(pk__in=empty).delete()[0]
