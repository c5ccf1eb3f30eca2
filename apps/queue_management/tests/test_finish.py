"""“Finish 4 tasks and the repair”: all of it in one transaction, or nothing."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.enums import JobStatus
from apps.jobs.models import Job
from apps.jobs.services import cancel_job, edit_task
from apps.photo_storage.services import prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases import NO_REASON, Reason, finish_repair
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(cast: Cast) -> Repair:
    """In progress, with its checklist of three tasks."""
    factories.make_template("Chip", "Clean", "Fill", "Cure", damage_type="Unknown")
    return factories.started_repair(technician=cast.technician_record, customer=cast.fleet)


def finish(cast: Cast, repair: Repair, **more: Any) -> Repair:
    return finish_repair(actor=cast.technician, repair_id=repair.pk, **more)


def test_tasks_and_repair_are_finished_together(cast: Cast, started: Repair) -> None:
    job = started.jobs.get()
    edit_task(actor=cast.technician, task_id=job.tasks.get(order=1).pk, status="completed")
    other = factories.make_job(
        "Sweep",
        customer=cast.fleet,
        technician=cast.technician_record,
        repair_id=started.pk,
    )
    done = finish(cast, started, version=started.version)
    assert done.queue_status == QueueStatus.COMPLETED
    assert done.cost is not None
    for each in (job, other):
        each.refresh_from_db()
        assert each.status == JobStatus.COMPLETED
        assert set(each.tasks.values_list("status", flat=True)) == {"completed"}
    verbs = AuditEntry.objects.order_by("position").values_list("verb", "target_label")
    assert list(verbs)[-8:] == [
        ("task.completed", "2 Fill"),
        ("task.completed", "3 Cure"),
        ("job.completed", job.title),
        ("job.started", other.title),
        ("task.completed", "1 Sweep"),
        ("job.completed", other.title),
        ("reward.earned", "Points of Demo Fleet"),
        ("repair.completed", str(done)),
    ]
    assert invariant_violations() == []
    with nothing_written():
        finish(cast, started)


def test_a_repair_without_jobs_is_just_completed(cast: Cast) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert finish(cast, repair).queue_status == QueueStatus.COMPLETED


def test_what_was_called_off_stays_so(cast: Cast, started: Repair) -> None:
    cancel_job(actor=cast.admin, job_id=started.jobs.get().pk, reason="Not needed")
    finish(cast, started)
    assert started.jobs.get().status == JobStatus.CANCELLED


def test_the_job_of_somebody_else_is_named(cast: Cast, started: Repair) -> None:
    job = factories.make_job("Sweep", customer=cast.fleet, repair_id=started.pk, title="Yard")
    with refused(Conflict, "jobs_open") as caught:
        finish(cast, started)
    assert caught.value.extra == {"jobs": [{"id": job.pk, "title": "Yard"}]}
    finish_repair(actor=cast.admin, repair_id=started.pk)
    assert not Job.objects.open().exists()


def test_a_job_without_tasks_is_named(cast: Cast, started: Repair) -> None:
    job = factories.make_job(
        customer=cast.fleet,
        technician=cast.technician_record,
        repair_id=started.pk,
        title="Empty",
    )
    with refused(Conflict, "no_tasks") as caught:
        finish(cast, started)
    assert caught.value.detail.startswith("“Empty”: ")
    assert caught.value.extra["job"] == job.pk


def test_a_missing_photo_undoes_all_of_it(cast: Cast, started: Repair) -> None:
    factories.set_shop(require_after_photo=True)
    with refused(Conflict, "after_photo_required"):
        finish(cast, started)
    done = use_cases.move_with_photo(
        actor=cast.technician,
        repair_id=started.pk,
        target=QueueStatus.COMPLETED,
        photo=prepare_photo(upload=uploaded(plain())),
        reason=NO_REASON,
        finish_tasks=True,
    )
    assert done.queue_status == QueueStatus.COMPLETED
    assert done.photos.get().kind == PhotoKind.AFTER
    assert started.jobs.get().status == JobStatus.COMPLETED


def test_who_may_not_complete_it_finishes_nothing(cast: Cast, started: Repair) -> None:
    with refused(NotFound):
        finish_repair(actor=cast.other_technician, repair_id=started.pk)
    with refused(Forbidden):
        finish_repair(actor=cast.approver, repair_id=started.pk)
    with refused(PreconditionFailed):
        finish(cast, started, version=1)


def test_only_completing_finishes_tasks(cast: Cast, started: Repair) -> None:
    with refused(Invalid) as caught:
        use_cases.move_repair(
            actor=cast.technician,
            repair_id=started.pk,
            target=QueueStatus.APPROVED,
            reason=Reason(text="Rain"),
            finish_tasks=True,
        )
    assert list(caught.value.errors) == ["finish_tasks"]
    done = use_cases.move_repair(
        actor=cast.technician,
        repair_id=started.pk,
        target=QueueStatus.COMPLETED,
        finish_tasks=True,
    )
    assert done.queue_status == QueueStatus.COMPLETED
