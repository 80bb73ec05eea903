"""Statements that each connection has parsed and planned once, for those that every comment asks.

The rest of the site lets Django put its values into the text of a statement, which the database reads and plans anew
each time. A plan that is kept belongs to its connection, which is closed after a minute (CONN_MAX_AGE), so that none
outlives what the tables were like by more. Where the options of the database have no `prepare_threshold`, nothing is
kept, and all works as before.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from select import POLLIN, poll
from typing import Any, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import CursorMixin
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, ForeignObject, Func, Lookup, Model, QuerySet, TextField
from django.db.models.base import ModelState
from django.db.models.query import RelatedPopulator, get_related_populators
from psycopg import Connection, RawCursor, sql
from psycopg.types.datetime import TimestamptzLoader

from newsroom.web import foresight, fragments

_PLACE = re.compile(r"%(?:%|s)")
_NAMED = re.compile(r"%(?:%|\((\w+)\)s)")
_NUMBERS = frozenset((int, type(None)))

Row = TypeVar("Row", bound=Model)


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


def row_version(row: str) -> str:
    """What tells a row of a statement from what it was before and will be after any change, as SQL; NULL where there is
    none. For what is kept of rows that are too large to be read only to find them as they were.

    It is the transaction that wrote this version of the row, and where that stands in the table: a transaction that
    writes a row twice leaves two versions in two places. Freezing keeps the number of the transaction (since PostgreSQL
    9.4), and locking a row changes neither. The number has 32 bits: another version is taken for this one only if a
    transaction that comes an exact multiple of four billion later writes it into the same place, and the piece is still
    kept then.
    """
    return f"({row}.xmin::text || {row}.ctid::text)"


class RowVersion(Func):
    """The `row_version` of the row that has this column."""

    output_field = TextField()

    def as_sql(self, compiler, connection, **_options):
        (column,) = self.get_source_expressions()
        row = compiler.quote_name_unless_alias(column.alias)
        return row_version(row), []


class Prepared:
    """A QuerySet that is compiled once; `make` returns it, with a Parameter for each value that changes.

    `tables` returns the WITH clause before it, where it asks tables that are made for it.
    """

    def __init__(self, make: Callable[[], QuerySet], tables: Callable[[], str] = str) -> None:
        self._make = make
        self._tables = tables

    def first(self, **values: Any) -> Any:
        """The first of `rows`, or None. One query."""
        return next(iter(self.rows(**values)), None)

    def rows(self, **values: Any) -> list[Any]:
        """The rows as the QuerySet would return them, with what it joins and annotates. One query."""
        return foresight.rows(self.sql, values, fetch_all, self._rows_of)

    def rows_apart(self, **values: Any) -> list[Any]:
        """The same, kept by nobody: for what is large, and kept in another form. One query."""
        return self._rows_of(fetch_all(self.sql, values))

    @cached_property
    def width(self) -> int:
        """How many columns a row of `sql` has."""
        return self._reading.width

    def read(self, columns: tuple) -> Any:
        """The row of these columns, which another statement asked for by `sql`."""
        (row,) = self._reading.rows_of([columns], self.sql)
        return row

    def count(self, **values: Any) -> int:
        """How many rows there are. One query."""
        counted = f"SELECT count(*) FROM ({self.sql}) AS found"  # noqa: S608 - compiled
        (found,) = foresight.rows(counted, values, fetch_all)[0]
        return int(found)

    @cached_property
    def sql(self) -> str:
        """The statement, with %(name)s where a Parameter stands."""
        written, constants = self._queryset.query.sql_with_params()
        literals = iter(constants)
        statement = _PLACE.sub(
            lambda place: place[0] if place[0] == "%%" else _literal(next(literals)), written
        )
        return self._tables() + statement

    def _rows_of(self, fetched: list[tuple]) -> list[Any]:
        return self._reading.rows_of(fetched, self.sql)

    @cached_property
    def _queryset(self) -> Any:
        found = self._make()
        if found._prefetch_related_lookups:
            raise ValueError("What is prefetched is asked by statements that are compiled every time.")
        return found

    @cached_property
    def _reading(self) -> "_Reading":
        return _Reading(self._queryset)


class _Reading:
    """How columns become the rows of a QuerySet: what Django's `ModelIterable` does, found out once."""

    def __init__(self, queryset: QuerySet) -> None:
        self._model = queryset.model
        self._compiler = queryset.query.get_compiler(connection=connection)
        self._compiler.pre_sql_setup()
        self.width = len(self._compiler.select)
        self._converters = self._compiler.get_converters(
            [column for column, _sql, _alias in self._compiler.select]
        )
        found = self._compiler.klass_info
        # Else it is columns that are asked for.
        self._is_of_rows = queryset._fields is None
        if self._is_of_rows:
            own = found["select_fields"]
            self._own = slice(own[0], own[-1] + 1)
            self._names = [column.target.attname for column, _sql, _alias in self._compiler.select[self._own]]
            self._populators = get_related_populators(found, self._compiler.select, DEFAULT_DB_ALIAS)

    def rows_of(self, fetched: list[tuple], statement: str) -> list[Any]:
        rows: Iterable[Any] = fetched
        if self._converters:
            rows = self._compiler.apply_converters(fetched, self._converters)
        if not self._is_of_rows:
            return [tuple(row) for row in rows]
        return [self._row_of(row, statement, columns) for row, columns in zip(rows, fetched, strict=True)]

    def _row_of(self, columns: Sequence[Any], statement: str, fetched: tuple) -> Model:
        row = row_of(self._model, self._names, columns[self._own])
        for populator in self._populators:
            _populate(populator, columns, row)
        for name, place in self._compiler.annotation_col_map.items():
            setattr(row, name, columns[place])
        fragments.note_source(row, (statement, *fetched))
        return row


def row_of(model: type[Row], names: Iterable[str], values: Iterable[Any]) -> Row:
    """A row as it stands in the database, with these columns; the others are deferred.

    What `Model.from_db` makes of them, without the way through `Model.__init__`, which takes five times as long and
    tells signals (`pre_init`, `post_init`) of it.
    """
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    row._state = ModelState()
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS
    return row


def _populate(populator: RelatedPopulator, columns: Sequence[Any], row: Model) -> None:
    """What the populator of a related row does, with `row_of`."""
    values = columns[populator.cols_start : populator.cols_end]
    other = None
    if values[populator.pk_idx] is not None:
        other = row_of(populator.model_cls, populator.init_list, values)
        for further in populator.related_populators:
            _populate(further, columns, other)
        populator.remote_setter(other, row)
    populator.local_setter(row, other)


class _Cursor(CursorMixin, RawCursor):
    """Takes names for the numbers that PostgreSQL knows values by. It would look through a long statement for them each
    time else, which takes longer than all else that is done with it. Moments it reads as psycopg does by itself, in
    UTC: Django takes them apart by a regular expression."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, statement: str, values: Mapping[str, Any], **options: Any) -> Self:
        numbered, names = _numbered(statement)
        return super().execute(numbered, [values[name] for name in names], **options)


def _written(value: Any) -> Any:
    """A list of numbers, or of none, as PostgreSQL reads it. Psycopg would look for the narrowest type of all the
    numbers, and a statement is prepared anew for each type."""
    if type(value) is list and _NUMBERS.issuperset(map(type, value)):
        return f"{{{','.join(['NULL' if number is None else str(number) for number in value])}}}"
    return value


@lru_cache(maxsize=1_000)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    numbers: dict[str, int] = {}

    def number(place: re.Match[str]) -> str:
        return "%" if place[1] is None else f"${numbers.setdefault(place[1], len(numbers) + 1)}"

    return _NAMED.sub(number, statement).encode(), tuple(numbers)


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
    return current._prepare_cursor(_Cursor(current.connection))


def fetch_row(statement: str, values: Mapping[str, Any]) -> tuple | None:
    """The first row that a statement returns, which says of what type its lists are: %(name)s::bigint[]."""
    with cursor() as asked:
        asked.execute(statement, {name: _written(value) for name, value in values.items()})
        return asked.fetchone()


def fetch_all(statement: str, values: Mapping[str, Any]) -> list[tuple]:
    """All rows that a statement returns, which says of what type its lists are: %(name)s::bigint[]."""
    with cursor() as asked:
        asked.execute(statement, {name: _written(value) for name, value in values.items()})
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
