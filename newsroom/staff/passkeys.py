"""Passkeys (WebAuthn): what browsers are asked, and whether what they answer is true."""

import ipaddress
import json
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from newsroom.encryption import fingerprint
from newsroom.staff import letters
from newsroom.staff.models import NAME_MAX_LENGTH, Passkey
from newsroom.text.account_names import name_of

# In the session: what was asked of a new key, or of one that is known, and when; until it is answered, or so many
# seconds.
_STATE_NEW, _STATE_KNOWN = "passkey_new", "passkey_known"
_SECONDS = 600
# WebAuthn, section 4.
_LONGEST_ID = 1_023
# What a browser sends is a few hundred letters.
_MOST_LETTERS = 10_000


class NotAccepted(ValueError):
    """What the browser answered is not what was asked, or of no key that we know."""


def are_possible() -> bool:
    """Whether browsers make any for this site: it needs a name of its own, and an encrypted connection."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return site.scheme == "https" or host == "localhost"
    return False


def ask_for_new(user: Any, session: SessionBase) -> dict[str, Any]:
    """What a browser needs to make a key for an account. One query."""
    person = PublicKeyCredentialUserEntity(
        id=fingerprint("passkey", str(user.pk))[:32].encode(),
        name=user.get_username(),
        display_name=name_of(user),
    )
    options, state = _server().register_begin(
        person,
        _credentials(user.passkeys.all()),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    session[_STATE_NEW] = [state, int(time.time())]
    return dict(options)["publicKey"]


@transaction.atomic
def add(user: Any, session: SessionBase, answer: str, *, name: str) -> Passkey:
    """Keep a key that a browser made when it was asked. Raises NotAccepted."""
    try:
        data = _server().register_complete(_state(session, _STATE_NEW), _read(answer))
        credential = data.credential_data
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise NotAccepted from error
    if credential is None or len(credential.credential_id) > _LONGEST_ID:
        raise NotAccepted
    if credential.public_key.get(3) not in CoseKey.supported_algorithms():
        raise NotAccepted
    identity = websafe_encode(credential.credential_id)
    if Passkey.objects.filter(credential_id=identity).exists():
        raise NotAccepted
    passkey = Passkey.objects.create(
        user=user,
        name=name[:NAME_MAX_LENGTH] or _("Passkey"),
        credential_id=identity,
        credential=websafe_encode(credential),
        sign_count=data.counter,
    )
    letters.tell(user, letters.ADDED, passkey.name)
    return passkey


def ask_for_known(session: SessionBase, user: Any = None) -> dict[str, Any]:
    """What a browser needs to answer by a key of an account or, without one, by any that it has for this site."""
    known = _credentials(user.passkeys.all()) if user is not None else None
    options, state = _server().authenticate_begin(
        known, user_verification=UserVerificationRequirement.REQUIRED
    )
    session[_STATE_KNOWN] = [state, int(time.time())]
    return dict(options)["publicKey"]


@transaction.atomic
def open_by(session: SessionBase, answer: str, user: Any = None) -> Any:
    """The account whose key has answered, which must be `user` if there is one. Raises NotAccepted."""
    try:
        state = _state(session, _STATE_KNOWN)
        response = AuthenticationResponse.from_dict(_read(answer))
        known = Passkey.objects.select_for_update(of=["self"]).select_related("user")
        passkey = known.get(credential_id=websafe_encode(response.raw_id))
        _server().authenticate_complete(state, _credentials([passkey]), response)
    except (ValueError, KeyError, TypeError, NotImplementedError, Passkey.DoesNotExist) as error:
        raise NotAccepted from error
    if user is not None and passkey.user_id != user.pk:
        raise NotAccepted
    count = response.response.authenticator_data.counter
    # A device that counts never counts backwards; two that answer by one key do.
    if count <= passkey.sign_count and (count or passkey.sign_count):
        raise NotAccepted
    passkey.sign_count, passkey.last_used_at = count, timezone.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    # As sign-in by a password would find it.
    return get_user_model().objects.get(pk=passkey.user_id)


def _server() -> Fido2Server:
    party = PublicKeyCredentialRpEntity(name=_("Nashra"), id=urlsplit(settings.SITE_URL).hostname or "")
    return Fido2Server(party, verify_origin=lambda origin: origin == settings.SITE_URL)


def _credentials(passkeys: Iterable[Passkey]) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(websafe_decode(passkey.credential)) for passkey in passkeys]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _MOST_LETTERS:
        raise ValueError("too long")
    try:
        found = json.loads(answer)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _state(session: SessionBase, key: str) -> Any:
    """What was asked, which is answered once. Raises ValueError where nothing was, or it is too long ago."""
    state, begun = session.pop(key, (None, 0))
    if state is None or time.time() - begun > _SECONDS:
        raise ValueError("nothing was asked")
    return state
