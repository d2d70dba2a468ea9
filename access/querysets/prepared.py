"""Questions that are asked at every turn: their SQL is made once, not each time.

Django takes some milliseconds to write a statement with eight joins, the database a
fraction of one to answer it. The statement still comes from a queryset, so the rule
stands in one place; only the values change from one call to the next.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# Values that nobody asks for: while the statement is made, they mark the places.
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: -(10**9) - number,
    str: lambda number: f"\ufdd0{number}",
    date: lambda number: date(1, 1, 1 + number),
    datetime: lambda number: datetime(1, 1, 1, 0, 0, number, tzinfo=UTC),
}

# The statement, and for each of its values the name or a constant.
_Statement = tuple[str, list[tuple[str, object]]]


class Prepared:
    """Asks whether a queryset has any row, or for its first one; one query.

    build: returns the queryset for the named values; which conditions it sets must not
    depend on them. kinds: the type of each value.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[Any]], **kinds: type
    ) -> None:
        self._build = build
        self._marks = {
            name: _MARKS[kind](number)
            for number, (name, kind) in enumerate(kinds.items())
        }
        self._made: dict[tuple[str, bool], _Statement] = {}

    def has_rows(self, **values: object) -> bool:
        """Tell whether there is a row for these values."""
        return self._ask(values, wants_row=False) is not None

    def first_row(self, **values: object) -> tuple[Any, ...] | None:
        """Return the first row, as the database gives its columns; None without one."""
        return self._ask(values, wants_row=True)

    def _ask(
        self, values: dict[str, object], *, wants_row: bool
    ) -> tuple[Any, ...] | None:
        connection = connections[DEFAULT_DB_ALIAS]
        kind = (connection.vendor, wants_row)
        if kind not in self._made:
            self._made[kind] = self._make(connection, wants_row=wants_row)
        sql, places = self._made[kind]
        adapted = {name: _adapted(connection, v) for name, v in values.items()}
        with _cursor(connection) as cursor:
            cursor.execute(sql, [adapted.get(name, plain) for name, plain in places])
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _make(self, connection: BaseDatabaseWrapper, *, wants_row: bool) -> _Statement:
        rows = self._build(**self._marks)
        query = rows[:1].query if wants_row else rows.query.exists()
        sql, values = query.get_compiler(connection=connection).as_sql()
        marked = {_adapted(connection, m): name for name, m in self._marks.items()}
        places = [(marked.get(value, ""), value) for value in values]
        unused = set(self._marks) - {name for name, _value in places}
        if unused:
            raise ValueError(f"the statement does not ask for {unused}")
        return sql, places


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
