"""What other servers tell of their actors. Every request for it goes through `newsroom.web.outgoing`, signed by the
site's actor, for servers that answer nobody else."""

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from newsroom import encryption
from newsroom.federation import keys, signatures
from newsroom.federation.documents import MEDIA_TYPE
from newsroom.federation.models import ADDRESS_MAX_LENGTH, HOST_MAX_LENGTH, Actor
from newsroom.federation.nesting import TooDeep, parsed
from newsroom.federation.signatures import SignatureError
from newsroom.web import outgoing
from newsroom.web.outgoing import Request

ACCEPTED = f'{MEDIA_TYPE}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
MOST_BYTES = 256_000
# A thread that readers need waits for it.
SECONDS = 5
# So many threads of a process ask other servers at a time.
_asking = threading.BoundedSemaphore(2)
_GONE = {404, 410}


class Unknown(Exception):
    """The other server tells of no such actor, or of one that is not to be believed; in a few words for the log."""


class Gone(Unknown):
    """It says that there is no such actor any more."""


class Busy(Exception):
    """It cannot be asked just now."""


@dataclass(frozen=True)
class Told:
    """An actor as its own server tells of it."""

    uri: str
    host: str
    inbox: str
    shared_inbox: str
    key_id: str
    public_key: str


def host_of(address: str) -> str:
    """The host of an address, as `Server` has it; raises Unknown for what is no address of another site."""
    try:
        host = outgoing.target(address).named
    except outgoing.Refused:
        raise Unknown("this is no address") from None
    if len(address) > ADDRESS_MAX_LENGTH or len(host) > HOST_MAX_LENGTH or not address.isascii():
        raise Unknown("this is no address")
    return host


def actor(uri: str) -> Told:
    """The actor at this address. Raises Unknown, Gone, Busy."""
    return _told(_document(uri), uri)


def owner_of(key_id: str, uri: str) -> Told:
    """The actor at `uri`, which must say that this key is its own, as the key must that it is the actor's.

    Most keys are told with the actor; where one has an address of its own, that is asked first. Raises Unknown, Gone,
    Busy.
    """
    place = key_id.partition("#")[0]
    try:
        document = _document(place)
    except Gone:
        # That says nothing of whose it was.
        document = _document(uri)
    if document.get("id") != uri:
        # The key alone.
        if _id(document.get("owner")) != uri and not _names(document, key_id, uri):
            raise Unknown("the key is somebody else's")
        document = _document(uri)
    told = _told(document, uri)
    if told.key_id != key_id:
        raise Unknown("the key is somebody else's")
    return told


def _names(document: dict[str, Any], key_id: str, uri: str) -> bool:
    """Whether a part of an actor, told at the address of its key, says whose that is."""
    key = document.get("publicKey")
    return isinstance(key, dict) and key.get("id") == key_id and _id(key.get("owner")) == uri


def _told(document: dict[str, Any], uri: str) -> Told:
    if document.get("id") != uri:
        # Else one server could speak for another.
        raise Unknown("this is another actor")
    key = document.get("publicKey")
    if isinstance(key, list):
        key = key[0] if key else None
    if not isinstance(key, dict) or _id(key.get("owner")) != uri:
        raise Unknown("there is no key")
    host = host_of(uri)
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    told = Told(
        uri=uri,
        host=host,
        inbox=_text(document.get("inbox")),
        shared_inbox=_text(shared),
        key_id=_text(key.get("id")),
        public_key=_text(key.get("publicKeyPem")),
    )
    # What is sent goes nowhere else, whatever an actor says of where it reads.
    if not all(host_of(place) == host for place in (told.inbox, told.shared_inbox or uri, told.key_id)):
        raise Unknown("it reads elsewhere")
    try:
        signatures.public_key(told.public_key)
    except SignatureError as error:
        raise Unknown(str(error)) from None
    return told


def _document(address: str) -> dict[str, Any]:
    host_of(address)
    request = Request("GET", address, {"Accept": ACCEPTED})
    signer = Actor.objects.of_site()
    try:
        signed = keys.headers(signer, request) if signer is not None else {}
    except encryption.Unreadable:
        signed = {}
    if not _asking.acquire(blocking=False):
        raise Busy
    try:
        answer = outgoing.send(
            Request("GET", address, {**request.headers, **signed}), most_bytes=MOST_BYTES, seconds=SECONDS
        )
    except outgoing.Away:
        raise Busy from None
    except (outgoing.Refused, outgoing.TooLong) as error:
        raise Unknown(type(error).__name__) from None
    finally:
        _asking.release()
    if answer.status in _GONE:
        raise Gone("it is gone")
    if answer.status != 200:
        raise Busy
    kind = answer.headers.get("content-type", "").lower()
    if not kind.startswith((MEDIA_TYPE, "application/ld+json")):
        # A file that somebody has put there.
        raise Unknown("it is of another kind")
    try:
        document = parsed(answer.body)
    except (TooDeep, ValueError, json.JSONDecodeError):
        raise Unknown("it cannot be read") from None
    if not isinstance(document, dict):
        raise Unknown("it cannot be read")
    return document


def _id(told: Any) -> str:
    return _text(told.get("id") if isinstance(told, dict) else told)


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def host_without_port(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""
