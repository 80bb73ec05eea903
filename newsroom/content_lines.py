"""Lines of an archive that comes in, each an object of JSON: what stands in its fields, checked, or what is wrong with
which line. Whatever reads a field raises BadLine."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Model

from articles.models.fields import EARLIEST, LATEST

# What a small column of numbers holds.
_MOST = 32_767
_LONGEST_REASON = 300


class ContentError(ValueError):
    """The archive cannot be taken in; the message is for whoever gave it."""


class BadLine(ContentError):
    """Line `number` of the file, from 1 on, cannot be stored. What came before its batch is."""

    def __init__(self, number: int | str, reason: str) -> None:
        # It may name what stands in the line, whatever that is and however long.
        told = "".join([sign if sign.isprintable() else "\ufffd" for sign in reason[:_LONGEST_REASON]])
        reason = told + "…" * (len(reason) > _LONGEST_REASON)
        super().__init__(number, reason)
        self.number, self.reason = number, reason

    def __str__(self) -> str:
        return f"Line {self.number}: {self.reason}"


class Line(NamedTuple):
    """`number` counts from 1, and names the file where there are several; `folder` is that of an export, else None."""

    number: int | str
    text: bytes
    folder: Path | None = None


def object_of(line: Line, kind: str | None = None) -> dict[str, Any]:
    """What a line holds. It must be of that kind, where one is asked for."""
    try:
        item = json.loads(line.text)
    except UnicodeDecodeError as error:
        raise BadLine(line.number, "It is not in UTF-8.") from error
    except ValueError as error:
        raise BadLine(line.number, f"It is no JSON ({error}).") from error
    except RecursionError as error:
        raise BadLine(line.number, "It is no JSON (too deep).") from error
    if not isinstance(item, dict):
        raise BadLine(line.number, "It is no JSON object.")
    if kind is not None and item.get("type") != kind:
        raise BadLine(line.number, "It tells two types.")
    return item


def string_of(line: Line, item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        raise BadLine(line.number, f"`{key}` must be a text.")
    return value


def text_of(
    line: Line,
    item: dict[str, Any],
    key: str,
    model: type[Model],
    column: str,
    *,
    limit: int | None = None,
    may_be_empty: bool = False,
) -> str:
    """A text as the column stores it."""
    field = model._meta.get_field(column)
    value = field.to_python(string_of(line, item, key))
    limit = limit or field.max_length
    if not value and not may_be_empty:
        raise BadLine(line.number, f"`{key}` is empty.")
    if len(value) > limit:
        raise BadLine(line.number, f"`{key}` is too long: {len(value)} characters, {limit} at most.")
    return value


def strings_of(line: Line, item: dict[str, Any], key: str) -> list[str]:
    value = item.get(key)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadLine(line.number, f"`{key}` must be a list of texts.")
    return value


def one_of(line: Line, item: dict[str, Any], key: str, offered: Sequence[str]) -> str:
    value = string_of(line, item, key)
    if value not in offered:
        raise BadLine(
            line.number, f"`{key}` is {value!r}; it must be one of {', '.join(filter(None, offered))}."
        )
    return value


def count_of(line: Line, item: dict[str, Any], key: str) -> int:
    value = item.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise BadLine(line.number, f"`{key}` must be a number from 0 to {_MOST}.")
    return value


def moment_or_none(line: Line, item: dict[str, Any], key: str) -> datetime | None:
    return None if item.get(key) is None else moment_of(line, item, key)


def moment_of(line: Line, item: dict[str, Any], key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(string_of(line, item, key))
    except ValueError as error:
        raise BadLine(line.number, f"`{key}` is no moment such as 2024-02-27T09:00:00Z.") from error
    if moment.tzinfo is None:
        raise BadLine(line.number, f"`{key}` lacks its offset from UTC, such as Z or +03:00.")
    if not EARLIEST <= moment <= LATEST:
        raise BadLine(line.number, f"`{key}` must lie between the years {EARLIEST.year} and {LATEST.year}.")
    return moment
