"""Rows that most tests begin with: made once, then stored again as they were.

Making the cast takes some sixty statements, and was a fifth of the suite's time on PostgreSQL.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

Made = TypeVar("Made")
Rows = dict[type[models.Model], list[models.Model]]
# Whoever else has made somebody may have taken the ids.
EMPTY = "SELECT (SELECT max(id) FROM core_user), (SELECT max(id) FROM core_customer)"


class Replay(Generic[Made]):
    """What ``make`` makes in an empty database, for every test of the process."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._begin: tuple[Any, ...] = ()
        self._kept = b""

    def __call__(self) -> Made:
        """The objects, with their rows in the database."""
        begin = _begin()
        if self._kept and begin == self._begin:
            # Foreign keys are looked at when all of it is there.
            with transaction.atomic():
                return self._again()
        if self._kept or begin[1] is not None:
            return self._make()
        before = {row for rows in _rows().values() for row in rows}
        made = self._make()
        new = {model: [row for row in rows if row not in before] for model, rows in _rows().items()}
        self._begin, self._kept = begin, pickle.dumps((made, new))
        return made

    def _again(self) -> Made:
        made: Made
        made, new = pickle.loads(self._kept)  # noqa: S301  # our own, of a moment ago
        for model, rows in new.items():
            if not rows:
                continue
            # As loaddata stores rows: whole, and without the model's own steps before.
            insert: Any = model._base_manager.all()._insert
            insert(rows, fields=model._meta.concrete_fields, using=connection.alias, raw=True)
        return made


def _begin() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        return tuple(cursor.fetchone() or ())


def _rows() -> Rows:
    models_ = (model for model in apps.get_models() if not model._meta.proxy)
    return {model: list(model._base_manager.all()) for model in models_}
