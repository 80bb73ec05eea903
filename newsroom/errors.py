"""What people see when a request fails."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.translation import get_language
from django.views import defaults

from newsroom import resubmission
from newsroom.web import request_ids


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A staff form whose token is too old: it comes back to be sent again, or stands in the page one step back."""
    if resubmission.may_be_shown_again(request):
        return resubmission.ask_again(request)
    return render(request, "403.html", {"token_expired": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that was not understood or, told apart from that, one that was too large to be read."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    form_url = request.path if resubmission.holds_what_was_typed(request) else ""
    return render(request, "413.html", {"form_url": form_url}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def server_error(request: HttpRequest) -> HttpResponse:
    """A failure of ours, told by a page that was written ahead in the language of the interface, and under which name
    the log has it."""
    language = get_language()
    name = "500.html" if language == settings.LANGUAGE_CODE else f"500.{language}.html"
    page = loader.get_template(name).render({"reference": request_ids.current()})
    return HttpResponseServerError(page)
