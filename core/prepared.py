"""Statements run by psycopg itself, prepared; for the few reads that most calls are.

Django's cursor around it costs more than such a statement does, and reads instants and amounts in
Python. PostgreSQL only.
"""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.string import TextLoader

CURSOR = "_rs_systems_cursor"
CURSOR = "_rs_systems_cursor"


def fetch(statement: bytes, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement; amounts (``numeric``) come as text, as they are told.

    Raises:
        DatabaseError: Django's own, as from its cursor.
    """
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
