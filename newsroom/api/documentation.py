"""The interface described: for programs (OpenAPI 3.1), made of its views and shapes, and for people, made of that."""

import json
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from newsroom.api import problems, tokens
from newsroom.api.models import Scope

VERSION = "1.0"
PREFIX = f"{problems.ROOT}v1/"
# What answers look like, by the name of the operation.
_EXAMPLES = Path(__file__).with_name("examples.json")
_ABOUT = _(
    "What readers see of the newspaper, and what staff may write with a token. Hours are in RFC 3339, addresses in"
    " full. Each GET answers HEAD, too, and conditional requests. Lists go on at the address in `next`. Errors are told"
    " as RFC 9457 has it, with a sentence in every language of the site in `texts`."
)
_OF_TOKENS = _(
    "A token that staff make on the desk, for what they may do themselves; valid for a year at most."
)


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_document(), content_type="application/json")


@cache
def _document() -> bytes:
    return json.dumps(described(), ensure_ascii=False, separators=(",", ":")).encode()


@cache
def described() -> dict[str, Any]:
    """The whole description, in English; nobody changes it."""
    # Imports the views, which name their addresses in it.
    from newsroom.api.urls import ROUTERS, api

    scopes = {
        operation.view_func.__name__: operation.view_func.scope
        for router in ROUTERS
        for view in router.path_operations.values()
        for operation in view.operations
        if hasattr(operation.view_func, "scope")
    }
    examples = json.loads(_EXAMPLES.read_text())
    with override("en"):
        found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
        found["info"] = {"title": "Nashra", "version": VERSION, "description": _ABOUT}
        found["servers"] = [{"url": settings.SITE_URL}]
        found["components"]["securitySchemes"]["Bearer"]["description"] = _OF_TOKENS
        for methods in found["paths"].values():
            for operation in methods.values():
                _settle(operation, examples.get(operation["operationId"], {}))
                if scope := scopes.get(operation["operationId"]):
                    operation["security"] = [{"Bearer": [str(scope)]}]
    return found


def _settle(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    """What the library says of an operation, as it is: parameters are there or not, and problems are of their type."""
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in examples:
            content["example"] = examples["request"]
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {problems.MEDIA_TYPE: content.pop("application/json")}
            response["description"] = str(problems.of_status(int(status)).sentence)
        elif "answer" in examples:
            content["application/json"]["example"] = examples["answer"]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {name: value for name, value in schema.items() if name not in {"anyOf", "default"}} | kinds[0]


# For people


class Field(NamedTuple):
    """A value that is sent or answered: its name with those of what it is in, of which type it is, and what it says."""

    name: str
    type: str
    about: str
    is_required: bool = False


class Operation(NamedTuple):
    name: str
    method: str
    path: str
    about: str
    scope: str
    parameters: list[Field]
    sent: list[Field]
    media_type: str
    sent_example: str
    answered: list[Field]
    status: int
    example: str
    failures: list[int]


def page(request: HttpRequest) -> HttpResponse:
    """The documentation, in the language of the page. No query of its own."""
    operations = list(_operations())
    context = {
        "about": gettext(_ABOUT),
        "public": [operation for operation in operations if not operation.scope],
        "of_staff": [operation for operation in operations if operation.scope],
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "problems": list(problems.KINDS.values()),
        "reads": tokens.READS_A_WINDOW,
        "writes": tokens.WRITES_A_WINDOW,
        "site": settings.SITE_URL,
    }
    return render(request, "api/docs.html", context)


def _operations() -> Iterator[Operation]:
    for path, methods in described()["paths"].items():
        for method, told in methods.items():
            sent = next(iter(told.get("requestBody", {}).get("content", {}).items()), ("", {}))
            status, answer = next(iter(told["responses"].items()))
            content = answer["content"]["application/json"]
            yield Operation(
                name=told["operationId"],
                method=method.upper(),
                path=path,
                about=gettext(told["summary"]),
                scope=told["security"][0]["Bearer"][0] if "security" in told else "",
                parameters=[
                    Field(
                        each["name"],
                        _type(each["schema"]),
                        _in_words(each["schema"]),
                        each.get("required", False),
                    )
                    for each in told["parameters"]
                ],
                sent=list(_fields(sent[1].get("schema", {}))),
                media_type=sent[0],
                sent_example=_written(sent[1].get("example")),
                answered=list(_fields(content["schema"])),
                status=int(status),
                example=_written(content.get("example")),
                failures=[int(code) for code in told["responses"] if int(code) >= HTTPStatus.BAD_REQUEST],
            )


def _written(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""


def _in_words(schema: dict[str, Any]) -> str:
    return gettext(schema["description"]) if schema.get("description") else ""


def _fields(schema: dict[str, Any], within: str = "") -> Iterator[Field]:
    """The fields of an object, and of what is in it."""
    schema = _referred(schema)
    for kind in schema.get("anyOf", []):
        yield from _fields(kind, within)
    required = schema.get("required", [])
    for name, value in schema.get("properties", {}).items():
        yield Field(f"{within}{name}", _type(value), _in_words(value), name in required)
        yield from _fields(value, f"{within}{name}.")
    if "items" in schema:
        yield from _fields(schema["items"], f"{within.removesuffix('.')}[].")


def _type(schema: dict[str, Any]) -> str:
    """Of which type a value is, in the words of JSON Schema."""
    schema = _referred(schema)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"array<{_type(schema['items'])}>"
    return str(schema.get("format") or schema.get("type", "object"))


def _referred(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = described()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found | {name: value for name, value in schema.items() if name == "description"}
