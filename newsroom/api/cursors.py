"""Where a list goes on: the keys of its last row, sealed.

A list is asked for by keys and not by a count of rows, so that the hundredth page costs what the second does. The seal
keeps anybody from having pages made and kept for places at which none ends.
"""

import base64
import binascii
import json
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from newsroom.api.problems import Problem, Wrong

_SEAL_BYTES = 9
LONGEST = 1_000
# Those of searches say their place themselves.
PATTERN = "^[A-Za-z0-9._-]+$"


def seal(kind: str, *keys: Any) -> str:
    """The cursor of a list of this kind behind the row with these keys, each a value of JSON."""
    told = json.dumps(keys, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(kind, told) + told).decode().rstrip("=")


def open_sealed(kind: str, cursor: str) -> list[Any]:
    """The keys in a cursor of this kind. Raises Problem for any other text."""
    try:
        letters = cursor.encode("ascii")
        raw = base64.b64decode(letters + b"=" * (-len(letters) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raw = b""
    told = raw[_SEAL_BYTES:]
    # Of two spellings that decode to the same one is ours.
    if (
        not told
        or not constant_time_compare(raw[:_SEAL_BYTES], _seal(kind, told))
        or seal(kind, *(keys := json.loads(told))) != cursor
    ):
        raise unknown()
    return keys


def unknown() -> Problem:
    """The error for a cursor that no page ends at."""
    sentence = _("Take the cursor as the page before named it, or leave it out.")
    return Problem("not-found", errors=[Wrong("query.cursor", sentence)])


def _seal(kind: str, told: bytes) -> bytes:
    digest = salted_hmac(f"newsroom.api.cursors.{kind}", told, algorithm="sha256").digest()
    return digest[:_SEAL_BYTES]
