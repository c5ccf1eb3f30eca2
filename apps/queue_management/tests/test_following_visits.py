"""What becomes of a visit when its work ends, changes hands, or its people go."""

import datetime as dt

import pytest

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.technicians.models import Technician
from core.clock import pretending
from core.errors import Conflict
from core.invariants import invariant_violations
from core.shop import shop_today
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well() -> object:
    yield
    assert invariant_violations() == []


def status_of(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.status


def finish(repair: Repair, technician: Technician) -> None:
    factories.take(repair, technician)
    use_cases.start_repair(actor=technician.user, repair_id=repair.pk)
    use_cases.complete_repair(actor=technician.user, repair_id=repair.pk)


# --- Work ends ------------------------------------------------------------------------------


def test_a_completed_repair_ends_its_visit(tom: Technician, repair: Repair) -> None:
    visit = factories.book(tom, repair=repair)
    finish(repair, tom)
    assert status_of(visit) == VisitStatus.DONE


def test_a_denied_repair_calls_its_visit_off(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = factories.book(tom, repair=repair)
    use_cases.deny_repair(actor=cast.primary, repair_id=repair.pk, reason=factories.DECLINED)
    assert (status_of(visit), visit.reason) == (VisitStatus.CANCELLED, "The work has ended")
    assert Notification.objects.filter(
        recipient=cast.technician, kind="appointment_cancelled"
    ).exists()


def test_a_batch_ends_its_visit_with_the_last_row(cast: Cast, tom: Technician) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    visit = factories.book(tom, batch=batch)
    first, second = batch.repairs.order_by("pk")
    finish(first, tom)
    assert status_of(visit) == VisitStatus.BOOKED
    use_cases.deny_repair(actor=cast.admin, repair_id=second.pk, reason=factories.DECLINED)
    assert status_of(visit) == VisitStatus.DONE


def test_a_denied_batch_calls_its_visit_off(cast: Cast, tom: Technician) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    visit = factories.book(tom, batch=batch)
    use_cases.deny_batch(actor=cast.admin, batch_id=batch.pk, reason=factories.DECLINED)
    assert status_of(visit) == VisitStatus.CANCELLED


def test_a_visit_without_a_time_is_called_off_with_done_work(
    tom: Technician, repair: Repair
) -> None:
    visit = factories.book(tom, repair=repair)
    use_cases.add_time_off(
        actor=tom.user,
        technician_id=tom.pk,
        first_day=visit_at().date(),
        last_day=visit_at().date(),
    )
    finish(repair, tom)
    assert status_of(visit) == VisitStatus.CANCELLED


def test_a_completed_job_ends_what_has_begun_and_calls_off_the_rest(
    cast: Cast, tom: Technician, job: Job
) -> None:
    visits = [factories.book(tom, visit_at(days), job=job) for days in (1, 2, 3)]
    factories.finish_tasks(job)
    with pretending(visit_at(2, 12)):
        jobs.complete_job(actor=cast.technician, job_id=job.pk)
    assert [status_of(visit) for visit in visits] == ["done", "done", "cancelled"]


def test_a_job_completed_ahead_of_time_ends_the_next_visit(
    cast: Cast, tom: Technician, job: Job
) -> None:
    visits = [factories.book(tom, visit_at(days), job=job) for days in (2, 1)]
    factories.finish_tasks(job)
    jobs.complete_job(actor=cast.technician, job_id=job.pk)
    assert [status_of(visit) for visit in visits] == ["cancelled", "done"]


def test_a_cancelled_job_calls_its_visits_off(cast: Cast, tom: Technician, job: Job) -> None:
    visit = factories.book(tom, job=job)
    jobs.cancel_job(actor=cast.admin, job_id=job.pk, reason="No")
    assert status_of(visit) == VisitStatus.CANCELLED
    jobs.edit_job(actor=cast.admin, job_id=job.pk, version=None, values={"title": "Other"})
    jobs.reopen_job(actor=cast.admin, job_id=job.pk, reason="Yes")
    assert status_of(visit) == VisitStatus.CANCELLED


def test_a_job_with_visits_is_not_deleted(cast: Cast, tom: Technician, job: Job) -> None:
    factories.book(tom, job=job)
    with refused(Conflict, "job_planned"):
        jobs.delete_job(actor=cast.admin, job_id=job.pk)


# --- Work changes hands ---------------------------------------------------------------------


def test_the_visit_goes_along_with_its_repair(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    visit = factories.book(tom, repair=repair)
    use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=uma.pk)
    repair.refresh_from_db()
    assert (status_of(visit), visit.technician) == (VisitStatus.BOOKED, uma)
    assert (repair.technician, repair.is_pinned) == (uma, True)
    kinds = Notification.objects.filter(kind="appointment_moved").values_list(
        "recipient", flat=True
    )
    assert {cast.technician.pk, cast.other_technician.pk, cast.primary.pk} == set(kinds)


def test_a_repair_stays_where_the_other_is_not_free(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    factories.book(tom, repair=repair)
    factories.book(uma)
    with refused(Conflict, "slot_taken") as caught:
        use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=uma.pk)
    assert {slot["technician"] for slot in caught.value.extra["alternatives"]} == {uma.pk}
    with refused(Conflict, "rows_refused"):
        use_cases.assign_repairs(actor=cast.admin, given={repair.pk: uma.pk})


def test_a_row_of_a_booked_batch_stays_with_it(
    cast: Cast, tom: Technician, uma: Technician
) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    visit = factories.book(tom, batch=batch)
    row = batch.repairs.all()[0]
    with refused(Conflict, "visit_of_batch") as caught:
        use_cases.assign_repair(actor=cast.admin, repair_id=row.pk, technician_id=uma.pk)
    assert caught.value.extra == {"appointment": visit.pk}
    moved = use_cases.move_visit(
        actor=cast.admin, visit_id=visit.pk, version=1, changes={"technician_id": uma.pk}
    )
    assert moved.technician == uma
    assert set(batch.repairs.values_list("technician", flat=True)) == {uma.pk}


def test_a_visit_in_the_past_goes_along_too(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    visit = factories.book(tom, repair=repair)
    with pretending(visit_at(2)):
        use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=uma.pk)
    assert (status_of(visit), visit.technician) == (VisitStatus.BOOKED, uma)


def test_visits_go_along_with_their_job(
    cast: Cast, tom: Technician, uma: Technician, job: Job
) -> None:
    visits = [factories.book(tom, visit_at(days), job=job) for days in (1, 2)]
    jobs.edit_job(
        actor=cast.admin, job_id=job.pk, version=None, values={"assigned_to_id": uma.user_id}
    )
    assert [(status_of(visit), visit.technician) for visit in visits] == [("booked", uma)] * 2


def test_a_job_stays_where_the_other_is_not_free(
    cast: Cast, tom: Technician, uma: Technician, job: Job
) -> None:
    factories.book(tom, job=job)
    factories.book(uma)
    with refused(Conflict, "slot_taken"):
        jobs.edit_job(
            actor=cast.admin, job_id=job.pk, version=None, values={"assigned_to_id": uma.user_id}
        )


def test_a_job_taken_from_everybody_needs_new_times(cast: Cast, tom: Technician, job: Job) -> None:
    visit = factories.book(tom, job=job)
    jobs.edit_job(actor=cast.admin, job_id=job.pk, version=None, values={"assigned_to_id": None})
    assert (status_of(visit), visit.technician) == (VisitStatus.RELEASED, None)
    assert Notification.objects.filter(recipient=cast.owner, kind="appointment_released").exists()


def test_words_of_a_job_leave_its_visits_alone(cast: Cast, tom: Technician, job: Job) -> None:
    visit = factories.book(tom, job=job)
    jobs.edit_job(actor=cast.admin, job_id=job.pk, version=None, values={"title": "Other"})
    assert (status_of(visit), visit.version) == (VisitStatus.BOOKED, 1)


def test_a_second_visit_of_another_technician_takes_the_job_and_its_visits_along(
    cast: Cast, tom: Technician, uma: Technician, job: Job
) -> None:
    first = factories.book(tom, job=job)
    factories.book(uma, visit_at(2), job=job)
    assert (status_of(first), first.technician) == (VisitStatus.BOOKED, uma)


# --- People go ------------------------------------------------------------------------------


def test_days_off_release_the_visits_of_these_days_only(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    inside, outside = (
        factories.book(tom, visit_at(3), repair=repair),
        factories.book(tom, visit_at(5)),
    )
    day = shop_today() + dt.timedelta(days=3)
    use_cases.add_time_off(actor=tom.user, technician_id=tom.pk, first_day=day, last_day=day)
    repair.refresh_from_db()
    assert (status_of(inside), inside.reason) == (VisitStatus.RELEASED, "Away on that day")
    assert (status_of(outside), repair.technician) == (VisitStatus.BOOKED, tom)


def test_out_today_keeps_what_is_booked_for_later(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    with pretending(visit_at(0, 6)):
        today = factories.book(tom, visit_at(0, 15), repair=repair)
        later = factories.book(tom, visit_at(4))
        batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
        whole = factories.book(tom, visit_at(5), batch=batch)
        use_cases.set_technician_out(actor=tom.user, technician_id=tom.pk, day=shop_today())
    repair.refresh_from_db()
    assert (status_of(today), repair.technician) == (VisitStatus.RELEASED, uma)
    assert [status_of(visit) for visit in (later, whole)] == ["booked", "booked"]
    assert later.repair is not None
    assert later.repair.technician == tom
    cancelled = use_cases.cancel_visit(actor=cast.admin, visit_id=today.pk)
    assert (cancelled.status, repair.is_pinned) == (VisitStatus.CANCELLED, False)


def test_a_released_visit_gets_a_new_time(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    visit = factories.book(tom, visit_at(3), repair=repair)
    day = shop_today() + dt.timedelta(days=3)
    use_cases.add_time_off(actor=tom.user, technician_id=tom.pk, first_day=day, last_day=day)
    visit.refresh_from_db()
    moved = use_cases.move_visit(
        actor=cast.admin,
        visit_id=visit.pk,
        version=visit.version,
        changes={"technician_id": uma.pk},
    )
    repair.refresh_from_db()
    assert (moved.status, moved.reason, repair.technician) == ("booked", "", uma)


def test_who_is_deactivated_loses_all_visits(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair, job: Job
) -> None:
    visits = [
        factories.book(tom, repair=repair),
        factories.book(tom, visit_at(2), job=job),
        factories.book(tom, visit_at(9), repair=factories.started_repair(technician=tom)),
    ]
    use_cases.deactivate_person(actor=cast.owner, user_id=tom.user_id, reason="Moved away")
    assert [status_of(visit) for visit in visits] == ["released"] * 3
    repair.refresh_from_db()
    assert (repair.technician, repair.queue_status) == (uma, QueueStatus.REQUESTED)


def test_visits_follow_a_merged_customer(cast: Cast, tom: Technician, repair: Repair) -> None:
    job = factories.make_job("A", customer=cast.fleet)
    visits = [factories.book(tom, repair=repair), factories.book(tom, visit_at(2), job=job)]
    use_cases.merge_customers(
        actor=cast.owner, customer_id=cast.fleet.pk, into_id=cast.other_fleet.pk
    )
    for visit in visits:
        visit.refresh_from_db()
        assert visit.customer == cast.other_fleet


def test_a_technician_without_visits_goes_as_before(cast: Cast, tom: Technician) -> None:
    use_cases.set_technician_out(actor=tom.user, technician_id=tom.pk, day=shop_today())
    with nothing_written():
        use_cases.set_technician_out(actor=tom.user, technician_id=tom.pk, day=shop_today())
