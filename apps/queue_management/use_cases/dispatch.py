"""The office gives work out: assign, pin, take back from who is away."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.services import give_checklist, lock_checklists, lock_jobs_of
from apps.queue_management import assignment, notices
from apps.queue_management.models import AssignmentRule
from apps.queue_management.use_cases.steps import locked
from apps.queue_management.workload import LoadLedger
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import Reason, transition
from apps.scheduling.models import Appointment
from apps.scheduling.queries import is_booked
from apps.scheduling.services import (
    follow_repair,
    lock_calendars,
    locked_visits,
    release_visits,
    visits_of,
)
from apps.technicians.models import Technician
from core.enums import AssignmentMode
from core.errors import Conflict, Forbidden, Invalid
from core.models import User
from core.rules import is_admin
from core.shop import shop_settings, shop_today

RELEASED = (QueueStatus.REQUESTED, QueueStatus.PENDING, QueueStatus.APPROVED)


@use_case
def assign_repair(
    *,
    actor: User,
    repair_id: int,
    technician_id: int,
    version: int | None = None,
    pin: bool = False,
) -> Repair:
    """Give an open repair to a technician; both are told.

    Raises:
        Forbidden: Only admins.
        Invalid: No such active technician.
        Conflict: ``not_open``, or ``in_progress``: put it back first; ``slot_taken``,
            ``technician_away``: a visit is booked, and the technician is not free then.
    """
    lock_calendars([technician_id])
    repair = locked(actor, repair_id)
    check_office(actor)
    technician = active_technician(technician_id)
    services.check_version(repair, version)
    former = repair.technician
    if give(actor, repair, by_office(technician), technician, pin=pin):
        notices.tell_assigned([repair], actor)
        if former is not None:
            notices.tell_reassigned(repair, former.user, actor)
    return repair


def by_office(technician: Technician) -> assignment.Choice:
    """The office's own choice, with the load of now."""
    load = assignment.load_of(technician.pk)
    return assignment.Choice(technician.pk, AssignmentRule.OFFICE, load)


def _check_assignable(repair: Repair, technician: Technician) -> None:
    if not repair.is_open:
        raise Conflict("Only open repairs are assigned.", code="not_open")
    is_started = repair.queue_status == QueueStatus.IN_PROGRESS
    if is_started and repair.technician_id not in (None, technician.pk):
        raise Conflict("Work has begun; put it back before giving it away.", code="in_progress")


def give(
    actor: User,
    repair: Repair,
    choice: assignment.Choice,
    technician: Technician,
    *,
    pin: bool,
) -> bool:
    """Give a locked repair to a technician, telling nobody; whether it changes hands.

    Raises:
        Conflict: ``not_open``, ``in_progress``.
    """
    _check_assignable(repair, technician)
    former_id = repair.technician_id
    if former_id != technician.pk:
        follow_repair(actor=actor, repair=repair, technician=technician)
    pin = pin or (repair.is_pinned and is_booked(repair))
    if former_id == technician.pk and repair.is_pinned == pin:
        return False
    before = snapshot(repair)
    repair.technician, repair.is_pinned = technician, pin
    repair.version += 1
    repair.save()
    record(actor=actor, verb="repair.assigned", target=repair, before=before)
    if former_id == technician.pk:
        return False
    give_checklist(actor=actor, repair=repair)
    assignment.write_down(repairs=[repair], choice=choice, actor=actor)
    ledger = LoadLedger()
    ledger.note(repair, was_open=True, technician_id=former_id)
    ledger.settle()
    return True


@use_case
def pin_repair(*, actor: User, repair_id: int, version: int | None = None) -> Repair:
    """Keep a request for its technician: nobody else can take it."""
    return _set_pin(actor, repair_id, version, is_pinned=True, verb="repair.pinned")


@use_case
def unpin_repair(*, actor: User, repair_id: int, version: int | None = None) -> Repair:
    """Let any technician take the request again."""
    return _set_pin(actor, repair_id, version, is_pinned=False, verb="repair.unpinned")


def _set_pin(
    actor: User, repair_id: int, version: int | None, *, is_pinned: bool, verb: str
) -> Repair:
    repair = locked(actor, repair_id)
    check_office(actor)
    services.check_version(repair, version)
    if is_pinned and repair.technician_id is None:
        raise Conflict("Assign a technician first.", code="needs_technician")
    if not is_pinned and is_booked(repair):
        raise Conflict("A visit is booked for it; cancel that first.", code="booked")
    before = snapshot(repair)
    if repair.is_pinned != is_pinned:
        repair.is_pinned = is_pinned
        repair.version += 1
        repair.save()
    record(actor=actor, verb=verb, target=repair, before=before)
    return repair


def release_if_away(
    *, actor: User, technician: Technician, first_day: dt.date, last_day: dt.date
) -> None:
    """Take back the visits of days away, and what is not started when today is among them."""
    visits = visits_of(technician, first_day, last_day)
    if first_day <= shop_today() <= last_day:
        release_work(actor=actor, technician=technician, reason="Away today", visits=visits)
    else:
        release_visits(actor=actor, visits=visits, reason="Away on that day")


def release_work(
    *,
    actor: User,
    technician: Technician,
    reason: str,
    visits: QuerySet[Appointment],
    also_started: bool = False,
) -> list[Repair]:
    """Take back what a technician has not started, and assign it again.

    Work in progress goes back to approved only where ``also_started`` says so (deactivation).
    ``visits`` of theirs need a new time; what they come for another time stays theirs.

    Returns:
        The repairs taken back, as they stand afterwards.
    """
    statuses = (*RELEASED, QueueStatus.IN_PROGRESS) if also_started else RELEASED
    held = _held_by(technician, statuses, visits)
    repairs = _lock_held(technician, held, with_jobs=also_started, visits=visits)
    release_visits(actor=actor, visits=visits, reason=reason)
    for repair in repairs:
        _release_one(actor, repair, reason)
    _assign_again(actor, repairs)
    return repairs


def _held_by(
    technician: Technician, statuses: Collection[str], visits: QuerySet[Appointment]
) -> QuerySet[Repair]:
    """What a technician holds, except what they come for another time: that stays theirs."""
    booked = Appointment.objects.booked().filter(technician=technician)
    kept = booked.exclude(pk__in=visits.values("pk"))
    batches = kept.filter(batch__isnull=False).values("batch")
    held = Repair.objects.filter(technician=technician, queue_status__in=statuses)
    alone = held.exclude(pk__in=kept.filter(repair__isnull=False).values("repair"))
    # A repair of no batch is of none of them, which SQL does not say of NULL.
    return alone.filter(Q(repair_batch=None) | ~Q(repair_batch__in=batches))


def _lock_held(
    technician: Technician,
    held: QuerySet[Repair],
    *,
    with_jobs: bool,
    visits: QuerySet[Appointment],
) -> list[Repair]:
    """Lock what a technician holds, then all counters: nothing more comes to them after that.

    Jobs that the caller will take from them too, else the checklists of the repairs, and their
    visits are locked between, in the fixed order.

    What a request gave them while this waited for the counters shows only then. It must not be
    locked behind a counter, so the savepoint lets go of everything, and it begins again.
    """
    # All, not just the able: somebody may come back while this waits, and be chosen.
    everybody = Technician.objects.values_list("pk", flat=True)
    while True:
        savepoint = transaction.savepoint()
        locked_ids = list(held.values_list("pk", flat=True))
        services.locked_repairs(locked_ids)
        if with_jobs:
            lock_jobs_of(technician.user)
        else:
            lock_checklists(locked_ids)
        locked_visits(visits)
        assignment.lock_workloads(everybody)
        repairs = list(held.select_related("customer", "unit").order_by("pk"))
        if {repair.pk for repair in repairs} <= set(locked_ids):
            transaction.savepoint_commit(savepoint)
            return repairs
        transaction.savepoint_rollback(savepoint)


def _release_one(actor: User, repair: Repair, reason: str) -> None:
    if repair.queue_status == QueueStatus.IN_PROGRESS:
        transition(
            actor=actor,
            repair=repair,
            target=QueueStatus.APPROVED,
            reason=Reason(text=reason),
            verb="repair.put_back",
        )
    before, former_id = snapshot(repair), repair.technician_id
    repair.technician, repair.is_pinned = None, False
    repair.version += 1
    repair.save()
    record(actor=actor, verb="repair.released", target=repair, before=before, note=reason)
    give_checklist(actor=actor, repair=repair)
    ledger = LoadLedger()
    ledger.note(repair, was_open=True, technician_id=former_id)
    ledger.settle()


def _assign_again(actor: User, repairs: Sequence[Repair]) -> None:
    if shop_settings().assignment_mode == AssignmentMode.AUTOMATIC:
        for repair in repairs:
            assign_automatically(actor, repair)
    for repair in repairs:
        notices.tell_assigned([repair], actor)


def assign_automatically(actor: User, repair: Repair) -> None:
    """Give an open repair without a technician to the least loaded; the caller holds the locks."""
    choice = assignment.choose(
        customer_id=repair.customer_id,
        site_id=repair.site_id,
        damage_types=[repair.damage_type],
    )
    if choice is None:
        return
    before = snapshot(repair)
    repair.technician = Technician.objects.select_related("user").get(pk=choice.technician_id)
    repair.version += 1
    repair.save()
    record(actor=actor, verb="repair.assigned", target=repair, before=before)
    give_checklist(actor=actor, repair=repair)
    assignment.write_down(repairs=[repair], choice=choice, actor=actor)
    ledger = LoadLedger()
    ledger.note(repair, was_open=True, technician_id=None)
    ledger.settle()


def check_office(actor: User) -> None:
    """Refuse who is not of the office.

    Raises:
        Forbidden: Only admins.
    """
    if not is_admin(actor):
        raise Forbidden("Only the office assigns work.")


def active_technician(technician_id: int) -> Technician:
    """The technician to give work to.

    Raises:
        Invalid: ``technician_unknown``.
    """
    technician = (
        Technician.objects.select_related("user")
        .filter(pk=technician_id, is_active=True, user__is_active=True)
        .first()
    )
    if technician is None:
        message = "There is no such active technician."
        raise Invalid(message, code="technician_unknown", errors={"technician": [message]})
    return technician
