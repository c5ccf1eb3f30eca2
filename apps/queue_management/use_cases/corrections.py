"""What the office puts right: void a completed repair, a new windshield, two units that are one."""

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.queue_management import notices, reward_notices
from apps.queue_management.use_cases.steps import locked
from apps.repairs import services
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.models import Repair, Unit, UnitRepairCount
from apps.repairs.queries import units_visible_to
from apps.rewards_referrals.services import take_back
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import User
from core.rules import is_admin, is_technician


@use_case
def void_repair(*, actor: User, repair_id: int, reason: str, version: int | None = None) -> Repair:
    """Take a completed repair out of revenue; status, price and unit count stay.

    The points it brought are taken back, also when they were spent; those of a reward that came off
    its price return.

    Raises:
        Forbidden: Only admins.
        Invalid: Without a reason.
        Conflict: ``illegal_move``: it is not completed.
    """
    # Who brought this customer is not merged meanwhile: that takes the customer's lock as well.
    repair = locked(actor, repair_id, with_customer=True)
    if not is_admin(actor):
        raise Forbidden("Only the office voids a repair.")
    if not reason.strip():
        message = "Say why the repair is voided."
        raise Invalid(message, code="reason_required", errors={"reason": [message]})
    if repair.voided_at is not None:
        return repair
    services.check_version(repair, version)
    if repair.queue_status != QueueStatus.COMPLETED:
        raise Conflict("Only a completed repair can be voided.", code="illegal_move")
    before = snapshot(repair)
    repair.voided_at, repair.void_reason = now(), reason.strip()[:300]
    repair.version += 1
    repair.save()
    record(actor=actor, verb="repair.voided", target=repair, before=before, public=True)
    outcome = take_back(actor=actor, repair=repair)
    notices.tell_voided(repair)
    reward_notices.tell_taken_back(outcome, repair.pk)
    if outcome.returned is not None:
        reward_notices.tell_returned(outcome.returned, actor)
    return repair


@use_case
def mark_windshield_replaced(*, actor: User, unit_id: int) -> UnitRepairCount:
    """Start a unit's count again: its windshield was replaced.

    Raises:
        Forbidden: Only admins and technicians.
    """
    unit = _visible_unit(actor, unit_id)
    if not (is_admin(actor) or is_technician(actor)):
        raise Forbidden("Only the shop records a new windshield.")
    services.locked_units([unit.pk])
    counter, _ = UnitRepairCount.objects.select_for_update(no_key=True).get_or_create(unit=unit)
    count = counter.count
    counter.count, counter.windshield_replaced_at = 0, now()
    counter.save()
    record(
        actor=actor,
        verb="unit.windshield_replaced",
        target=unit,
        before=snapshot(unit),
        public=True,
        changes=[change("repair_count", count, 0)],
        force=True,
    )
    return counter


@use_case
def merge_units(*, actor: User, unit_id: int, into_id: int) -> Unit:
    """Make two units of one customer one: repairs and counts move over, past prices stay.

    Raises:
        Forbidden: Only admins.
        Conflict: ``same_unit``, ``other_customer``, ``already_merged``, ``both_open``.
    """
    if not is_admin(actor):
        _visible_unit(actor, unit_id)
        raise Forbidden("Only the office merges units.")
    units = services.locked_units([unit_id, into_id])
    if not {unit_id, into_id} <= units.keys():
        raise NotFound
    unit, into = units[unit_id], units[into_id]
    if unit.customer_id != into.customer_id:
        raise Conflict("These units belong to different customers.", code="other_customer")
    absorb_unit(actor, unit, into)
    return into


def absorb_unit(actor: User, unit: Unit, into: Unit) -> None:
    """Let one locked unit live on in another locked one, part of a running use case.

    Raises:
        Conflict: ``same_unit``, ``already_merged``, ``both_open``.
    """
    _check_mergeable(unit, into)
    before = snapshot(unit)
    _move_repairs(actor, unit, into)
    _add_counts(unit, into)
    unit.merged_into, unit.is_active = into, False
    unit.version += 1
    unit.save()
    record(actor=actor, verb="unit.merged", target=unit, before=before, public=True)
    absorbed = [change("absorbed", None, unit.number)]
    record(
        actor=actor,
        verb="unit.absorbed",
        target=into,
        before=snapshot(into),
        public=True,
        changes=absorbed,
    )


def _check_mergeable(unit: Unit, into: Unit) -> None:
    if unit.pk == into.pk:
        raise Conflict("A unit cannot be merged into itself.", code="same_unit")
    if unit.merged_into_id or into.merged_into_id:
        raise Conflict("One of these units was merged already.", code="already_merged")
    guarded = Repair.objects.filter(
        unit__in=[unit, into], queue_status__in=OPEN_STATUSES, duplicate_allowed=False
    )
    if guarded.count() > 1:
        raise Conflict("Both units have open work; finish one first.", code="both_open")


def _move_repairs(actor: User, unit: Unit, into: Unit) -> None:
    ids = Repair.objects.filter(unit=unit).values_list("pk", flat=True)
    for repair in services.locked_repairs(list(ids)):
        before = snapshot(repair)
        repair.unit, repair.unit_number, repair.customer = into, into.number, into.customer
        repair.version += 1
        repair.save()
        record(actor=actor, verb="repair.unit_merged", target=repair, before=before, public=True)


def _add_counts(unit: Unit, into: Unit) -> None:
    """The merged unit's completed repairs count on, if they are later than the new windshield."""
    counters = UnitRepairCount.objects.select_for_update(no_key=True)
    kept, _ = counters.get_or_create(unit=into)
    gone, _ = counters.get_or_create(unit=unit)
    instants = [c.windshield_replaced_at for c in (kept, gone) if c.windshield_replaced_at]
    kept.windshield_replaced_at = max(instants, default=None)
    done = Repair.objects.filter(unit=into, queue_status=QueueStatus.COMPLETED, redo_of=None)
    if kept.windshield_replaced_at is not None:
        done = done.filter(priced_at__gt=kept.windshield_replaced_at)
    kept.count = done.count()
    kept.save()
    gone.count = 0
    gone.save()


def _visible_unit(actor: User, unit_id: int) -> Unit:
    unit = units_visible_to(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit
