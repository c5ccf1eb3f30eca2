"""The tables of moves, once more and independently of ``apps/jobs/workflow.py``."""

import itertools

import pytest

from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.workflow import begins_work, job_moves, task_moves, task_verb

J, T = JobStatus, TaskStatus
EVERYBODYS_JOB = {
    (J.PENDING, J.IN_PROGRESS),
    (J.PENDING, J.COMPLETED),
    (J.IN_PROGRESS, J.COMPLETED),
}
PLANNERS_JOB = {(J.PENDING, J.CANCELLED), (J.IN_PROGRESS, J.CANCELLED)}
EVERYBODYS_TASK = {
    (T.PENDING, T.IN_PROGRESS): "task.started",
    (T.PENDING, T.COMPLETED): "task.completed",
    (T.IN_PROGRESS, T.COMPLETED): "task.completed",
    (T.IN_PROGRESS, T.PENDING): "task.put_back",
    (T.COMPLETED, T.IN_PROGRESS): "task.reopened",
    (T.COMPLETED, T.PENDING): "task.reopened",
}
PLANNERS_TASK = {
    (T.PENDING, T.CANCELLED): "task.cancelled",
    (T.IN_PROGRESS, T.CANCELLED): "task.cancelled",
    (T.CANCELLED, T.PENDING): "task.put_back",
}


def pairs(statuses: type[JobStatus] | type[TaskStatus]) -> list[tuple[str, str]]:
    return list(itertools.permutations([status.value for status in statuses], 2))


@pytest.mark.parametrize("is_planner", [True, False])
def test_moves_of_a_job(*, is_planner: bool) -> None:
    legal = EVERYBODYS_JOB | PLANNERS_JOB if is_planner else EVERYBODYS_JOB
    found = {(a, b) for a, b in pairs(J) if b in job_moves(a, is_planner=is_planner)}
    assert found == legal


@pytest.mark.parametrize("is_planner", [True, False])
def test_moves_of_a_task_under_an_open_job(*, is_planner: bool) -> None:
    legal = EVERYBODYS_TASK | PLANNERS_TASK if is_planner else EVERYBODYS_TASK
    for job_status in (J.PENDING, J.IN_PROGRESS):
        found = {
            (a, b) for a, b in pairs(T) if b in task_moves(a, job_status, is_planner=is_planner)
        }
        assert found == legal.keys()


def test_no_task_moves_under_a_closed_job() -> None:
    for status, job_status in itertools.product(T, (J.COMPLETED, J.CANCELLED)):
        assert task_moves(status, job_status, is_planner=True) == []


def test_what_the_trail_calls_a_move() -> None:
    moves = EVERYBODYS_TASK | PLANNERS_TASK
    assert {pair: task_verb(*pair) for pair in moves} == moves


def test_work_begins_where_a_task_starts_or_is_done_at_once() -> None:
    begun = {pair for pair in EVERYBODYS_TASK | PLANNERS_TASK if begins_work(*pair)}
    assert begun == {
        (T.PENDING, T.IN_PROGRESS),
        (T.PENDING, T.COMPLETED),
        (T.COMPLETED, T.IN_PROGRESS),
    }
