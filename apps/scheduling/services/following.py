"""What becomes of visits when their work ends or changes hands; use cases above call this."""

import datetime as dt

from django.db.models import QuerySet

from apps.audit.recorder import snapshot
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling import notices
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.services.steps import (
    check_slot,
    locked_visits,
    save_visit,
    slot_of,
    told_clash,
)
from apps.technicians.models import Technician
from core.clock import day_bounds, now
from core.errors import Conflict
from core.models import Customer, User
from core.shop import shop_today, shop_zone


def lock_visits_of_repair(*repairs: Repair) -> list[Appointment]:
    """The open visits of locked repairs, locked: ahead of what comes later in the order."""
    return locked_visits(Appointment.objects.open().of_repair(*repairs))


def close_visits_of_repair(
    *, actor: User, repair: Repair, visits: list[Appointment] | None = None
) -> None:
    """A locked repair was completed or denied: its visit is done or cancelled with it.

    That of a batch ends with the last open repair of the batch; it is done if one was completed.

    Args:
        actor: Who moved it.
        repair: As it stands now.
        visits: Of ``lock_visits_of_repair``, if they had to be locked before.
    """
    for visit in lock_visits_of_repair(repair) if visits is None else visits:
        rows = Repair.objects.filter(pk=repair.pk)
        if visit.batch_id is not None:
            rows = Repair.objects.filter(repair_batch=visit.batch_id)
        if not rows.open().exists():
            is_done = rows.filter(queue_status=QueueStatus.COMPLETED).exists()
            _close(actor, visit, is_done=is_done)


def close_visits(*, actor: User, visits: QuerySet[Appointment], is_done: bool) -> None:
    """The visits' work has ended.

    Where it was done, visits that have begun are done, or else the next one; those after it are
    cancelled, for nobody needs to come any more.
    """
    rows = sorted(locked_visits(visits), key=lambda visit: visit.starts_at)
    for place, visit in enumerate(rows):
        has_begun = visit.starts_at <= now()
        _close(actor, visit, is_done=is_done and (has_begun or place == 0))


def _close(actor: User, visit: Appointment, *, is_done: bool) -> None:
    before = snapshot(visit)
    if is_done and visit.technician_id is not None:
        visit.status = VisitStatus.DONE
        save_visit(actor, visit, before, "appointment.done")
        return
    visit.status, visit.reason = VisitStatus.CANCELLED, "The work has ended"
    save_visit(actor, visit, before, "appointment.cancelled")
    if not is_done:
        notices.tell_cancelled(visit, actor)


def follow_repair(*, actor: User, repair: Repair, technician: Technician) -> None:
    """A locked repair goes to another technician: its visit goes along, if they are free then.

    Part of a use case that has locked the technician's calendar ahead of the repair.

    Raises:
        Conflict: ``slot_taken``, ``technician_away``: they are not; ``visit_of_batch``: the visit
            is for other repairs too.
    """
    for visit in locked_visits(Appointment.objects.open().of_repair(repair)):
        if visit.batch_id is not None and visit.technician_id not in (None, technician.pk):
            detail = "One visit is booked for the whole batch; move that to the technician."
            raise Conflict(detail, code="visit_of_batch", extra={"appointment": visit.pk})
        _hand_over(actor, visit, technician)


def follow_visits(*, actor: User, visits: QuerySet[Appointment], technician: Technician) -> None:
    """Let booked visits go to the technician whom their work was given to.

    Raises:
        Conflict: ``slot_taken``, ``technician_away``: they are not free then.
    """
    for visit in locked_visits(visits):
        _hand_over(actor, visit, technician)


def _hand_over(actor: User, visit: Appointment, technician: Technician) -> None:
    former = visit.technician
    if former is None or former == technician:
        return
    slot = slot_of(visit, technician.pk)
    if slot.starts_at > now():
        check_slot(technician, slot)
    before = snapshot(visit)
    visit.technician = technician
    with told_clash(technician, slot):
        save_visit(actor, visit, before, "appointment.reassigned")
    notices.tell_moved(visit, actor, former.user)


def visits_of(
    technician: Technician, first: dt.date | None = None, last: dt.date | None = None
) -> QuerySet[Appointment]:
    """What is booked with a technician, all of it, or what touches days of the shop.

    With today come those before it that were never done.
    """
    found = Appointment.objects.booked().filter(technician=technician)
    if first is None or last is None:
        return found
    zone = shop_zone()
    found = found.filter(busy_from__lt=day_bounds(last, zone)[1])
    is_over = first <= shop_today()
    return found if is_over else found.filter(ends_at__gt=day_bounds(first, zone)[0])


def release_visits(*, actor: User, visits: QuerySet[Appointment], reason: str) -> None:
    """Take visits from a technician who cannot come: the office finds each a new time.

    Part of a use case that has locked the technician, so that no other comes to them.
    """
    for visit in locked_visits(visits):
        before = snapshot(visit)
        visit.technician, visit.status = None, VisitStatus.RELEASED
        visit.reason = reason[:500]
        save_visit(actor, visit, before, "appointment.released", note=reason)
        notices.tell_released(visit, actor)


def move_visits(*, actor: User, customer: Customer, into: Customer) -> None:
    """Let the visits of a merged customer be the other one's; part of the merge."""
    for visit in locked_visits(Appointment.objects.filter(customer=customer)):
        before = snapshot(visit)
        visit.customer = into
        save_visit(actor, visit, before, "appointment.customer_merged")
