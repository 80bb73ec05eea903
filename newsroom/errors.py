"""What people see when a request fails."""

import sys
from http import HTTPStatus

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.translation import get_language
from django.views import defaults

from newsroom import resubmission
from newsroom.api import problems
from newsroom.web import request_ids
from newsroom.web.object_store import StoreAway

# Where a connection is looked at by itself, the driver says so in its own words.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, StoreAway)
# Within it an embedded database is there again after it was killed.
RETRY_SECONDS = 10


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A staff form whose token is too old: it comes back to be sent again, or stands in the page one step back."""
    if resubmission.may_be_shown_again(request):
        return resubmission.ask_again(request)
    return render(request, "403.html", {"token_expired": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that was not understood or, told apart from that, one that was too large to be read."""
    if problems.is_told_to(request):
        is_large = isinstance(exception, RequestDataTooBig)
        return problems.of_failure(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.BAD_REQUEST
        )
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    form_url = request.path if resubmission.holds_what_was_typed(request) else ""
    return render(request, "413.html", {"form_url": form_url}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def server_error(request: HttpRequest) -> HttpResponse:
    """A failure of ours, told by a page that was written ahead in the language of the interface, and under which name
    the log has it. Where the database is away, too slow or full, or the store of media away, 503: it may be there again
    in a moment."""
    is_away = isinstance(sys.exc_info()[1], AWAY)
    headers = {"Retry-After": str(RETRY_SECONDS)} if is_away else {}
    if problems.is_told_to(request):
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
        return problems.of_failure(status, headers=headers)
    if not is_away:
        return HttpResponseServerError(_page(get_language()))
    page = busy_page(get_language(), was_sent=request.method not in {"GET", "HEAD"})
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def busy_page(language: str | None, *, was_sent: bool) -> str:
    """What is said where something is away that may be there again in a moment; `was_sent` is whether a form was."""
    return _page(language, is_busy=True, was_sent=was_sent)


def _page(language: str | None, **context: bool) -> str:
    name = "500.html" if language == settings.LANGUAGE_CODE else f"500.{language}.html"
    return loader.get_template(name).render({"reference": request_ids.current(), **context})
