"""Signatures by Standard Webhooks, version 1: https://github.com/standard-webhooks/standard-webhooks/tree/main/spec."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    return f"{_PREFIX}{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def headers(message_id: str, body: bytes, keys: Sequence[str], at: datetime) -> Mapping[str, str]:
    """What goes along with a message that is sent at this moment (aware): a signature by each of the secrets."""
    moment = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), moment.encode(), body))
    digests = [hmac.digest(b64decode(key.removeprefix(_PREFIX)), signed, sha256) for key in keys]
    return {
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{b64encode(digest).decode()}" for digest in digests),
    }
