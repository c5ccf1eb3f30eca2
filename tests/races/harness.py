"""Threads that start together, each on its own connection; locks that can be switched off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection, models

from core import compiled

T = TypeVar("T")
CROWD = 16
PATIENCE_SECONDS = 30


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run the calls, the first sixteen starting together.

    Returns:
        What each returned or raised, in the order of the calls.
    """
    number = min(CROWD, len(calls))
    barrier = threading.Barrier(number)

    def work(share: Sequence[Callable[[], T]]) -> list[T | Exception]:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            return [outcome(call) for call in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        shares = list(pool.map(work, [calls[place::number] for place in range(number)]))
    return [shares[place % number][place // number] for place in range(len(calls))]


def outcome(call: Callable[[], T]) -> T | Exception:
    """What the call returned or raised."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the test judges it
        return error


def succeeded(outcomes: Sequence[T | Exception]) -> list[T]:
    """The results without the errors."""
    return [result for result in outcomes if not isinstance(result, Exception)]


def failed(outcomes: Sequence[Any]) -> list[Exception]:
    """The errors without the results."""
    return [result for result in outcomes if isinstance(result, Exception)]


def without_locks_on(monkeypatch: pytest.MonkeyPatch, *unlocked: type[models.Model]) -> None:
    """Make ``select_for_update`` do nothing for these models: the negative control."""
    original = models.QuerySet.select_for_update

    def patched(rows: models.QuerySet[Any], *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        return rows.all() if rows.model in unlocked else original(rows, *args, **kwargs)

    monkeypatch.setattr(models.QuerySet, "select_for_update", patched)
    keep_no_statements(monkeypatch)


def keep_no_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile statements as the code is now, and forget them afterwards."""
    monkeypatch.setattr(compiled, "_statements", {})


def happens(violation: Callable[[], bool], *, rounds: int = 8) -> bool:
    """Whether it occurs in one of a few rounds; without its guard it does in the first."""
    return any(violation() for _ in range(rounds))


def wait_until_somebody_waits_for_a_lock() -> None:
    """Return as soon as another connection waits behind a lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("Nobody came to wait for a lock.")
