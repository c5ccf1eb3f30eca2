"""Jobs begin, end, are called off, open again."""

import datetime as dt

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job, JobTask
from apps.jobs.services import (
    cancel_job,
    complete_job,
    edit_task,
    move_job,
    reopen_job,
    start_job,
)
from apps.notifications.models import Notification
from core.clock import now, pretending
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def newest() -> AuditEntry:
    return AuditEntry.objects.latest("position")


def done(cast: Cast, job: Job) -> Job:
    factories.finish_tasks(job, actor=cast.technician)
    return complete_job(actor=cast.technician, job_id=job.pk)


def test_completing_names_the_open_tasks(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    edit_task(actor=cast.technician, task_id=tasks[0].pk, status="completed")
    edit_task(actor=cast.technician, task_id=tasks[1].pk, status="in_progress")
    with refused(Conflict, "open_tasks") as caught:
        complete_job(actor=cast.technician, job_id=job.pk)
    assert caught.value.detail == "Still open: 2 Cut, 3 Clean."
    assert caught.value.extra["open_tasks"] == [
        {"id": tasks[1].pk, "order": 2, "title": "Cut", "status": "in_progress"},
        {"id": tasks[2].pk, "order": 3, "title": "Clean", "status": "pending"},
    ]


def test_a_job_is_completed_behind_its_last_task(cast: Cast, job: Job) -> None:
    at = now() + HOUR
    with pretending(at):
        finished = done(cast, job)
    assert (finished.status, finished.completed_at) == ("completed", at)
    told = Notification.objects.filter(kind="job_completed")
    assert [(each.recipient, each.text) for each in told] == [
        (cast.sales_agent, "Done: “Yard check” for Demo Fleet")
    ]
    assert newest().verb == "job.completed"
    assert invariant_violations() == []


def test_who_made_it_is_not_told_of_what_they_did(cast: Cast) -> None:
    factories.completed_job(customer=cast.fleet)
    assert not Notification.objects.filter(kind="job_completed").exists()


def test_cancelled_tasks_hold_nothing_up(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    for task in tasks:
        edit_task(actor=cast.sales_agent, task_id=task.pk, status="cancelled")
    finished = complete_job(actor=cast.technician, job_id=job.pk)
    assert (finished.status, finished.started_at) == ("completed", None)
    again = reopen_job(actor=cast.admin, job_id=job.pk, reason="Not at all")
    assert (again.status, again.completed_at) == ("pending", None)


def test_a_job_without_tasks_is_not_completed(cast: Cast) -> None:
    empty = factories.make_job(customer=cast.fleet)
    with refused(Conflict, "no_tasks"):
        complete_job(actor=cast.admin, job_id=empty.pk)


def test_the_own_last_move_repeated_writes_nothing(cast: Cast, job: Job) -> None:
    start_job(actor=cast.technician, job_id=job.pk)
    with nothing_written():
        start_job(actor=cast.technician, job_id=job.pk, version=1)
    done(cast, job)
    with nothing_written():
        move_job(actor=cast.technician, job_id=job.pk, target="completed", version=1)


def test_what_somebody_else_completed_is_refused(cast: Cast, job: Job) -> None:
    done(cast, job)
    with refused(Conflict, "illegal_move") as caught:
        complete_job(actor=cast.admin, job_id=job.pk)
    assert caught.value.extra == {"allowed_moves": []}
    assert "Reopen it first" in caught.value.detail
    for target in ("pending", "in_progress", "cancelled"):
        with refused(Conflict, "illegal_move"):
            move_job(actor=cast.admin, job_id=job.pk, target=target, reason="No")


def test_an_open_job_does_not_go_back(cast: Cast, job: Job) -> None:
    start_job(actor=cast.technician, job_id=job.pk)
    with refused(Conflict, "illegal_move") as caught:
        move_job(actor=cast.admin, job_id=job.pk, target="pending")
    assert caught.value.extra == {"allowed_moves": ["completed", "cancelled"]}


def test_a_move_based_on_an_older_version_is_refused(cast: Cast, job: Job) -> None:
    with refused(PreconditionFailed, "stale"):
        start_job(actor=cast.technician, job_id=job.pk, version=7)


@pytest.mark.parametrize("part", ["sales_agent", "admin"])
def test_planners_call_a_job_off_and_say_why(cast: Cast, job: Job, part: str) -> None:
    actor = cast.member(part)
    off = move_job(actor=actor, job_id=job.pk, target="cancelled", reason=" Sold ")
    assert (off.status, newest().verb, newest().note) == ("cancelled", "job.cancelled", "Sold")
    with nothing_written():
        cancel_job(actor=actor, job_id=job.pk, reason="Again")
    with refused(Conflict, "illegal_move"):
        complete_job(actor=actor, job_id=job.pk)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\0b"])
def test_calling_off_and_opening_again_want_a_reason(cast: Cast, job: Job, reason: str) -> None:
    with refused(Invalid) as caught:
        cancel_job(actor=cast.admin, job_id=job.pk, reason=reason)
    assert list(caught.value.errors) == ["reason"]
    with refused(Invalid):
        reopen_job(actor=cast.admin, job_id=job.pk, reason=reason)


@pytest.mark.parametrize(
    ("part", "error"),
    [("technician", Forbidden), ("other_technician", NotFound), ("primary", NotFound)],
)
def test_others_call_nothing_off(cast: Cast, job: Job, part: str, error: type[DomainError]) -> None:
    with refused(error):
        cancel_job(actor=cast.member(part), job_id=job.pk, reason="No")
    with refused(error):
        reopen_job(actor=cast.member(part), job_id=job.pk, reason="No")


def test_a_completed_job_opens_again_with_a_reason(cast: Cast, job: Job) -> None:
    done(cast, job)
    again = reopen_job(actor=cast.sales_agent, job_id=job.pk, reason="Gate 4 forgotten")
    assert (again.status, again.completed_at) == ("in_progress", None)
    assert (newest().verb, newest().note) == ("job.reopened", "Gate 4 forgotten")
    fields = {change["field"] for change in newest().changes}
    assert fields == {"status", "completed_at"}
    assert again.assigned_to == cast.technician


def test_an_open_job_is_not_opened(cast: Cast, job: Job) -> None:
    with refused(Conflict, "illegal_move"):
        reopen_job(actor=cast.admin, job_id=job.pk, reason="Why not")


def test_who_works_here_no_more_does_not_get_the_job_back(cast: Cast, job: Job) -> None:
    done(cast, job)
    User.objects.filter(pk=cast.technician.pk).update(is_active=False)
    again = reopen_job(actor=cast.admin, job_id=job.pk, reason="Not finished")
    assert again.assigned_to is None
    assert invariant_violations() == []
