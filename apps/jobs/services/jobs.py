"""A job is made, edited, deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import ProtectedError

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs import notices
from apps.jobs.enums import JobStatus
from apps.jobs.models import Equipment, Job, JobTask
from apps.jobs.rules import may_create, may_create_for
from apps.jobs.services.attachments import forget_pictures
from apps.jobs.services.details import WORDS, JobDetails, checked, equipment_of, names_of
from apps.jobs.services.moves import move_job
from apps.jobs.services.steps import (
    assignee,
    check_date,
    check_open,
    check_planner,
    check_site,
    check_version,
    locked_job,
    save_job,
    seen_job,
)
from apps.jobs.services.templates import filled
from apps.people.editing import apply, refuse_others
from apps.repairs import services as repairs
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, Invalid
from core.models import Customer, User

PLAN = ("site_id", "assigned_to_id", "scheduled_date")


@use_case
def create_job(*, actor: User, customer_id: int, details: JobDetails) -> Job:
    """Make a job with all its tasks, or nothing of it.

    1. who may; 2. lock the technician, the customer, the repair, the equipment; 3. check; 4. store
    the job, then its tasks in their order; 5. record each; 6. tell the technician. With a template,
    its checklist are the tasks.

    Raises:
        Forbidden: Only admins and sales agents make jobs.
        Invalid: By field; what is wrong with a task is named ``tasks.2.title``. A customer whom a
            sales agent does not own is ``customer_unknown``, like one that is not there; a
            template that is not in use is ``template_unknown``.
        Conflict: ``do_not_service``: the customer is laid aside, merged or refused.
    """
    if not may_create(actor):
        raise Forbidden("Only the office and sales agents make jobs.")
    details = filled(details)
    technician = assignee(details.assigned_to_id)
    customer = _customer(actor, customer_id)
    job = Job(customer=customer, created_by=actor, assigned_to=technician)
    job.repair = _repair(actor, job, details.repair_id)
    apply(job, details.words())
    check_site(customer.pk, details.site_id)
    check_date(details.scheduled_date)
    job.site_id, job.scheduled_date = details.site_id, details.scheduled_date
    job.template_id = details.template_id
    tasks = [
        checked(JobTask(job=job), row, f"tasks.{place}.") for place, row in enumerate(details.tasks)
    ]
    store_job(actor, job, tasks, equipment_of(details.tasks, "tasks"))
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


def store_job(
    actor: User, job: Job, tasks: Sequence[JobTask], equipment: Sequence[Sequence[Equipment]]
) -> None:
    """Store a new job, then its tasks with what they need, and record each."""
    job.save()
    record(actor=actor, verb="job.created", target=job)
    store_tasks(actor, tasks, equipment)


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
        Conflict: ``job_closed``: of a closed job only the words are changed; ``follows_repair``:
            a repair's checklist is given to whom the repair is given.
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
    if "assigned_to_id" in changed and job.follows_repair:
        detail = "It is with whom its repair is with: assign the repair."
        raise Conflict(detail, code="follows_repair", extra={"repair": job.repair_id})
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
    forget_pictures(tasks)
    try:
        job.delete()
    except ProtectedError as error:
        detail = "Visits were booked for this job; cancel it instead."
        raise Conflict(detail, code="job_planned") from error
