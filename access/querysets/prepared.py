"""Questions that are asked at every turn: their SQL is made once, not each time.

Django takes some milliseconds to write a statement with eight joins, the database a
fraction of one to answer it. The statement still comes from a queryset, so the rule
stands in one place; only the values change from one call to the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models.query import get_related_populators
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

# Values that nobody asks for: while the statement is made, they mark the places. The
# numbers fit into the smallest field, or Django would know that there is no such row.
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 31_000 + number,
    str: lambda number: f"\ufdd0{number}",
    date: lambda number: date(1, 1, 1 + number),
    datetime: lambda number: datetime(1, 1, 1, 0, 0, number, tzinfo=UTC),
}

M = TypeVar("M", bound=models.Model)


class _Maker:
    """Makes models of rows, as Django's own iterable of models does."""

    def __init__(self, compiler: SQLCompiler) -> None:
        """Learn the shape of the rows; the compiler has written its statement."""
        selected: Any = compiler.select
        kind = compiler.klass_info
        own = kind["select_fields"]
        self.model, self.start, self.end = kind["model"], own[0], own[-1] + 1
        self.names = [each[0].target.attname for each in selected[own[0] : self.end]]
        related: Any = get_related_populators  # the stubs are those of a later Django
        self.populators = related(kind, selected, DEFAULT_DB_ALIAS)
        converters: Any = compiler.get_converters([each[0] for each in selected])
        self.converters = [
            (place, each, expression)
            for place, (several, expression) in converters.items()
            for each in several
        ]

    def make(self, columns: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 (the model of the queryset)
        row = list(columns)
        for place, convert, expression in self.converters:
            row[place] = convert(row[place], expression, connection)
        own = row[self.start : self.end]
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, own)
        for populator in self.populators:
            populator.populate(row, made)
        return made


@dataclass(frozen=True)
class _Statement:
    """SQL, for each of its values the name or a constant, and what its rows mean."""

    sql: str
    places: list[tuple[str, object]]
    maker: _Maker | None


class Prepared(Generic[M]):
    """Asks whether a queryset has any row, or for its rows; one query.

    build: returns the queryset for the named values; which conditions it sets must not
    depend on them. kinds: the type of each value.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[M, Any]], **kinds: type
    ) -> None:
        self._build = build
        self._marks = {
            name: _MARKS[kind](number)
            for number, (name, kind) in enumerate(kinds.items())
        }
        self._made: dict[tuple[str, str], _Statement] = {}

    def has_rows(self, **values: object) -> bool:
        """Tell whether there is a row for these values."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._statement(connection, "exists", lambda rows: rows.query.exists())
        return bool(_rows(connection, made, values, most=1))

    def first_row(self, **values: object) -> tuple[Any, ...] | None:
        """Return the first row, as the database gives its columns; None without one."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._statement(connection, "first", lambda rows: rows[:1].query)
        return next(iter(_rows(connection, made, values, most=1)), None)

    def instances(self, **values: object) -> list[M]:
        """Return the rows as the queryset would, with what it selects besides."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._statement(connection, "all", lambda rows: rows.query)
        if made.maker is None:
            raise TypeError("the queryset gives no models")
        make = made.maker.make
        return [make(row, connection) for row in _rows(connection, made, values)]

    def _statement(
        self,
        connection: BaseDatabaseWrapper,
        which: str,
        query_of: Callable[[models.QuerySet[M, Any]], Query],
    ) -> _Statement:
        kind = (connection.vendor, which)
        if kind not in self._made:
            compiler = query_of(self._build(**self._marks)).get_compiler(
                connection=connection
            )
            sql, values = compiler.as_sql()
            marked = {_adapted(connection, m): name for name, m in self._marks.items()}
            places = [(marked.get(value, ""), value) for value in values]
            unused = set(self._marks) - {name for name, _value in places}
            if unused:
                raise ValueError(f"the statement does not ask for {unused}")
            maker = _Maker(compiler) if which == "all" else None
            self._made[kind] = _Statement(sql, places, maker)
        return self._made[kind]


def _rows(
    connection: BaseDatabaseWrapper,
    made: _Statement,
    values: dict[str, object],
    most: int | None = None,
) -> list[tuple[Any, ...]]:
    adapted = {name: _adapted(connection, value) for name, value in values.items()}
    with _cursor(connection) as cursor:
        cursor.execute(
            made.sql, [adapted.get(name, plain) for name, plain in made.places]
        )
        return cursor.fetchmany(most) if most else cursor.fetchall()


def _cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """Return a cursor whose statements PostgreSQL plans once, not each time.

    Planning eight joins takes it longer than answering. Django's own cursors bind on
    the client's side and so are never prepared; this one binds on the server's, and
    psycopg prepares what it has seen OPTIONS["prepare_threshold"] times.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import (  # noqa: PLC0415 (needs psycopg)
        ServerBindingCursor,
    )

    connection.ensure_connection()
    make: Any = ServerBindingCursor  # the stubs know neither its arguments nor its kind
    cursor = make(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)


def _adapted(connection: BaseDatabaseWrapper, value: object) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
