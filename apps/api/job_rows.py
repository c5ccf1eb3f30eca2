"""What a job or task tells: rows straight from the database, without model instances."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from apps.jobs.enums import OPEN_JOBS, JobStatus, Priority, TaskStatus
from apps.jobs.models import Job, JobTask
from apps.jobs.queries import Row, clashes_on, equipment_by_task, with_progress
from apps.jobs.rules import may_plan
from apps.jobs.workflow import job_moves, task_moves
from core.clock import local_date
from core.models import User
from core.shop import newest_zone

JOB_COLUMNS = (
    *("id", "title", "description", "customer", "site", "repair", "created_by", "assigned_to"),
    *("template", "follows_repair"),
    *("status", "priority", "scheduled_date", "started_at", "completed_at"),
    *("created_at", "updated_at", "version", "tasks_done", "tasks_total"),
)


def _name(person: str) -> Coalesce:
    """``User.__str__`` of somebody as a column: worked out in Python, it takes three."""
    parts = (F(f"{person}__first_name"), F(f"{person}__last_name"))
    whole = Func(*parts, template="TRIM(%(expressions)s)", arg_joiner=" || ' ' || ")
    return Coalesce(NullIf(whole, Value("")), F(f"{person}__username"))


NAMES = {f"{person}_name": _name(person) for person in ("created_by", "assigned_to")}
# Read to work something out, or to put in order, and told under no name of its own.
ALONE_FOR_US = ("tasks_done", "tasks_total", "zone", "priority_rank", "sort_date")
TASK_COLUMNS = (
    *("id", "job", "order", "title", "description", "notes", "status"),
    *("started_at", "completed_at", "created_at", "updated_at", "version"),
)
JOB_OF_TASK = {
    "job_title": F("job__title"),
    "job_status": F("job__status"),
    "scheduled_date": F("job__scheduled_date"),
    "customer": F("job__customer"),
    "customer_name": F("job__customer__name"),
    "created_by": F("job__created_by"),
}
_JOB_LABELS: dict[str, str] = dict(JobStatus.choices)
_TASK_LABELS: dict[str, str] = dict(TaskStatus.choices)
_PRIORITY_LABELS: dict[str, str] = dict(Priority.choices)


def job_rows(jobs: QuerySet[Job], *ordering: str) -> "QuerySet[Job, Row]":
    """The rows with what a list shows, and what they are put in order by."""
    columns = dict.fromkeys((*JOB_COLUMNS, *(name.removeprefix("-") for name in ordering)))
    rows: QuerySet[Job, Row] = with_progress(jobs).values(
        *columns,
        customer_name=F("customer__name"),
        site_name=F("site__name"),
        zone=newest_zone(),
        **NAMES,
    )
    return rows


def task_rows(tasks: QuerySet[JobTask]) -> "QuerySet[JobTask, Row]":
    """The rows of tasks with what is told of their job."""
    rows: QuerySet[JobTask, Row] = tasks.values(*TASK_COLUMNS, **JOB_OF_TASK)
    return rows


def tell_jobs(reader: User, rows: Sequence[Row]) -> list[Row]:
    """What a list tells of each row, which becomes it."""
    if not rows:
        return []
    untold = tuple(name for name in ALONE_FOR_US if name in rows[0])
    teller = _Teller(reader, local_date(rows[0]["zone"]), untold)
    return [teller.tell(row) for row in rows]


class _Teller:
    """Tells the rows of a page; what many rows share is worked out once."""

    def __init__(self, reader: User, today: dt.date, untold: Sequence[str]) -> None:
        self._reader, self._today, self._untold = reader, today, untold
        self._moves: dict[tuple[str, int], list[str]] = {}

    def tell(self, row: Row) -> Row:
        """One row as the list has it."""
        status, day = row["status"], row["scheduled_date"]
        done, total = row["tasks_done"], row["tasks_total"]
        row["status_label"] = _JOB_LABELS[status]
        row["priority_label"] = _PRIORITY_LABELS[row["priority"]]
        row["allowed_moves"] = self._moves_of(status, row["created_by"])
        row["overdue"] = status in OPEN_JOBS and day is not None and day < self._today
        percent = 100 * done // total if total else 0
        row["progress"] = {"done": done, "total": total, "percent": percent}
        for name in self._untold:
            del row[name]
        return row

    def _moves_of(self, status: str, created_by: int) -> list[str]:
        situation = (status, created_by)
        if situation not in self._moves:
            is_planner = may_plan(self._reader, created_by)
            self._moves[situation] = job_moves(status, is_planner=is_planner)
        return self._moves[situation]


def tell_tasks(reader: User, rows: Iterable[Row]) -> list[Row]:
    """What is told of each task, with what it needs; one statement more."""
    found = list(rows)
    needed = equipment_by_task(row["id"] for row in found)
    return [_tell_task(reader, row, needed.get(row["id"], [])) for row in found]


def _tell_task(reader: User, row: Row, equipment: list[Row]) -> Row:
    is_planner = may_plan(reader, row.pop("created_by"))
    moves = task_moves(row["status"], row["job_status"], is_planner=is_planner)
    more: dict[str, Any] = {"status_label": _TASK_LABELS[row["status"]], "allowed_moves": moves}
    return row | more | {"equipment": equipment}


def tell_whole(reader: User, pk: int) -> Row:
    """All of one job, which the reader may see."""
    (told,) = tell_jobs(reader, list(job_rows(Job.objects.filter(pk=pk))))
    tasks = task_rows(JobTask.objects.filter(job=pk).order_by("order"))
    clashes = []
    if told["scheduled_date"] is not None:
        clashes = clashes_on(told["scheduled_date"], reader, of_job=pk)
    return told | {"tasks": tell_tasks(reader, tasks), "clashes": clashes}
