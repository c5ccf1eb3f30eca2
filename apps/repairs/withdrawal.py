"""Which units stay in use, however much somebody wants to withdraw them: those with open work."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.repairs.models import Repair, Unit

MOST_NAMED = 5


@dataclass(frozen=True)
class Busy:
    """Why a unit stays in use.

    Attributes:
        reason: In a sentence that names the work.
        repairs: The ids of the open repairs, at most five.
    """

    reason: str
    repairs: Sequence[int]


def busy_units(units: Iterable[Unit]) -> Mapping[int, Busy]:
    """Those of the units that have open work, by id, by one statement.

    Whoever withdraws units has locked them: new work locks its unit too.
    """
    numbers = {unit.pk: unit.number for unit in units}
    open_work: dict[int, list[Repair]] = defaultdict(list)
    for repair in Repair.objects.open().filter(unit__in=numbers).order_by("pk"):
        open_work[repair.unit_id].append(repair)
    return {pk: _busy(numbers[pk], repairs) for pk, repairs in open_work.items()}


def _busy(number: str, repairs: Sequence[Repair]) -> Busy:
    first = repairs[:MOST_NAMED]
    named = ", ".join(f"repair {each.pk} ({each.get_queue_status_display()})" for each in first)
    reason = f"Unit {number} has open work: {named}. Finish or cancel it first."
    return Busy(reason, [each.pk for each in first])
