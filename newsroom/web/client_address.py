"""Where a request came from, through proxies of ours and no others."""

import ipaddress
import re
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

# Some proxies write it behind the address: 203.0.113.7:5555, [2001:db8::1]:443.
_PORT = re.compile(r"^(?:\[([0-9A-Fa-f:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$")


def client_address(request: HttpRequest) -> str:
    """Return the sender's IP address, or '' when there is none that can be read.

    An IPv4 address that a listener on IPv6 sees as ::ffff:203.0.113.7 is returned as what it is; all of them would be
    one network else.

    With PROXY_HOPS = n the n-th address from the end of X-Forwarded-For is taken: the ones before it are whatever
    the sender wrote, so they are not believed.
    """
    hops = settings.PROXY_HOPS
    if hops:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        candidate = forwarded[-hops] if len(forwarded) >= hops else ""
    else:
        candidate = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(_PORT.sub(r"\1\2", candidate))
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


@lru_cache(maxsize=1024)
def network_at(address: str) -> str:
    """The network (/24, or /48 of IPv6) that a sender's address lies in, as text; "" without an address."""
    if not address:
        return ""
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))
