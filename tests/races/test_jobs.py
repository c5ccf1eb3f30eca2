"""Sixteen at one job: completed while a task is added, completed by many, ordered by two."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from apps.audit.models import AuditEntry
from apps.jobs.models import Equipment, Job, JobTask
from apps.jobs.services import (
    JobDetails,
    TaskDetails,
    add_task,
    complete_job,
    create_job,
    delete_equipment,
    edit_job,
    edit_task,
    reopen_job,
    reorder_tasks,
)
from apps.notifications.models import Notification
from apps.queue_management.use_cases import (
    Reason,
    approve_repair,
    approve_repairs,
    complete_repair,
    deactivate_person,
    finish_repair,
)
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.errors import Conflict, DomainError, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 200


@contextmanager
def without_triggers() -> Iterator[None]:
    """PostgreSQL's second guard is away."""
    tables = ("jobs_job", "jobs_jobtask")
    try:
        for table in tables:
            _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
    finally:
        for table in tables:
            _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def ready_job(**fields: Any) -> Job:
    """All its tasks are done."""
    job = factories.make_job("A", **fields)
    factories.finish_tasks(job)
    return job


def complete_and_add(job: Job, actor: User) -> list[Any]:
    return at_once(
        [
            partial(complete_job, actor=actor, job_id=job.pk),
            partial(add_task, actor=actor, job_id=job.pk, details=TaskDetails("B")),
        ]
    )


def is_broken(job: Job) -> bool:
    """Whether it is completed with an open task."""
    done = Job.objects.filter(pk=job.pk, status="completed").exists()
    return done and JobTask.objects.open().filter(job=job).exists()


def test_complete_and_add_task_never_both_win() -> None:
    admin, job = factories.make_admin(), ready_job()
    winners = set()
    for _ in range(ROUNDS):
        outcomes = complete_and_add(job, admin)
        assert not is_broken(job)
        (loser,) = failed(outcomes)
        assert isinstance(loser, Conflict), loser
        winners.add(loser.code)
        job = _made_ready_again(job, admin)
    assert winners <= {"open_tasks", "job_closed"}
    assert invariant_violations() == []


def _made_ready_again(job: Job, admin: User) -> Job:
    job.refresh_from_db()
    if job.status == "completed":
        reopen_job(actor=admin, job_id=job.pk, reason="Once more")
    factories.finish_tasks(job)
    return ready_job() if job.tasks.count() > 90 else job


def test_control_without_locks_the_triggers_stop_them(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = factories.make_admin()
    without_locks_on(monkeypatch, Job)

    def violation() -> bool:
        job = ready_job()
        outcomes = complete_and_add(job, admin)
        assert not is_broken(job)
        return any(isinstance(error, IntegrityError) for error in failed(outcomes))

    assert happens(violation, rounds=200)


def test_control_without_locks_and_triggers_both_win(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = factories.make_admin()
    without_locks_on(monkeypatch, Job)

    def violation() -> bool:
        job = ready_job()
        complete_and_add(job, admin)
        return is_broken(job)

    with without_triggers():
        assert happens(violation, rounds=200)


def complete_together(people: list[User]) -> list[Any]:
    job = ready_job(actor=people[0])
    Notification.objects.all().delete()
    return at_once([partial(complete_job, actor=person, job_id=job.pk) for person in people])


def entries() -> int:
    return AuditEntry.objects.filter(verb="job.completed").count()


def test_eight_completions_write_one_entry_and_one_message() -> None:
    people = [factories.make_admin(f"Admin {number}") for number in range(8)]
    job = ready_job(actor=factories.make_admin("Maker"))
    outcomes = at_once([partial(complete_job, actor=each, job_id=job.pk) for each in people])
    assert len(succeeded(outcomes)) == 1
    assert {getattr(error, "code", error) for error in failed(outcomes)} == {"illegal_move"}
    assert (entries(), Notification.objects.filter(kind="job_completed").count()) == (1, 1)


def test_eight_completions_of_one_person_are_one() -> None:
    admin = factories.make_admin()
    outcomes = complete_together([admin] * 8)
    assert (failed(outcomes), entries()) == ([], 1)


def test_control_without_locks_several_entries_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = factories.make_admin()
    without_locks_on(monkeypatch, Job)

    def violation() -> bool:
        before = entries()
        complete_together([admin] * 8)
        return entries() - before > 1

    assert happens(violation)


def reorder_together() -> tuple[Job, list[list[int]], list[Any]]:
    admin = factories.make_admin()
    job = factories.make_job(*"ABCDEF")
    ids = list(job.tasks.order_by("order").values_list("pk", flat=True))
    orders = [ids[::-1], ids[1:] + ids[:1], ids[2:] + ids[:2], ids[3:] + ids[:3]]
    calls = [partial(reorder_tasks, actor=admin, job_id=job.pk, task_ids=each) for each in orders]
    return job, orders, at_once(calls)


def versions_of(job: Job) -> int:
    job.refresh_from_db()
    return job.version


def order_of(job: Job) -> list[int]:
    return list(job.tasks.order_by("order").values_list("pk", flat=True))


def test_of_several_reorders_one_whole_order_wins() -> None:
    for _ in range(10):
        job, orders, outcomes = reorder_together()
        assert failed(outcomes) == []
        assert order_of(job) in orders
        assert versions_of(job) == 1 + len(orders)
    assert invariant_violations() == []


def test_control_without_locks_reorders_do_not_know_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Job)

    def violation() -> bool:
        job, orders, outcomes = reorder_together()
        return bool(failed(outcomes)) or versions_of(job) != 1 + len(orders)

    assert happens(violation, rounds=200)


def edit_together() -> list[Any]:
    admin, agent = factories.make_admin(), factories.make_sales_agent()
    customer = factories.make_customer(owner=agent)
    job = factories.make_job("A", actor=agent, customer=customer)
    return at_once(
        [
            partial(edit_job, actor=admin, job_id=job.pk, version=1, values={"title": "B"}),
            partial(edit_job, actor=agent, job_id=job.pk, version=1, values={"priority": "low"}),
        ]
    )


def test_of_two_edits_the_second_is_told() -> None:
    (error,) = failed(edit_together())
    assert isinstance(error, PreconditionFailed)


def test_control_without_locks_one_edit_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Job)
    assert happens(lambda: failed(edit_together()) == [], rounds=200)


def complete_while_making_a_job() -> list[Any]:
    technician, admin = factories.make_technician(), factories.make_admin()
    repair = factories.started_repair(technician=technician)
    details = JobDetails("A", repair_id=repair.pk)
    return at_once(
        [
            partial(complete_repair, actor=admin, repair_id=repair.pk),
            partial(create_job, actor=admin, customer_id=repair.customer_id, details=details),
        ]
    )


def test_a_repair_is_completed_or_gets_a_job() -> None:
    for _ in range(5):
        (error,) = failed(complete_while_making_a_job())
        assert isinstance(error, DomainError)
        assert error.code in {"jobs_open", "repair_unknown"}
    assert invariant_violations() == []


def test_who_leaves_keeps_no_job_that_is_given_meanwhile() -> None:
    owner = factories.make_owner()
    for _ in range(5):
        technician = factories.make_technician()
        jobs = [factories.make_job("A") for _ in range(4)]
        calls: list[Callable[[], Any]] = [
            partial(
                edit_job,
                actor=owner,
                job_id=job.pk,
                version=None,
                values={"assigned_to_id": technician.user_id},
            )
            for job in jobs
        ]
        calls.append(partial(deactivate_person, actor=owner, user_id=technician.user_id))
        outcomes = at_once(calls)
        assert all(isinstance(error, DomainError) for error in failed(outcomes)), outcomes
        assert invariant_violations() == []


def test_equipment_is_deleted_or_needed() -> None:
    admin = factories.make_admin()
    for _ in range(5):
        item, task = factories.make_equipment(), factories.make_job("A").tasks.get()
        calls: list[Callable[[], Any]] = [
            partial(delete_equipment, actor=admin, equipment_id=item.pk),
            partial(edit_task, actor=admin, task_id=task.pk, values={"equipment": [item.pk]}),
        ]
        (error,) = failed(at_once(calls))
        assert isinstance(error, DomainError)
        assert error.code in {"equipment_in_use", "equipment_unknown"}
        assert Equipment.objects.filter(pk=item.pk).exists() is task.equipment.exists()


def repair_to_finish(technician: Technician) -> tuple[Repair, Job]:
    """In progress, with one open task of one job."""
    repair = factories.started_repair(technician=technician)
    job = factories.make_job(
        "A", customer=repair.customer, technician=technician, repair_id=repair.pk
    )
    return repair, job


def add_tasks(job: Job, admin: User) -> None:
    """One after another, until the job takes none any more."""
    for number in range(6):
        add_task(actor=admin, job_id=job.pk, details=TaskDetails(f"B{number}"))


def finish_and_add(repair: Repair, job: Job, technician: Technician, admin: User) -> list[Any]:
    return at_once(
        [
            partial(finish_repair, actor=technician.user, repair_id=repair.pk),
            partial(add_tasks, job, admin),
        ]
    )


def test_finishing_all_and_adding_a_task_leave_nothing_open() -> None:
    admin, technician = factories.make_admin(), factories.make_technician()
    for _ in range(40):
        repair, job = repair_to_finish(technician)
        outcomes = finish_and_add(repair, job, technician, admin)
        assert {getattr(error, "code", error) for error in failed(outcomes)} <= {"job_closed"}
        assert not is_broken(job)
        assert Job.objects.get(pk=job.pk).status == "completed"
    assert invariant_violations() == []


def test_control_without_locks_finishing_leaves_an_open_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin, technician = factories.make_admin(), factories.make_technician()
    without_locks_on(monkeypatch, Job)

    def violation() -> bool:
        repair, job = repair_to_finish(technician)
        finish_and_add(repair, job, technician, admin)
        return bool(invariant_violations())

    with without_triggers():
        assert happens(violation, rounds=400)


def approve_by_many(repair: Repair, people: list[User]) -> list[Any]:
    return at_once([partial(approve_repair, actor=each, repair_id=repair.pk) for each in people])


def test_approved_by_many_a_repair_gets_one_checklist() -> None:
    factories.make_template("Chip", "A", "B", damage_type="Unknown")
    customer = factories.make_customer()
    people = [factories.make_member(customer, can_approve=True) for _ in range(CROWD)]
    repair = factories.field_repair(customer=customer)
    assert len(succeeded(approve_by_many(repair, people))) == 1
    assert repair.jobs.count() == 1
    assert invariant_violations() == []


def test_approvals_of_batches_and_takes_meet_no_deadlock() -> None:
    lamps = [factories.make_equipment() for _ in range(3)]
    factories.make_template("Chip", "A", damage_type="Unknown", equipment=lamps)
    admin, customer = factories.make_admin(), factories.make_customer()
    technicians = [factories.make_technician() for _ in range(4)]
    waiting = [
        [factories.field_repair(technician=each, customer=customer).pk for each in technicians]
        for _ in range(4)
    ]
    asked = [factories.request(customer=customer) for _ in range(4)]
    why = Reason(text="On the phone")
    calls: list[Callable[[], object]] = [
        *(partial(approve_repairs, actor=admin, repair_ids=ids, reason=why) for ids in waiting),
        *(
            partial(approve_repair, actor=each.user, repair_id=repair.pk)
            for each, repair in zip(technicians, asked, strict=True)
        ),
        partial(deactivate_person, actor=factories.make_owner(), user_id=technicians[0].user_id),
    ]
    errors = {getattr(error, "code", error) for error in failed(at_once(calls))}
    assert errors <= {"technician_away", "not_found", "already_claimed"}
    assert invariant_violations() == []
