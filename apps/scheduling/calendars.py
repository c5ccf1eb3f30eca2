"""When technicians are free: working hours less days off, closing days and booked visits.

Hours, days off and closing days are the shop's: wall time and days in its zone. A visit with its
travel and set-up lies whole inside the hours.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from apps.scheduling.models import Appointment
from apps.scheduling.recurrence import local_instant
from apps.scheduling.spans import Span, inside, merged, overlaps, starts_in, without
from apps.technicians.models import Technician, TimeOff, WorkingHours
from core.clock import day_bounds, now
from core.closing import closed_days
from core.models import ShopSettings
from core.shop import shop_settings

NEAR = dt.timedelta(days=14)
NEAREST = 3


@dataclass(frozen=True)
class Length:
    """How much time a visit takes, and how much is taken ahead of it."""

    minutes: int
    buffer_minutes: int = 0

    @property
    def visit(self) -> dt.timedelta:
        """The visit itself."""
        return dt.timedelta(minutes=self.minutes)

    @property
    def before(self) -> dt.timedelta:
        """Its travel and set-up."""
        return dt.timedelta(minutes=self.buffer_minutes)


@dataclass
class Calendar:
    """One technician's time in a range of days.

    Attributes:
        technician_id: Whose.
        name: Their name.
        has_hours: Whether any working hours are entered for them, on whatever day.
        away: Days of the shop on which they are off or out, as instants.
        hours: When they work, days off and closing days taken out.
        taken: Booked visits with their travel and set-up.
    """

    technician_id: int
    name: str
    has_hours: bool = False
    away: list[Span] = field(default_factory=list)
    hours: list[Span] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)

    def free(self) -> list[Span]:
        """Working time that no visit takes."""
        return without(self.hours, self.taken)

    def fault(self, span: Span, *, confirm_hours: bool) -> tuple[str, str]:
        """Why a visit cannot take this time, as code and sentence; both empty where it can.

        Args:
            span: What the visit takes, its travel and set-up included.
            confirm_hours: It may lie outside the working hours, or on a closing day.
        """
        if overlaps(span, self.away):
            return "technician_away", f"{self.name} is away then."
        if overlaps(span, self.taken):
            return "slot_taken", f"{self.name} has another visit then."
        if not confirm_hours and not inside(span, self.hours):
            return "outside_hours", f"This is outside the working hours of {self.name}."
        return "", ""

    def starts(self, length: Length) -> Iterator[dt.datetime]:
        """Where a visit may begin from now on, each quarter of an hour."""
        at = now()
        for span in self.free():
            found = starts_in(span, before=length.before, length=length.visit)
            yield from (start for start in found if start > at)


def load_calendars(
    technicians: QuerySet[Technician],
    first: dt.date,
    last: dt.date,
    *,
    shop: ShopSettings,
    except_visit: int | None = None,
) -> list[Calendar]:
    """The calendars of these technicians from one day of the shop to another; four statements.

    Args:
        technicians: Whose, in the order wanted.
        first: The first day.
        last: The last one.
        shop: The settings in force.
        except_visit: A visit that is about to be moved, and so takes no time.
    """
    people = list(technicians.select_related("user"))
    found = {each.pk: Calendar(each.pk, str(each)) for each in people}
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    away = _days_away(people, days)
    closed = {day for day, _ in closed_days(shop.holiday_region, shop.closing_days, first, last)}
    for row in _hours_of(found):
        calendar = found[row.technician_id]
        calendar.has_hours = True
        open_days = [
            day
            for day in days
            if day.weekday() == row.weekday
            and day not in closed
            and day not in away[row.technician_id]
        ]
        calendar.hours += _spans(row, open_days, shop)
    for visit in _visits_of(found, days, shop, except_visit):
        found[visit.technician_id or 0].taken.append((visit.busy_from, visit.ends_at))
    for pk, calendar in found.items():
        calendar.hours = merged(calendar.hours)
        calendar.away = [day_bounds(day, shop.time_zone) for day in sorted(away[pk])]
    return list(found.values())


def _hours_of(ids: Iterable[int]) -> QuerySet[WorkingHours]:
    return WorkingHours.objects.filter(technician_id__in=list(ids))


def _spans(row: WorkingHours, days: Iterable[dt.date], shop: ShopSettings) -> Iterator[Span]:
    for day in days:
        start = local_instant(day, row.starts_at, shop.time_zone)
        end = local_instant(day, row.ends_at, shop.time_zone)
        # The hour that the clock skips or shows twice may leave nothing of a short span.
        if start < end:
            yield start, end


def _days_away(people: Iterable[Technician], days: list[dt.date]) -> dict[int, set[dt.date]]:
    away = {each.pk: {day for day in days if day == each.out_on} for each in people}
    rows = TimeOff.objects.filter(
        technician_id__in=list(away), first_day__lte=days[-1], last_day__gte=days[0]
    )
    for row in rows:
        away[row.technician_id] |= {day for day in days if row.first_day <= day <= row.last_day}
    return away


def _visits_of(
    ids: Iterable[int], days: list[dt.date], shop: ShopSettings, except_visit: int | None
) -> QuerySet[Appointment]:
    start, end = day_bounds(days[0], shop.time_zone)[0], day_bounds(days[-1], shop.time_zone)[1]
    booked = Appointment.objects.booked().filter(technician_id__in=list(ids))
    rows = booked.filter(busy_from__lt=end, ends_at__gt=start).exclude(pk=except_visit or 0)
    return rows.only("technician_id", "busy_from", "ends_at")


def calendar_around(
    technician: Technician, span: Span, *, near: dt.timedelta, except_visit: int | None = None
) -> Calendar:
    """The technician's calendar of the days that it touches, and of so much around them."""
    shop = shop_settings()
    zone = ZoneInfo(shop.time_zone)
    first = (span[0] - near).astimezone(zone).date()
    last = (span[1] + near).astimezone(zone).date()
    alone = Technician.objects.filter(pk=technician.pk)
    (calendar,) = load_calendars(alone, first, last, shop=shop, except_visit=except_visit)
    return calendar


def nearest(calendar: Calendar, wanted: dt.datetime, length: Length) -> list[dict[str, object]]:
    """The free times nearest to the one wanted, in order of time, as an answer tells them."""
    by_distance = sorted(calendar.starts(length), key=lambda start: (abs(start - wanted), start))
    return [told_slot(calendar, start, length) for start in sorted(by_distance[:NEAREST])]


def told_slot(calendar: Calendar, start: dt.datetime, length: Length) -> dict[str, object]:
    """A free time as an answer tells it."""
    return {
        "technician": calendar.technician_id,
        "technician_name": calendar.name,
        "starts_at": start.isoformat(),
        "ends_at": (start + length.visit).isoformat(),
    }
