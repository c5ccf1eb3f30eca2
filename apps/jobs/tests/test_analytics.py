"""The owner's figures."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.jobs.analytics import FIGURES, analytics
from apps.jobs.enums import JobStatus, Priority
from apps.jobs.models import Job
from apps.jobs.services import complete_job, edit_task
from apps.repairs.enums import QueueStatus
from core.clock import now, pretending
from core.models import User
from core.money import ZERO
from core.shop import shop_today
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def late(job: Job) -> Job:
    """The job with a date that has passed."""
    day = shop_today() - dt.timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(scheduled_date=day, sort_date=day)
    return job


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_cost_the_same_whatever_there_is(cast: Cast, rows: int) -> None:
    lamp = factories.make_equipment()
    for _ in range(rows):
        factories.make_job("A", technician=cast.technician_record, equipment=[lamp])
        factories.approved_repair(technician=cast.technician_record)
    with CaptureQueriesContext(connection) as caught:
        analytics()
    assert len(caught) == 5


def test_figures_of_an_empty_shop_are_all_there() -> None:
    told = analytics()
    assert told["jobs_by_status"] == dict.fromkeys(JobStatus.values, 0)
    assert told["jobs_by_priority"] == dict.fromkeys(Priority.values, 0)
    assert told["repairs_by_status"] == dict.fromkeys(QueueStatus.values, 0)
    assert (told["mean_hours_to_complete"], told["redo_rate"]) == (None, None)
    assert (told["revenue"], told["overdue"]) == (ZERO, 0)
    assert (told["most_used_equipment"], told["technician_load"]) == ([], [])
    assert told["definitions"].keys() == told.keys() - {"definitions"} == FIGURES.keys()


def test_figures_of_jobs(cast: Cast) -> None:
    lamp, saw = factories.make_equipment("Lamp"), factories.make_equipment("Saw")
    factories.make_equipment("Never")
    factories.make_job("A", "B", equipment=[saw], priority="high")
    late(factories.make_job("C", equipment=[lamp], technician=cast.technician_record))
    for hours in (1, 4):
        job, at = factories.make_job("D"), now()
        task = job.tasks.get()
        with pretending(at):
            edit_task(actor=cast.admin, task_id=task.pk, status="completed")
        with pretending(at + dt.timedelta(hours=hours)):
            complete_job(actor=User.objects.system(), job_id=job.pk)
    told = analytics()
    assert told["jobs_by_status"] == {
        "pending": 2,
        "in_progress": 0,
        "completed": 2,
        "cancelled": 0,
    }
    assert told["jobs_by_priority"] == {"low": 0, "medium": 3, "high": 1, "urgent": 0}
    assert (told["overdue"], told["mean_hours_to_complete"]) == (1, 2.5)
    assert told["most_used_equipment"] == [
        {"id": saw.pk, "name": "Saw", "tasks": 2},
        {"id": lamp.pk, "name": "Lamp", "tasks": 1},
    ]
    loads = {row["name"]: (row["repairs"], row["jobs"]) for row in told["technician_load"]}
    assert loads == {"Tom Becker": (0, 1), "Uma Other": (0, 0)}


def test_figures_of_repairs(cast: Cast) -> None:
    common: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    first = factories.completed_repair(unit_number="1", **common)
    factories.completed_repair(unit_number="1", redo_of_id=first.pk, **common)
    factories.void(factories.completed_repair(unit_number="2", **common), actor=cast.admin)
    factories.approved_repair(**common)
    told = analytics()
    assert (str(told["revenue"]), told["redo_rate"]) == ("50.00", 0.5)
    assert told["repairs_by_status"]["COMPLETED"] == 3
    assert told["technician_load"][0]["repairs"] == 1
