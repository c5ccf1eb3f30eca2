"""The steps that every move of a repair begins and ends with."""

from collections.abc import Collection, Iterable

from apps.jobs.services import lock_checklists
from apps.queue_management import assignment, workload
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import Reason
from apps.rewards_referrals.services import lock_accounts_of_chosen
from apps.scheduling.services import lock_visits_of_repair
from core.models import User


def locked(
    actor: User, repair_id: int, *, with_customer: bool = False, with_unit: bool = False
) -> Repair:
    """The repair, locked after its customer and unit as asked, if this person may see it.

    Raises:
        NotFound: There is none that they may see, before or after waiting for the lock.
    """
    seen = services.find_visible(actor, repair_id)
    if with_customer:
        services.locked_customer(seen.customer_id)
    if with_unit:
        services.locked_units([seen.unit_id])
    (repair,) = services.locked_repairs([repair_id])
    services.find_visible(actor, repair_id)
    return repair


def lock_together(repair_ids: Collection[int], technician_ids: Iterable[int] = ()) -> None:
    """All that moving several repairs may change, locked ahead of the first move.

    One after another they would take the later locks of one before the earlier ones of the next:
    repairs, their checklists, visits, the accounts of rewards chosen for them, then the counters of
    their technicians and of ``technician_ids``.
    """
    repairs = services.locked_repairs(repair_ids)
    lock_checklists(repair_ids)
    lock_visits_of_repair(*repairs)
    lock_accounts_of_chosen(repair_ids)
    held = {repair.technician_id for repair in repairs if repair.technician_id is not None}
    assignment.lock_workloads(held | set(technician_ids))


def is_repeated(actor: User, repair: Repair, target: QueueStatus) -> bool:
    """Whether this person's own last move brought the repair where they want it."""
    return repair.queue_status == target and repair.moved_by_id == actor.pk


def check(
    actor: User, repair: Repair, target: QueueStatus, reason: Reason, version: int | None
) -> None:
    """Refuse a move that is not allowed, or that is based on an older version."""
    services.check_move(actor=actor, repair=repair, target=target, reason=reason, version=version)


def settle(repair: Repair, *, was_open: bool, technician_id: int | None) -> None:
    """Count the work anew, from how the repair stood before to how it stands now."""
    ledger = workload.LoadLedger()
    ledger.note(repair, was_open=was_open, technician_id=technician_id)
    ledger.settle()
