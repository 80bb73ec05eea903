"""Statements that each connection has parsed and planned once, for those that every comment asks.

The rest of the site lets Django put its values into the text of a statement, which the database reads and plans anew
each time. A plan that is kept belongs to its connection, which is closed after a minute (CONN_MAX_AGE), so that none
outlives what the tables were like by more. Where the options of the database have no `prepare_threshold`, nothing is
kept, and all works as before.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from functools import cached_property
from select import POLLIN, poll
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, ForeignObject, Lookup, Model, QuerySet
from psycopg import sql

from newsroom.web import fragments

_PLACE = re.compile(r"%(?:%|s)")


class Parameter(Expression):
    """A value in a QuerySet that is given each time when its statement is asked."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return f"%({self.name})s::{self.output_field.db_type(connection)}", []


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(Lookup):
    """`column__any_of=Parameter(…)`: one of a list that is given each time, however long it is."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, values = self.process_lhs(compiler, connection)
        among, more = self.process_rhs(compiler, connection)
        return f"{column} = ANY({among})", [*values, *more]


class Prepared:
    """A QuerySet that is compiled once; `make` returns it, with a Parameter for each value that changes."""

    def __init__(self, make: Callable[[], QuerySet]) -> None:
        self._make = make

    def first(self, **values: Any) -> Any:
        """The first of `rows`, or None. One query."""
        return next(iter(self.rows(**values)), None)

    def rows(self, **values: Any) -> list[Any]:
        """The rows as the QuerySet would return them, with what it selects beside them. One query."""
        compiler = copy(self._compiler)
        fetched = fetch_all(self.sql, values)
        compiler.execute_sql = lambda *_how, **_much: [fetched]
        asked = self._queryset._chain()
        asked.query.get_compiler = lambda *_how, **_where: compiler
        found = list(asked._iterable_class(asked))
        if found and isinstance(found[0], Model):
            for row, columns in zip(found, fetched, strict=True):
                fragments.note_source(row, (self.sql, *columns))
        return found

    def count(self, **values: Any) -> int:
        """How many rows there are. One query."""
        (found,) = fetch_all(f"SELECT count(*) FROM ({self.sql}) AS found", values)[0]  # noqa: S608 - compiled
        return int(found)

    @cached_property
    def sql(self) -> str:
        """The statement, with %(name)s where a Parameter stands."""
        written, constants = self._compiler.as_sql()
        literals = iter(constants)
        return _PLACE.sub(lambda place: place[0] if place[0] == "%%" else _literal(next(literals)), written)

    @cached_property
    def _queryset(self) -> Any:
        found = self._make()
        if found._prefetch_related_lookups:
            raise ValueError("What is prefetched is asked by statements that are compiled every time.")
        return found

    @cached_property
    def _compiler(self) -> Any:
        compiler = self._queryset.query.get_compiler(connection=connection)
        compiler.pre_sql_setup()
        converters = compiler.get_converters(column for column, _sql, _alias in compiler.select)
        compiler.get_converters = lambda _columns: converters
        return compiler


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
    if isinstance(constant, datetime):
        raise TypeError("The hour of the first time would stand there for ever: it takes a Parameter.")
    return sql.Literal(constant).as_string(connection.connection).replace("%", "%%")
