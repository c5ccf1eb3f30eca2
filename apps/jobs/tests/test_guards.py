"""What the database itself refuses, and what the registered invariants find."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.jobs.models import Job, JobTask
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def execute(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("table", "columns", "name"),
    [
        ("jobs_job", "completed_at = '2027-01-01'", "job_completed_at_agrees"),
        ("jobs_job", "status = 'done'", "job_status_known"),
        ("jobs_job", "title = ''", "job_has_title"),
        ("jobs_job", "priority_rank = 4", "job_rank_of_priority"),
        ("jobs_job", "scheduled_date = '2027-01-01'", "job_sort_date_agrees"),
        ("jobs_job", "overdue_flagged_at = '2027-01-01'", "job_flagged_is_open"),
        ("jobs_jobtask", "completed_at = '2027-01-01'", "task_stamps_agree"),
        ("jobs_jobtask", "status = 'completed'", "task_stamps_agree"),
        ("jobs_jobtask", '"order" = 0', "task_order_from_one"),
        ("jobs_jobtask", "title = ''", "task_has_title"),
        ("jobs_equipment", "name = ''", "equipment_has_name"),
        ("jobs_equipment", "type = 'toy'", "equipment_type_known"),
        ("jobs_equipment", "serial_number = 'A'", "equipment_serial_has_key"),
    ],
)
def test_columns_that_disagree_are_refused(table: str, columns: str, name: str) -> None:
    factories.make_job("A", equipment=[factories.make_equipment()])
    with pytest.raises(IntegrityError, match=name):
        execute(f"UPDATE {table} SET {columns}")  # noqa: S608 - ours


def test_two_tasks_never_have_one_place() -> None:
    factories.make_job("A", "B")
    with pytest.raises(IntegrityError):
        execute('UPDATE jobs_jobtask SET "order" = 1')


@pytest.mark.postgresql
def test_triggers_refuse_a_completed_job_with_open_work() -> None:
    done, fresh = factories.completed_job(), factories.make_job("A")
    complete = "UPDATE jobs_job SET status = 'completed', completed_at = now() WHERE id = %s"
    for job in (fresh, factories.make_job()):
        with pytest.raises(IntegrityError, match="has open tasks or none"):
            execute(complete, job.pk)
    reopen = "UPDATE jobs_jobtask SET status = 'pending', started_at = NULL, completed_at = NULL"
    with pytest.raises(IntegrityError, match="takes no open task"):
        execute(f"{reopen} WHERE job_id = %s", done.pk)
    with pytest.raises(IntegrityError, match="takes no open task"):
        execute(
            'UPDATE jobs_jobtask SET job_id = %s, "order" = 2 WHERE job_id = %s', done.pk, fresh.pk
        )
    with pytest.raises(IntegrityError, match="takes no open task"), transaction.atomic():
        JobTask.objects.create(job=done, order=2, title="B")
    execute("UPDATE jobs_jobtask SET notes = 'x', status = status WHERE job_id = %s", done.pk)


def found() -> list[str]:
    return [violation.name for violation in invariant_violations()]


def test_a_completed_job_without_a_task_is_found() -> None:
    factories.completed_job().tasks.all().delete()
    assert found() == ["A completed job has a task and no open one"]


def test_a_gap_between_tasks_is_found() -> None:
    job = factories.make_job("A", "B")
    job.tasks.filter(order=1).delete()
    assert found() == ["The tasks of a job are numbered from 1 without a gap"]


def test_a_begun_task_of_a_job_that_was_not_is_found() -> None:
    job = factories.make_job("A", "B")
    task = job.tasks.get(order=1)
    task.status, task.started_at = "in_progress", task.created_at
    task.save_moved()
    assert found() == ["A job that was not begun has no begun task"]


@pytest.mark.parametrize("what", ["site", "repair"])
def test_what_is_another_customers_is_found(what: str) -> None:
    other = factories.make_customer()
    values: dict[str, Any] = {
        "site": factories.make_site(other),
        "repair": factories.request(customer=other),
    }
    factories.make_job("A")
    Job.objects.update(**{what: values[what]})
    assert found() == ["A job's place and repair are its customer's"]


def test_an_open_job_of_somebody_who_left_is_found(cast: Cast) -> None:
    factories.make_job("A", technician=cast.technician_record)
    User.objects.filter(pk=cast.technician.pk).update(is_active=False)
    assert found() == ["Open jobs are nobody's or an active technician's"]


def test_a_completed_repair_with_an_open_job_is_found(cast: Cast) -> None:
    job = factories.make_job("A", customer=cast.fleet)
    repair: Repair = factories.completed_repair(customer=cast.fleet)
    Job.objects.filter(pk=job.pk).update(repair=repair)
    assert found() == ["A completed repair has no open job"]
