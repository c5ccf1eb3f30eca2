"""What becomes of jobs when people go and customers merge; repairs wait for their jobs."""

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.jobs.services import cancel_job, complete_job, reopen_job, start_job
from apps.queue_management.use_cases import (
    change_role,
    complete_repair,
    deactivate_person,
    merge_customers,
)
from core.enums import Role
from core.errors import Conflict
from core.invariants import invariant_violations
from tests import factories
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast: Cast) -> Job:
    """Made by Demo Fleet's sales agent, given to the technician."""
    return factories.make_job(
        "Measure",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
    )


def test_who_is_deactivated_has_no_open_job_any_more(cast: Cast, job: Job) -> None:
    done = factories.completed_job(technician=cast.technician_record)
    start_job(actor=cast.technician, job_id=job.pk)
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk, reason="Left")
    job.refresh_from_db()
    done.refresh_from_db()
    assert (job.assigned_to, job.status) == (None, "in_progress")
    assert done.assigned_to == cast.technician
    entry = AuditEntry.objects.get(verb="job.unassigned")
    assert (entry.target_id, entry.note, entry.actor_name) == (job.pk, "Left", "Olga Owner")
    assert invariant_violations() == []


def test_who_is_no_technician_any_more_has_none_either(cast: Cast, job: Job) -> None:
    change_role(actor=cast.owner, user_id=cast.technician.pk, role=Role.SALES_AGENT)
    job.refresh_from_db()
    assert job.assigned_to is None
    assert invariant_violations() == []


def test_an_admin_with_a_record_keeps_theirs(cast: Cast, job: Job) -> None:
    change_role(actor=cast.owner, user_id=cast.technician.pk, role=Role.ADMIN)
    job.refresh_from_db()
    assert job.assigned_to == cast.technician


def test_jobs_move_with_their_customer(cast: Cast) -> None:
    site = factories.make_site(cast.other_fleet)
    repair = factories.request(customer=cast.other_fleet)
    job = factories.make_job("A", customer=cast.other_fleet, site_id=site.pk, repair_id=repair.pk)
    merge_customers(actor=cast.owner, customer_id=cast.other_fleet.pk, into_id=cast.fleet.pk)
    job.refresh_from_db()
    assert (job.customer, job.version) == (cast.fleet, 2)
    entry = AuditEntry.objects.get(verb="job.customer_merged")
    (change,) = entry.changes
    assert (change["field"], change["old_label"], change["new_label"]) == (
        "customer",
        "Other Fleet",
        "Demo Fleet",
    )
    assert invariant_violations() == []


def test_a_repair_waits_for_its_job(cast: Cast) -> None:
    technician = cast.technician_record
    repair = factories.started_repair(technician=technician, customer=cast.fleet)
    job = factories.make_job("Measure", customer=cast.fleet, repair_id=repair.pk, title="Frame")
    with refused(Conflict, "jobs_open") as caught:
        complete_repair(actor=cast.technician, repair_id=repair.pk)
    assert caught.value.detail == "Finish first: “Frame”."
    assert caught.value.extra == {"jobs": [{"id": job.pk, "title": "Frame"}]}
    factories.finish_tasks(job)
    complete_job(actor=cast.admin, job_id=job.pk)
    complete_repair(actor=cast.technician, repair_id=repair.pk)
    with refused(Conflict, "repair_completed"):
        reopen_job(actor=cast.admin, job_id=job.pk, reason="No")
    assert invariant_violations() == []


def test_a_job_that_was_called_off_holds_no_repair_up(cast: Cast) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    job = factories.make_job("Measure", customer=cast.fleet, repair_id=repair.pk)
    cancel_job(actor=cast.admin, job_id=job.pk, reason="Not needed")
    again = reopen_job(actor=cast.admin, job_id=job.pk, reason="Is needed")
    assert again.status == "pending"
    cancel_job(actor=cast.admin, job_id=job.pk, reason="Not needed")
    complete_repair(actor=cast.technician, repair_id=repair.pk)
    assert invariant_violations() == []
