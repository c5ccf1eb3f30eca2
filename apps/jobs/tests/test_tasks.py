"""Tasks: progress in order, what they are, what they need."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job, JobTask
from apps.jobs.queries import job_history
from apps.jobs.services import (
    TaskDetails,
    add_task,
    cancel_job,
    complete_job,
    edit_equipment,
    edit_task,
    remove_task,
    reorder_tasks,
)
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def move(actor: User, task: JobTask, status: str, **values: Any) -> JobTask:
    return edit_task(actor=actor, task_id=task.pk, status=status, values=values)


def newest() -> AuditEntry:
    return AuditEntry.objects.latest("position")


def titles(job: Job) -> list[str]:
    return [str(task) for task in job.tasks.order_by("order")]


# --- Progress -------------------------------------------------------------------------------


def test_the_first_task_begins_the_job(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    begun = move(cast.technician, tasks[0], "in_progress")
    job.refresh_from_db()
    assert (begun.status, begun.version, job.status) == ("in_progress", 2, "in_progress")
    assert begun.started_at is not None
    assert job.started_at is not None
    verbs = AuditEntry.objects.order_by("-position").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["task.started", "job.started"]


def test_finished_in_one_tap_has_both_stamps(cast: Cast, tasks: list[JobTask]) -> None:
    finished = move(cast.technician, tasks[0], "completed")
    assert finished.completed_at is not None
    assert finished.started_at is not None
    assert newest().verb == "task.completed"


@pytest.mark.parametrize("status", ["in_progress", "completed"])
def test_the_second_before_the_first_is_refused(
    cast: Cast, tasks: list[JobTask], status: str
) -> None:
    for actor in (cast.technician, cast.sales_agent):
        with refused(Conflict, "tasks_before_open") as caught:
            move(actor, tasks[1], status)
        assert caught.value.detail == "First: 1 Measure."
        assert caught.value.extra["open_tasks"][0]["id"] == tasks[0].pk


def test_an_admin_may_skip_the_order_and_it_is_recorded(cast: Cast, tasks: list[JobTask]) -> None:
    move(cast.admin, tasks[2], "completed")
    skipped = newest().changes[-1]
    assert skipped == {"field": "skipped", "old": None, "new": "1 Measure, 2 Cut"}


def test_a_cancelled_task_never_blocks(cast: Cast, tasks: list[JobTask]) -> None:
    move(cast.sales_agent, tasks[0], "cancelled")
    assert newest().verb == "task.cancelled"
    assert move(cast.technician, tasks[1], "in_progress").status == "in_progress"


@pytest.mark.parametrize(
    ("first", "then", "verb"),
    [
        ("in_progress", "pending", "task.put_back"),
        ("completed", "pending", "task.reopened"),
        ("completed", "in_progress", "task.reopened"),
    ],
)
def test_a_task_goes_back_and_loses_its_stamps(
    cast: Cast, tasks: list[JobTask], first: str, then: str, verb: str
) -> None:
    move(cast.technician, tasks[0], first)
    back = move(cast.technician, tasks[0], then)
    assert (back.completed_at, newest().verb) == (None, verb)
    assert (back.started_at is None) is (then == "pending")


def test_what_a_task_cannot_become_is_told(cast: Cast, tasks: list[JobTask]) -> None:
    move(cast.admin, tasks[0], "cancelled")
    with refused(Conflict, "illegal_move") as caught:
        move(cast.admin, tasks[0], "completed")
    assert caught.value.extra == {"allowed_moves": ["pending"]}


def test_technicians_take_nothing_off_the_plan(cast: Cast, tasks: list[JobTask]) -> None:
    with refused(Forbidden):
        move(cast.technician, tasks[0], "cancelled")
    move(cast.admin, tasks[0], "cancelled")
    with refused(Forbidden):
        move(cast.technician, tasks[0], "pending")
    assert move(cast.sales_agent, tasks[0], "pending").status == "pending"


def test_the_own_last_move_repeated_writes_nothing(cast: Cast, tasks: list[JobTask]) -> None:
    move(cast.technician, tasks[0], "completed")
    with nothing_written():
        move(cast.technician, tasks[0], "completed")
    with refused(Conflict, "illegal_move"):
        move(cast.admin, tasks[0], "completed")
    assert move(cast.admin, tasks[0], "completed", notes="Seen").notes == "Seen"


def test_nobody_works_on_a_closed_job(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    factories.finish_tasks(job)
    complete_job(actor=cast.technician, job_id=job.pk)
    off = factories.make_job("A", customer=cast.fleet)
    cancel_job(actor=cast.admin, job_id=off.pk, reason="No")
    for task in (tasks[2], off.tasks.get()):
        with refused(Conflict, "job_closed"):
            move(cast.admin, task, "in_progress")
        with refused(Conflict, "job_closed"):
            edit_task(actor=cast.admin, task_id=task.pk, values={"title": "B"})
        with refused(Conflict, "job_closed"):
            add_task(actor=cast.admin, job_id=task.job_id, details=TaskDetails("C"))
        with refused(Conflict, "job_closed"):
            remove_task(actor=cast.admin, task_id=task.pk)
        ids = list(task.job.tasks.order_by("order").values_list("pk", flat=True))
        with refused(Conflict, "job_closed"):
            reorder_tasks(actor=cast.admin, job_id=task.job_id, task_ids=ids)
        assert edit_task(actor=cast.admin, task_id=task.pk, values={"notes": "x"}).version


# --- Notes and words ------------------------------------------------------------------------


def test_notes_make_no_new_version(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    noted = edit_task(actor=cast.technician, task_id=tasks[1].pk, values={"notes": " Shut "})
    before = job.updated_at
    job.refresh_from_db()
    assert (noted.notes, noted.version, newest().verb) == ("Shut", 1, "task.edited")
    assert job.updated_at > before
    with nothing_written():
        edit_task(actor=cast.technician, task_id=tasks[1].pk, values={"notes": "Shut"})
    with nothing_written():
        edit_task(actor=cast.technician, task_id=tasks[1].pk)


@pytest.mark.parametrize("part", ["sales_agent", "admin"])
def test_planners_change_what_a_task_is(cast: Cast, tasks: list[JobTask], part: str) -> None:
    lamp = factories.make_equipment("Lamp")
    changed = edit_task(
        actor=cast.member(part),
        task_id=tasks[0].pk,
        version=1,
        values={"title": "Weigh", "description": "Twice", "equipment": [lamp.pk]},
    )
    assert (changed.title, changed.version, changed.equipment.get()) == ("Weigh", 2, lamp)
    assert [change["field"] for change in newest().changes] == ["title", "description", "equipment"]


@pytest.mark.parametrize("field", ["title", "description", "equipment"])
def test_technicians_change_progress_and_notes_only(
    cast: Cast, tasks: list[JobTask], field: str
) -> None:
    with refused(Forbidden):
        edit_task(actor=cast.technician, task_id=tasks[0].pk, values={field: []})


@pytest.mark.parametrize("field", ["order", "job_id", "status"])
def test_order_and_job_of_a_task_are_no_fields(
    cast: Cast, tasks: list[JobTask], field: str
) -> None:
    with refused(Invalid):
        edit_task(actor=cast.admin, task_id=tasks[0].pk, values={field: 1})


@pytest.mark.parametrize("part", ["other_technician", "other_sales_agent", "primary"])
def test_others_find_no_task(cast: Cast, job: Job, tasks: list[JobTask], part: str) -> None:
    actor = cast.member(part)
    with refused(NotFound):
        move(actor, tasks[0], "completed")
    with refused(NotFound):
        add_task(actor=actor, job_id=job.pk, details=TaskDetails("Mine"))


def test_an_older_version_is_refused(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    for call in (
        lambda: edit_task(actor=cast.admin, task_id=tasks[0].pk, version=7, status="completed"),
        lambda: remove_task(actor=cast.admin, task_id=tasks[0].pk, version=7),
        lambda: add_task(actor=cast.admin, job_id=job.pk, details=TaskDetails("A"), version=7),
    ):
        with refused(PreconditionFailed, "stale"):
            call()


def test_retired_equipment_stays_and_cannot_be_added(cast: Cast, tasks: list[JobTask]) -> None:
    lamp, saw = factories.make_equipment("Lamp"), factories.make_equipment("Saw")
    values = {"equipment": [lamp.pk]}
    edit_task(actor=cast.admin, task_id=tasks[0].pk, values=values)
    for item in (lamp, saw):
        edit_equipment(
            actor=cast.admin, equipment_id=item.pk, version=1, values={"is_active": False}
        )
    with nothing_written():
        edit_task(actor=cast.admin, task_id=tasks[0].pk, values=values)
    for ids in ([lamp.pk, saw.pk], [9_000_000]):
        with refused(Invalid, "equipment_unknown") as caught:
            edit_task(actor=cast.admin, task_id=tasks[0].pk, values={"equipment": ids})
        assert list(caught.value.errors) == ["equipment"]
    with refused(Invalid):
        edit_task(actor=cast.admin, task_id=tasks[0].pk, values={"equipment": [*range(1, 52)]})


# --- Adding, ordering, removing -------------------------------------------------------------


def test_a_task_comes_behind_the_others(cast: Cast, job: Job) -> None:
    lamp = factories.make_equipment("Lamp")
    details = TaskDetails("Sweep", "All", [lamp.pk, lamp.pk])
    added = add_task(actor=cast.sales_agent, job_id=job.pk, details=details, version=1)
    job.refresh_from_db()
    assert (added.order, added.equipment.get(), job.version) == (4, lamp, 2)
    assert titles(job)[-1] == "4 Sweep"


def test_technicians_add_none(cast: Cast, job: Job) -> None:
    with refused(Forbidden):
        add_task(actor=cast.technician, job_id=job.pk, details=TaskDetails("Mine"))


def test_a_job_has_a_hundred_tasks_at_most(cast: Cast) -> None:
    full = factories.make_job(*["A"] * 100)
    with refused(Conflict, "too_many_tasks"):
        add_task(actor=cast.admin, job_id=full.pk, details=TaskDetails("B"))


def test_tasks_are_put_in_another_order(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    first, second, third = (task.pk for task in tasks)
    changed = reorder_tasks(
        actor=cast.sales_agent, job_id=job.pk, task_ids=[third, first, second], version=1
    )
    assert (titles(job), changed.version) == (["1 Clean", "2 Measure", "3 Cut"], 2)
    assert newest().changes == [
        {
            "field": "order",
            "old": "1 Measure, 2 Cut, 3 Clean",
            "new": "3 Clean, 1 Measure, 2 Cut",
        }
    ]
    with nothing_written():
        reorder_tasks(actor=cast.admin, job_id=job.pk, task_ids=[third, first, second])
    assert invariant_violations() == []


def test_an_order_that_is_not_exact_changes_nothing(
    cast: Cast, job: Job, tasks: list[JobTask]
) -> None:
    first, second, third = (task.pk for task in tasks)
    foreign = factories.make_job("A").tasks.get().pk
    for ids in (
        [],
        [third, second],
        [third, second, first, foreign],
        [third, second, foreign],
        [third, second, second],
        [third, second, first, first],
    ):
        with refused(Invalid, "tasks_not_exact") as caught:
            reorder_tasks(actor=cast.admin, job_id=job.pk, task_ids=ids)
        assert list(caught.value.errors) == ["tasks"]


@pytest.mark.parametrize(
    ("part", "error"), [("technician", Forbidden), ("other_technician", NotFound)]
)
def test_others_neither_order_nor_remove(
    cast: Cast, job: Job, tasks: list[JobTask], part: str, error: type[DomainError]
) -> None:
    ids = [task.pk for task in reversed(tasks)]
    with refused(error):
        reorder_tasks(actor=cast.member(part), job_id=job.pk, task_ids=ids)
    with refused(error):
        remove_task(actor=cast.member(part), task_id=tasks[0].pk)


def test_those_behind_a_removed_task_move_up_and_its_history_stays(
    cast: Cast, job: Job, tasks: list[JobTask]
) -> None:
    edit_task(actor=cast.technician, task_id=tasks[0].pk, values={"notes": "Why?"})
    changed = remove_task(actor=cast.sales_agent, task_id=tasks[0].pk)
    assert (titles(job), changed.version) == (["1 Cut", "2 Clean"], 2)
    told = [(entry.verb, entry.target_label) for entry in job_history(job)]
    assert told == [
        ("job.created", "Yard check"),
        ("task.created", "1 Measure"),
        ("task.created", "2 Cut"),
        ("task.created", "3 Clean"),
        ("task.edited", "1 Measure"),
        ("task.removed", "1 Measure"),
        ("job.task_removed", "Yard check"),
    ]
    assert invariant_violations() == []


@pytest.mark.parametrize("status", ["in_progress", "completed"])
def test_what_was_worked_on_is_not_removed(cast: Cast, tasks: list[JobTask], status: str) -> None:
    move(cast.technician, tasks[0], status)
    with refused(Conflict, "task_begun"):
        remove_task(actor=cast.admin, task_id=tasks[0].pk)


def test_a_cancelled_task_is_removed(cast: Cast, job: Job, tasks: list[JobTask]) -> None:
    move(cast.admin, tasks[2], "cancelled")
    remove_task(actor=cast.admin, task_id=tasks[2].pk)
    assert titles(job) == ["1 Measure", "2 Cut"]
