"""What other servers tell us: that somebody follows, or does no more, and that an actor changed or is gone.

All else is taken and dropped: what readers say elsewhere of an article stays there. Nothing is looked up before it is
known to matter, and nothing is believed before its signature was checked by the key of the actor that it names.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from newsroom.federation import addresses, following, nesting, remote, signatures
from newsroom.federation.models import ADDRESS_MAX_LENGTH, Actor, ReceivedActivity, RemoteActor
from newsroom.federation.remote import Told
from newsroom.federation.signatures import Claim, Request, SignatureError
from newsroom.web import rate_limit

logger = logging.getLogger(__name__)

MOST_BYTES = 256_000
# How often a server may tell something that matters, and all those of a network, for a domain has any number of names;
# and how often a network may have us ask another server.
WINDOW = timedelta(minutes=1)
OF_A_SERVER, OF_A_NETWORK, LOOKUPS_OF_A_NETWORK = 300, 1_000, 60
# Longer than a signature counts.
REMEMBERED = timedelta(days=2)
# What JSON can tell of, and no text of PostgreSQL holds.
_NOT_STORED = re.compile("[\0\ud800-\udfff]")


class Refused(Exception):
    """What was sent is not taken; `status` is the answer, and `reason` a few words for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Activity:
    """What was sent, as far as it matters. `about` is the object's id, and `inner` the object, where it is one."""

    id: str
    kind: str
    actor: str
    about: str
    inner: dict[str, Any]


def receive(request: Request, *, network: str) -> None:
    """Take in what a server has sent to an inbox. Raises Refused.

    One query for what does not matter; else ten at most, and a request to the other server where its key is not known.
    """
    activity = _read(request.body)
    if activity is None:
        return
    host = _host(activity.actor)
    wanted = _meant(activity)
    if wanted is None:
        return
    if following.is_blocked(host):
        raise Refused(403, "the server is blocked")
    told = _verified(request, activity, host, network)
    if activity.kind == "Update":
        # What comes with the activity is not believed.
        told = _looked_up(activity, network)
    with transaction.atomic():
        limits = {f"fediverse:server:{host}": OF_A_SERVER, f"fediverse:network:{network}": OF_A_NETWORK}
        if rate_limit.take_all(limits, window=WINDOW) != limits.keys():
            raise Refused(429, "the server sends too much")
        if _is_new(activity):
            _act(activity, wanted, told)


def _read(body: bytes) -> Activity | None:
    """The activity; None for one without an actor or an id, with which nothing can be done. Raises Refused."""
    if len(body) > MOST_BYTES:
        raise Refused(413, "it is too long")
    try:
        document = nesting.parsed(body)
    except ValueError:
        raise Refused(400, "it cannot be read") from None
    if not isinstance(document, dict):
        raise Refused(400, "it cannot be read")
    about = document.get("object")
    inner = about if isinstance(about, dict) else {}
    activity = Activity(
        id=_text(document.get("id")),
        kind=_text(document.get("type")),
        actor=_id(document.get("actor")),
        about=_id(about),
        inner=inner,
    )
    return activity if activity.actor and activity.id and activity.kind else None


def _id(told: Any) -> str:
    return _text(told.get("id") if isinstance(told, dict) else told)


def _text(told: Any) -> str:
    is_one = isinstance(told, str) and len(told) <= ADDRESS_MAX_LENGTH and not _NOT_STORED.search(told)
    return told if is_one else ""


def _host(actor: str) -> str:
    try:
        return remote.host_of(actor)
    except remote.Unknown as error:
        raise Refused(400, str(error)) from None


# What an activity may ask for: of one of our actors, or of the sender itself.
Wanted = Actor | str


def _meant(activity: Activity) -> Wanted | None:
    """Whom an activity is about, where it matters: an actor of ours, or the one that sends it. One query at most."""
    match activity.kind:
        case "Follow" | "Block":
            return _ours(activity.about)
        case "Undo" if activity.inner.get("type") == "Follow" and "object" in activity.inner:
            return _ours(_id(activity.inner["object"]))
        case "Undo":
            # Of what it takes back no more than the id is told.
            return Actor.objects.filter(
                follows__activity_id=activity.about, follows__follower__uri=activity.actor
            ).first()
        case "Delete" | "Update" if activity.about == activity.actor and _follows(activity.actor):
            return activity.actor
    return None


def _ours(address: str) -> Actor | None:
    number = addresses.actor_number(address)
    return Actor.objects.open().filter(pk=number).first() if number is not None else None


def _follows(uri: str) -> bool:
    return RemoteActor.objects.filter(uri=uri).exists()


def _verified(request: Request, activity: Activity, host: str, network: str) -> Told:
    """Who has sent it, whose signature was checked. Raises Refused."""
    try:
        claim = signatures.read(request)
        signatures.check(claim, request, timezone.now())
        if remote.host_of(claim.key_id) != host or _host(activity.id) != host:
            raise Refused(401, "the key is of another server")
    except (SignatureError, remote.Unknown) as error:
        raise Refused(401, str(error)) from None
    known = RemoteActor.objects.filter(uri=activity.actor).first()
    if known is not None and known.key_id == claim.key_id and _has_signed(claim, known.public_key):
        return _as_told(known)
    # Not known, or it has another key by now.
    told = _looked_up(activity, network, claim.key_id)
    if not _has_signed(claim, told.public_key):
        raise Refused(401, "the key has not signed it")
    if known is not None:
        following.remember(told)
    return told


def _has_signed(claim: Claim, pem: str) -> bool:
    try:
        return signatures.verify(claim, signatures.public_key(pem))
    except SignatureError:
        return False


def _as_told(known: RemoteActor) -> Told:
    return Told(
        uri=known.uri,
        host=known.server_id,
        inbox=known.inbox,
        shared_inbox=known.shared_inbox,
        key_id=known.key_id,
        public_key=known.public_key,
    )


def _looked_up(activity: Activity, network: str, key_id: str = "") -> Told:
    """What the server of the sender tells of it now, and of its key of this id. Raises Refused."""
    with transaction.atomic():
        if not rate_limit.take(f"fediverse:lookups:{network}", limit=LOOKUPS_OF_A_NETWORK, window=WINDOW):
            raise Refused(429, "too many keys are to be looked up")
    try:
        return remote.owner_of(key_id, activity.actor) if key_id else remote.actor(activity.actor)
    except remote.Gone:
        if activity.kind == "Delete" and activity.about == activity.actor:
            # Its own server says so.
            following.forget(activity.actor)
            raise Refused(202, "it is gone") from None
        raise Refused(401, "it is gone") from None
    except remote.Unknown as error:
        raise Refused(401, str(error)) from None
    except remote.Busy:
        raise Refused(503, "the server cannot be asked") from None


def _is_new(activity: Activity) -> bool:
    """Whether this came for the first time. Whoever brings it at the same moment waits for the end of this
    transaction."""
    digest = hashlib.sha256(activity.id.encode()).hexdigest()
    _row, is_new = ReceivedActivity.objects.get_or_create(digest=digest)
    return is_new


def _act(activity: Activity, wanted: Wanted, told: Told) -> None:
    match activity.kind:
        case "Follow" if isinstance(wanted, Actor):
            following.follow(wanted, told, activity.id)
        case "Undo" | "Block" if isinstance(wanted, Actor):
            following.unfollow(wanted, told.uri)
        case "Delete":
            following.forget(told.uri)
        case "Update":
            following.remember(told)


def forget_old() -> int:
    """Forget which activities came before signatures end to count; return how many."""
    count, _by_model = ReceivedActivity.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
    return count
