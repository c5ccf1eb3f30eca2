"""What always holds of visits, one query each."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from apps.jobs.enums import OPEN_JOBS
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from core.invariants import invariant

_ROWS = Repair.objects.filter(
    Q(pk=OuterRef("repair")) | Q(repair_batch__isnull=False, repair_batch=OuterRef("batch"))
).open()


@invariant("No technician has two booked visits at the same time")
def _no_clash() -> Iterable[object]:
    others = Appointment.objects.booked().filter(
        technician=OuterRef("technician"),
        busy_from__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("busy_from"),
    )
    return Appointment.objects.booked().filter(Exists(others.exclude(pk=OuterRef("pk"))))


@invariant("The work of an open visit is open")
def _work_is_open() -> Iterable[object]:
    closed_job = Q(job__isnull=False) & ~Q(job__status__in=OPEN_JOBS)
    no_repair = Q(job=None) & ~Exists(_ROWS)
    return Appointment.objects.open().filter(closed_job | no_repair)


@invariant("A booked visit is of whom its work was given to, and that is kept for them")
def _same_technician() -> Iterable[object]:
    other = _ROWS.exclude(technician=OuterRef("technician"), is_pinned=True)
    other_job = Q(job__isnull=False) & ~Q(job__assigned_to=F("technician__user"))
    return Appointment.objects.booked().filter(Exists(other) | other_job)


@invariant("A visit's customer and place are those of its work")
def _same_customer() -> Iterable[object]:
    of_repair = Q(repair__isnull=False) & ~Q(repair__customer=F("customer"))
    of_batch = Q(batch__isnull=False) & ~Q(batch__customer=F("customer"))
    of_job = Q(job__isnull=False) & ~Q(job__customer=F("customer"))
    place = Q(site__isnull=False) & ~Q(site__customer=F("customer"))
    return Appointment.objects.filter(of_repair | of_batch | of_job | place)


@invariant("Nobody who works here no more has a booked visit")
def _active() -> Iterable[object]:
    booked = Appointment.objects.booked()
    return booked.exclude(technician__is_active=True, technician__user__is_active=True)


@invariant("A repair has one open visit: its own, or its batch's")
def _one_visit() -> Iterable[object]:
    of_its_batch = Appointment.objects.open().filter(batch=OuterRef("repair__repair_batch"))
    alone = Appointment.objects.open().filter(repair__repair_batch__isnull=False)
    return alone.filter(Exists(of_its_batch))
