"""The technician's day."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.jobs.models import Job
from apps.jobs.services import cancel_job, edit_task
from apps.scheduling import day
from apps.scheduling.day import plan_of
from core.shop import shop_today
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def on(days: int) -> dt.date:
    return shop_today() + dt.timedelta(days=days)


def dated(days: int, job: Job) -> Job:
    """The job on a day that may be past."""
    Job.objects.filter(pk=job.pk).update(scheduled_date=on(days), sort_date=on(days))
    return job


def names(part: dict[str, Any]) -> list[str]:
    return [row["title"] for row in part["tasks"]]


def test_tasks_come_by_date_the_most_pressing_job_first(cast: Cast) -> None:
    mine: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    dated(-1, factories.make_job("Late", **mine))
    dated(-9, factories.make_job("Later", **mine))
    factories.make_job("Low", scheduled_date=on(0), priority="low", **mine)
    factories.make_job("Urgent 1", "Urgent 2", scheduled_date=on(0), priority="urgent", **mine)
    factories.make_job("Last", scheduled_date=on(7), **mine)
    factories.make_job("Too far", scheduled_date=on(8), **mine)
    factories.make_job("Undated", **mine)
    factories.make_job("Not mine", scheduled_date=on(0))
    factories.completed_job("Done", scheduled_date=on(0), **mine)
    plan = plan_of(cast.technician_record, days=7)
    assert (plan["today"], plan["is_complete"]) == (on(0), True)
    assert names(plan["overdue"]) == ["Later", "Late"]
    assert [each["date"] for each in plan["days"]] == [on(number) for number in range(8)]
    assert names(plan["days"][0]) == ["Urgent 1", "Urgent 2", "Low"]
    assert names(plan["days"][7]) == ["Last"]
    assert names(plan["unscheduled"]) == ["Undated"]


def test_a_row_tells_customer_place_and_equipment(cast: Cast) -> None:
    site = factories.make_site(cast.fleet, address="1 Dock Rd", access_note="Gate 4")
    lamp = factories.make_equipment("Lamp")
    job = factories.make_job(
        "Dry",
        technician=cast.technician_record,
        customer=cast.fleet,
        equipment=[lamp],
        site_id=site.pk,
        title="Frame",
    )
    (row,) = plan_of(cast.technician_record, days=0)["unscheduled"]["tasks"]
    assert row == {
        "id": job.tasks.get().pk,
        "job": job.pk,
        "job_title": "Frame",
        "order": 1,
        "title": "Dry",
        "status": "pending",
        "status_label": "Pending",
        "priority": "medium",
        "priority_label": "Medium",
        "version": 1,
        "date": None,
        "customer": cast.fleet.pk,
        "customer_name": "Demo Fleet",
        "site_name": "Main yard",
        "site_address": "1 Dock Rd",
        "site_city": "New York",
        "access_note": "Gate 4",
        "technician": cast.technician_record.pk,
        "technician_name": "Tom Becker",
        "equipment": [
            {"id": lamp.pk, "name": "Lamp", "type": "tool", "serial_number": "", "is_active": True}
        ],
    }


def test_tasks_of_closed_jobs_and_cancelled_ones_are_left_out(cast: Cast) -> None:
    mine: dict[str, Any] = {"technician": cast.technician_record}
    off = factories.make_job("A", **mine)
    cancel_job(actor=cast.admin, job_id=off.pk, reason="No")
    task = factories.make_job("B", "C", **mine).tasks.get(order=1)
    edit_task(actor=cast.admin, task_id=task.pk, status="cancelled")
    assert names(plan_of(cast.technician_record, days=0)["unscheduled"]) == ["C"]


def test_repairs_come_under_the_day_that_was_wished(cast: Cast) -> None:
    mine: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    late = factories.approved_repair(preferred_date=on(-1), **mine)
    today = factories.started_repair(preferred_date=on(0), preferred_window="8-10", **mine)
    undated = factories.approved_repair(**mine)
    factories.approved_repair(preferred_date=on(9), **mine)
    factories.field_repair(**mine)
    factories.completed_repair(**mine)
    factories.approved_repair(customer=cast.fleet)
    plan = plan_of(cast.technician_record, days=7)
    parts = (plan["overdue"], plan["days"][0], plan["unscheduled"])
    assert [[row["id"] for row in part["repairs"]] for part in parts] == [
        [late.pk],
        [today.pk],
        [undated.pk],
    ]
    (row,) = plan["days"][0]["repairs"]
    assert (row["queue_status_label"], row["preferred_window"]) == ("In Progress", "8-10")


def test_the_office_sees_everybodys_and_nobodys(cast: Cast) -> None:
    factories.make_job("Nobody's")
    factories.make_job("Mine", technician=cast.technician_record)
    plan = plan_of(None, days=0)
    rows = [(row["title"], row["technician_name"]) for row in plan["unscheduled"]["tasks"]]
    assert rows == [("Nobody's", None), ("Mine", "Tom Becker")]


def test_a_plan_that_is_cut_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "MOST_ROWS", 2)
    factories.make_job("A", "B")
    assert plan_of(None, days=0)["is_complete"]
    factories.make_job("C")
    plan = plan_of(None, days=0)
    assert (plan["is_complete"], names(plan["unscheduled"])) == (False, ["A", "B"])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_day_costs_the_same_whatever_there_is(cast: Cast, rows: int) -> None:
    lamp = factories.make_equipment()
    for number in range(rows):
        factories.make_job("A", technician=cast.technician_record, equipment=[lamp])
        repair = factories.approved_repair(technician=cast.technician_record)
        at = factories.visit_at(1, 6 + 2 * number)
        factories.book(cast.technician_record, at, repair=repair)
    for technician in (cast.technician_record, None):
        with CaptureQueriesContext(connection) as caught:
            plan_of(technician, days=7)
        assert len(caught) == 5


def test_titles_of_visits(cast: Cast) -> None:
    tom = cast.technician_record
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    factories.book(tom, factories.visit_at(1), batch=batch)
    factories.book(tom, factories.visit_at(2), job=factories.make_job("A", title="Yard check"))
    days = plan_of(tom, days=2)["days"]
    titles = [row["title"] for day in days for row in day["appointments"]]
    assert titles == ["2 repairs", "Yard check"]
