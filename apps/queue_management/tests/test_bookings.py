"""Visits are booked, moved and cancelled, and the work goes with them."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Work
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.services import Slot, wish_visit
from apps.technicians.models import Technician, TimeOff
from core.clock import now, pretending
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def tom(cast: Cast) -> Technician:
    factories.set_hours(cast.technician_record)
    return cast.technician_record


@pytest.fixture
def uma(cast: Cast) -> Technician:
    factories.set_hours(cast.other_technician_record)
    return cast.other_technician_record


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return factories.request(customer=cast.fleet, actor=cast.primary)


@pytest.fixture
def job(cast: Cast) -> Job:
    return factories.make_job("Measure", customer=cast.fleet, actor=cast.sales_agent, title="Yard")


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


# --- Moving ---------------------------------------------------------------------------------


def test_moving_to_another_technician_moves_the_work(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    moved = move(cast, visit, technician_id=uma.pk, starts_at=visit_at(2, 11), minutes=30)
    repair.refresh_from_db()
    assert (moved.technician, moved.ends_at) == (uma, visit_at(2, 11, 30))
    assert (repair.technician, repair.is_pinned, moved.version) == (uma, True, 2)
    for user in (cast.technician, cast.primary):
        assert told(user) == ["appointment_booked", "appointment_moved"]
    assert told(cast.other_technician) == ["appointment_moved"]
    assert invariant_violations() == []


def test_a_visit_does_not_clash_with_itself(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    assert move(cast, visit, starts_at=visit_at(1, 9, 30)).starts_at == visit_at(1, 9, 30)


def test_moving_into_a_taken_time_is_refused(cast: Cast, tom: Technician, repair: Repair) -> None:
    factories.book(tom, visit_at(1, 14))
    visit = book(cast, Work(repair_id=repair.pk), tom)
    with refused(Conflict, "slot_taken"):
        move(cast, visit, starts_at=visit_at(1, 14))


def test_a_promise_falls_with_its_time(cast: Cast, tom: Technician, repair: Repair) -> None:
    window = {"promised_from": visit_at(), "promised_until": visit_at(1, 11)}
    visit = book(cast, Work(repair_id=repair.pk), tom, **window)
    assert move(cast, visit, travel_minutes=0).promised_from == visit_at()
    visit.refresh_from_db()
    moved = move(cast, visit, starts_at=visit_at(1, 9, 30))
    assert (moved.promised_from, moved.promised_until) == (None, None)
    kept = move(cast, moved, starts_at=visit_at(1, 10), **window)
    assert kept.promised_until == visit_at(1, 11)


def test_notes_and_promises_alone_move_nothing(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    edited = move(
        cast,
        visit,
        notes="Ring at gate 4",
        promised_from=visit_at(),
        promised_until=visit_at(1, 10),
    )
    assert (edited.notes, told(cast.technician)) == ("Ring at gate 4", ["appointment_booked"])
    with refused(Invalid):
        move(cast, edited, promised_until=visit_at(1, 8))
    site = factories.make_site(cast.other_fleet)
    with refused(Invalid, "site_unknown"):
        move(cast, edited, site_id=site.pk)
    with nothing_written():
        move(cast, edited, notes="Ring at gate 4")


def test_moving_wants_the_version_the_office_and_known_fields(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    common: dict[str, Any] = {"visit_id": visit.pk, "changes": {"starts_at": visit_at(2)}}
    with refused(PreconditionFailed, "stale"):
        use_cases.move_visit(actor=cast.admin, version=9, **common)
    for actor in (cast.technician, cast.primary, cast.sales_agent):
        with refused(Forbidden):
            use_cases.move_visit(actor=actor, version=1, **common)
    with refused(NotFound, "not_found"):
        use_cases.move_visit(actor=cast.stranger, version=1, **common)
    with refused(Invalid):
        move(cast, visit, status="done")


def test_a_visit_that_is_over_stays(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    visit = use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)
    with refused(Conflict, "visit_closed"):
        move(cast, visit, starts_at=visit_at(2))


# --- Cancelling -----------------------------------------------------------------------------


def test_cancelling_lets_others_take_the_request(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    gone = use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk, reason="Truck is away")
    repair.refresh_from_db()
    assert (gone.status, gone.reason) == ("cancelled", "Truck is away")
    assert (repair.technician, repair.is_pinned) == (tom, False)
    assert told(cast.primary) == ["appointment_booked", "appointment_cancelled"]
    with nothing_written():
        use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)


def test_what_the_office_had_kept_stays_kept(cast: Cast, tom: Technician, repair: Repair) -> None:
    use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=tom.pk, pin=True)
    visit = book(cast, Work(repair_id=repair.pk), tom)
    use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk, tell=False)
    repair.refresh_from_db()
    assert repair.is_pinned
    assert told(cast.primary) == ["appointment_booked"]


def test_only_the_office_cancels_and_not_what_is_done(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    with refused(Forbidden):
        use_cases.cancel_visit(actor=cast.primary, visit_id=visit.pk)
    with refused(PreconditionFailed, "stale"):
        use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk, version=3)
    factories.take(repair, tom)
    use_cases.start_repair(actor=tom.user, repair_id=repair.pk)
    use_cases.complete_repair(actor=tom.user, repair_id=repair.pk)
    with refused(Conflict, "visit_closed"):
        use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)


# --- Taking and keeping ---------------------------------------------------------------------


def test_a_booked_request_is_taken_by_its_technician_only(
    cast: Cast, tom: Technician, uma: Technician, repair: Repair
) -> None:
    book(cast, Work(repair_id=repair.pk), tom)
    with refused(Forbidden):
        use_cases.approve_repair(actor=uma.user, repair_id=repair.pk)
    assert factories.take(repair, tom).queue_status == QueueStatus.APPROVED


def test_a_booked_request_stays_kept(cast: Cast, tom: Technician, repair: Repair) -> None:
    book(cast, Work(repair_id=repair.pk), tom)
    with refused(Conflict, "booked"):
        use_cases.unpin_repair(actor=cast.admin, repair_id=repair.pk)
    with nothing_written():
        use_cases.assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=tom.pk)


# --- Wishes ---------------------------------------------------------------------------------


def wish(user: User, visit: Appointment, **fields: Any) -> Appointment:
    wished: dict[str, Any] = {"day": visit_at(3).date(), "window": "mornings", "note": "Back then"}
    return wish_visit(actor=user, visit_id=visit.pk, **wished | fields)


def test_a_customer_wishes_and_moving_answers(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    wished = wish(cast.requester, visit)
    assert (wished.wish_window, wished.wished_by) == ("mornings", cast.requester)
    assert told(cast.admin) == ["appointment_wished"]
    with nothing_written():
        wish(cast.requester, visit)
    moved = move(cast, wished, starts_at=visit_at(3, 10))
    assert (moved.wish_date, moved.wish_note, moved.wished_at) == (None, "", None)


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("mate", Forbidden),
        ("technician", Forbidden),
        ("admin", Forbidden),
        ("stranger", NotFound),
        ("other_technician", NotFound),
    ],
)
def test_who_wishes(
    cast: Cast, tom: Technician, repair: Repair, part: str, error: type[DomainError]
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    with refused(error):
        wish(cast.member(part), visit)


@pytest.mark.parametrize(
    "fields", [{"day": dt.date(2020, 1, 1)}, {"day": dt.date(2999, 1, 1)}, {"note": "\x00"}]
)
def test_wishes_have_bounds(
    cast: Cast, tom: Technician, repair: Repair, fields: dict[str, Any]
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    with refused(Invalid):
        wish(cast.primary, visit, **fields)


def test_of_a_visit_that_is_over_nothing_is_wished(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit = book(cast, Work(repair_id=repair.pk), tom)
    use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)
    with refused(Conflict, "visit_closed"):
        wish(cast.primary, visit)
    with refused(PreconditionFailed, "stale"):
        wish(cast.primary, visit, version=1)


def test_a_visit_is_in_the_past_only_by_waiting(cast: Cast, tom: Technician) -> None:
    with pretending(visit_at() - dt.timedelta(days=3)):
        visit = factories.book(tom, visit_at())
    assert (visit.status, isinstance(factories.slot(tom), Slot)) == (VisitStatus.BOOKED, True)
