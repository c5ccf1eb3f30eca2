"""Visits are booked, moved and cancelled; whose visit it is, has the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.models import Job
from apps.jobs.services import give_job, lock_checklists
from apps.people.editing import apply, found, refuse_others
from apps.queue_management import notices as repair_notices
from apps.queue_management.use_cases.dispatch import by_office, give
from apps.repairs import services as repairs
from apps.repairs.models import Repair, RepairBatch
from apps.scheduling import notices
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.rules import may_book
from apps.scheduling.services import Slot, locked_visits
from apps.scheduling.services.steps import (
    check_open,
    check_promise,
    check_site,
    check_slot,
    check_version,
    locked_technician,
    put_at,
    save_visit,
    slot_of,
    told_clash,
)
from apps.technicians.models import Technician
from core.errors import Conflict, Forbidden, Invalid
from core.models import User

MOVABLE = (
    *("technician_id", "starts_at", "minutes", "travel_minutes", "setup_minutes", "site_id"),
    *("promised_from", "promised_until", "notes"),
)
TIME = ("technician_id", "starts_at", "minutes", "travel_minutes", "setup_minutes")
PROMISE = ("promised_from", "promised_until")


@dataclass(frozen=True)
class Work:
    """What a visit is for: one repair, one batch or one job, by its id."""

    repair_id: int | None = None
    batch_id: int | None = None
    job_id: int | None = None

    @classmethod
    def of(cls, visit: Appointment) -> "Work":
        """What this visit is for."""
        return cls(visit.repair_id, visit.batch_id, visit.job_id)


@dataclass
class LockedWork:
    """The work of a visit, locked."""

    customer_id: int
    site_id: int | None
    repairs: list[Repair] = field(default_factory=list)
    job: Job | None = None


@use_case
def book_visit(
    *, actor: User, work: Work, slot: Slot, notes: str = "", tell: bool = True
) -> Appointment:
    """Book a technician for open work, and give it to them.

    1. who may; 2. lock the technician, then the work; 3. check that it has no visit yet, and the
    time; 4. store and record; 5. give the work to the technician, and keep it for them; 6. tell
    the technician and the customer, unless silently.

    Raises:
        Forbidden: Only the office books visits.
        Invalid: ``technician_unknown``, ``work_unknown``, ``site_unknown``; what is wrong with
            the time, by field.
        Conflict: ``work_closed``, ``already_booked``; ``slot_taken``, ``technician_away``,
            ``outside_hours`` with ``alternatives``; ``in_progress``: another technician has begun.
    """
    check_booker(actor)
    technician = locked_technician(slot.technician_id)
    target = locked_work(work)
    _check_bookable(target)
    slot = slot if slot.site_id else replace(slot, site_id=target.site_id)
    check_site(target.customer_id, slot.site_id)
    check_slot(technician, slot)
    visit = Appointment(
        customer_id=target.customer_id,
        repair_id=work.repair_id,
        batch_id=work.batch_id,
        job_id=work.job_id,
        created_by=actor,
        did_pin=not any(repair.is_pinned for repair in target.repairs),
    )
    apply(visit, {"notes": notes})
    put_at(visit, technician, slot)
    with told_clash(technician, slot):
        visit.save()
    record(actor=actor, verb="appointment.booked", target=visit)
    give_work(actor, target, technician)
    if tell:
        notices.tell_booked(visit, actor)
    return visit


def check_booker(actor: User) -> None:
    """Refuse who is not of the office.

    Raises:
        Forbidden.
    """
    if not may_book(actor):
        raise Forbidden("Only the office books and moves visits.")


def locked_work(work: Work) -> LockedWork:
    """The work, locked; of a batch its open rows.

    Raises:
        Invalid: ``work_unknown``: not exactly one thing is named, or it is not there.
    """
    if [work.repair_id, work.batch_id, work.job_id].count(None) != 2:  # noqa: PLR2004 - of three
        raise _unknown("Name one repair, one batch or one job.", "repair")
    if work.job_id is not None:
        return _locked_job(work.job_id)
    if work.batch_id is not None:
        return _locked_batch(work.batch_id)
    rows = repairs.locked_repairs([work.repair_id or 0])
    if not rows:
        raise _unknown("There is no such repair.", "repair")
    lock_checklists([rows[0].pk])
    return LockedWork(rows[0].customer_id, rows[0].site_id, rows)


def _locked_job(job_id: int) -> LockedWork:
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise _unknown("There is no such job.", "job")
    return LockedWork(job.customer_id, job.site_id, job=job)


def _locked_batch(batch_id: int) -> LockedWork:
    batch = RepairBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise _unknown("There is no such batch.", "batch")
    ids = Repair.objects.filter(repair_batch=batch).values_list("pk", flat=True)
    rows = [repair for repair in repairs.locked_repairs(ids) if repair.is_open]
    lock_checklists(repair.pk for repair in rows)
    sites = {repair.site_id for repair in rows}
    return LockedWork(batch.customer_id, sites.pop() if len(sites) == 1 else None, rows)


def _unknown(message: str, name: str) -> Invalid:
    return Invalid(message, code="work_unknown", errors={name: [message]})


def _check_bookable(target: LockedWork) -> None:
    is_open = target.job.is_open if target.job else any(r.is_open for r in target.repairs)
    if not is_open:
        raise Conflict("Only open work gets a visit.", code="work_closed")
    visits = Appointment.objects.open()
    for repair in target.repairs:
        other = visits.of_repair(repair).first()
        if other is not None:
            raise Conflict(
                f"A visit is booked for unit {repair.unit_number} already; move that.",
                code="already_booked",
                extra={"appointment": other.pk},
            )


def give_work(actor: User, target: LockedWork, technician: Technician) -> None:
    """Give locked work to the technician who comes for it, and keep it for them.

    They learn of it by the visit; who had it before is told.

    Raises:
        Conflict: ``in_progress``: another technician has begun.
    """
    if target.job is not None:
        give_job(actor=actor, job=target.job, user=technician.user)
    for repair in target.repairs:
        former = repair.technician
        is_given = give(actor, repair, by_office(technician), technician, pin=True)
        if is_given and former is not None:
            repair_notices.tell_reassigned(repair, former.user, actor)


@use_case
def move_visit(
    *,
    actor: User,
    visit_id: int,
    version: int | None,
    changes: Mapping[str, Any],
    confirm_hours: bool = False,
    tell: bool = True,
) -> Appointment:
    """Change when a visit is, who comes, where, what was promised, and the notes about it.

    Another time or technician answers the customer's wish, and is told unless silently. A promise
    made for the former time falls with it, unless another is made.

    Args:
        actor: An admin.
        visit_id: Which one.
        version: The version that the caller has read.
        changes: Of ``MOVABLE``.
        confirm_hours: It may lie outside the working hours.
        tell: Now; else silently.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: As ``book_visit``; ``visit_closed``.
    """
    seen = found(Appointment.objects.visible_to(actor), visit_id)
    check_booker(actor)
    refuse_others(changes, MOVABLE)
    check_version(seen, version)
    technician = locked_technician(changes.get("technician_id", seen.technician_id) or 0)
    target = locked_work(Work.of(seen))
    visit = _as_seen(seen)
    check_open(visit)
    before, former = snapshot(visit), visit.technician
    slot, is_moved = _changed(visit, technician, changes)
    slot = replace(slot, confirm_hours=confirm_hours)
    if is_moved:
        check_slot(technician, slot, except_visit=visit.pk)
    else:
        check_promise(slot)
    if slot.site_id != visit.site_id:
        check_site(visit.customer_id, slot.site_id)
    apply(visit, {"notes": changes.get("notes", visit.notes)})
    put_at(visit, technician, slot)
    if is_moved:
        _settle(visit)
    with told_clash(technician, slot):
        save_visit(actor, visit, before, "appointment.moved" if is_moved else "appointment.edited")
    give_work(actor, target, technician)
    if is_moved and tell:
        is_other = former is not None and former != technician
        notices.tell_moved(visit, actor, former.user if former and is_other else None)
    return visit


def _as_seen(seen: Appointment) -> Appointment:
    """The visit, locked, and still as it was seen: whose calendar was locked, followed from that.

    Raises:
        PreconditionFailed: Somebody has changed it meanwhile.
    """
    (visit,) = locked_visits(Appointment.objects.filter(pk=seen.pk))
    check_version(visit, seen.version)
    return visit


def _changed(
    visit: Appointment, technician: Technician, changes: Mapping[str, Any]
) -> tuple[Slot, bool]:
    """The time that is asked for, and whether it is another one."""
    present = slot_of(visit, technician.pk)
    slot = replace(present, **{name: changes[name] for name in changes if name != "notes"})
    is_other = any(getattr(slot, name) != getattr(present, name) for name in TIME)
    is_moved = is_other or visit.technician_id != technician.pk
    if slot.starts_at != visit.starts_at and not any(name in changes for name in PROMISE):
        slot = replace(slot, promised_from=None, promised_until=None)
    return slot, is_moved


def _settle(visit: Appointment) -> None:
    """It has its time: what was wished or wanting is answered."""
    visit.status, visit.reason = VisitStatus.BOOKED, ""
    visit.wish_date, visit.wish_window, visit.wish_note = None, "", ""
    visit.wished_by = visit.wished_at = None


@use_case
def cancel_visit(
    *,
    actor: User,
    visit_id: int,
    reason: str = "",
    version: int | None = None,
    and_later: bool = False,
    tell: bool = True,
) -> Appointment:
    """Call a visit off, of a series with all that follow; the work stays with its technician.

    Calling it off again changes nothing.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``visit_closed``: it is done.
    """
    seen = found(Appointment.objects.visible_to(actor), visit_id)
    check_booker(actor)
    target = locked_work(Work.of(seen))
    visits = locked_visits(_with_later(seen) if and_later else _alone(seen))
    visit = next(each for each in visits if each.pk == visit_id)
    if visit.status == VisitStatus.CANCELLED and not and_later:
        return visit
    check_version(visit, version)
    if not and_later:
        check_open(visit)
    cancelled = [each for each in visits if each.is_open]
    for each in cancelled:
        _cancel(actor, each, reason)
    if visit.did_pin:
        _let_go(actor, target.repairs)
    if cancelled and tell:
        notices.tell_cancelled(cancelled[0], actor, number=len(cancelled))
    return visit


def _alone(visit: Appointment) -> Any:
    return Appointment.objects.filter(pk=visit.pk)


def _with_later(visit: Appointment) -> Any:
    if visit.series_id is None:
        return _alone(visit)
    return Appointment.objects.filter(series=visit.series_id, starts_at__gte=visit.starts_at)


def _cancel(actor: User, visit: Appointment, reason: str) -> None:
    before = snapshot(visit)
    visit.status = VisitStatus.CANCELLED
    apply(visit, {"reason": reason})
    save_visit(actor, visit, before, "appointment.cancelled", note=reason)


def _let_go(actor: User, rows: Sequence[Repair]) -> None:
    """Any technician may take the request again."""
    for repair in rows:
        if repair.is_pinned:
            before = snapshot(repair)
            repair.is_pinned = False
            repair.version += 1
            repair.save()
            record(actor=actor, verb="repair.unpinned", target=repair, before=before)
