"""The owner's figures of jobs and repairs, each with its definition and where its rows are."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from apps.jobs.enums import OPEN_JOBS, JobStatus, Priority
from apps.jobs.models import Equipment, Job
from apps.jobs.queries import Row
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.money import ZERO, cents
from core.shop import shop_today

MOST_USED = 10


@dataclass(frozen=True)
class Figure:
    """What a figure counts, and the address of the list that holds its rows."""

    definition: str
    rows: str


FIGURES: Mapping[str, Figure] = {
    "jobs_by_status": Figure("All jobs by where they stand.", "/api/jobs/?status={key}"),
    "jobs_by_priority": Figure(
        "All jobs by how much they press.",
        "/api/jobs/?priority={key}",
    ),
    "overdue": Figure(
        "Open jobs whose scheduled date has passed in the shop's zone.", "/api/jobs/?overdue=true"
    ),
    "mean_hours_to_complete": Figure(
        "From start to completion, of all completed jobs that were started; null when none was.",
        "/api/jobs/?status=completed",
    ),
    "most_used_equipment": Figure(
        "The ten items with the most tasks, whatever became of these.", "/api/equipment/{id}/usage/"
    ),
    "repairs_by_status": Figure("All repairs by where they stand.", "/api/repairs/?status={key}"),
    "revenue": Figure(
        "What was charged for completed repairs that were not voided.",
        "/api/repairs/?status=COMPLETED",
    ),
    "redo_rate": Figure(
        "Of the completed repairs that were not voided, the share done again because one came "
        "back; null when none is completed.",
        "/api/repairs/?status=COMPLETED",
    ),
    "technician_load": Figure(
        "Open repairs and open jobs of each active technician.",
        "/api/repairs/?technician={id}",
    ),
}


def analytics(today: dt.date | None = None) -> Row:
    """All figures as they are now; four statements.

    Args:
        today: The shop's day; read by one statement more where it is not known.
    """
    return {
        **_jobs(today or shop_today()),
        "most_used_equipment": _most_used(),
        **_repairs(),
        "technician_load": _load(),
        "definitions": {name: vars(figure) for name, figure in FIGURES.items()},
    }


def _jobs(today: dt.date) -> Row:
    took = ExpressionWrapper(F("completed_at") - F("started_at"), output_field=DurationField())
    counts: dict[str, Any] = {f"is_{key}": Count("pk", filter=Q(status=key)) for key in JobStatus}
    is_open = Q(status__in=OPEN_JOBS)
    counts |= {f"has_{key}": Count("pk", filter=Q(priority=key)) for key in Priority}
    found = Job.objects.aggregate(
        **counts,
        overdue=Count("pk", filter=is_open & Q(scheduled_date__lt=today)),
        mean=Avg(took, filter=Q(status=JobStatus.COMPLETED)),
    )
    mean: dt.timedelta | None = found["mean"]
    hours = None if mean is None else round(mean / dt.timedelta(hours=1), 2)
    return {
        "jobs_by_status": {key.value: found[f"is_{key}"] for key in JobStatus},
        "jobs_by_priority": {key.value: found[f"has_{key}"] for key in Priority},
        "overdue": found["overdue"],
        "mean_hours_to_complete": hours,
    }


def _most_used() -> list[Row]:
    counted = Equipment.objects.annotate(number=Count("tasks")).filter(number__gt=0)
    rows = counted.order_by("-number", "pk")[:MOST_USED].values("id", "name", "number")
    return [{"id": row["id"], "name": row["name"], "tasks": row["number"]} for row in rows]


def _repairs() -> Row:
    counts = {f"is_{key}": Count("pk", filter=Q(queue_status=key)) for key in QueueStatus}
    counted = Q(queue_status=QueueStatus.COMPLETED, voided_at=None)
    found: dict[str, Any] = Repair.objects.aggregate(
        **counts,
        revenue=Sum(F("cost") - F("discount"), filter=counted),
        done=Count("pk", filter=counted),
        redone=Count("pk", filter=counted & Q(redo_of__isnull=False)),
    )
    return {
        "repairs_by_status": {key.value: found[f"is_{key}"] for key in QueueStatus},
        "revenue": cents(found["revenue"] or ZERO),
        "redo_rate": round(found["redone"] / found["done"], 4) if found["done"] else None,
    }


def _load() -> list[Row]:
    repairs = Repair.objects.filter(technician=OuterRef("pk"), queue_status__in=OPEN_STATUSES)
    jobs = Job.objects.filter(assigned_to=OuterRef("user"), status__in=OPEN_JOBS)
    active = Technician.objects.filter(is_active=True, user__is_active=True)
    counted: Any = active.select_related("user").annotate(
        open_repairs=_number(repairs, "technician"), open_jobs=_number(jobs, "assigned_to")
    )
    return [
        {
            "id": technician.pk,
            "name": str(technician),
            "repairs": technician.open_repairs,
            "jobs": technician.open_jobs,
        }
        for technician in counted.order_by("pk")
    ]


def _number(rows: Any, owner: str) -> Coalesce:
    counted = rows.order_by().values(owner).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
