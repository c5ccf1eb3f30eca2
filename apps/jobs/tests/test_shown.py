"""What pages read of jobs, at how many statements, and the words of their history."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.jobs.models import Job, JobTask
from apps.jobs.queries import counts_of_open, job_history, jobs_of_repair, shown_jobs
from apps.jobs.services import complete_job, edit_job, edit_task, reorder_tasks
from apps.jobs.wording import job_timeline
from core.clock import now, pretending
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import completed_job, finish_tasks, make_job, request

pytestmark = pytest.mark.django_db


def late_job(cast: Cast) -> Job:
    """Planned for three days ago."""
    with pretending(now() - dt.timedelta(days=3)):
        return make_job("A", customer=cast.fleet, scheduled_date=shop_today())


@pytest.mark.parametrize("number", [1, 3])
def test_shown_jobs_cost_one_statement(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_job("A", "B", customer=cast.fleet, technician=cast.technician_record)
    with django_assert_num_queries(1):
        rows = list(shown_jobs(cast.admin, dt.date(2026, 1, 1)))
        told = [(str(row.customer), str(row.assigned_to), row.tasks_total) for row in rows]
    assert told == [("Demo Fleet", "Tom Becker", 2)] * number


def test_late_ones_are_told_and_counted(cast: Cast) -> None:
    today = shop_today()
    assert counts_of_open(cast.admin, today) == {"open": 0, "overdue": 0, "unassigned": 0}
    late = late_job(cast)
    completed_job(customer=cast.fleet)
    make_job("A", customer=cast.fleet, technician=cast.technician_record, scheduled_date=today)
    assert counts_of_open(cast.admin, today) == {"open": 2, "overdue": 1, "unassigned": 1}
    assert counts_of_open(cast.sales_agent, today)["open"] == 0
    assert [job.pk for job in shown_jobs(cast.admin, today) if job.is_overdue] == [late.pk]


def test_the_jobs_of_a_repair(cast: Cast) -> None:
    repair = request(customer=cast.fleet, unit_number="4127")
    job = make_job("A", customer=cast.fleet, repair_id=repair.pk)
    make_job("A", customer=cast.fleet)
    assert list(jobs_of_repair(cast.admin, repair)) == [job]
    assert list(jobs_of_repair(cast.technician, repair)) == []


def test_the_history_in_words_says_which_task(
    cast: Cast, job: Job, tasks: list[JobTask], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, third = tasks
    edit_job(actor=cast.admin, job_id=job.pk, version=1, values={"title": "Yard survey"})
    ids = [first.pk, third.pk, second.pk]
    reorder_tasks(actor=cast.admin, job_id=job.pk, task_ids=ids)
    edit_task(actor=cast.admin, task_id=second.pk, status="completed")
    finish_tasks(job)
    complete_job(actor=cast.technician, job_id=job.pk)
    read = Job.objects.prefetch_related("tasks").get(pk=job.pk)
    with django_assert_num_queries(2):
        entries = job_history(read)
    told = [(line.text, line.actor) for line in job_timeline(entries)]
    assert told[0] == ("Completed", "Tom Becker")
    assert ("Task 3 Cut: completed", str(cast.admin)) in told
    assert told[-1] == ("Created", "Sally Owns")
    changes = {
        change.label: change.new for line in job_timeline(entries) for change in line.changes
    }
    assert changes == {
        "Title": "Yard survey",
        "Order": "1 Measure, 3 Clean, 2 Cut",
        "Skipped": "1 Measure, 2 Clean",
    }
