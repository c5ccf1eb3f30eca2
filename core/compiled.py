"""Rows of a ``values()`` queryset whose SQL is compiled once and kept.

The ORM builds and compiles a statement anew for each call, which costs several times what running
it does. The few hottest reads keep theirs; what it says is still the ORM's own.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from psycopg.types.datetime import TimestamptzLoader

Row = dict[str, Any]
MOST_STATEMENTS = 500
# Stands among the parameters of a kept statement where each call's own number goes.
SLOT = -(2**62)


@dataclass(frozen=True)
class _Statement:
    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]

    def with_number(self, number: int) -> list[Any]:
        return [number if each == SLOT else each for each in self.parameters]


_statements: dict[Hashable, _Statement] = {}


def compiled_rows(key: Hashable, build: "Callable[[], models.QuerySet[Any, Row]]") -> list[Row]:
    """The rows of the queryset that ``build`` makes.

    Args:
        key: All that the statement and its parameters depend on; equal keys share a statement.
        build: Makes the queryset, by ``values()``; it is not called for a known key.
    """
    return _rows(key, lambda _slot: build(), 0)


def compiled_row(
    key: Hashable, build: "Callable[[int], models.QuerySet[Any, Row]]", number: int
) -> Row | None:
    """The first row of ``build(number)``; the statement is kept for every other number too.

    Args:
        key: All else that the statement depends on.
        build: Makes the queryset, by ``values()``, with the number as a parameter of it: it may
            not look at the number in any other way.
        number: An id, say.
    """
    rows = _rows(key, lambda slot: build(slot)[:1], number)
    return rows[0] if rows else None


def _rows(
    key: Hashable, build: "Callable[[int], models.QuerySet[Any, Row]]", number: int
) -> list[Row]:
    # SQLite knows neither dates nor decimals: there the ORM reads the rows.
    if connection.vendor != "postgresql":
        return list(build(number))
    found = _statements.get(key)
    if found is None:
        try:
            found = _compile(build(SLOT))
        except EmptyResultSet:
            return []
        if len(_statements) >= MOST_STATEMENTS:
            _statements.clear()
        _statements[key] = found
    with connection.cursor() as cursor:
        _read_instants_quickly(cursor)
        cursor.execute(found.sql, found.with_number(number))
        return [dict(zip(found.names, row, strict=True)) for row in cursor.fetchall()]


def _read_instants_quickly(cursor: Any) -> None:
    # Django reads each instant in Python; psycopg's own reader, in C, gives the same instants.
    cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)


def _compile(rows: "models.QuerySet[Any, Row]") -> _Statement:
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    return _Statement(sql, tuple(parameters), tuple(rows.query.selected or ()))
