"""Domain names in other letters than ASCII, as the network knows them."""

import idna


def to_ascii(domain: str) -> str:
    """Return `domain` by IDNA 2008; raises UnicodeError for what is no domain.

    Python's codec and Django have that of 2003, by which a domain with ß is somebody else's.
    """
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
