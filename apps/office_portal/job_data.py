"""What the pages of jobs show, read at a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from apps.audit.queries import history_of
from apps.jobs.enums import OPEN_TASKS, JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask, TaskAttachment
from apps.jobs.queries import Row, clashes_on, equipment_by_task, job_history
from apps.jobs.rules import may_plan, may_skip_order
from apps.jobs.wording import job_timeline
from apps.jobs.workflow import begins_work, job_moves, task_moves
from apps.portal_pages.task_pictures import gallery_of
from apps.scheduling.queries import visits_for
from core.models import User
from core.rules import is_admin

# What one press does; the others ask for a reason.
JOB_BUTTONS = {JobStatus.IN_PROGRESS: "Start the job", JobStatus.COMPLETED: "Complete the job"}
_T = TaskStatus
DONE = TaskStatus.COMPLETED
TASK_BUTTONS: Mapping[tuple[str, str], str] = {
    (_T.PENDING, _T.COMPLETED): "Complete",
    (_T.PENDING, _T.IN_PROGRESS): "Start",
    (_T.PENDING, _T.CANCELLED): "Cancel the task",
    (_T.IN_PROGRESS, _T.COMPLETED): "Complete",
    (_T.IN_PROGRESS, _T.PENDING): "Put back",
    (_T.IN_PROGRESS, _T.CANCELLED): "Cancel the task",
    (_T.COMPLETED, _T.IN_PROGRESS): "Reopen",
    (_T.CANCELLED, _T.PENDING): "Bring back",
}


@dataclass(frozen=True)
class TaskMove:
    """A button of a task; ``skips`` tells that earlier tasks are passed over."""

    status: str
    label: str
    skips: bool


@dataclass(frozen=True)
class TaskLine:
    """A task in the list, what it needs, and the buttons of the one that is next."""

    task: JobTask
    equipment: Sequence[Row]
    moves: Sequence[TaskMove]


def job_page(user: User, job: Job) -> dict[str, Any]:
    """One job, as ``shown_jobs`` reads it: tasks, clashes, history, what may be done.

    Six statements, two of them about clashes of the day.
    """
    is_planner = may_plan(user, job.created_by_id)
    prefetch_related_objects([job], Prefetch("tasks", JobTask.objects.order_by("order")))
    tasks = list(job.tasks.all())
    done = sum(task.status == TaskStatus.COMPLETED for task in tasks)
    day = job.scheduled_date
    moves = job_moves(job.status, is_planner=is_planner)
    return {
        "job": job,
        "is_planner": is_planner,
        "may_order": is_planner and job.is_open,
        "may_delete": is_planner and job.started_at is None and job.status != JobStatus.COMPLETED,
        "lines": _lines(user, job, tasks),
        "done": done,
        "is_ready": bool(done) and not any(task.status in OPEN_TASKS for task in tasks),
        "total": sum(task.status != TaskStatus.CANCELLED for task in tasks),
        "moves": moves,
        "buttons": [(status, label) for status, label in JOB_BUTTONS.items() if status in moves],
        "clashes": clashes_on(day, user, of_job=job.pk) if day and job.is_open else [],
        "visits": visits_for(user, job=job) if is_admin(user) else [],
        "timeline": job_timeline(job_history(job)),
    }


def _lines(user: User, job: Job, tasks: Sequence[JobTask]) -> list[TaskLine]:
    needed = equipment_by_task(task.pk for task in tasks)
    following = next((task for task in tasks if task.status in OPEN_TASKS), None)
    return [
        TaskLine(
            task, needed.get(task.pk, []), _onward(user, job, task) if task is following else []
        )
        for task in tasks
    ]


def _onward(user: User, job: Job, task: JobTask) -> list[TaskMove]:
    moves = task_buttons(user, job, task, is_behind=False)
    return [move for move in moves if begins_work(task.status, move.status) or move.status == DONE]


def task_page(user: User, job: Job, task: JobTask) -> dict[str, Any]:
    """One task: its pictures, its history and what may be done with it; three statements."""
    pictures = TaskAttachment.objects.filter(task=task).select_related("stored").order_by("pk")
    is_behind = job.tasks.open().filter(order__lt=task.order).exists()
    is_planner = may_plan(user, job.created_by_id)
    is_untouched = task.started_at is None and task.status != DONE
    moves = task_buttons(user, job, task, is_behind=is_behind)
    return {
        "job": job,
        "task": task,
        "is_planner": is_planner,
        "moves": moves,
        "skips": any(move.skips for move in moves),
        "may_remove": is_planner and job.is_open and is_untouched,
        "photos": gallery_of(task, pictures, url_name="office_task_picture"),
        "timeline": job_timeline(history_of(task, public_only=False)),
    }


def task_buttons(user: User, job: Job, task: JobTask, *, is_behind: bool) -> list[TaskMove]:
    """What may be done with a task; what passes over earlier ones, for who may skip the order.

    Args:
        user: Who would do it.
        job: Its job.
        task: Which one.
        is_behind: Whether a task before it is open.
    """
    allowed = task_moves(task.status, job.status, is_planner=may_plan(user, job.created_by_id))
    found = []
    for (source, target), label in TASK_BUTTONS.items():
        skips = is_behind and begins_work(source, target)
        if source == task.status and target in allowed and (not skips or may_skip_order(user)):
            found.append(TaskMove(target, f"{label} out of order" if skips else label, skips))
    return found
