"""Legal moves of a job and of a task (DOMAIN, section 6). Pure: no database.

Whoever sees a job records its progress. What takes work off the plan (cancelling, and bringing a
cancelled task back) is its planners': the office and the sales agent who made the job.
A closed job opens by ``reopen_job`` alone, with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.jobs.enums import JobStatus, TaskStatus


@dataclass(frozen=True)
class Move:
    """One row of a table."""

    source: str
    target: str
    is_planners: bool = False


_J, _T = JobStatus, TaskStatus
JOB_MOVES = (
    Move(_J.PENDING, _J.IN_PROGRESS),
    Move(_J.PENDING, _J.COMPLETED),
    Move(_J.PENDING, _J.CANCELLED, is_planners=True),
    Move(_J.IN_PROGRESS, _J.COMPLETED),
    Move(_J.IN_PROGRESS, _J.CANCELLED, is_planners=True),
)
TASK_MOVES = (
    Move(_T.PENDING, _T.IN_PROGRESS),
    Move(_T.PENDING, _T.COMPLETED),
    Move(_T.PENDING, _T.CANCELLED, is_planners=True),
    Move(_T.IN_PROGRESS, _T.COMPLETED),
    Move(_T.IN_PROGRESS, _T.PENDING),
    Move(_T.IN_PROGRESS, _T.CANCELLED, is_planners=True),
    Move(_T.COMPLETED, _T.IN_PROGRESS),
    Move(_T.COMPLETED, _T.PENDING),
    Move(_T.CANCELLED, _T.PENDING, is_planners=True),
)
# What the trail calls a task's move, by where it leads; leaving COMPLETED has a name of its own.
_VERBS: Mapping[str, str] = {
    _T.PENDING: "task.put_back",
    _T.IN_PROGRESS: "task.started",
    _T.COMPLETED: "task.completed",
    _T.CANCELLED: "task.cancelled",
}


def job_moves(status: str, *, is_planner: bool) -> list[str]:
    """Where this person may move a job that stands at ``status``, in the table's order."""
    return _moves(JOB_MOVES, status, is_planner=is_planner)


def task_moves(status: str, job_status: str, *, is_planner: bool) -> list[str]:
    """Where this person may move a task; nowhere under a closed job."""
    if job_status not in {_J.PENDING, _J.IN_PROGRESS}:
        return []
    return _moves(TASK_MOVES, status, is_planner=is_planner)


def is_planners_only(moves: tuple[Move, ...], source: str, target: str) -> bool:
    """Whether the table has this move, but for planners."""
    return any((m.source, m.target, m.is_planners) == (source, target, True) for m in moves)


def begins_work(source: str, target: str) -> bool:
    """Whether a task that moves so is begun, so that those before it must be done."""
    return target == _T.IN_PROGRESS or (source, target) == (_T.PENDING, _T.COMPLETED)


def task_verb(source: str, target: str) -> str:
    """What the trail calls the move of a task."""
    return "task.reopened" if source == _T.COMPLETED else _VERBS[target]


def _moves(moves: tuple[Move, ...], status: str, *, is_planner: bool) -> list[str]:
    return [
        str(move.target)
        for move in moves
        if move.source == status and (is_planner or not move.is_planners)
    ]
