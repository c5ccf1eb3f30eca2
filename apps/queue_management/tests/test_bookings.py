"""Visits are booked, and the work goes with them."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Work
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from apps.technicians.models import Technician, TimeOff
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import refused
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def book(cast: Cast, work: Work, technician: Technician, **fields: Any) -> Appointment:
    slot = factories.slot(technician, **{"confirm_hours": False} | fields)
    return use_cases.book_visit(actor=cast.admin, work=work, slot=slot)


def move(cast: Cast, visit: Appointment, **changes: Any) -> Appointment:
    return use_cases.move_visit(
        actor=cast.admin, visit_id=visit.pk, version=visit.version, changes=changes
    )


def told(user: User) -> list[str]:
    notices = Notification.objects.filter(recipient=user, kind__startswith="appointment")
    return list(notices.order_by("pk").values_list("kind", flat=True))


# --- Booking --------------------------------------------------------------------------------


def test_booking_gives_the_repair_to_the_technician_and_keeps_it(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=uma.pk)
    visit = book(cast, Work(repair_id=repair.pk), tom)
    repair.refresh_from_db()
    assert (repair.technician, repair.is_pinned) == (tom, True)
    assert (visit.status, visit.customer, visit.technician) == ("booked", cast.fleet, tom)
    assert visit.busy_from == visit.starts_at - dt.timedelta(minutes=15)
    assert told(cast.technician) == ["appointment_booked"]
    assert told(cast.primary) == ["appointment_booked"]
    assert Notification.objects.filter(
        recipient=cast.other_technician, kind="repair_reassigned"
    ).exists()
    assert invariant_violations() == []


def test_booking_gives_a_job_to_the_technician(cast: Cast, tom: Technician, job: Job) -> None:
    visit = book(cast, Work(job_id=job.pk), tom)
    job.refresh_from_db()
    assert (job.assigned_to, visit.job) == (cast.technician, job)
    assert told(cast.technician) == ["appointment_booked"]
    assert AuditEntry.objects.filter(verb="appointment.booked", target_id=visit.pk).count() == 1
    assert invariant_violations() == []


def test_booking_a_batch_gives_all_its_open_rows(cast: Cast, tom: Technician) -> None:
    site = factories.make_site(cast.fleet)
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2", "3"])
    Repair.objects.filter(repair_batch=batch).update(site=site)
    gone = batch.repairs.order_by("pk").first()
    assert gone is not None
    use_cases.deny_repair(actor=cast.admin, repair_id=gone.pk, reason=factories.DECLINED)
    visit = book(cast, Work(batch_id=batch.pk), tom)
    rows = batch.repairs.open().values_list("technician", "is_pinned")
    assert (list(rows), visit.site) == ([(tom.pk, True)] * 2, site)
    assert invariant_violations() == []


def test_the_place_is_the_works_own_unless_named(cast: Cast, tom: Technician) -> None:
    yard, depot = factories.make_site(cast.fleet), factories.make_site(cast.fleet, "Depot")
    first, second = (
        factories.request(customer=cast.fleet, actor=cast.primary, site_id=yard.pk)
        for _ in range(2)
    )
    own = book(cast, Work(repair_id=first.pk), tom)
    named = book(cast, Work(repair_id=second.pk), tom, at=visit_at(2), site_id=depot.pk)
    assert (own.site, named.site_id) == (yard, depot.pk)


def test_silently_tells_nobody(cast: Cast, tom: Technician, repair: Repair) -> None:
    slot = factories.slot(tom)
    work = Work(repair_id=repair.pk)
    use_cases.book_visit(actor=cast.admin, work=work, slot=slot, tell=False)
    assert told(cast.technician) == told(cast.primary) == []


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("minutes", 0),
        ("minutes", -5),
        ("minutes", 721),
        ("travel_minutes", -1),
        ("setup_minutes", 241),
    ],
)
def test_lengths_have_bounds(
    cast: Cast, tom: Technician, repair: Repair, name: str, minutes: int
) -> None:
    with refused(Invalid) as caught:
        book(cast, Work(repair_id=repair.pk), tom, **{name: minutes})
    assert list(caught.value.errors) == [name]


@pytest.mark.parametrize("days", [-1, 732])
def test_times_have_bounds(cast: Cast, tom: Technician, repair: Repair, days: int) -> None:
    with refused(Invalid) as caught:
        book(cast, Work(repair_id=repair.pk), tom, at=now() + dt.timedelta(days=days))
    assert list(caught.value.errors) == ["starts_at"]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ((0, None), "promised_until"),
        ((None, 1), "promised_until"),
        ((1, 1), "promised_until"),
        ((1, 2), "promised_from"),
    ],
)
def test_a_promise_is_a_window_that_holds(
    cast: Cast, tom: Technician, repair: Repair, hours: tuple[int | None, int | None], field: str
) -> None:
    begin, until = (None if n is None else visit_at() + n * HOUR for n in hours)
    with refused(Invalid) as caught:
        book(cast, Work(repair_id=repair.pk), tom, promised_from=begin, promised_until=until)
    assert list(caught.value.errors) == [field]


@pytest.mark.parametrize(
    "work",
    [
        Work(),
        Work(repair_id=1, job_id=1),
        Work(repair_id=10**6),
        Work(batch_id=10**6),
        Work(job_id=10**6),
    ],
)
def test_work_that_is_not_there(cast: Cast, tom: Technician, work: Work) -> None:
    with refused(Invalid, "work_unknown"):
        book(cast, work, tom)


def test_only_the_office_books(cast: Cast, tom: Technician, repair: Repair) -> None:
    for part in ("technician", "sales_agent", "primary"):
        with refused(Forbidden):
            use_cases.book_visit(
                actor=cast.member(part),
                work=Work(repair_id=repair.pk),
                slot=factories.slot(tom),
            )


def test_a_technician_who_left_gets_no_visit(cast: Cast, tom: Technician, repair: Repair) -> None:
    use_cases.deactivate_person(actor=cast.owner, user_id=tom.user_id)
    with refused(Invalid, "technician_unknown"):
        book(cast, Work(repair_id=repair.pk), tom)


def test_a_place_of_another_customer_is_refused(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    foreign = factories.make_site(cast.other_fleet)
    with refused(Invalid, "site_unknown"):
        book(cast, Work(repair_id=repair.pk), tom, site_id=foreign.pk)


def test_closed_work_gets_no_visit(cast: Cast, tom: Technician) -> None:
    done, job = factories.completed_repair(), factories.completed_job()
    for work in (Work(repair_id=done.pk), Work(job_id=job.pk)):
        with refused(Conflict, "work_closed"):
            book(cast, work, tom)


def test_a_repair_has_one_visit_its_own_or_its_batchs(cast: Cast, tom: Technician) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    one = batch.repairs.all()[0]
    visit = book(cast, Work(repair_id=one.pk), tom)
    for work in (Work(repair_id=one.pk), Work(batch_id=batch.pk)):
        with refused(Conflict, "already_booked") as caught:
            book(cast, work, tom, at=visit_at(3))
        assert caught.value.extra == {"appointment": visit.pk}
    use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)
    book(cast, Work(batch_id=batch.pk), tom)
    with refused(Conflict, "already_booked"):
        book(cast, Work(repair_id=one.pk), tom, at=visit_at(3))


def test_begun_work_of_another_stays_theirs(cast: Cast, tom: Technician, uma: Technician) -> None:
    repair = factories.started_repair(technician=uma, customer=cast.fleet)
    with refused(Conflict, "in_progress"):
        book(cast, Work(repair_id=repair.pk), tom)


# --- Clashes --------------------------------------------------------------------------------


def test_a_taken_time_is_refused_with_the_nearest_free(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    factories.book(tom, visit_at(1, 10))
    with refused(Conflict, "slot_taken") as caught:
        book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 10, 30))
    starts = [slot["starts_at"] for slot in caught.value.extra["alternatives"]]
    assert len(starts) == 3
    for start in starts:
        at = dt.datetime.fromisoformat(start)
        visit = factories.book(tom, at, repair=factories.request())
        use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)


def test_travel_clashes_too_and_what_touches_does_not(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    factories.book(tom, visit_at(1, 9))
    with refused(Conflict, "slot_taken"):
        book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 10, 10))
    assert book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 10, 15)).pk


def test_another_technicians_visit_is_no_clash(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    factories.book(uma)
    assert book(cast, Work(repair_id=repair.pk), tom).technician == tom


def test_cancelled_and_done_visits_take_no_time(cast: Cast, tom: Technician) -> None:
    first = factories.book(tom)
    use_cases.cancel_visit(actor=cast.admin, visit_id=first.pk)
    second = factories.book(tom)
    use_cases.deny_repair(
        actor=cast.admin, repair_id=second.repair_id or 0, reason=factories.DECLINED
    )
    assert factories.book(tom).status == "booked"


def test_who_is_off_cannot_be_booked_even_outside_hours(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    day = visit_at().date()
    TimeOff.objects.create(technician=tom, first_day=day, last_day=day)
    with refused(Conflict, "technician_away") as caught:
        book(cast, Work(repair_id=repair.pk), tom, confirm_hours=True)
    days = {slot["starts_at"][:10] for slot in caught.value.extra["alternatives"]}
    assert len(caught.value.extra["alternatives"]) == 3
    assert day.isoformat() not in days


def test_outside_hours_wants_a_word(cast: Cast, tom: Technician, repair: Repair) -> None:
    with refused(Conflict, "outside_hours"):
        book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 7))
    with refused(Conflict, "outside_hours"):  # the way there is work too
        book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 8))
    late = book(cast, Work(repair_id=repair.pk), tom, at=visit_at(1, 7), confirm_hours=True)
    assert late.status == "booked"
