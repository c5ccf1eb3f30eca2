"""The order of a job's tasks: one after another from 1, without a gap."""

from collections.abc import Sequence

from django.db.models import F

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.enums import TaskStatus
from apps.jobs.models import Job, JobTask
from apps.jobs.services.attachments import forget_pictures
from apps.jobs.services.steps import (
    check_open,
    check_planner,
    check_version,
    in_words,
    locked_job,
    locked_task,
    save_job,
)
from core.errors import Conflict, Invalid
from core.models import User

# Further than the numbers of any job go.
ASIDE = 1_000_000


@use_case
def reorder_tasks(
    *, actor: User, job_id: int, task_ids: Sequence[int], version: int | None = None
) -> Job:
    """Put the tasks of an open job into another order, all or nothing.

    Args:
        actor: A planner of the job.
        job_id: Which one.
        task_ids: Each of its tasks exactly once.
        version: The version that the caller has read.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Invalid: ``tasks_not_exact``: one is missing, not of this job, or named twice.
        Conflict: ``job_closed``.
    """
    job = locked_job(actor, job_id)
    check_planner(actor, job)
    tasks = {task.pk: task for task in job.tasks.order_by("order")}
    if sorted(task_ids) != sorted(tasks):
        message = "Name each task of the job exactly once."
        raise Invalid(message, code="tasks_not_exact", errors={"tasks": [message]})
    check_version(job, version)
    check_open(job)
    if list(task_ids) == list(tasks):
        return job
    told = change("order", in_words(tasks.values()), in_words(tasks[pk] for pk in task_ids))
    _renumber(job, [tasks[pk] for pk in task_ids])
    save_job(actor, job, snapshot(job), "job.reordered", changes=[told])
    return job


@use_case
def remove_task(*, actor: User, task_id: int, version: int | None = None) -> Job:
    """Take a task that was not begun out of an open job; those behind it move up.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Conflict: ``job_closed``; ``task_begun``: what was worked on is cancelled instead.
    """
    job, task = locked_task(actor, task_id)
    check_planner(actor, job)
    check_version(task, version)
    check_open(job)
    if task.started_at is not None or task.status == TaskStatus.COMPLETED:
        raise Conflict("Work has begun on this task; cancel it instead.", code="task_begun")
    told = [change("removed_task", task.pk, None), change("task", str(task), None)]
    forget_pictures([task])
    record(actor=actor, verb="task.removed", target=task, before=snapshot(task), force=True)
    task.delete()
    _renumber(job, list(job.tasks.order_by("order")))
    save_job(actor, job, snapshot(job), "job.task_removed", changes=told)
    return job


def _renumber(job: Job, tasks: Sequence[JobTask]) -> None:
    """First aside, then to their places: numbers are unique at every moment."""
    job.tasks.update(order=F("order") + ASIDE)
    for order, task in enumerate(tasks, start=1):
        task.order = order
    JobTask.objects.bulk_update(tasks, ["order"])
