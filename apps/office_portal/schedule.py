"""The schedule as a grid: a line for each technician, a column for each day or each hour."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_stubs_ext import WithAnnotations

from apps.jobs.enums import OPEN_JOBS
from apps.jobs.models import Job
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from apps.scheduling.queries import Row, told_visit, visit_rows, visits_between, visits_to_settle
from apps.scheduling.recurrence import local_instant
from apps.technicians.models import Technician, TimeOff, WorkingHours
from core.clock import local_date
from core.closing import closed_days
from core.models import ShopSettings
from core.shop import shop_settings

WEEK = 7
# The hours that a day always shows; visits before or after them add theirs.
EARLIEST, LATEST = 7, 18
TRAY = 25
BOOKABLE = (QueueStatus.REQUESTED, QueueStatus.APPROVED)


class HasHours(TypedDict):
    """What a technician is read with."""

    has_hours: bool


@dataclass(frozen=True)
class Column:
    """A day of the week, or an hour of the day, in the shop's zone.

    Attributes:
        day: Which day.
        hour: Which hour of it; nothing for a whole day.
        closed: Why the shop is closed then, if it is.
    """

    day: dt.date
    hour: int | None = None
    closed: str = ""

    def holds(self, local: dt.datetime) -> bool:
        """Whether a visit that begins then stands here."""
        return local.date() == self.day and self.hour in {None, local.hour}

    @property
    def starts(self) -> str:
        """The hour as a form writes a time; nothing for a day."""
        return "" if self.hour is None else f"{self.hour:02d}:00"


@dataclass(frozen=True)
class Cell:
    """What one technician does in one column."""

    column: Column
    visits: Sequence[Row]
    is_away: bool


@dataclass(frozen=True)
class Line:
    """One technician's part of the grid."""

    technician_id: int
    name: str
    has_hours: bool
    cells: Sequence[Cell]


def schedule_page(view: str, day: dt.date) -> dict[str, Any]:
    """The grid of a day, or of the seven days from it on; what wants a time."""
    shop = shop_settings()
    step = dt.timedelta(days=1 if view == "day" else WEEK)
    days = [day + dt.timedelta(days=number) for number in range(step.days)]
    visits = _visits(days, shop)
    columns = _columns(view, days, visits, shop)
    return {
        "view": view,
        "day": day,
        "last": days[-1],
        "previous": day - step,
        "next": day + step,
        "today": local_date(shop.time_zone),
        "columns": columns,
        "lines": _lines(columns, visits, days),
        "to_settle": [told_visit(row, shop.time_zone) for row in visit_rows(visits_to_settle())],
        "repairs": _repairs_without_visit()[:TRAY],
        "jobs": _jobs_without_visit()[:TRAY],
    }


def _visits(days: Sequence[dt.date], shop: ShopSettings) -> list[Row]:
    """The visits of these days with their begin on the shop's clock, which the columns show."""
    start = local_instant(days[0], dt.time.min, shop.time_zone)
    end = local_instant(days[-1] + dt.timedelta(days=1), dt.time.min, shop.time_zone)
    rows = [told_visit(row, shop.time_zone) for row in visits_between(start, end)]
    zone = ZoneInfo(shop.time_zone)
    for row in rows:
        row["local"] = row["starts_at"].astimezone(zone)
    return rows


def _columns(
    view: str, days: Sequence[dt.date], visits: Sequence[Row], shop: ShopSettings
) -> list[Column]:
    closed = dict(closed_days(shop.holiday_region, shop.closing_days, days[0], days[-1]))
    if view == "week":
        return [Column(day, None, closed.get(day, "")) for day in days]
    hours = {row["local"].hour for row in visits if row["local"].date() == days[0]}
    span = range(min({EARLIEST} | hours), max({LATEST} | hours) + 1)
    return [Column(days[0], hour, closed.get(days[0], "")) for hour in span]


def _lines(columns: Sequence[Column], visits: Sequence[Row], days: Sequence[dt.date]) -> list[Line]:
    by_technician: dict[int, list[Row]] = defaultdict(list)
    for row in visits:
        by_technician[row["technician"]].append(row)
    away = _days_away(days)
    return [
        Line(
            person.pk,
            str(person),
            person.has_hours,
            _cells(columns, by_technician[person.pk], away[person.pk] | {person.out_on}),
        )
        for person in _people(by_technician)
    ]


def _people(with_visits: Iterable[int]) -> "Iterable[WithAnnotations[Technician, HasHours]]":
    """Who works here, and whoever has visits; each with whether hours are entered for them."""
    active = Q(is_active=True, user__is_active=True)
    shown: QuerySet[Technician] = Technician.objects.filter(active | Q(pk__in=list(with_visits)))
    hours = Exists(WorkingHours.objects.filter(technician=OuterRef("pk")))
    people = shown.select_related("user").order_by("user__first_name", "id")
    return people.annotate(has_hours=hours)


def _cells(
    columns: Iterable[Column], visits: Sequence[Row], away: Collection[dt.date | None]
) -> list[Cell]:
    return [
        Cell(column, [row for row in visits if column.holds(row["local"])], column.day in away)
        for column in columns
    ]


def _days_away(days: Sequence[dt.date]) -> dict[int, set[dt.date]]:
    """On which of these days each technician is off."""
    found: dict[int, set[dt.date]] = defaultdict(set)
    off = TimeOff.objects.filter(first_day__lte=days[-1], last_day__gte=days[0])
    for technician_id, first, last in off.values_list("technician_id", "first_day", "last_day"):
        found[technician_id] |= {day for day in days if first <= day <= last}
    return found


def _repairs_without_visit() -> QuerySet[Repair]:
    open_visits = Appointment.objects.open()
    repairs = Repair.objects.filter(queue_status__in=BOOKABLE).exclude(
        Exists(open_visits.filter(repair=OuterRef("pk")))
        | Exists(open_visits.filter(batch=OuterRef("repair_batch")))
    )
    return repairs.select_related("customer", "technician__user").order_by("repair_date", "id")


def _jobs_without_visit() -> QuerySet[Job]:
    jobs = Job.objects.filter(status__in=OPEN_JOBS)
    jobs = jobs.exclude(Exists(Appointment.objects.open().filter(job=OuterRef("pk"))))
    return jobs.select_related("customer", "assigned_to").order_by("sort_date", "id")
