"""Tasks are added, worked on, edited."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.audit.recorder import Change, change, record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.enums import OPEN_TASKS, JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask
from apps.jobs.rules import may_plan, may_skip_order
from apps.jobs.services.details import (
    MOST_EQUIPMENT,
    MOST_TASKS,
    TaskDetails,
    checked,
    names_of,
)
from apps.jobs.services.jobs import store_tasks
from apps.jobs.services.moves import begin, complete_job
from apps.jobs.services.steps import (
    check_open,
    check_planner,
    check_version,
    in_words,
    locked_job,
    locked_task,
    no_such_equipment,
    save_job,
    told_tasks,
    touch,
    usable_equipment,
)
from apps.jobs.workflow import TASK_MOVES, begins_work, is_planners_only, task_moves, task_verb
from apps.people.editing import CORRECT, apply, refuse_others
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import User

NOTES = "notes"
EQUIPMENT = "equipment"
WORDS = ("title", "description")


@use_case
def add_task(
    *, actor: User, job_id: int, details: TaskDetails, version: int | None = None
) -> JobTask:
    """Put a task behind the others of an open job.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``job_closed``, ``too_many_tasks``.
    """
    job = locked_job(actor, job_id)
    check_planner(actor, job)
    task = checked(JobTask(job=job), details)
    check_version(job, version)
    check_open(job)
    number = job.tasks.count()
    if number >= MOST_TASKS:
        raise Conflict(f"A job has at most {MOST_TASKS} tasks.", code="too_many_tasks")
    items = _items(details.equipment)
    store_tasks(actor, [task], [items], after=number)
    save_job(actor, job, snapshot(job), "job.task_added", changes=[change("task", None, str(task))])
    return task


def _items(ids: Sequence[int], kept: Sequence[int] = ()) -> list[Any]:
    try:
        items = usable_equipment(ids, kept=kept)
    except NotFound as fault:
        raise no_such_equipment(fault, EQUIPMENT) from fault
    return [items[pk] for pk in dict.fromkeys(ids)]


@use_case
def edit_task(
    *,
    actor: User,
    task_id: int,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    status: str = "",
) -> JobTask:
    """Record progress and notes of a task, or change what it is.

    1. lock its job; 2. check; 3. the first task that is begun begins the job; 4. store and record.
    A status that it has already, sent along with other fields, moves nothing; one's own last move
    repeated changes nothing.

    Args:
        actor: Whoever sees the job; its planners also change what the task is, and cancel it.
        task_id: Which one.
        version: The version that the caller has read.
        values: Of ``notes`` (no new version) and, for planners, ``title``, ``description``,
            ``equipment`` (ids; retired items stay and cannot be added).
        status: Where it goes.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``job_closed``, ``illegal_move``; ``tasks_before_open`` names those that must be
            done first, unless an admin skips them.
    """
    values = values or {}
    job, task = locked_task(actor, task_id)
    is_planner = may_plan(actor, job.created_by_id)
    _check_fields(values, is_planner=is_planner)
    if status and _is_repeated(actor, task, status, values):
        status = ""
    before = snapshot(task)
    check_version(task, version)
    if status or values.keys() - {NOTES}:
        check_open(job)
    told = _apply(task, values)
    if status:
        told += _move(actor, job, task, status, is_planner=is_planner)
    _save(actor, task, before, told, task_verb(before["status"], status) if status else "")
    return task


@use_case
def finish_job(*, actor: User, job_id: int) -> Job:
    """Complete the open tasks of a job in their order, then the job; all of it or nothing.

    Raises:
        NotFound.
        Conflict: ``illegal_move``; ``no_tasks`` names the job.
    """
    job = locked_job(actor, job_id)
    for pk in list(job.tasks.open().order_by("order").values_list("pk", flat=True)):
        edit_task(actor=actor, task_id=pk, status=TaskStatus.COMPLETED)
    try:
        return complete_job(actor=actor, job_id=job_id)
    except Conflict as refusal:
        refusal.detail = f"“{job.title}”: {refusal.detail}"
        refusal.extra["job"] = job_id
        raise


def _check_fields(values: Mapping[str, Any], *, is_planner: bool) -> None:
    refuse_others(values, (NOTES, *WORDS, EQUIPMENT))
    if values.keys() - {NOTES} and not is_planner:
        raise Forbidden("Only the office and who made the job change what is to be done.")


def _is_repeated(actor: User, task: JobTask, status: str, values: Mapping[str, Any]) -> bool:
    return task.status == status and (bool(values) or task.moved_by_id == actor.pk)


def _apply(task: JobTask, values: Mapping[str, Any]) -> list[Change]:
    apply(task, {name: value for name, value in values.items() if name != EQUIPMENT})
    if EQUIPMENT not in values:
        return []
    if len(values[EQUIPMENT]) > MOST_EQUIPMENT:
        message = f"A task needs at most {MOST_EQUIPMENT} items."
        raise Invalid(CORRECT, errors={EQUIPMENT: [message]})
    present = list(task.equipment.all())
    wanted = _items(values[EQUIPMENT], kept=[item.pk for item in present])
    if set(present) == set(wanted):
        return []
    task.equipment.set(wanted)
    return [change(EQUIPMENT, names_of(present), names_of(wanted))]


def _move(actor: User, job: Job, task: JobTask, target: str, *, is_planner: bool) -> list[Change]:
    if not is_planner and is_planners_only(TASK_MOVES, task.status, target):
        raise Forbidden("Only the office and who made the job take tasks off the plan.")
    allowed = task_moves(task.status, job.status, is_planner=is_planner)
    if target not in allowed:
        label = TaskStatus(target).label
        raise Conflict(
            f"A task that is “{task.get_status_display()}” cannot become “{label}”.",
            code="illegal_move",
            extra={"allowed_moves": allowed},
        )
    skipped = _skipped(actor, task) if begins_work(task.status, target) else []
    _stamp(task, target)
    task.moved_by = actor
    if job.status == JobStatus.PENDING and task.started_at is not None:
        begin(actor, job)
    return skipped


def _skipped(actor: User, task: JobTask) -> list[Change]:
    """What an admin passes over; refused to others."""
    before = JobTask.objects.filter(job=task.job_id, order__lt=task.order, status__in=OPEN_TASKS)
    waiting = list(before.order_by("order"))
    if not waiting:
        return []
    if not may_skip_order(actor):
        raise Conflict(
            f"First: {in_words(waiting)}.",
            code="tasks_before_open",
            extra={"open_tasks": told_tasks(waiting)},
        )
    return [change("skipped", None, in_words(waiting))]


def _stamp(task: JobTask, target: str) -> None:
    task.status = target
    task.completed_at = None
    if target == TaskStatus.PENDING:
        task.started_at = None
    elif target != TaskStatus.CANCELLED:
        task.started_at = task.started_at or now()
    if target == TaskStatus.COMPLETED:
        task.completed_at = now()


def _save(
    actor: User, task: JobTask, before: dict[str, Any], told: Sequence[Change], verb: str
) -> None:
    """Save and record the difference; notes alone make no new version, nothing writes nothing."""
    after = snapshot(task)
    changed = {name for name, value in after.items() if value != before[name]}
    if not changed and not told:
        return
    if told or changed != {NOTES}:
        task.version += 1
    task.save_moved()
    touch(task.job)
    record(actor=actor, verb=verb or "task.edited", target=task, before=before, changes=[*told])
