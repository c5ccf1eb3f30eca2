"""Everything that a refusal must leave alone, and that an operation repeated must not write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from core.errors import DomainError

_OURS = (
    *("core", "audit", "people", "technicians", "repairs", "jobs", "scheduling"),
    "rewards_referrals",
    *("queue_management", "notifications", "photo_storage"),
)


def books() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, as the database holds it."""
    found = {}
    with connection.cursor() as cursor:
        for table, statement in _statements():
            cursor.execute(statement)
            found[table] = cursor.fetchall()
    return found


@cache
def _statements() -> list[tuple[str, str]]:
    models = [model for label in _OURS for model in apps.get_app_config(label).get_models()]
    fields = [field for model in models for field in model._meta.many_to_many]
    tables = [model._meta.db_table for model in models] + [field.m2m_db_table() for field in fields]
    return [(table, f'SELECT * FROM "{table}" ORDER BY 1') for table in tables]  # noqa: S608 - our own names


@contextmanager
def refused(
    error: type[DomainError], code: str = ""
) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The block is refused with this error and code, and has written nothing at all."""
    before = books()
    with pytest.raises(error) as caught:
        yield caught
    assert caught.value.code == (code or error.default_code)
    assert books() == before


@contextmanager
def nothing_written() -> Iterator[None]:
    """The block succeeds and has written nothing at all."""
    before = books()
    yield
    assert books() == before
