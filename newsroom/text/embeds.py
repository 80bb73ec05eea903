"""Addresses of what other sites let be shown inside a page: a film on YouTube, a post on X or on Instagram.

Whoever wrote the address is not asked anything: provider and number are read off it, by patterns that are narrower than
what the providers take. The patterns are written so that Python and JavaScript read them the same, for the editor uses
them too.
"""

import re
from dataclasses import dataclass

MAX_LETTERS = 400
# A query or fragment, of which nothing is kept.
_LETTERS = r"[\w.~!$&()*+,;=:@%\/?#-]*"
_REST = rf"(?:[?#]{_LETTERS})?"


@dataclass(frozen=True)
class Provider:
    """One of the sites. `pattern` (of an address, in any case) holds the identifier as its only group."""

    key: str
    name: str
    pattern: str
    address: str  # with the identifier in place of {}
    frame: str  # what an iframe loads, likewise
    frame_origin: str


PROVIDERS = (
    Provider(
        "youtube",
        "YouTube",
        r"https?:\/\/(?:(?:(?:www|m|music)\.)?youtube\.com\/(?:watch\?(?:[\w-]+=[\w.%-]*&)*v=|shorts\/|live\/|embed\/)"
        r"|(?:www\.)?youtube-nocookie\.com\/embed\/|youtu\.be\/)([A-Za-z0-9_-]{11})"
        rf"(?:[&\/?#]{_LETTERS})?",
        "https://www.youtube.com/watch?v={}",
        # Keeps no cookies before the film is played.
        "https://www.youtube-nocookie.com/embed/{}",
        "https://www.youtube-nocookie.com",
    ),
    Provider(
        "x",
        "X",
        r"https?:\/\/(?:(?:www|mobile)\.)?(?:twitter|x)\.com\/(?:i\/web|[A-Za-z0-9_]{1,15})\/status\/([0-9]{1,20})\/?"
        + _REST,
        "https://x.com/i/status/{}",
        "https://platform.twitter.com/embed/Tweet.html?id={}",
        "https://platform.twitter.com",
    ),
    Provider(
        "instagram",
        "Instagram",
        r"https?:\/\/(?:www\.)?instagram\.com\/(?:[A-Za-z0-9_.]{1,30}\/)?(?:p|reels?|tv)\/([A-Za-z0-9_-]{5,40})\/?"
        + _REST,
        "https://www.instagram.com/p/{}/",
        "https://www.instagram.com/p/{}/embed",
        "https://www.instagram.com",
    ),
)
FRAME_ORIGINS = tuple(provider.frame_origin for provider in PROVIDERS)

# ASCII: otherwise the Kelvin sign is a K in any case.
_PATTERNS = [(provider, re.compile(provider.pattern, re.ASCII | re.IGNORECASE)) for provider in PROVIDERS]


@dataclass(frozen=True)
class Embed:
    """Something on the site of a provider."""

    provider: Provider
    identifier: str

    @property
    def address(self) -> str:
        """Where it is looked at there; of all its addresses the one that is stored."""
        return self.provider.address.format(self.identifier)

    @property
    def frame(self) -> str:
        """What an iframe loads."""
        return self.provider.frame.format(self.identifier)


def parse_embed(url: str) -> Embed | None:
    """What an address leads to, if it is one of these."""
    if len(url) > MAX_LETTERS:
        return None
    for provider, pattern in _PATTERNS:
        if found := pattern.fullmatch(url):
            return Embed(provider, found[1])
    return None
