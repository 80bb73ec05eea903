"""Requests to other sites, whose addresses somebody outside may have chosen: none of them reaches what is not public.

A name is resolved once, every address of it must be public, and the connection is made to one of these, with the
certificate checked for the name. No redirect is followed, no proxy asked, no cookie kept, and an answer is read for so
long and so far as whoever asks allows. In place of a library, because those that are well kept resolve the name
themselves, after it was looked at.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from newsroom.text import domain_names

# From the look-up of the name to the last byte of the answer. Who is slower is asked again another time.
SECONDS = 20
PORTS = {"https": 443, "http": 80}
# Below these are services that speak other protocols.
_LEAST_PORT = 1024
_METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD"}
# Addresses that hold another one, which would be reached through them: IPv4-compatible, NAT64 (RFC 6052, RFC 8215).
# Those mapped, of 6to4 and of Teredo the library knows.
_WRAPPING = tuple(map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))

Address = IPv4Address | IPv6Address


# Why a request came to nothing, in words of ours: those of other sites and of the system may quote what nobody is to
# read.
REASONS = {
    "address": _("This is no address that can be written to."),
    "port": _("Nothing is sent to this port."),
    "plain": _("Nothing is sent without encryption (https)."),
    "private": _("The address is not a public one."),
    "long": _("The answer is too long."),
    "name": _("The name is not found."),
    "slow": _("No answer came in time."),
    "certificate": _("The certificate is not valid."),
    "tls": _("No encrypted connection came about."),
    "refused": _("The connection was refused."),
    "closed": _("The connection was closed."),
    "protocol": _("The answer is not HTTP."),
    "away": _("The site cannot be reached."),
}


class Refused(ValueError):
    """A request that is not made: its address is none, or leads to where nothing is sent. `reason` is of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(OSError):
    """There is no talking to the other site now. `reason` is of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLong(ValueError):
    """The answer is longer than whoever asked would read."""


@dataclass(frozen=True)
class Request:
    """`url` is absolute; `headers` are further ones, besides those that every request of the site has."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """`headers` by their names in small letters; the last of several with one name."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Target:
    """Where an address leads, before its name is resolved: `host` in ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_plain(self) -> bool:
        return self.scheme == "http"

    @property
    def named(self) -> str:
        """As the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Where this leads; raises Refused for what is no address of a page elsewhere."""
    try:
        found = urlsplit(url)
        port, host = found.port, domain_names.to_ascii(found.hostname or "")
    except ValueError:
        raise Refused("address") from None
    if found.scheme not in PORTS or not host or found.username is not None or any(c <= " " for c in url):
        raise Refused("address")
    if port is not None and port < _LEAST_PORT and port not in PORTS.values():
        raise Refused("port")
    path = iri_to_uri(found.path or "/")
    query = f"?{iri_to_uri(found.query)}" if found.query else ""
    return Target(found.scheme, host.rstrip(".").lower(), port or PORTS[found.scheme], path + query)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be reached there, and nobody else through it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address.sixtofour or address.teredo or address.scope_id:
            return False
        if address.is_site_local or any(address in network for network in _WRAPPING):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _is_allowed(address: Address, wanted: Target) -> bool:
    """Whether a request may go there. Without TLS it may only to networks that the newsroom has named as its own."""
    if any(address in network for network in settings.OUTGOING_NETWORKS):
        return True
    return not wanted.is_plain and is_public(address)


def _resolved(wanted: Target) -> list[str]:
    """The addresses of a name, all of which are allowed; raises Refused, Away. The system's resolver says for how long
    it waits."""
    try:
        found = socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Away("name") from None
    addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
    if not all(_is_allowed(ip_address(address), wanted) for address in addresses):
        # One of several might be meant for a second look.
        raise Refused("plain" if wanted.is_plain else "private")
    return addresses


def check(url: str) -> None:
    """Raise Refused where no request would go, or Away where the name is not found: for whoever types an address."""
    _resolved(target(url))


class _Deadline:
    """Ends a connection when its time is over, whatever it is about: each byte of a slow answer begins a new wait."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._wire: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def watch(self, wire: socket.socket) -> None:
        self._wire = wire
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        if self._wire is not None:
            with suppress(OSError):
                # Of the socket below the encryption, which another thread is reading.
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)


class _Connection(http.client.HTTPConnection):
    """To one of the addresses that were looked at, whatever the name leads to by now."""

    def __init__(self, wanted: Target, addresses: list[str], deadline: _Deadline, seconds: float) -> None:
        super().__init__(wanted.host, wanted.port, timeout=seconds)
        self._wanted, self._addresses, self._deadline, self._seconds = wanted, addresses, deadline, seconds

    def connect(self) -> None:
        wire = self._open()
        self._deadline.watch(wire)
        # Closed by whoever closes the connection, whatever becomes of it until then.
        self.sock = wire
        if not self._wanted.is_plain:
            # It takes the place of the other at once, and is to be watched while it asks for certificates.
            self.sock = wire = _tls().wrap_socket(
                wire, server_hostname=self._wanted.host, do_handshake_on_connect=False
            )
            self._deadline.watch(wire)
            wire.do_handshake()

    def _open(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), self._seconds / len(self._addresses))
        return socket.create_connection((self._addresses[-1], self.port), self._seconds)


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def user_agent() -> str:
    return f"Nashra (+{settings.SITE_URL}/)"


def send(request: Request, *, most_bytes: int = 0, seconds: float = SECONDS) -> Answer:
    """Make a request and return what was answered, of whose body no more than `most_bytes` is read; with 0, none.

    Raises Refused where nothing was sent and nothing ever will be, Away where no answer came, TooLong.
    """
    wanted = target(request.url)
    if request.method not in _METHODS:
        raise Refused("address")
    headers = {"User-Agent": user_agent(), "Accept-Encoding": "identity", **request.headers}
    if request.body:
        headers["Content-Length"] = str(len(request.body))
    headers |= {"Host": wanted.named, "Connection": "close"}
    with _Deadline(seconds) as deadline:
        connection = _Connection(wanted, _resolved(wanted), deadline, seconds)
        try:
            connection.putrequest(request.method, wanted.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(request.body or None)
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                body = response.read(most_bytes + 1) if most_bytes else b""
                is_whole = not most_bytes or not response.length
        except (OSError, http.client.HTTPException) as error:
            raise Away("slow" if deadline.is_over else _reason(error)) from None
        except ValueError:
            # A character that no line of a request may hold.
            raise Refused("address") from None
        finally:
            connection.close()
        if deadline.is_over:
            raise Away("slow")
    if len(body) > most_bytes > 0:
        raise TooLong
    if not is_whole:
        raise Away("closed")
    return Answer(response.status, found, body)


def _reason(error: Exception) -> str:
    """Which of REASONS an error is."""
    match error:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case ssl.SSLError():
            return "tls"
        case TimeoutError():
            return "slow"
        case ConnectionRefusedError():
            return "refused"
        case http.client.RemoteDisconnected() | ConnectionError():
            return "closed"
        case http.client.HTTPException():
            return "protocol"
        case _:
            return "away"
