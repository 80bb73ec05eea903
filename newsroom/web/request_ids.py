"""A name for each request: who tells us of a failure says it, and by it the log is searched."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# What a proxy in front may call a request: nothing that means something in a log.
_NAME = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The name of the request that is being answered, "" outside of one."""
    return _current.get()


def of(record: logging.LogRecord) -> str:
    """The name of the request that a line of the log is about, "" where it is about none.

    Django writes of an answer that refuses when the request is over for all middleware, and names the request.
    """
    return current() or getattr(getattr(record, "request", None), "request_id", "")


def request_ids(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before all others. Names the request as the proxy in front did, or anew, and tells in the answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "") if settings.PROXY_HOPS else ""
        name = given if _NAME.fullmatch(given) else secrets.token_hex(8)
        request.request_id = name  # type: ignore[attr-defined]
        before = _current.set(name)
        try:
            response = get_response(request)
        finally:
            _current.reset(before)
        response.headers[HEADER] = name
        return response

    return respond
