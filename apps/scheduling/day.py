"""The technician's day: what is overdue, today's, the next days', and what has no date.

Appointments come under the shop's day on which they begin; those that need a new time, which are
nobody's, have none. Tasks come with their job's date. A repair comes under the day that its
customer wishes; those that wait for the customer's approval are not to be done yet and are left
out.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial

from django.db.models import F, Q, QuerySet

from apps.jobs.enums import OPEN_JOBS, OPEN_TASKS, Priority, TaskStatus
from apps.jobs.models import JobTask
from apps.jobs.queries import Row, equipment_by_task, name_of
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.queries import told_visit, visit_rows
from apps.technicians.models import Technician
from core.clock import day_bounds, local_date
from core.compiled import compiled_rows
from core.shop import shop_zone

TO_DO = (QueueStatus.REQUESTED, QueueStatus.APPROVED, QueueStatus.IN_PROGRESS)
MOST_ROWS = 1000
MOST_DAYS = 31
_PLACE = {
    "customer_name": "customer__name",
    "site_name": "site__name",
    "site_address": "site__address",
    "site_city": "site__city",
    "access_note": "site__access_note",
}
VISIT_COLUMNS = (
    *("id", "title", "status", "status_label", "starts_at", "ends_at", "busy_from", "time_zone"),
    *("repair", "batch", "job", "customer", *_PLACE, "technician"),
    *("technician_name", "notes", "version"),
)
_TASK_LABELS: dict[str, str] = dict(TaskStatus.choices)
_PRIORITY_LABELS: dict[str, str] = dict(Priority.choices)
_REPAIR_LABELS: dict[str, str] = dict(QueueStatus.choices)


PEOPLE = ("first_name", "last_name", "username")
Found = Mapping[str, list[Row]]


def plan_of(technician: Technician | None, *, days: int) -> Row:
    """The plan of one technician, or of all of them; five statements.

    Args:
        technician: Whose day; ``None`` for everybody's and what nobody has yet.
        days: How many days after today.

    Returns:
        ``today``, ``overdue``, ``days`` (today first), ``unscheduled``; each with ``appointments``
        (booked, by their time), ``tasks`` (the most pressing job first, in their order) and
        ``repairs``. ``is_complete`` is false where more than 1,000 of a kind were found: those of
        the earliest days are told.
    """
    zone = shop_zone()
    today = local_date(zone)
    dates = [today + dt.timedelta(days=number) for number in range(days + 1)]
    tasks, repairs = _tasks(technician, dates[-1]), _repairs(technician, dates[-1])
    visits = _visits(technician, day_bounds(dates[-1], zone)[1])
    found = {
        "appointments": [_told_visit(row, zone) for row in visits[:MOST_ROWS]],
        "repairs": _told_repairs(repairs[:MOST_ROWS]),
        "tasks": _told_tasks(tasks[:MOST_ROWS]),
    }
    known = {row["date"] for rows in found.values() for row in rows}
    return {
        "today": today,
        "is_complete": max(map(len, (visits, repairs, tasks))) <= MOST_ROWS,
        "overdue": _part(found, {date for date in known if date is not None and date < today}),
        "days": [{"date": date, **_part(found, {date})} for date in dates],
        "unscheduled": _part(found, {None}),
    }


def _part(found: Found, dates: "set[dt.date | None]") -> Row:
    return {kind: [row for row in rows if row["date"] in dates] for kind, rows in found.items()}


def _visits(technician: Technician | None, end: dt.datetime) -> list[Row]:
    visits = Appointment.objects.open().filter(starts_at__lt=end)
    if technician is not None:
        visits = visits.filter(technician=technician)
    return list(visit_rows(visits.order_by("starts_at", "id"))[: MOST_ROWS + 1])


def _told_visit(row: Row, zone: str) -> Row:
    """With the shop's day that it comes under."""
    has_time = row["status"] == VisitStatus.BOOKED
    date = local_date(zone, row["starts_at"]) if has_time else None
    told = told_visit(row, zone)
    return {"date": date} | {name: told[name] for name in VISIT_COLUMNS}


def _tasks(technician: Technician | None, last: dt.date) -> list[Row]:
    """Asked by every technician's every morning: the statement is kept for the day."""
    key = ("tasks of a day", technician is None, last, MOST_ROWS)
    users = [technician.user_id] if technician is not None else []
    return compiled_rows(key, partial(_task_rows, last), users)


def _task_rows(last: dt.date, *user_id: int) -> "QuerySet[JobTask, Row]":
    tasks = JobTask.objects.filter(status__in=OPEN_TASKS, job__status__in=OPEN_JOBS)
    tasks = tasks.filter(Q(job__scheduled_date=None) | Q(job__scheduled_date__lte=last))
    if user_id:
        tasks = tasks.filter(job__assigned_to=user_id[0])
    rows: QuerySet[JobTask, Row] = tasks.values(
        *("id", "job", "order", "title", "status", "version"),
        job_title=F("job__title"),
        date=F("job__scheduled_date"),
        priority=F("job__priority"),
        customer=F("job__customer"),
        technician=F("job__assigned_to__technician"),
        **{name: F(f"job__assigned_to__{name}") for name in PEOPLE},
        **{name: F(f"job__{path}") for name, path in _PLACE.items()},
    )
    ordered = rows.order_by("job__sort_date", "-job__priority_rank", "job_id", "order")
    return ordered[: MOST_ROWS + 1]


def _repairs(technician: Technician | None, last: dt.date) -> list[Row]:
    key = ("repairs of a day", technician is None, last, MOST_ROWS)
    technicians = [technician.pk] if technician is not None else []
    return compiled_rows(key, partial(_repair_rows, last), technicians)


def _repair_rows(last: dt.date, *technician_id: int) -> "QuerySet[Repair, Row]":
    repairs = Repair.objects.filter(queue_status__in=TO_DO)
    repairs = repairs.filter(Q(preferred_date=None) | Q(preferred_date__lte=last))
    if technician_id:
        repairs = repairs.filter(technician=technician_id[0])
    rows: QuerySet[Repair, Row] = repairs.values(
        *("id", "unit", "unit_number", "damage_type", "queue_status", "preferred_window"),
        *("customer", "technician", "version"),
        date=F("preferred_date"),
        **{name: F(f"technician__user__{name}") for name in PEOPLE},
        **{name: F(path) for name, path in _PLACE.items()},
    )
    ordered = rows.order_by(F("preferred_date").asc(nulls_last=True), "id")
    return ordered[: MOST_ROWS + 1]


def _told_tasks(rows: list[Row]) -> list[Row]:
    needed = equipment_by_task(row["id"] for row in rows)
    labels = (("status", _TASK_LABELS), ("priority", _PRIORITY_LABELS))
    return [_told(row, labels) | {"equipment": needed.get(row["id"], [])} for row in rows]


def _told_repairs(rows: list[Row]) -> list[Row]:
    return [_told(row, [("queue_status", _REPAIR_LABELS)]) for row in rows]


def _told(row: Row, labels: Iterable[tuple[str, Mapping[str, str]]]) -> Row:
    is_given = row["technician"] is not None
    row["technician_name"] = name_of(row, "") if is_given else None
    for name in PEOPLE:
        del row[name]
    for name, words in labels:
        row[f"{name}_label"] = words[row[name]]
    return row
