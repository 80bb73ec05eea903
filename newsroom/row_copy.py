"""Rows by the thousand into a table, by PostgreSQL's COPY: a tenth of what an INSERT of them costs.

They are written in the text format of COPY here, for what psycopg does for each value takes several times as long.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Field, Model
from psycopg.types.json import Jsonb

# Characters that are on their way at once.
_PORTION = 200_000


def copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of `model`; each holds the values of `columns`, which are names of attributes (`section_id`).

    Values go to the database as they are: whoever calls has cleaned and checked them. Of a column that is not named
    all rows get the field's default, one value for all; a number that is not named is drawn. Nothing happens without
    rows, and no signal is sent.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [
        field
        for name, field in fields.items()
        if name not in columns and not (field.primary_key and isinstance(field, AutoField))
    ]
    constant = "".join(f"\t{_text(_default(field))}" for field in others)
    names = [*(fields[name].column for name in columns), *(field.column for field in others)]
    with connection.cursor() as cursor:
        quoted = ", ".join(map(connection.ops.quote_name, names))
        table = connection.ops.quote_name(model._meta.db_table)
        with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copying:
            lines, length = [], 0
            for row in rows:
                line = "\t".join([_text(value) for value in row])
                lines += [line, constant, "\n"]
                length += len(line)
                if length > _PORTION:
                    copying.write("".join(lines))
                    lines, length = [], 0
            copying.write("".join(lines))


def draw_numbers(model: type[Model], count: int) -> list[int]:
    """Numbers for so many new rows, ascending. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _default(field: Field) -> Any:
    value = field.get_db_prep_save(field.get_default(), connection)
    if type(value) in _TEXTS:
        return value
    # A member of choices, or a number that psycopg marks by its size.
    return str(value) if isinstance(value, str) else int(value)


def _text(value: Any) -> str:
    return _TEXTS[type(value)](value)


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _numbers(values: list[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _json(value: Jsonb) -> str:
    return _escaped(json.dumps(value.obj, ensure_ascii=False))


# Of other types, whose text may be another than PostgreSQL's, nothing is copied.
_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _none: r"\N",
    str: _escaped,
    int: str,
    bool: str,
    datetime: datetime.isoformat,
    UUID: str,
    list: _numbers,
    Jsonb: _json,
}
