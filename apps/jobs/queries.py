"""Reads of jobs, tasks and equipment."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django_stubs_ext import WithAnnotations

from apps.audit.models import AuditEntry
from apps.jobs.enums import OPEN_JOBS, JobStatus, TaskStatus
from apps.jobs.models import Equipment, Job, JobTask, JobTemplate, JobTemplateItem
from apps.repairs.models import Repair
from core.keys import serial_key
from core.models import User

Row = dict[str, Any]


class Progress(TypedDict):
    """How many of a job's tasks are done, of those that are not cancelled."""

    tasks_done: int
    tasks_total: int


class Shown(Progress):
    """What a page shows of a job beside its columns."""

    is_overdue: bool


def shown_jobs(user: User, today: dt.date) -> "QuerySet[WithAnnotations[Job, Shown]]":
    """What this person sees, with the people and places that a page names.

    Args:
        user: Who looks.
        today: The shop's day.
    """
    late = Q(status__in=OPEN_JOBS, scheduled_date__lt=today)
    jobs = Job.objects.visible_to(user).select_related("customer", "site", "assigned_to")
    return with_progress(jobs).annotate(
        is_overdue=ExpressionWrapper(late, output_field=BooleanField())
    )


def with_progress(jobs: QuerySet[Job]) -> "QuerySet[WithAnnotations[Job, Progress]]":
    """The jobs with how far they are."""
    return jobs.annotate(
        tasks_done=_number(Q(status=TaskStatus.COMPLETED)),
        tasks_total=_number(~Q(status=TaskStatus.CANCELLED)),
    )


def _number(wanted: Q) -> Subquery:
    # Counted for the rows of a page only; a join would count those of all jobs first. As a plain
    # function: an aggregate of the ORM's groups, and one by a column leaves the index.
    number = Func(function="COUNT", template="%(function)s(*)", output_field=IntegerField())
    counted = JobTask.objects.filter(wanted, job=OuterRef("pk")).order_by()
    return Subquery(counted.annotate(number=number).values("number"))


def counts_of_open(user: User, today: dt.date) -> Mapping[str, int]:
    """How many open jobs this person sees: all, the overdue ones, those that nobody has."""
    jobs = Job.objects.visible_to(user).open().order_by()
    return jobs.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(scheduled_date__lt=today)),
        unassigned=Count("pk", filter=Q(assigned_to=None)),
    )


def jobs_of_repair(user: User, repair: Repair) -> "QuerySet[WithAnnotations[Job, Progress]]":
    """The jobs of a repair that this person sees with how far they are, the first one first."""
    return with_progress(Job.objects.visible_to(user).filter(repair=repair)).order_by("pk")


def open_tasks_of(jobs: "Iterable[WithAnnotations[Job, Progress]]") -> int:
    """How many tasks of the open ones among these jobs are open."""
    return sum(job.tasks_total - job.tasks_done for job in jobs if job.is_open)


def equipment_by_task(task_ids: Iterable[int]) -> Mapping[int, list[Row]]:
    """What each of the tasks needs, by its id; one statement."""
    links = JobTask.equipment.through.objects.filter(jobtask_id__in=list(task_ids))
    rows = links.order_by("equipment__name", "equipment_id").values(
        "jobtask_id",
        "equipment_id",
        "equipment__name",
        "equipment__type",
        "equipment__serial_number",
        "equipment__is_active",
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        item: Row = {name.rpartition("__")[2]: value for name, value in row.items()}
        item["id"] = item.pop("equipment_id")
        found.setdefault(item.pop("jobtask_id"), []).append(item)
    return found


def with_items(templates: QuerySet[JobTemplate]) -> QuerySet[JobTemplate]:
    """The checklists with their tasks and what these need; two statements more."""
    items = JobTemplateItem.objects.order_by("order").prefetch_related("equipment")
    return templates.prefetch_related(Prefetch("items", items))


def named_like(text: str) -> Q:
    """Equipment whose name or serial number begins so."""
    return Q(name__istartswith=text) | Q(serial_number_key__startswith=serial_key(text))


def open_jobs_of_repair(repair_id: int) -> list[Job]:
    """The jobs that must be finished before this repair is; cancelled ones hold nothing up."""
    return list(Job.objects.open().filter(repair_id=repair_id).order_by("pk"))


def job_history(job: Job) -> list[AuditEntry]:
    """What happened to a job and its tasks, those taken away too, oldest first.

    Three statements; two where the tasks were read with the job.
    """
    about_job = AuditEntry.objects.filter(
        target_type=Job._meta.label_lower, target_id=job.pk
    ).order_by("position")
    entries = list(about_job)
    ids = {*(task.pk for task in job.tasks.all()), *_removed_tasks(entries)}
    about_tasks = AuditEntry.objects.filter(
        target_type=JobTask._meta.label_lower, target_id__in=ids
    )
    return sorted([*entries, *about_tasks], key=lambda entry: entry.position)


def _removed_tasks(entries: Iterable[AuditEntry]) -> list[int]:
    told = (change for entry in entries for change in entry.changes)
    return [change["old"] for change in told if change["field"] == "removed_task"]


def _planned_on(day: dt.date) -> "QuerySet[Any, Row]":
    """Who needs which item on a day, with the task: cancelled work needs nothing."""
    links = JobTask.equipment.through.objects.filter(
        jobtask__job__scheduled_date=day, jobtask__job__assigned_to__isnull=False
    )
    links = links.exclude(jobtask__status=TaskStatus.CANCELLED)
    rows: Any = links.exclude(jobtask__job__status=JobStatus.CANCELLED).values(
        "equipment_id",
        "equipment__name",
        "equipment__serial_number",
        "jobtask_id",
        "jobtask__title",
        "jobtask__job_id",
        "jobtask__job__title",
        "jobtask__job__created_by_id",
        "jobtask__job__assigned_to_id",
        "jobtask__job__assigned_to__first_name",
        "jobtask__job__assigned_to__last_name",
        "jobtask__job__assigned_to__username",
    )
    ordered: QuerySet[Any, Row] = rows.order_by(
        "equipment__name", "equipment_id", "jobtask__job_id", "jobtask__order"
    )
    return ordered


def clashes_on(day: dt.date, reader: User, *, of_job: int | None = None) -> list[Row]:
    """Items that tasks of two technicians need on one day; two statements.

    Args:
        day: A calendar day of the shop.
        reader: Of the tasks, those are told that this person sees.
        of_job: Only items that this job needs.
    """
    items: dict[int, list[Row]] = {}
    rows = _planned_on(day)
    if of_job is not None:
        needed = Equipment.objects.filter(tasks__job=of_job)
        rows = rows.filter(equipment__in=needed.values("pk"))
    for row in rows:
        items.setdefault(row["equipment_id"], []).append(row)
    visible = JobTask.objects.visible_to(reader).filter(job__scheduled_date=day)
    seen = set(visible.order_by().values_list("pk", flat=True))
    return [_clash(links, seen) for links in items.values() if len(_people(links)) > 1]


def _people(links: Iterable[Row]) -> dict[int, str]:
    return {
        row["jobtask__job__assigned_to_id"]: name_of(row, "jobtask__job__assigned_to__")
        for row in links
    }


def _clash(links: list[Row], seen: set[int]) -> Row:
    first = links[0]
    return {
        "equipment": first["equipment_id"],
        "name": first["equipment__name"],
        "serial_number": first["equipment__serial_number"],
        "technicians": [{"user": pk, "name": name} for pk, name in _people(links).items()],
        "tasks": [
            {
                "id": row["jobtask_id"],
                "title": row["jobtask__title"],
                "job": row["jobtask__job_id"],
                "job_title": row["jobtask__job__title"],
            }
            for row in links
            if row["jobtask_id"] in seen
        ],
    }


def name_of(row: Row, path: str) -> str:
    """A person's name out of a row, as their model tells it."""
    return f"{row[f'{path}first_name']} {row[f'{path}last_name']}".strip() or row[f"{path}username"]
