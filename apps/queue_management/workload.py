"""The counter behind least-loaded assignment, changed in the transaction of its cause.

Rows are locked in the order of technicians' ids, after every repair (ARCHITECTURE, guard 3).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.queue_management.models import TechnicianWorkload
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.compiled import compiled_rows
from core.errors import Conflict

CHANGE = (
    f"UPDATE {TechnicianWorkload._meta.db_table} "  # noqa: S608  # a name of our own
    "SET active_count = active_count + %s WHERE technician_id = %s"
)


def ensure_rows(technician_ids: Iterable[int]) -> None:
    """Give each technician a counter that has none yet."""
    rows = [TechnicianWorkload(technician_id=pk) for pk in sorted(technician_ids)]
    TechnicianWorkload.objects.bulk_create(rows, ignore_conflicts=True)


def add(technician_id: int | None, number: int) -> None:
    """Add to one technician's count; nobody has none."""
    if technician_id is not None:
        change_counts({technician_id: number})


def add_to_chosen(technician_id: int, number: int) -> None:
    """Add to the count of whom ``choose`` has just chosen.

    It holds their counter and has seen that they are able, so nobody has to look again.
    """
    _change(technician_id, number)


def change_counts(differences: Mapping[int, int]) -> None:
    """Add a difference to each technician's count, in the order of ids.

    Raises:
        Conflict: ``technician_away``: somebody who gets more was deactivated meanwhile. The
            counter is locked by then, and deactivation holds it too.
    """
    wanted = {pk: number for pk, number in sorted(differences.items()) if number}
    for technician_id, number in wanted.items():
        if not _change(technician_id, number):
            ensure_rows([technician_id])
            _change(technician_id, number)
    _check_active([pk for pk, number in wanted.items() if number > 0])


def _change(technician_id: int, number: int) -> bool:
    # As the ORM writes it, which takes it four times as long as the rest.
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [number, technician_id])
        return bool(cursor.rowcount)


def _check_active(technician_ids: list[int]) -> None:
    def active(*ids: int) -> "QuerySet[Technician, Any]":
        rows = Technician.objects.filter(pk__in=ids, is_active=True, user__is_active=True)
        return rows.values("pk")

    key = ("active", len(technician_ids))
    if len(compiled_rows(key, active, technician_ids)) < len(technician_ids):
        raise Conflict("This technician does not work here any more.", code="technician_away")


class LoadLedger:
    """Collects what a use case does to loads, then settles it once, in the order of ids."""

    def __init__(self) -> None:
        self._differences: Counter[int] = Counter()

    def note(self, repair: Repair, *, was_open: bool, technician_id: int | None) -> None:
        """Note one repair: how it stood before (arguments) and how it stands now (object)."""
        if was_open and technician_id is not None:
            self._differences[technician_id] -= 1
        if repair.is_open and repair.technician_id is not None:
            self._differences[repair.technician_id] += 1

    def settle(self) -> None:
        """Write the sum."""
        change_counts(self._differences)
        self._differences.clear()
