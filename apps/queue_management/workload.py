"""The counter behind least-loaded assignment, changed in the transaction of its cause.

Rows are locked in the order of technicians' ids, after every repair (ARCHITECTURE, guard 3).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F

from apps.queue_management.models import TechnicianWorkload
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.errors import Conflict


def ensure_rows(technician_ids: Iterable[int]) -> None:
    """Give each technician a counter that has none yet."""
    rows = [TechnicianWorkload(technician_id=pk) for pk in sorted(technician_ids)]
    TechnicianWorkload.objects.bulk_create(rows, ignore_conflicts=True)


def add(technician_id: int | None, number: int) -> None:
    """Add to one technician's count; nobody has none."""
    if technician_id is not None:
        change_counts({technician_id: number})


def change_counts(differences: Mapping[int, int]) -> None:
    """Add a difference to each technician's count, in the order of ids.

    Raises:
        Conflict: ``technician_away``: somebody who gets more was deactivated meanwhile. The
            counter is locked by then, and deactivation holds it too.
    """
    wanted = {pk: number for pk, number in sorted(differences.items()) if number}
    for technician_id, number in wanted.items():
        row = TechnicianWorkload.objects.filter(pk=technician_id)
        if not row.update(active_count=F("active_count") + number):
            ensure_rows([technician_id])
            row.update(active_count=F("active_count") + number)
    _check_active([pk for pk, number in wanted.items() if number > 0])


def _check_active(technician_ids: list[int]) -> None:
    active = Technician.objects.filter(pk__in=technician_ids, is_active=True, user__is_active=True)
    if technician_ids and active.count() < len(technician_ids):
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
