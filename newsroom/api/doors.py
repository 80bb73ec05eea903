"""What holds of every address of the interface, before and behind its views."""

from collections.abc import Callable, Collection
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from newsroom.api import problems
from newsroom.api.problems import Problem, Wrong

View = Callable[..., HttpResponse]
# What pages of other sites may ask for and send along: never a token, for that is no browser's.
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_EXPOSED = "ETag, Last-Modified, Retry-After, X-Request-ID"


def door(view: View, parameters: Collection[str]) -> View:
    """The view as the interface opens it: HEAD where there is GET, for pages of other sites without a token, kept by
    nobody with one, and for no other parameters than it reads."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "OPTIONS":
            return _for_other_sites(HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT))
        if strange := sorted(set(request.GET) - set(parameters)):
            wrong = [Wrong(f"query.{name[:60]}", _("Nothing is called so here.")) for name in strange[:10]]
            return behind(request, problems.answer(Problem("invalid", errors=wrong)))
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = method
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            taken = {"OPTIONS", *response["Allow"].split(", ")}
            taken |= {"HEAD"} if "GET" in taken else set()
            response = problems.answer(Problem("method", headers={"Allow": ", ".join(sorted(taken))}))
        return behind(request, response)

    return opened


def behind(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What every answer says of who may read and keep it."""
    response["X-Robots-Tag"] = "noindex"
    if "Authorization" in request.headers:
        response["Cache-Control"] = "private, no-store"
        return response
    if request.method in {"GET", "HEAD"}:
        response.headers.setdefault("Cache-Control", "no-cache")
    return _for_other_sites(response)


def _for_other_sites(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _EXPOSED
    return response


@csrf_exempt
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Where nothing is; an address that lacks its last slash leads to the one that has it."""
    if request.method in {"GET", "HEAD"} and not request.path_info.endswith("/"):
        try:
            found = resolve(f"{request.path_info}/")
        except Resolver404:
            found = None
        if found is not None and found.func is not elsewhere:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{request.path}/{f'?{query}' if query else ''}")
    return behind(request, problems.answer(Problem("not-found")))
