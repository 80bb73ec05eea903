"""Which form of a thing somebody asks for: a page for people, or a document for programs of the fediverse.

Each form has an address of its own, so that pages are kept by their addresses alone. Whoever asks at one address for
the other form is sent there, by an answer that nobody keeps; the page cache is passed by for that.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from newsroom.federation import addresses
from newsroom.federation.models import Actor, Post
from newsroom.web.page_cache import Application, Environ, StartResponse

# What is below these is for programs.
OURS = ("/fediverse/", "/.well-known/")
# What programs ask for: https://www.w3.org/TR/activitypub/#retrieving-objects
_DOCUMENTS = {"application/activity+json", "application/ld+json"}
_PAGES = {"text/html", "application/xhtml+xml"}
# Programs send some hundred letters.
_LONGEST = 500


@lru_cache(maxsize=256)
def _wanted(accept: str) -> str:
    """«page» or «document», whichever is named first, as all do with what they want; "" where neither is."""
    for part in accept.lower().split(","):
        kind = part.partition(";")[0].strip()
        if kind in _DOCUMENTS:
            return "document"
        if kind in _PAGES:
            return "page"
    return ""


def _of(accept: str) -> str:
    return _wanted(accept) if len(accept) <= _LONGEST else ""


def negotiated(kept: Application, made: Application) -> Application:
    """The application that asks `made` for the other form of what is at an address, and `kept` for all else."""

    def respond(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        other = "page" if environ["PATH_INFO"].startswith(OURS) else "document"
        accept = environ.get("HTTP_ACCEPT", "")
        is_other = accept and accept != "*/*" and _of(accept) == other
        return (made if is_other else kept)(environ, start_response)

    return respond


def is_for_people(request: HttpRequest) -> bool:
    """Whether whoever asks at an address of ours wants the page."""
    return _of(request.headers.get("Accept", "")) == "page"


def other_form(address: str) -> HttpResponse:
    """The way to it (RFC 9110, 15.4.4)."""
    response = HttpResponse(status=HTTPStatus.SEE_OTHER)
    response["Location"] = address
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept"
    return response


def to_documents(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Sends programs that ask for a document at the address of a page to where that is: somebody has pasted
    the address into the search of a server."""
    if not settings.FEDERATION:
        raise MiddlewareNotUsed

    def respond(request: HttpRequest) -> HttpResponse:
        accept = request.headers.get("Accept", "")
        is_asked = request.method in {"GET", "HEAD"} and "json" in accept and _of(accept) == "document"
        if is_asked and not request.path.startswith(OURS) and (address := _document_of(request.path)):
            return other_form(address)
        return get_response(request)

    return respond


def _document_of(path: str) -> str | None:
    """Where the document of a page is, None where it has none. One query at most: whether an article is there, its
    document says."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    open_ones = Actor.objects.open()
    match found.view_name:
        case "articles:detail" | "articles:short":
            number = found.kwargs["pk"]
            return addresses.post(number, Post.objects.generation_of(number))
        case "articles:home":
            actor = open_ones.filter(section__isnull=True).first()
        case "articles:section":
            actor = open_ones.filter(section=found.kwargs["pk"]).first()
        case _:
            actor = None
    return addresses.actor(actor) if actor is not None else None
