"""The steps that the writes of a visit share.

Locks stand in this order: the person and the technician's record (whose calendar is written to),
then customer, unit, repair, job, then visits by id, then counters and the head of the trail.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.audit.recorder import Snapshot, record, snapshot
from apps.people.editing import CORRECT
from apps.scheduling.calendars import NEAR as AROUND
from apps.scheduling.calendars import Length, calendar_around, nearest
from apps.scheduling.models import LONGEST_BUFFER, LONGEST_MINUTES, Appointment
from apps.scheduling.spans import Span
from apps.technicians.models import Technician
from core.clock import now
from core.errors import Conflict, Invalid, PreconditionFailed
from core.models import Site, User

SHORTEST_MINUTES = 5
FARTHEST = dt.timedelta(days=731)
DEFAULT_TRAVEL = 15
CLASH = "visit_no_clash"


@dataclass(frozen=True)
class Slot:
    """When a visit is, by whom and where; instants are aware.

    Attributes:
        technician_id: Who comes.
        starts_at: When the visit begins.
        minutes: How long it is.
        travel_minutes: Kept free ahead of it for the way.
        setup_minutes: Kept free ahead of it to set up.
        site_id: Where; a place of the customer.
        promised_from: The customer was told: not before.
        promised_until: And not later.
        confirm_hours: It may lie outside the working hours.
    """

    technician_id: int
    starts_at: dt.datetime
    minutes: int
    travel_minutes: int = DEFAULT_TRAVEL
    setup_minutes: int = 0
    site_id: int | None = None
    promised_from: dt.datetime | None = None
    promised_until: dt.datetime | None = None
    confirm_hours: bool = False

    @property
    def length(self) -> Length:
        """How much time it takes."""
        return Length(self.minutes, self.travel_minutes + self.setup_minutes)

    @property
    def ends_at(self) -> dt.datetime:
        """When the visit ends."""
        return self.starts_at + self.length.visit

    @property
    def busy(self) -> Span:
        """What it takes of its technician's time."""
        return self.starts_at - self.length.before, self.ends_at


def locked_technician(technician_id: int) -> Technician:
    """Whose calendar is written to, locked behind the person: the first locks of all.

    Raises:
        Invalid: ``technician_unknown``.
    """
    people = User.objects.filter(technician=technician_id)
    list(people.select_for_update(no_key=True))
    rows = Technician.objects.filter(pk=technician_id)
    locked_ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    active = rows.filter(pk__in=locked_ids, is_active=True, user__is_active=True)
    technician = active.select_related("user").first()
    if technician is None:
        message = "There is no such active technician."
        raise Invalid(message, code="technician_unknown", errors={"technician": [message]})
    return technician


def lock_calendars(technician_ids: Iterable[int]) -> None:
    """Lock calendars that visits may come to, in the order of ids, ahead of repairs."""
    rows = Technician.objects.filter(pk__in=set(technician_ids)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def locked_visits(visits: QuerySet[Appointment]) -> list[Appointment]:
    """Visits, locked in the order of their ids, as they are then."""
    ids = list(visits.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    read = Appointment.objects.filter(pk__in=ids).order_by("pk")
    return list(read.select_related("customer", "technician__user", "site", "repair", "job"))


def check_version(visit: Appointment, version: int | None) -> None:
    """Refuse a write that is based on an older version.

    Raises:
        PreconditionFailed.
    """
    if version is not None and version != visit.version:
        raise PreconditionFailed(extra={"version": visit.version})


def check_open(visit: Appointment) -> None:
    """Refuse a change of a visit that is over.

    Raises:
        Conflict: ``visit_closed``.
    """
    if not visit.is_open:
        detail = f"This visit is {visit.get_status_display().lower()}; book another one."
        raise Conflict(detail, code="visit_closed")


def check_slot(technician: Technician, slot: Slot, *, except_visit: int | None = None) -> None:
    """Refuse a time that is impossible, or not free; the technician's calendar is locked.

    Raises:
        Invalid: With the messages by field.
        Conflict: ``slot_taken``, ``technician_away``, ``outside_hours`` (unless confirmed); each
            with the three nearest free times in ``alternatives``.
    """
    check_times(slot)
    calendar = calendar_around(
        technician, slot.busy, near=dt.timedelta(), except_visit=except_visit
    )
    code, detail = calendar.fault(slot.busy, confirm_hours=slot.confirm_hours)
    if code:
        raise refusal(technician, slot, detail, code, except_visit=except_visit)


def check_times(slot: Slot) -> None:
    """Refuse a time that is impossible, whoever comes.

    Raises:
        Invalid: With the messages by field.
    """
    if errors := {**_faults(slot), **_promise_faults(slot)}:
        raise Invalid(CORRECT, errors=errors)


def refusal(
    technician: Technician, slot: Slot, detail: str, code: str, *, except_visit: int | None = None
) -> Conflict:
    """The refusal of a time, with the nearest that are free."""
    near = calendar_around(technician, slot.busy, near=AROUND, except_visit=except_visit)
    found = nearest(near, slot.starts_at, slot.length)
    return Conflict(detail, code=code, extra={"alternatives": found})


def _faults(slot: Slot) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not SHORTEST_MINUTES <= slot.minutes <= LONGEST_MINUTES:
        errors["minutes"] = [f"A visit lasts {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes."]
    for name in ("travel_minutes", "setup_minutes"):
        if not 0 <= getattr(slot, name) <= LONGEST_BUFFER:
            errors[name] = [f"Write 0 to {LONGEST_BUFFER} minutes."]
    if slot.starts_at <= now():
        errors["starts_at"] = ["This moment has passed."]
    elif slot.starts_at > now() + FARTHEST:
        errors["starts_at"] = ["This is more than two years ahead."]
    return errors


def check_promise(slot: Slot) -> None:
    """Refuse a promise that is no window, or does not hold.

    Raises:
        Invalid: With the messages by field.
    """
    if errors := _promise_faults(slot):
        raise Invalid(CORRECT, errors=errors)


def _promise_faults(slot: Slot) -> dict[str, list[str]]:
    start, end = slot.promised_from, slot.promised_until
    if start is None and end is None:
        return {}
    if start is None or end is None or end <= start:
        return {"promised_until": ["Promise a window by its begin and its later end."]}
    if not start <= slot.starts_at <= end:
        return {"promised_from": ["The visit begins outside this window."]}
    return {}


def check_site(customer_id: int, site_id: int | None) -> None:
    """Refuse a place that is not one of the customer's in use.

    Raises:
        Invalid: ``site_unknown``.
    """
    sites = Site.objects.filter(customer_id=customer_id, is_active=True)
    if site_id is not None and not sites.filter(pk=site_id).exists():
        message = "This is no site of the customer."
        raise Invalid(message, code="site_unknown", errors={"site": [message]})


def put_at(visit: Appointment, technician: Technician, slot: Slot) -> None:
    """Give a visit its time."""
    visit.technician = technician
    visit.starts_at, visit.ends_at = slot.starts_at, slot.ends_at
    visit.travel_minutes, visit.setup_minutes = slot.travel_minutes, slot.setup_minutes
    visit.promised_from, visit.promised_until = slot.promised_from, slot.promised_until
    visit.site_id = slot.site_id


def slot_of(visit: Appointment, technician_id: int) -> Slot:
    """The time that a visit has, as a technician's."""
    return Slot(
        technician_id=technician_id,
        starts_at=visit.starts_at,
        minutes=int((visit.ends_at - visit.starts_at).total_seconds() // 60),
        travel_minutes=visit.travel_minutes,
        setup_minutes=visit.setup_minutes,
        site_id=visit.site_id,
        promised_from=visit.promised_from,
        promised_until=visit.promised_until,
        confirm_hours=True,
    )


@contextmanager
def told_clash(technician: Technician, slot: Slot) -> Iterator[None]:
    """Turn the database's own refusal of a clash into the one that the lock gives.

    Raises:
        Conflict: ``slot_taken``.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if CLASH not in str(error):
            raise
        detail = f"{technician} has another visit then."
        raise refusal(technician, slot, detail, "slot_taken") from error


def save_visit(
    actor: User, visit: Appointment, before: Snapshot, verb: str, *, note: str = ""
) -> bool:
    """Save the next version and record the difference; whether there was one."""
    if snapshot(visit) == before:
        return False
    visit.version += 1
    visit.save()
    record(actor=actor, verb=verb, target=visit, before=before, note=note)
    return True
