"""A job is made, edited, deleted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import ProtectedError

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs import notices
from apps.jobs.enums import JobStatus, Priority
from apps.jobs.models import Equipment, Job, JobTask
from apps.jobs.rules import may_create, may_create_for
from apps.jobs.services.moves import move_job
from apps.jobs.services.steps import (
    assignee,
    check_date,
    check_open,
    check_planner,
    check_site,
    check_version,
    locked_job,
    no_such_equipment,
    save_job,
    seen_job,
    usable_equipment,
)
from apps.people.editing import CORRECT, apply, refuse_others
from apps.repairs import services as repairs
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import Customer, User

MOST_TASKS = 100
MOST_EQUIPMENT = 50
WORDS = ("title", "description", "priority")
PLAN = ("site_id", "assigned_to_id", "scheduled_date")


@dataclass(frozen=True)
class TaskDetails:
    """What may be said of a task when it is made."""

    title: str
    description: str = ""
    equipment: Sequence[int] = ()

    def columns(self) -> dict[str, str]:
        """The values that are columns of a task."""
        return {"title": self.title, "description": self.description}


@dataclass(frozen=True)
class JobDetails:
    """What may be said of a job when it is made."""

    title: str
    description: str = ""
    priority: str = Priority.MEDIUM
    assigned_to_id: int | None = None
    scheduled_date: dt.date | None = None
    repair_id: int | None = None
    site_id: int | None = None
    tasks: Sequence[TaskDetails] = field(default_factory=tuple)

    def words(self) -> dict[str, str]:
        """What it is, as columns of a job."""
        return {name: getattr(self, name) for name in WORDS}


@use_case
def create_job(*, actor: User, customer_id: int, details: JobDetails) -> Job:
    """Make a job with all its tasks, or nothing of it.

    1. who may; 2. lock the technician, the customer, the repair, the equipment; 3. check; 4. store
    the job, then its tasks in their order; 5. record each; 6. tell the technician.

    Raises:
        Forbidden: Only admins and sales agents make jobs.
        Invalid: By field; what is wrong with a task is named ``tasks.2.title``. A customer whom a
            sales agent does not own is ``customer_unknown``, like one that is not there.
        Conflict: ``do_not_service``: the customer is laid aside, merged or refused.
    """
    if not may_create(actor):
        raise Forbidden("Only the office and sales agents make jobs.")
    technician = assignee(details.assigned_to_id)
    customer = _customer(actor, customer_id)
    job = Job(customer=customer, created_by=actor, assigned_to=technician)
    job.repair = _repair(actor, job, details.repair_id)
    apply(job, details.words())
    check_site(customer.pk, details.site_id)
    check_date(details.scheduled_date)
    job.site_id, job.scheduled_date = details.site_id, details.scheduled_date
    tasks = [new_task(job, row, f"tasks.{place}.") for place, row in enumerate(details.tasks)]
    items = _equipment_of(details.tasks)
    job.save()
    record(actor=actor, verb="job.created", target=job)
    store_tasks(
        actor, tasks, [[items[pk] for pk in dict.fromkeys(row.equipment)] for row in details.tasks]
    )
    notices.tell_assigned(job, actor)
    return job


def _customer(actor: User, customer_id: int) -> Customer:
    """The customer, locked, so that it is not merged meanwhile."""
    customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    if customer is None or not may_create_for(actor, customer):
        message = "There is no such customer."
        raise Invalid(message, code="customer_unknown", errors={"customer": [message]})
    if customer.do_not_service or not customer.is_active or customer.merged_into_id:
        raise Conflict("This customer takes no new work now.", code="do_not_service")
    return customer


def _repair(actor: User, job: Job, repair_id: int | None) -> Repair | None:
    """The open repair that waits for the job, locked, so that it is not completed meanwhile."""
    if repair_id is None:
        return None
    theirs = Repair.objects.visible_to(actor).filter(customer=job.customer)
    ids = theirs.filter(pk=repair_id).values_list("pk", flat=True)
    repair = next(iter(repairs.locked_repairs(ids)), None)
    if repair is None or not repair.is_open:
        message = "This is no open repair of the customer."
        raise Invalid(message, code="repair_unknown", errors={"repair": [message]})
    return repair


def new_task(job: Job, details: TaskDetails, path: str = "") -> JobTask:
    """A task at the end of nothing yet, checked; ``path`` names it in what is refused.

    Raises:
        Invalid.
    """
    task = JobTask(job=job)
    if len(details.equipment) > MOST_EQUIPMENT:
        message = f"A task needs at most {MOST_EQUIPMENT} items."
        raise Invalid(CORRECT, errors={f"{path}equipment": [message]})
    try:
        apply(task, details.columns())
    except Invalid as fault:
        errors = {f"{path}{name}": texts for name, texts in fault.errors.items()}
        raise Invalid(fault.detail, errors=errors) from fault
    return task


def _equipment_of(rows: Sequence[TaskDetails]) -> dict[int, Equipment]:
    if len(rows) > MOST_TASKS:
        message = f"A job has at most {MOST_TASKS} tasks."
        raise Invalid(message, code="too_many_tasks", errors={"tasks": [message]})
    try:
        return usable_equipment({pk for row in rows for pk in row.equipment})
    except NotFound as fault:
        missing = fault.extra["equipment"]
        place = next(place for place, row in enumerate(rows) if missing in row.equipment)
        raise no_such_equipment(fault, f"tasks.{place}.equipment") from fault


def store_tasks(
    actor: User, tasks: Sequence[JobTask], equipment: Sequence[Sequence[Equipment]], after: int = 0
) -> None:
    """Store new tasks behind the first ``after`` ones, with what they need, and record each."""
    for order, task in enumerate(tasks, start=after + 1):
        task.job_id, task.order = task.job.pk, order
    JobTask.objects.bulk_create(tasks)
    links = JobTask.equipment.through
    links.objects.bulk_create(
        links(jobtask_id=task.pk, equipment_id=item.pk)
        for task, items in zip(tasks, equipment, strict=True)
        for item in items
    )
    for task, items in zip(tasks, equipment, strict=True):
        told = [change("equipment", "", names_of(items))] if items else []
        record(actor=actor, verb="task.created", target=task, changes=told)


def names_of(items: Sequence[Equipment]) -> str:
    """Equipment as the trail tells it."""
    return ", ".join(sorted(map(str, items)))


@use_case
def edit_job(*, actor: User, job_id: int, version: int | None, values: Mapping[str, Any]) -> Job:
    """Change what a job is and when it is done by whom.

    Args:
        actor: The office, or the sales agent who made it.
        job_id: Which one.
        version: The version that the caller has read.
        values: Of ``title``, ``description``, ``priority``, ``site_id``, ``assigned_to_id``,
            ``scheduled_date``. A date that has passed is refused when it is new; an old one stays.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``job_closed``: of a closed job only the words are changed.
    """
    seen = seen_job(actor, job_id)
    check_planner(actor, seen)
    refuse_others(values, (*WORDS, *PLAN))
    wanted = values.get("assigned_to_id", seen.assigned_to_id)
    technician = seen.assigned_to if wanted == seen.assigned_to_id else assignee(wanted)
    job = locked_job(actor, job_id)
    check_version(job, version)
    _check_plan(job, values)
    before, former = snapshot(job), job.assigned_to
    apply(job, values)
    if job.scheduled_date != before["scheduled_date"]:
        job.overdue_flagged_at = None
    if "assigned_to_id" in values:
        job.assigned_to = technician
    save_job(actor, job, before, "job.edited")
    if job.assigned_to != former:
        notices.tell_assigned(job, actor, former)
    return job


def _check_plan(job: Job, values: Mapping[str, Any]) -> None:
    changed = {name for name in PLAN if name in values and values[name] != getattr(job, name)}
    if changed:
        check_open(job)
    if "site_id" in changed:
        check_site(job.customer_id, values["site_id"])
    if "scheduled_date" in changed:
        check_date(values["scheduled_date"])


@use_case
def change_job(
    *,
    actor: User,
    job_id: int,
    version: int | None,
    values: Mapping[str, Any],
    status: str = "",
    reason: str = "",
) -> Job:
    """Edit a job and move it, both or neither; what a door with all fields in one form calls.

    A status that it has already, sent along with other fields, moves nothing.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid, Conflict: As ``edit_job``, ``move_job``.
    """
    job = seen_job(actor, job_id)
    if values:
        job = edit_job(actor=actor, job_id=job_id, version=version, values=values)
        version = None
    if status and not (values and status == job.status):
        job = move_job(actor=actor, job_id=job_id, target=status, reason=reason, version=version)
    return job


@use_case
def delete_job(*, actor: User, job_id: int, version: int | None = None) -> None:
    """Delete a job that nobody has begun; its history stays.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Conflict: ``job_begun``, ``job_planned``: what was worked on, or had visits booked, is
            cancelled instead.
    """
    job = locked_job(actor, job_id)
    check_planner(actor, job)
    check_version(job, version)
    if job.started_at is not None or job.status == JobStatus.COMPLETED:
        raise Conflict("Work has begun on this job; cancel it instead.", code="job_begun")
    tasks = list(job.tasks.order_by("order"))
    told = [change("tasks", ", ".join(map(str, tasks)), None)] if tasks else []
    record(
        actor=actor,
        verb="job.deleted",
        target=job,
        before=snapshot(job),
        changes=told,
        force=True,
    )
    try:
        job.delete()
    except ProtectedError as error:
        detail = "Visits were booked for this job; cancel it instead."
        raise Conflict(detail, code="job_planned") from error
