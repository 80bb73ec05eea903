"""Stories that a reader is about to open, fetched ahead by the browser: https://wicg.github.io/nav-speculation/.

Fetched and not rendered: no script of theirs runs, so that nothing is counted as read, and no picture comes. The rules
are a file that pages name in a header, which a Content-Security-Policy without inline scripts lets pass.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from newsroom.web import interface_language, page_names

HEADER = "Speculation-Rules"
# Pages with a number and a slug, by their whole address: a query is asked of the site, and may be anything.
_STORIES = "/article/:number(\\d+)/*"


@page_names.kept()
@require_safe
def rules(request: HttpRequest) -> JsonResponse:
    stories = [
        {"pathname": interface_language.in_language(_STORIES, language), "search": ""}
        for language, _name in settings.LANGUAGES
    ]
    # Of a link that the pointer rests on or that is pressed.
    told = {"prefetch": [{"where": {"href_matches": stories}, "eagerness": "moderate"}]}
    return JsonResponse(told, content_type="application/speculationrules+json")


def prefetching(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Names the rules on pages of readers, not on those of the desk or of one person alone."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            response.status_code == HTTPStatus.OK
            and response.headers.get("Content-Type", "").startswith("text/html")
            and "no-store" not in response.headers.get("Cache-Control", "")
            and not request.path_info.startswith(interface_language.DESK)
        ):
            response[HEADER] = f'"{reverse("speculation_rules")}"'
        return response

    return respond
