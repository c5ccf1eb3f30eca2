"""Visits that come round: all of a series are booked at once, so that each has its time."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.jobs.models import Job
from apps.people.editing import CORRECT, apply
from apps.queue_management.use_cases.bookings import (
    Work,
    check_booker,
    give_work,
    locked_work,
)
from apps.scheduling import notices
from apps.scheduling.calendars import Calendar, calendar_around
from apps.scheduling.models import Appointment, AppointmentSeries
from apps.scheduling.recurrence import LONGEST, MOST_VISITS, days_of, local_instant
from apps.scheduling.services import Slot
from apps.scheduling.services.steps import (
    FARTHEST,
    check_site,
    check_times,
    locked_technician,
    put_at,
    told_clash,
)
from apps.technicians.models import Technician
from core.errors import Conflict, Invalid
from core.models import Site, User
from core.shop import shop_today, shop_zone

Refusal = tuple[dt.date, str]


@dataclass(frozen=True)
class Rule:
    """When a series comes round, on the clock of its place.

    Attributes:
        repeat: One of ``Repeat``.
        every: Each week or month, each second one, and so on.
        first_day: The first day.
        local_time: What the clock shows, in summer and in winter.
        number: How many visits, at most 60 within a year.
    """

    repeat: str
    first_day: dt.date
    local_time: dt.time
    number: int
    every: int = 1

    def days(self) -> list[dt.date]:
        """Its days."""
        return days_of(self.repeat, self.every, self.first_day, number=self.number)


@use_case
def book_series(
    *,
    actor: User,
    job_id: int,
    rule: Rule,
    slot: Slot,
    notes: str = "",
    skip_taken: bool = False,
    tell: bool = True,
) -> tuple[AppointmentSeries, list[Appointment], list[Refusal]]:
    """Book the visits of a series for an open job, and give the job to their technician.

    Args:
        actor: An admin.
        job_id: What they are for.
        rule: When they come round.
        slot: Who, how long and where; its ``starts_at`` does not matter.
        notes: About each of them.
        skip_taken: Book those that are possible and leave out the others; else all or none.
        tell: Technician and customer, once.

    Returns:
        The series, its visits, and what was left out: day and code.

    Raises:
        Forbidden, Invalid.
        Conflict: ``work_closed``; ``visits_refused``: ``refused`` tells each day and why.
    """
    check_booker(actor)
    technician = locked_technician(slot.technician_id)
    target = locked_work(Work(job_id=job_id))
    job = target.job
    if job is None or not job.is_open:
        raise Conflict("Only open work gets a visit.", code="work_closed")
    slot = slot if slot.site_id else replace(slot, site_id=target.site_id)
    check_site(target.customer_id, slot.site_id)
    zone = _zone(slot.site_id)
    slots = {day: _at(slot, day, rule, zone) for day in _checked_days(rule)}
    refused = _refused(technician, slots)
    booked = [slots[day] for day in slots.keys() - dict(refused).keys()]
    if (refused and not skip_taken) or not booked:
        raise _as_one(refused)
    series = AppointmentSeries(job=job, time_zone=zone, created_by=actor)
    columns = {"repeat": rule.repeat, "every": rule.every, "local_time": rule.local_time}
    apply(series, columns | {"first_day": rule.first_day, "number": len(booked)})
    series.save()
    record(actor=actor, verb="series.booked", target=series)
    visits = _store(actor, series, technician, sorted(booked, key=_begin), notes)
    give_work(actor, target, technician)
    if tell:
        notices.tell_booked(visits[0], actor, number=len(visits))
    return series, visits, refused


def _begin(slot: Slot) -> dt.datetime:
    return slot.starts_at


def _zone(site_id: int | None) -> str:
    site = Site.objects.filter(pk=site_id or 0).first()
    return (site.time_zone if site else "") or shop_zone()


def _checked_days(rule: Rule) -> list[dt.date]:
    if not 1 <= rule.number <= MOST_VISITS:
        message = f"A series has 1 to {MOST_VISITS} visits."
        raise Invalid(CORRECT, errors={"number": [message]})
    if not shop_today() <= rule.first_day <= shop_today() + FARTHEST:
        message = "Choose a day from today on, within two years."
        raise Invalid(CORRECT, errors={"first_day": [message]})
    days = rule.days()
    if days[-1] - days[0] > LONGEST:
        message = "A series lasts at most a year; book the next one later."
        raise Invalid(CORRECT, errors={"number": [message]})
    return days


def _at(slot: Slot, day: dt.date, rule: Rule, zone: str) -> Slot:
    return replace(slot, starts_at=local_instant(day, rule.local_time, zone))


def _refused(technician: Technician, slots: dict[dt.date, Slot]) -> list[Refusal]:
    """The days that are not possible; the technician's calendar is locked and read once."""
    every = list(slots.values())
    for slot in every:
        _check_times(slot)
    around = (every[0].busy[0], every[-1].busy[1])
    calendar = calendar_around(technician, around, near=dt.timedelta())
    found = ((day, _fault(calendar, slot)) for day, slot in slots.items())
    return [(day, code) for day, code in found if code]


def _check_times(slot: Slot) -> None:
    try:
        check_times(slot)
    except Invalid as fault:
        # The time of a series is said by its first day.
        names = {"starts_at": "first_day"}
        errors = {names.get(name, name): texts for name, texts in fault.errors.items()}
        raise Invalid(fault.detail, errors=errors) from fault


def _fault(calendar: Calendar, slot: Slot) -> str:
    code, _ = calendar.fault(slot.busy, confirm_hours=slot.confirm_hours)
    return code


def _as_one(refused: Sequence[Refusal]) -> Conflict:
    told = [{"date": day.isoformat(), "code": code} for day, code in refused]
    days = ", ".join(day.isoformat() for day, _ in refused)
    detail = f"Not possible on {days}. Leave these days out, or choose another time."
    return Conflict(detail, code="visits_refused", extra={"refused": told})


def _store(
    actor: User,
    series: AppointmentSeries,
    technician: Technician,
    slots: Iterable[Slot],
    notes: str,
) -> list[Appointment]:
    visits = []
    for slot in slots:
        job: Job = series.job
        visit = Appointment(customer=job.customer, job=job, series=series, created_by=actor)
        apply(visit, {"notes": notes})
        put_at(visit, technician, slot)
        with told_clash(technician, slot):
            visit.save()
        record(actor=actor, verb="appointment.booked", target=visit)
        visits.append(visit)
    return visits
