"""JSON of strangers, read no deeper than anybody means it. Pure."""

import json
import re
from typing import Any

MOST_LEVELS = 20
# Strings hold brackets that open nothing. One that does not end is one piece, too: each of its quotes would be another
# beginning else, and to look for the end of each takes time in the square of them.
_PIECE = re.compile(rb'"(?:[^"\\]++|\\.?+)*+"?|[\[{]|[\]}]', re.DOTALL)


class TooDeep(ValueError):
    """One thing in another, and so on."""


def parsed(octets: bytes) -> Any:
    """The value written there. Raises TooDeep, and ValueError for what is no JSON."""
    # Of the other encodings that are guessed at, an octet says nothing of a bracket.
    text = octets.decode()
    depth = 0
    for piece in _PIECE.finditer(octets):
        if piece[0] in b"[{":
            depth += 1
            if depth > MOST_LEVELS:
                raise TooDeep
        elif piece[0] in b"]}":
            depth -= 1
    return json.loads(text, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
