"""What views say of pages that are the same for everybody: what is on them, until when, and what they depend on.

Told in the environment of the request, where `newsroom.web.page_cache` reads it; there it also says how it fares.
"""

import time
from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from newsroom.web import foresight

NAMES, UNTIL = "nashra.names", "nashra.until"
# What the cache tells to views, of itself.
COUNTS = "nashra.counts"

View = Callable[..., HttpResponseBase]


def kept(*names: str, parameters: Collection[str] = ()) -> Callable[[View], View]:
    """A view whose pages may be kept, for they are the same for everybody; under these names and those of `name`.

    `parameters` are those of the query that it reads. An address with others is not kept.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            name(request, *names)
            if settings.DEBUG:
                # Templates change without a restart there.
                return view(request, *args, **kwargs)
            key = (request.path, *[request.GET.get(parameter) for parameter in parameters], get_language())
            with foresight.of_page(key):
                return view(request, *args, **kwargs)

        named.kept_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return named

    return mark


def kept_parameters(view: View) -> frozenset[str] | None:
    """The parameters that a view reads if its pages may be kept, else None."""
    parameters: frozenset[str] | None = getattr(view, "kept_parameters", None)
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
