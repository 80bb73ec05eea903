"""Addresses of the interface. They are for programs, and have one address whatever language a page is in."""

import inspect
from collections.abc import Callable

from django.urls import path, re_path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from newsroom.api import documentation, problems, reading, writing
from newsroom.api.doors import door, elsewhere
from newsroom.api.problems import Problem
from newsroom.web import (
    numbers,  # noqa: F401 - for its converter
    page_names,
)

api = NinjaAPI(openapi_url=None, docs_url=None, urls_namespace="api", version="1")
ROUTERS = (reading.router, writing.router)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(Problem)
def _told(request, problem):
    return problems.answer(problem)


@api.exception_handler(ValidationError)
def _invalid(request, error):
    return problems.answer(Problem("invalid", errors=problems.wrong_values(error.errors)))


@api.exception_handler(HttpError)
def _refused(request, error):
    return problems.answer(Problem(problems.of_status(error.status_code).name))


# Arguments of views that come from elsewhere.
_NOT_IN_QUERY = {"request", "number", "sent", "key", "file", "alt", "caption", "credit"}


def _opened() -> list:
    """The addresses of all operations, each behind its door. What everybody may read is kept as pages are."""
    found = {}
    for router in ROUTERS:
        for route, view in router.path_operations.items():
            functions = [operation.view_func for operation in view.operations]
            reads = {name for function in functions for name in inspect.signature(function).parameters}
            found[route.replace("{", "<").replace("}", ">")] = functions, reads
    return [
        path(
            str(pattern.pattern),
            _behind_a_door(pattern.callback, *found[str(pattern.pattern)]),
            name=pattern.name,
        )
        for pattern in api.urls[0]
        if str(pattern.pattern) in found
    ]


def _behind_a_door(view: Callable, functions: list[Callable], reads: set[str]) -> Callable:
    parameters = reads - _NOT_IN_QUERY
    opened = door(view, parameters)
    kept = next((function.kept_under for function in functions if hasattr(function, "kept_under")), None)
    if kept is not None:
        forms = dict.fromkeys(parameters, page_names.as_it_is)
        return page_names.kept(*kept, parameters=forms)(opened)
    is_public = any(hasattr(function, "kept_under") for function in functions)
    return page_names.read_only(opened) if is_public else opened


app_name = "api"
urlpatterns = [
    *_opened(),
    path("openapi.json", page_names.kept()(door(require_safe(documentation.openapi), ())), name="openapi"),
    re_path("", elsewhere),
]
