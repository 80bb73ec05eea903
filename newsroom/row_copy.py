"""Rows by the thousand into a table, by PostgreSQL's COPY: a tenth of what an INSERT of them costs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model


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
    constant = [_default(field) for field in others]
    names = [*(fields[name].column for name in columns), *(field.column for field in others)]
    with connection.cursor() as cursor:
        quoted = ", ".join(map(connection.ops.quote_name, names))
        table = connection.ops.quote_name(model._meta.db_table)
        with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row([*row, *constant])


def draw_numbers(model: type[Model], count: int) -> list[int]:
    """Numbers for so many new rows, ascending. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _default(field: Field) -> Any:
    return field.get_db_prep_save(field.get_default(), connection)
