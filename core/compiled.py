"""Rows of a ``values()`` queryset whose SQL is compiled once and kept.

The ORM builds and compiles a statement anew for each call, which costs several times what running
it does. The few hottest reads keep theirs; what it says is still the ORM's own. The rows are made
to be told: amounts are text already.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from core.prepared import Room, fetch

Row = dict[str, Any]
MOST_STATEMENTS = 500
# Small enough for every whole number of the database.
_FIRST, _SECOND = 2_000_000_000, 2_000_000_500
_SEAT = "'a seat for a rider'"
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class _Statement:
    """SQL with its parameters; ``places`` says which of them are the values of each call."""

    sql: bytes
    room: Room
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    names: tuple[str, ...]

    def with_values(self, values: Sequence[Any]) -> Sequence[Any]:
        if not self.places:
            return self.parameters
        found = list(self.parameters)
        for place, number in self.places:
            found[place] = values[number]
        return found


_statements: dict[Hashable, _Statement] = {}


def compiled_rows(
    key: Hashable, build: "Callable[..., models.QuerySet[Any, Any]]", values: Sequence[Any] = ()
) -> list[Row]:
    """The rows of the queryset ``build(*values)``.

    Args:
        key: All else that the statement and its parameters depend on; equal keys share one.
        build: Makes the queryset, by ``values()``; it is not called for a known key.
        values: Whole numbers and instants that each call has its own of; the queryset has them as
            parameters, and ``build`` may not look at them in any other way.
    """
    # SQLite knows neither dates nor decimals: there the ORM reads the rows.
    if connection.vendor != "postgresql":
        return [_told(row) for row in build(*values)]
    found = _statements.get(key)
    if found is None:
        try:
            found = _compile(build, values)
        except EmptyResultSet:
            # Nothing is asked for; or just of the stand-ins, which are of no column's range.
            return [_told(row) for row in build(*values)]
        if len(_statements) >= MOST_STATEMENTS:
            _statements.clear()
        _statements[key] = found
    rows = fetch(found.sql, found.with_values(values), found.room)
    return [dict(zip(found.names, row, strict=True)) for row in rows]


def compiled_row(
    key: Hashable, build: "Callable[[int], models.QuerySet[Any, Any]]", number: int
) -> Row | None:
    """The first row of ``build(number)``; the statement is kept for every other number too."""
    rows = compiled_rows(key, lambda slot: build(slot)[:1], (number,))
    return rows[0] if rows else None


def _told(row: Row) -> Row:
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }


def _compile(
    build: "Callable[..., models.QuerySet[Any, Any]]", values: Sequence[Any]
) -> _Statement:
    stand_ins = _stand_ins(values, _FIRST)
    rows = build(*stand_ins)
    names = tuple(rows.query.selected or ())
    sql, room, parameters = _with_room(rows.query)
    places = _places(parameters, build, stand_ins, values) if values else ()
    return _Statement(sql.encode(), room, parameters, places, names)


def _with_room(query: models.sql.Query) -> tuple[str, Room, tuple[Any, ...]]:
    # The ORM writes one more column behind all others, and is told where by finding it again.
    query.add_annotation(RawSQL(_SEAT, ()), "seat")  # noqa: S611 - a constant
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    before, after = sql.split(f', ({_SEAT}) AS "seat"')
    room = Room(len(before.encode()), before.count("%s"))
    return before + after, room, tuple(parameters)


def _places(
    parameters: Sequence[Any],
    build: "Callable[..., models.QuerySet[Any, Any]]",
    stand_ins: list[Any],
    values: Sequence[Any],
) -> tuple[tuple[int, int], ...]:
    # Written again for other stand-ins: what is the same in both is no value of a call.
    again = build(*_stand_ins(values, _SECOND)).query
    _, others = again.get_compiler(connection=connection).as_sql()
    return tuple(
        (place, stand_ins.index(one))
        for place, (one, other) in enumerate(zip(parameters, others, strict=True))
        if one != other and one in stand_ins
    )


def _stand_ins(values: Sequence[Any], least: int) -> list[Any]:
    numbers = range(least, least + len(values))
    return [
        number if isinstance(value, int) else _EPOCH + dt.timedelta(microseconds=number)
        for value, number in zip(values, numbers, strict=True)
    ]
