"""Response headers that Django and django-csp do not set, and the check that guards forms without a token."""

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "browsing-topics",
    )
)


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Pages belong to this origin alone; media and images may be shown elsewhere (share cards)."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return respond


class ContentSecurityPolicy(CSPMiddleware):
    """Middleware. The policy of the settings as text that is made once; another where a view asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._common = build_policy(**asdict(self.get_policy_parts(HttpRequest(), HttpResponse())))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_common = not any(name.startswith("_csp") for name in (*vars(request), *vars(response)))
        if not is_common or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._common)
        return response


def refuse_null(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. No text of PostgreSQL holds a NUL, so an address with one is answered 400 before it gets there."""

    def respond(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        return get_response(request)

    return respond


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether a POST comes from one of our own pages, as far as the browser says.

    A kept page is the same for every reader, so it can hold no token. The form it carries acts with nobody's
    authority (the one cookie that is read, a writer's proof of an address, is SameSite), so a browser that sends
    neither header is let through: it gains nothing that a program posting directly would not have. Fetch metadata is in
    every current browser; Origin in all that post.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = {urlsplit(settings.SITE_URL).netloc, request.get_host()}
    try:
        return urlsplit(origin).netloc in own
    except ValueError:
        return False
