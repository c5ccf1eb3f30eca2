"""Statements run by psycopg itself, prepared; for the few reads that most calls are.

Django's cursor around it costs more than such a statement does, and reads instants and amounts in
Python. PostgreSQL only.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.string import TextLoader

CURSOR = "_rs_systems_cursor"
_here = threading.local()


@dataclass
class Rider:
    """A value that comes with the rows of another statement, which saves it a way of its own.

    Attributes:
        expression: One scalar in SQL, in parentheses, the same for all rows of the other one.
        parameters: Its own.
        value: What it was, read at the same moment as the rows; nothing where there were none.
    """

    expression: bytes
    parameters: Sequence[Any]
    value: Any = None


@dataclass(frozen=True)
class Room:
    """Where in a statement one more column can stand, behind all others.

    Attributes:
        at: The byte.
        behind: How many of the statement's parameters come before.
    """

    at: int
    behind: int


@contextmanager
def riding(rider: Rider) -> Iterator[Rider]:
    """The next statement of this thread that has room takes the rider along."""
    _here.rider = rider
    try:
        yield rider
    finally:
        _here.rider = None


def fetch(
    statement: bytes, parameters: Sequence[Any], room: Room | None = None
) -> list[tuple[Any, ...]]:
    """The rows of one statement; amounts (``numeric``) come as text, as they are told.

    Args:
        statement: SQL.
        parameters: Its own.
        room: For a rider, if one waits.

    Raises:
        DatabaseError: Django's own, as from its cursor.
    """
    rider: Rider | None = getattr(_here, "rider", None) if room else None
    if room is None or rider is None:
        return _fetch(statement, parameters)
    _here.rider = None
    together = (*parameters[: room.behind], *rider.parameters, *parameters[room.behind :])
    rows = _fetch(_with(statement, room, rider.expression), together)
    rider.value = rows[0][-1] if rows else None
    return [row[:-1] for row in rows]


@lru_cache(maxsize=500)
def _with(statement: bytes, room: Room, expression: bytes) -> bytes:
    return b"".join([statement[: room.at], b", ", expression, statement[room.at :]])


def _fetch(statement: bytes, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    # The proxy looks for this thread's connection anew at each touch. And the stubs do not know
    # what Django keeps of one.
    kept: Any = connections[DEFAULT_DB_ALIAS]
    if kept.queries_logged or kept.execute_wrappers:
        return _counted(kept, statement, parameters)
    kept.close_if_health_check_failed()
    kept.ensure_connection()
    with kept.wrap_database_errors:
        cursor = _kept_cursor(kept.connection)
        rows: list[tuple[Any, ...]] = cursor.execute(statement, parameters, prepare=True).fetchall()
        return rows


def _kept_cursor(raw: Any) -> Any:
    # Made and taught once for each connection, and gone with it.
    kept = vars(raw)
    if CURSOR not in kept:
        kept[CURSOR] = _quick(raw.cursor())
    return kept[CURSOR]


def _counted(connection: Any, statement: bytes, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    # Somebody looks at the statements: the log of DEBUG, a test that counts.
    with connection.cursor() as cursor:
        _quick(cursor.cursor)
        cursor.execute(statement.decode(), parameters)
        return list(cursor.fetchall())


def _quick(cursor: Any) -> Any:
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    cursor.adapters.register_loader("numeric", TextLoader)
    return cursor
