"""The digits of Arabic pages as the edition writes them; for a page in Western digits nothing is done."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from newsroom.text.numerals import arabic_indic_markup

ARABIC_INDIC = "arabic-indic"
# Marks the words of the interface, and tells scripts how to write numbers: Unicode calls these digits "arab".
MARK = 'data-numerals="arab"'
# Of a page that we do not write, such as Django's admin.
_UNMARKED_ROOT = re.compile(r"<html(?![^>]*\sdata-numerals=)", re.IGNORECASE)


def are_arabic_indic() -> bool:
    return settings.NUMERALS == ARABIC_INDIC and get_language() == "ar"


def numerals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Exchanges digits in finished pages, so that no template can forget it; see decision 0025.

    Machines read attributes, JSON and XML, which stay as they are.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page and are_arabic_indic():
            page = arabic_indic_markup(response.content.decode(), MARK)
            response.content = _UNMARKED_ROOT.sub(f"<html {MARK}", page, count=1).encode()
        return response

    return respond
