"""Rows of a ``values()`` queryset whose SQL is compiled once and kept.

The ORM builds and compiles a statement anew for each call, which costs several times what running
it does. The few hottest reads keep theirs; what it says is still the ORM's own.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Row = dict[str, Any]
MOST_STATEMENTS = 500


@dataclass(frozen=True)
class _Statement:
    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]


_statements: dict[Hashable, _Statement] = {}


def compiled_rows(key: Hashable, build: "Callable[[], models.QuerySet[Any, Row]]") -> list[Row]:
    """The rows of the queryset that ``build`` makes.

    Args:
        key: All that the statement and its parameters depend on; equal keys share a statement.
        build: Makes the queryset, by ``values()``; it is not called for a known key.
    """
    # SQLite knows neither dates nor decimals: there the ORM reads the rows.
    if connection.vendor != "postgresql":
        return list(build())
    found = _statements.get(key)
    if found is None:
        try:
            found = _compile(build())
        except EmptyResultSet:
            return []
        if len(_statements) >= MOST_STATEMENTS:
            _statements.clear()
        _statements[key] = found
    with connection.cursor() as cursor:
        cursor.execute(found.sql, found.parameters)
        return [dict(zip(found.names, row, strict=True)) for row in cursor.fetchall()]


def _compile(rows: "models.QuerySet[Any, Row]") -> _Statement:
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    return _Statement(sql, tuple(parameters), tuple(rows.query.selected or ()))
