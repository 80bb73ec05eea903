"""Marked addresses, and how to find them again in whatever shape they left."""

import base64
import hashlib
import re
from functools import cache

# Nothing on the site is spelled like this by chance. Stored as written here, so digests of the lower case differ.
MARK = "Kanari7x"
_HEX = re.compile(r"[0-9a-f]{32,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{22,86}")
# For `bytes.translate`: a space in place of whatever stands in no digest.
_APART = bytes(byte if re.match(r"[A-Za-z0-9+/_-]", chr(byte), re.ASCII) else 32 for byte in range(256))


def address(number: int) -> str:
    return f"{MARK}.{number:04}@canary.example"


class Search:
    """Finds marked addresses with numbers below `count`: as they are, escaped, reversed, encoded, and their digests.

    In every plain or escaped shape the mark stands before the @ as it is.
    """

    def __init__(self, count: int):
        marks = {MARK, MARK.lower(), MARK.upper()}
        self.words = {MARK.lower(), MARK.lower()[::-1], *(mark.encode().hex() for mark in marks)}
        self.encoded = {_inner(mark, shift) for mark in marks for shift in range(3)}
        digests = [
            hashlib.new(name, spelling.encode()).digest()
            for number in range(count)
            for spelling in _spellings(address(number))
            for name in ("md5", "sha1", "sha256")
        ]
        self.digests = {digest.hex() for digest in digests}
        self.digests_encoded = {
            encode(digest).decode().rstrip("=")
            for digest in digests
            for encode in (base64.b64encode, base64.urlsafe_b64encode)
        }
        # Most stand on every page: names of style sheets, tokens of a session.
        self._in_run = cache(self._digests_in)

    def __call__(self, text: str) -> set[str]:
        """What was found, "" of it being nothing."""
        lower = text.lower()
        found = {word for word in self.words if word in lower}
        found |= {word for word in self.encoded if word in text}
        # To look for the long ones among all runs takes less than regular expressions that read the whole text.
        runs = text.encode("ascii", "replace").translate(_APART).split()
        return found.union(*map(self._in_run, {run for run in runs if len(run) >= 22}))

    def _digests_in(self, run: bytes) -> frozenset[str]:
        """The digests in a run of letters, digits and signs of base64."""
        long = run.decode()
        found = self.digests_encoded.intersection(_BASE64.findall(long))
        for digits in _HEX.findall(long.lower()):
            for length in (32, 40, 64):
                windows = (digits[at : at + length] for at in range(len(digits) - length + 1))
                found |= self.digests.intersection(windows)
        return frozenset(found)


def _spellings(text: str) -> set[str]:
    return {text, text.lower(), text.upper(), f" {text} ", f" {text} ".lower(), f"{text}\n"}


def _inner(mark: str, shift: int) -> str:
    """The base64 that `mark` has wherever it stands, `shift` bytes after a multiple of three."""
    encoded = base64.b64encode(b"\0" * shift + mark.encode()).decode()
    # The first letters hold some of what stands before, the last some of what comes behind.
    return encoded[-(-shift * 4 // 3) : len(mark.encode() + b"\0" * shift) * 8 // 6]
