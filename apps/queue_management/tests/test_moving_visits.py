"""Visits are moved, cancelled, kept, and wished for another time."""

import datetime as dt
from typing import Any

import pytest

from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Work
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.services import Slot, wish_visit
from apps.technicians.models import Technician
from core.clock import pretending
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db


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
