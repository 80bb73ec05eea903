"""One name for the site: cookies belong to a name, so whoever comes by another is sent to the one that links have."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.urls import reverse

DEFAULT_PORTS = {"http": "80", "https": "443"}


def canonical_host(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. A page asked for by another allowed name is answered 301, to the same page under SITE_URL.

    Only what is safe is sent on: a redirected POST would lose what was typed.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if (
            request.method in {"GET", "HEAD"}
            and comes_by_another_name(request)
            and not _asks_for_health(request)
        ):
            response = HttpResponsePermanentRedirect(f"{settings.SITE_URL}{request.get_full_path()}")
            # A browser that kept it would go in circles once SITE_URL is what it came by.
            response["Cache-Control"] = "no-store"
            return response
        return get_response(request)

    return respond


def _asks_for_health(request: HttpRequest) -> bool:
    """A supervisor asks by the address at which it knows the process, and follows no redirect."""
    return request.path == reverse("health")


def comes_by_another_name(request: HttpRequest) -> bool:
    """Whether the host differs from SITE_URL's in its name alone.

    With another port it comes through a tunnel or a forwarded port, and SITE_URL may not be reached from there.
    """
    site = urlsplit(settings.SITE_URL)
    name, port = _name_and_port(request.get_host(), request.scheme or "http")
    own_name, own_port = _name_and_port(site.netloc, site.scheme)
    return port == own_port and name != own_name


def _name_and_port(host: str, scheme: str) -> tuple[str, str]:
    name, port = split_domain_port(host)
    return name, port or DEFAULT_PORTS[scheme]
