"""In which language a page speaks to whoever opens it: readers are told by its address, staff choose for the desk.

In place of Django's LocaleMiddleware, which asks the browser where the address says nothing: shared pages are the same
for everybody.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

DESK = "/admin/"
# Sent below DESK alone, so that no public page can come to depend on it.
COOKIE = "desk-language"
COOKIE_AGE = 365 * 24 * 3600


def interface_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Speaks the language of the address (`/en/…`), on the desk the chosen one, else LANGUAGE_CODE."""

    def respond(request: HttpRequest) -> HttpResponse:
        language = _chosen(request) if request.path_info.startswith(DESK) else of_address(request.path_info)
        with translation.override(language):
            return get_response(request)

    return respond


def is_offered(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def in_edition(path: str) -> str:
    """The path of the same page in the language of the edition, under which machines know it."""
    language = of_address(path)
    return path if language == settings.LANGUAGE_CODE else path.removeprefix(f"/{language}")


def in_language(path: str, language: str) -> str:
    """The path of the same page with its chrome in another language."""
    own = in_edition(path)
    return own if language == settings.LANGUAGE_CODE else f"/{language}{own}"


def remember(response: HttpResponse, language: str) -> None:
    """Let this browser open the desk in `language` from now on."""
    response.set_cookie(
        COOKIE,
        language,
        max_age=COOKIE_AGE,
        path=DESK,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(COOKIE, "")
    return language if is_offered(language) else settings.LANGUAGE_CODE


def of_address(path: str) -> str:
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if is_offered(first) else settings.LANGUAGE_CODE
