"""Reads of visits: rows straight from the database, without model instances."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.jobs.models import Job
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from core.clock import now
from core.models import User
from core.shop import zone_here

Row = dict[str, Any]
COLUMNS = (
    *("id", "status", "starts_at", "ends_at", "busy_from", "travel_minutes", "setup_minutes"),
    *("promised_from", "promised_until", "customer", "technician", "site", "repair", "batch"),
    *("job", "series", "notes", "reason", "wish_date", "wish_window", "wish_note", "wished_at"),
    *("created_at", "updated_at", "version"),
)
MOST_TO_COME = 5
PEOPLE = ("first_name", "last_name", "username")
STATUS_LABELS: dict[str, str] = dict(VisitStatus.choices)


def visit_rows(visits: QuerySet[Appointment]) -> "QuerySet[Appointment, Row]":
    """The rows with their work, their place and who comes; one statement."""
    of_batch = Repair.objects.filter(repair_batch=OuterRef("batch")).order_by()
    counted = of_batch.values("repair_batch").annotate(number=Count("pk")).values("number")
    rows: QuerySet[Appointment, Row] = visits.values(
        *COLUMNS,
        customer_name=F("customer__name"),
        site_name=F("site__name"),
        site_address=F("site__address"),
        site_city=F("site__city"),
        access_note=F("site__access_note"),
        site_zone=F("site__time_zone"),
        unit_number=F("repair__unit_number"),
        job_title=F("job__title"),
        batch_size=Coalesce(Subquery(counted), 0),
        **{name: F(f"technician__user__{name}") for name in PEOPLE},
    )
    return rows


def told_visit(row: Row, zone: str) -> Row:
    """A row as it is told: what it is for, who comes, and in which zone its clock goes.

    Args:
        row: Of ``visit_rows``.
        zone: The shop's, for a visit without a place.
    """
    name = f"{row['first_name']} {row['last_name']}".strip() or row["username"]
    row["technician_name"] = name if row["technician"] is not None else None
    row["status_label"] = STATUS_LABELS[row["status"]]
    row["time_zone"] = row.pop("site_zone") or zone
    row["title"] = _title(row)
    for key in PEOPLE:
        del row[key]
    return row


def _title(row: Row) -> str:
    if row["repair"] is not None:
        return f"Unit {row['unit_number']}"
    return str(row["job_title"]) if row["job"] is not None else f"{row['batch_size']} repairs"


def visits_between(
    start: dt.datetime, end: dt.datetime, *, technician_ids: Collection[int] | None = None
) -> "QuerySet[Appointment, Row]":
    """Booked and done visits of which a part lies between two instants; one statement.

    Args:
        start: The first instant.
        end: The first one after it.
        technician_ids: Of these technicians only.
    """
    shown = Appointment.objects.filter(status__in=[VisitStatus.BOOKED, VisitStatus.DONE])
    shown = shown.between(start, end)
    if technician_ids is not None:
        shown = shown.filter(technician_id__in=list(technician_ids))
    return visit_rows(shown.order_by("starts_at", "id"))


def visits_to_settle() -> QuerySet[Appointment]:
    """What waits for the office: visits that need a new time, and those of which one is wished."""
    waiting = Appointment.objects.open()
    return waiting.filter(status=VisitStatus.RELEASED) | waiting.filter(wished_at__isnull=False)


def next_visits(user: User, *, most: int) -> list[Row]:
    """The next booked visits that this person may see; one statement."""
    coming = Appointment.objects.visible_to(user).booked().filter(ends_at__gt=now())
    rows = visit_rows(coming.order_by("starts_at", "id"))[:most]
    zone = zone_here()
    return [told_visit(row, zone) for row in rows]


def visits_for(user: User, *, repair: Repair | None = None, job: Job | None = None) -> list[Row]:
    """The visits to come for one piece of work, as this person may see; one statement."""
    visits = Appointment.objects.visible_to(user).open().order_by("starts_at", "id")
    visits = visits.of_repair(repair) if repair is not None else visits.filter(job=job)
    zone = zone_here()
    return [told_visit(row, zone) for row in visit_rows(visits)[:MOST_TO_COME]]


def is_booked(repair: Repair) -> bool:
    """Whether an open visit is for this repair, alone or with its batch."""
    return Appointment.objects.open().of_repair(repair).exists()
