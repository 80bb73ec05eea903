"""Statements that each connection has parsed and planned once, for those that every comment asks.

The rest of the site lets Django put its values into the text of a statement, which the database reads and plans anew
each time. A plan that is kept belongs to its connection, which is closed after a minute (CONN_MAX_AGE), so that none
outlives what the tables were like by more. Where the options of the database have no `prepare_threshold`, nothing is
kept, and all works as before.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from select import POLLIN, poll
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

_PLACE = re.compile(r"%(?:%|s)")


class Parameter(Expression):
    """A value in a QuerySet that is given each time when its statement is asked."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return f"%({self.name})s::{self.output_field.db_type(connection)}", []


def is_among(column: str, values: Parameter) -> Func:
    """The condition that a column has one of the values of an array."""
    return Func(
        F(column),
        values,
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


class Prepared:
    """A QuerySet that is compiled once; `make` returns it, with a Parameter for each value that changes."""

    def __init__(self, make: Callable[[], QuerySet]) -> None:
        self._make = make

    def first(self, **values: Any) -> models.Model | None:
        """The first row as the QuerySet would return it, deferred columns deferred. One query."""
        row = fetch_row(self.sql, values)
        return None if row is None else self._made_of([row])[0]

    def all(self, **values: Any) -> list[models.Model]:
        """The rows as the QuerySet would return them, with what it joins and annotates. One query."""
        return self._made_of(fetch_all(self.sql, values))

    @cached_property
    def sql(self) -> str:
        """The statement, with %(name)s where a Parameter stands."""
        written, constants = self._queryset.query.sql_with_params()
        literals = iter(constants)
        return _PLACE.sub(lambda place: place[0] if place[0] == "%%" else _literal(next(literals)), written)

    @cached_property
    def _queryset(self) -> QuerySet:
        return self._make()

    def _made_of(self, rows: list[tuple]) -> list[models.Model]:
        """What Django's own `ModelIterable` makes of rows, with all found out once that is the same each time."""
        compiler, converters, populators = self._reading
        own = slice(compiler.klass_info["select_fields"][0], compiler.klass_info["select_fields"][-1] + 1)
        names = [column.target.attname for column, _sql, _alias in compiler.select[own]]
        made = []
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            found = self._queryset.model.from_db(DEFAULT_DB_ALIAS, names, row[own])
            for populator in populators:
                populator.populate(row, found)
            for name, place in compiler.annotation_col_map.items():
                setattr(found, name, row[place])
            made.append(found)
        return made

    @cached_property
    def _reading(self) -> tuple[SQLCompiler, dict, list]:
        compiler = self._queryset.query.get_compiler(connection=connection)
        compiler.setup_query()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        populators = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        return compiler, converters, populators


def cursor() -> CursorWrapper:
    """A cursor that prepares what it executes; its statements name their values: %(name)s.

    Where queries are logged it is Django's own, which can tell what it executed.
    """
    # The connection itself: behind its proxy it would be looked up at each word.
    current = connections[DEFAULT_DB_ALIAS]
    if current.queries_logged:
        return current.cursor()
    _close_if_ended(current)
    current.ensure_connection()
    return current._prepare_cursor(ServerBindingCursor(current.connection))


def fetch_row(statement: str, values: Mapping[str, Any]) -> tuple | None:
    """The first row that a statement returns."""
    with cursor() as asked:
        asked.execute(statement, values)
        return asked.fetchone()


def fetch_all(statement: str, values: Mapping[str, Any]) -> list[tuple]:
    """All rows that a statement returns."""
    with cursor() as asked:
        asked.execute(statement, values)
        return asked.fetchall()


def _close_if_ended(current: BaseDatabaseWrapper) -> None:
    """Django's check of a connection that was kept from a former request, without asking anything: a server that has
    ended one has said so, and whatever it said can be read by now.
    """
    if current.connection is None or not current.health_check_enabled or current.health_check_done:
        return
    waiting = poll()
    waiting.register(current.connection.fileno(), POLLIN)
    if waiting.poll(0):
        current.close()
    current.health_check_done = True


def _literal(constant: Any) -> str:
    return sql.Literal(constant).as_string(connection.connection).replace("%", "%%")
