"""Pictures fetched from the site that is left: only when asked, only from the hosts that were named.

The name of a host is looked up once, and the connection goes to an address that was found then and is public; so
nobody's answer to a second look-up leads into the network of the newsroom. Redirects are followed by the same rules.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

from newsroom.web import outgoing

MOST_REDIRECTS = 3
CONNECT_SECONDS, SECONDS = 10, 60
_PORTION = 64 * 1024


class NotFetched(ValueError):
    """Nothing came; the message says why."""


# Says to which address of a host by its name and port a connection may go. Raises NotFetched.
Lookup = Callable[[str, int], str]


def public_address_of(host: str, port: int) -> str:
    """An address of a host, all of whose addresses are public. Raises NotFetched."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched("The name of the host is not known.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(outgoing.is_public(ipaddress.ip_address(address)) for address in addresses):
        raise NotFetched("The host lies in a network that is not public.")
    return addresses[0]


def fetch(
    address: str, *, hosts: frozenset[str], most_bytes: int, look_up: Lookup = public_address_of
) -> bytes:
    """What stands at an address of one of `hosts`. Raises NotFetched."""
    until = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        answer = _asked(address, hosts, most_bytes, until, look_up)
        if isinstance(answer, bytes):
            return answer
        address = urljoin(address, answer)
    raise NotFetched("There are too many redirects.")


def _asked(
    address: str, hosts: frozenset[str], most_bytes: int, until: float, look_up: Lookup
) -> bytes | str:
    """The bytes, or where a redirect leads."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise NotFetched("It is no address of the web.") from None
    host = (parts.hostname or "").lower()
    if host not in hosts:
        raise NotFetched("Its host is none of those that were allowed.")
    if parts.username or parts.password:
        raise NotFetched("The address holds a name or a password.")
    connection = _Connection(host, port, look_up(host, port), parts.scheme == "https", until)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
        f"?{quote(parts.query, safe='=&%/?:@!$()*+,;~')}" if parts.query else ""
    )
    try:
        connection.request("GET", path, headers={"User-Agent": "Nashra", "Accept": "image/*"})
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return answer.headers.get("Location", "")
        if answer.status != 200:
            raise NotFetched(f"The host answers {answer.status}.")
        if int(answer.headers.get("Content-Length") or 0) > most_bytes:
            raise NotFetched("The file is too large.")
        found = bytearray()
        while portion := answer.read1(_PORTION):
            found += portion
            if len(found) > most_bytes:
                raise NotFetched("The file is too large.")
            connection.may_take(until)
        return bytes(found)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, NotFetched):
            raise
        raise NotFetched("The host does not answer as it should.") from error
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up, for a host by its name."""

    def __init__(self, host: str, port: int, address: str, is_secure: bool, until: float) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self._address, self._is_secure, self._until = address, is_secure, until

    def connect(self) -> None:
        self.may_take(self._until)
        self.sock = socket.create_connection((self._address, self.port), timeout=CONNECT_SECONDS)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def may_take(self, until: float) -> None:
        """Wait for the next bytes no longer than is left."""
        left = until - time.monotonic()
        if left <= 0:
            raise NotFetched("The host takes too long.")
        if self.sock is not None:
            self.sock.settimeout(min(left, CONNECT_SECONDS))
