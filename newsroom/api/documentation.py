"""The interface described for programs (OpenAPI 3.1), made of its views and shapes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from newsroom.api import problems

VERSION = "1.0"
# What answers look like, by the name of the operation.
_EXAMPLES = Path(__file__).with_name("examples.json")
PREFIX = f"{problems.ROOT}v1/"
_ABOUT = (
    "What readers see of the newspaper, and what staff may write with a token. Hours are in RFC 3339, addresses in"
    " full. Each GET answers HEAD, too, and conditional requests. Lists go on at the address in `next`. Errors are told"
    " as RFC 9457 has it, with a sentence in every language of the site in `texts`."
)


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_document(), content_type="application/json")


@cache
def _document() -> bytes:
    return json.dumps(described(), ensure_ascii=False, separators=(",", ":")).encode()


@cache
def described() -> dict[str, Any]:
    """The whole description; nobody changes it."""
    # Imports the views, which name their addresses in it.
    from newsroom.api.urls import api

    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    found["info"] = {"title": "Nashra", "version": VERSION, "description": _ABOUT}
    found["servers"] = [{"url": settings.SITE_URL}]
    examples = json.loads(_EXAMPLES.read_text())
    for methods in found["paths"].values():
        for operation in methods.values():
            _settle(operation, examples)
    return found


def _settle(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    """What the library says of an operation, as it is: parameters are there or not, and problems are of their type."""
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"])
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400:
            response["content"] = {problems.MEDIA_TYPE: content.pop("application/json")}
            response["description"] = str(problems.of_status(int(status)).sentence)
        elif operation["operationId"] in examples and content:
            content["application/json"]["example"] = examples[operation["operationId"]]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {name: value for name, value in schema.items() if name not in {"anyOf", "default"}} | kinds[0]
