"""Errors as programs are told them (RFC 9457), each with a sentence for people in every language of the site."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from newsroom.web import request_ids

ROOT = "/api/"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of error: its name ends the address at which the documentation tells of it."""

    name: str
    status: HTTPStatus
    sentence: Promise


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed", HTTPStatus.BAD_REQUEST, _("This request cannot be read.")),
        Kind(
            "no-token",
            HTTPStatus.UNAUTHORIZED,
            _("A valid token is needed, as “Authorization: Bearer nshr_…”."),
        ),
        Kind("not-allowed", HTTPStatus.FORBIDDEN, _("The token or its account may not do this.")),
        Kind("not-found", HTTPStatus.NOT_FOUND, _("There is nothing at this address.")),
        Kind("method", HTTPStatus.METHOD_NOT_ALLOWED, _("This address does not take this method.")),
        Kind("conflict", HTTPStatus.CONFLICT, _("Somebody else changed it in the meantime.")),
        Kind("gone", HTTPStatus.GONE, _("The newspaper took this article back.")),
        Kind("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is more than the site takes in.")),
        Kind(
            "invalid", HTTPStatus.UNPROCESSABLE_ENTITY, _("Something in this request is not as it must be.")
        ),
        Kind("too-many", HTTPStatus.TOO_MANY_REQUESTS, _("These are too many requests. Wait, then go on.")),
        Kind(
            "failure",
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("The site failed. The log has it by its reference."),
        ),
        Kind("busy", HTTPStatus.SERVICE_UNAVAILABLE, _("The site is busy. Try again in a moment.")),
    )
}
_OF_STATUS = {kind.status: kind for kind in KINDS.values()}


def of_status(status: int) -> Kind:
    """The kind of error that is answered with this status; of one that has none of its own, `malformed`."""
    return _OF_STATUS.get(HTTPStatus(status), KINDS["malformed"])


class Problem(Exception):
    """An error to be answered with. `sentence` says more than its kind does, `errors` what is wrong where; `headers`
    and `more`, further members, go along."""

    def __init__(
        self,
        kind: str,
        sentence: str | Promise = "",
        *,
        errors: Iterable["Wrong"] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(kind)
        self.kind = KINDS[kind]
        self.sentence = sentence or self.kind.sentence
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.more = more


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one value: `at` names it, such as "query.section"."""

    at: str
    sentence: str | Promise


def body_of(problem: Problem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": f"{settings.SITE_URL}{ROOT}v1/docs/#{problem.kind.name}",
        "title": problem.kind.status.phrase,
        "status": int(problem.kind.status),
    }
    texts = _texts(problem.sentence)
    told |= {"detail": texts["en"], "texts": texts}
    if problem.errors:
        told["errors"] = [{"at": wrong.at, "texts": _texts(wrong.sentence)} for wrong in problem.errors]
    return told | problem.more


def answer(problem: Problem) -> HttpResponse:
    """The answer that tells of a problem."""
    return HttpResponse(
        json.dumps(body_of(problem), ensure_ascii=False),
        status=problem.kind.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def _texts(sentence: str | Promise) -> dict[str, str]:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = str(sentence)
    return texts


def is_told_to(request: HttpRequest) -> bool:
    """Whether who asks this is a program that reads problems."""
    return request.path_info.startswith(ROOT)


def of_failure(status: HTTPStatus, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The answer for what fails outside of the interface's own views."""
    more = {"reference": request_ids.current()} if status >= HTTPStatus.INTERNAL_SERVER_ERROR else {}
    return answer(Problem(of_status(status).name, headers=headers, **more))


# What pydantic finds, by its name; what it says of the value in parentheses is among `ctx`.
_FOUND = {
    "missing": _("It is missing."),
    "int_parsing": _("It must be a whole number."),
    "int_type": _("It must be a whole number."),
    "int_from_float": _("It must be a whole number."),
    "int_parsing_size": _("This number is too large."),
    "string_type": _("It must be text."),
    "string_unicode": _("It holds letters that are none."),
    "string_too_short": _("It must have %(min_length)s letters at least."),
    "string_too_long": _("It may have %(max_length)s letters at most."),
    "greater_than_equal": _("It must be %(ge)s at least."),
    "less_than_equal": _("It may be %(le)s at most."),
    "literal_error": _("It must be one of: %(expected)s."),
    "enum": _("It must be one of: %(expected)s."),
    "list_type": _("It must be a list."),
    "too_long": _("It may have %(max_length)s entries at most."),
    "bool_type": _("It must be true or false."),
    "bool_parsing": _("It must be true or false."),
    "date_from_datetime_parsing": _("It must be a day such as 2026-11-27."),
    "date_parsing": _("It must be a day such as 2026-11-27."),
    "date_type": _("It must be a day such as 2026-11-27."),
    "extra_forbidden": _("Nothing is called so here."),
    "model_attributes_type": _("It must be an object."),
    "model_type": _("It must be an object."),
}
_NOT_UNDERSTOOD = _("This value is not understood.")


# Of where a value stands: how a view calls its argument, and which of several shapes was tried.
_INSIDE = re.compile(r"sent|[A-Z]\w*|.*\[.*", re.ASCII)


def wrong_values(errors: Iterable[Mapping[str, Any]]) -> list["Wrong"]:
    """What pydantic found wrong, in our words; of what was tried in several ways once."""
    found = {}
    for error in errors:
        at = ".".join(str(part) for part in error["loc"] if not _INSIDE.fullmatch(str(part)))
        sentence = _FOUND.get(error["type"], _NOT_UNDERSTOOD)
        found.setdefault((at, error["type"]), Wrong(at, Filled(sentence, error.get("ctx") or {})))
    return list(found.values())


class Filled(Promise):
    """A lazy sentence with values in it."""

    def __init__(self, sentence: Promise, values: Mapping[str, Any]) -> None:
        self._sentence, self._values = sentence, values

    def __str__(self) -> str:
        sentence = str(self._sentence)
        return sentence % self._values if "%(" in sentence else sentence
