"""What views say of pages that are the same for everybody: what is on them, until when, and what they depend on.

Told in the environment of the request, where `newsroom.web.page_cache` reads it; there it also says how it fares.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from newsroom.web import foresight
from newsroom.web.numbers import row_number

NAMES, UNTIL = "nashra.names", "nashra.until"
# What the cache tells to views, of itself.
COUNTS = "nashra.counts"

View = Callable[..., HttpResponseBase]
# The one form of a value that stands in a query; "" for what its page shows without it, None for what has no page.
Form = Callable[[str], str | None]
NO_PARAMETERS: Mapping[str, Form] = {}


def row(value: str) -> str:
    """The form of a number of a row, as `numbers.row_number` reads it. What is none stays, for it has no page."""
    number = row_number(value)
    return value if number is None else str(number)


def row_or_nothing(value: str) -> str:
    """The same where what is none says nothing."""
    return "" if row_number(value) is None else row(value)


def one_of(*values: str) -> Form:
    """The form of a word of these, where any other says nothing."""
    return lambda value: value if value in values else ""


def as_it_is(value: str) -> str | None:
    """The form of a value that its view takes in one spelling, and refuses in all others."""
    return value or None


def page_number(value: str) -> str:
    """The form of the number of a page, as Django's paginator reads it. What is none stays, for it has no page."""
    try:
        number = int(value)
    except ValueError:
        return value
    return "" if number == 1 else str(number)


def kept(*names: str, parameters: Mapping[str, Form] = NO_PARAMETERS) -> Callable[[View], View]:
    """A view whose pages may be kept, for they are the same for everybody; under these names and those of `name`.

    `parameters` are those of the query that it reads, each with what brings its values into the one form under which
    their page is kept. An address with others is not kept.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            name(request, *names)
            if settings.DEBUG:
                # Templates change without a restart there.
                return view(request, *args, **kwargs)
            asked = [form(request.GET.get(parameter, "")) for parameter, form in parameters.items()]
            key = (request.path, *asked, get_language())
            with foresight.of_page(key):
                return view(request, *args, **kwargs)

        named.kept_parameters = parameters  # type: ignore[attr-defined]
        return named

    return mark


def kept_parameters(view: View) -> Mapping[str, Form] | None:
    """The parameters that a view reads, with their forms, if its pages may be kept, else None."""
    parameters: Mapping[str, Form] | None = getattr(view, "kept_parameters", None)
    return parameters


def read_only(view: View) -> View:
    """A view whose pages are kept by nobody, but are the same for everybody, and write nothing."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def only_reads(view: View) -> bool:
    """Whether a view is known to read what is everybody's, and to write nothing."""
    return kept_parameters(view) is not None or getattr(view, "only_reads", False)


def name(request: HttpRequest, *names: str) -> None:
    """Tell what is on the page that answers `request`: when any of it is purged, the page is."""
    request.META.setdefault(NAMES, set()).update(names)


def ends(request: HttpRequest, at: datetime | None) -> None:
    """Tell that the clock changes the page at this moment (aware), if it is one to come."""
    if at is not None and at.timestamp() > time.time():
        request.META[UNTIL] = min(at.timestamp(), request.META.get(UNTIL, float("inf")))


def counts(request: HttpRequest) -> dict[str, int] | None:
    """How many pages this process has answered and keeps, as `PageCache.counts` has it; None where it keeps none."""
    told: Callable[[], dict[str, int]] | None = request.META.get(COUNTS)
    return told() if told else None
