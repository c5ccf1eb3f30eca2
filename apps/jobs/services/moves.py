"""A job begins, ends, is called off, and opens again."""

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.jobs import notices
from apps.jobs.enums import OPEN_TASKS, JobStatus
from apps.jobs.models import Job
from apps.jobs.rules import may_plan
from apps.jobs.services.steps import (
    able_technician,
    check_planner,
    check_version,
    checked_reason,
    in_words,
    locked_job,
    save_job,
    seen_job,
    told_tasks,
)
from apps.jobs.workflow import job_moves
from apps.repairs import services as repairs
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.clock import now
from core.errors import Conflict
from core.models import User


@use_case
def move_job(
    *, actor: User, job_id: int, target: str, reason: str = "", version: int | None = None
) -> Job:
    """Move a job to a status; what every door with a status to choose calls.

    Repeating one's own last move changes nothing and is no error. A closed job is opened by
    ``reopen_job`` alone.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid.
        Conflict: ``illegal_move``, ``no_tasks``, ``open_tasks``.
    """
    if target == JobStatus.COMPLETED:
        return complete_job(actor=actor, job_id=job_id, version=version)
    if target == JobStatus.CANCELLED:
        return cancel_job(actor=actor, job_id=job_id, reason=reason, version=version)
    if target == JobStatus.IN_PROGRESS:
        return start_job(actor=actor, job_id=job_id, version=version)
    job = locked_job(actor, job_id)
    raise _illegal(actor, job, target)


@use_case
def start_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Begin a job before any task of it; beginning the first task does it too.

    Raises:
        NotFound, PreconditionFailed.
        Conflict: ``illegal_move``.
    """
    job = locked_job(actor, job_id)
    if _is_repeated(actor, job, JobStatus.IN_PROGRESS):
        return job
    _check_move(actor, job, JobStatus.IN_PROGRESS, version)
    begin(actor, job)
    return job


def begin(actor: User, job: Job) -> None:
    """Let a locked, pending job begin."""
    before = snapshot(job)
    job.status, job.started_at, job.moved_by = JobStatus.IN_PROGRESS, now(), actor
    save_job(actor, job, before, "job.started")


@use_case
def complete_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Finish a job; its maker is told.

    Raises:
        NotFound, PreconditionFailed.
        Conflict: ``illegal_move``, ``no_tasks``; ``open_tasks`` names them.
    """
    job = locked_job(actor, job_id)
    if _is_repeated(actor, job, JobStatus.COMPLETED):
        return job
    _check_move(actor, job, JobStatus.COMPLETED, version)
    _check_tasks(job)
    before = snapshot(job)
    job.status, job.completed_at, job.moved_by = JobStatus.COMPLETED, now(), actor
    job.overdue_flagged_at = None
    save_job(actor, job, before, "job.completed")
    notices.tell_completed(job, actor)
    return job


def _check_tasks(job: Job) -> None:
    tasks = list(job.tasks.order_by("order"))
    if not tasks:
        raise Conflict("A job without tasks cannot be completed; add one.", code="no_tasks")
    waiting = [task for task in tasks if task.status in OPEN_TASKS]
    if waiting:
        raise Conflict(
            f"Still open: {in_words(waiting)}.",
            code="open_tasks",
            extra={"open_tasks": told_tasks(waiting)},
        )


@use_case
def cancel_job(*, actor: User, job_id: int, reason: str, version: int | None = None) -> Job:
    """Call a job off; its tasks stay as they are, and nobody works on them.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Invalid: No reason.
        Conflict: ``illegal_move``.
    """
    job = locked_job(actor, job_id)
    check_planner(actor, job)
    note = checked_reason(reason)
    if _is_repeated(actor, job, JobStatus.CANCELLED):
        return job
    _check_move(actor, job, JobStatus.CANCELLED, version)
    before = snapshot(job)
    job.status, job.overdue_flagged_at, job.moved_by = JobStatus.CANCELLED, None, actor
    save_job(actor, job, before, "job.cancelled", note=note)
    return job


@use_case
def reopen_job(*, actor: User, job_id: int, reason: str, version: int | None = None) -> Job:
    """Open a completed or cancelled job again; where work had begun, it goes on.

    1. lock its technician and its repair, then the job; 2. check; 3. who works here no more has it
    no more; a repair's checklist is with whom the repair is with.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Invalid: No reason.
        Conflict: ``illegal_move``: it is open; ``repair_completed``: the repair that waited for it
            is finished.
    """
    seen = seen_job(actor, job_id)
    check_planner(actor, seen)
    note = checked_reason(reason)
    technician = able_technician(seen.assigned_to_id) if seen.assigned_to_id else None
    repair = _checked_repair(seen)
    job = locked_job(actor, job_id)
    check_version(job, version)
    if job.is_open:
        raise Conflict("This job is open.", code="illegal_move", extra=_allowed(actor, job))
    before = snapshot(job)
    job.status = JobStatus.IN_PROGRESS if job.started_at else JobStatus.PENDING
    job.completed_at, job.moved_by, job.assigned_to = None, actor, technician
    if repair is not None and job.follows_repair:
        job.assigned_to = repair.technician.user if repair.technician else None
    save_job(actor, job, before, "job.reopened", note=note)
    return job


def _checked_repair(job: Job) -> Repair | None:
    """The repair that waits for the job, locked."""
    ids = [job.repair_id] if job.repair_id else []
    repair = next(iter(repairs.locked_repairs(ids)), None)
    if repair is not None and repair.queue_status == QueueStatus.COMPLETED:
        detail = f"Its repair of unit {repair.unit_number} is completed."
        raise Conflict(detail, code="repair_completed", extra={"repair": repair.pk})
    return repair


def _is_repeated(actor: User, job: Job, target: str) -> bool:
    return job.status == target and job.moved_by_id == actor.pk


def _check_move(actor: User, job: Job, target: str, version: int | None) -> None:
    check_version(job, version)
    if target not in _allowed(actor, job)["allowed_moves"]:
        raise _illegal(actor, job, target)


def _illegal(actor: User, job: Job, target: str) -> Conflict:
    detail = (
        f"A job that is “{job.get_status_display()}” cannot become “{JobStatus(target).label}”."
    )
    if not job.is_open:
        detail = f"{detail} Reopen it first."
    return Conflict(detail, code="illegal_move", extra=_allowed(actor, job))


def _allowed(actor: User, job: Job) -> dict[str, list[str]]:
    is_planner = may_plan(actor, job.created_by_id)
    return {"allowed_moves": job_moves(job.status, is_planner=is_planner)}
