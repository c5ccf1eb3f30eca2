"""Visits as they are read: in the technician's day, in a week, and what waits for the office."""

import pytest

from apps.queue_management import use_cases
from apps.queue_management.use_cases import add_time_off, cancel_visit
from apps.repairs.models import Repair
from apps.scheduling.day import plan_of
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.queries import visits_between, visits_to_settle
from apps.scheduling.services import wish_visit
from apps.technicians.models import Technician
from core.clock import pretending
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db


def test_visits_come_under_the_shops_day(cast: Cast) -> None:
    tom = cast.technician_record
    site = factories.make_site(cast.fleet, time_zone="America/Los_Angeles", access_note="Gate 4")
    repair = factories.request(customer=cast.fleet, unit_number="4127", site_id=site.pk)
    with pretending(factories.visit_at(-2)):
        late = factories.book(tom, factories.visit_at(1, 12))
    visit = factories.book(tom, factories.visit_at(2, 23), repair=repair)
    factories.book(tom, factories.visit_at(9))
    factories.book(cast.other_technician_record, factories.visit_at(2))
    gone = factories.book(tom, factories.visit_at(3))
    cancel_visit(actor=cast.admin, visit_id=gone.pk)
    plan = plan_of(tom, days=7)
    parts = (plan["overdue"], plan["days"][2])
    ids = [[row["id"] for row in part["appointments"]] for part in parts]
    assert ids == [[late.pk], [visit.pk]]
    (row,) = plan["days"][2]["appointments"]
    assert (row["title"], row["technician_name"], row["time_zone"], row["access_note"]) == (
        "Unit 4127",
        "Tom Becker",
        "America/Los_Angeles",
        "Gate 4",
    )


def test_visits_that_need_a_time_are_the_offices(cast: Cast) -> None:
    tom = cast.technician_record
    visit = factories.book(tom, factories.visit_at(2))
    add_time_off(
        actor=tom.user,
        technician_id=tom.pk,
        first_day=visit_at(2).date(),
        last_day=visit_at(2).date(),
    )
    (row,) = plan_of(None, days=7)["unscheduled"]["appointments"]
    assert (row["id"], row["status"], row["technician_name"], row["date"]) == (
        visit.pk,
        "released",
        None,
        None,
    )
    assert plan_of(tom, days=7)["unscheduled"]["appointments"] == []


def test_invariants_find_open_visits_of_closed_work(cast: Cast, tom: Technician) -> None:
    visit = factories.book(tom)
    use_cases.deny_repair(
        actor=cast.admin, repair_id=visit.repair_id or 0, reason=factories.DECLINED
    )
    Appointment.objects.filter(pk=visit.pk).update(status=VisitStatus.BOOKED)
    assert len(invariant_violations()) == 1


def test_visits_of_a_week_by_technician(tom: Technician, uma: Technician) -> None:
    mine, theirs = factories.book(tom), factories.book(uma)
    factories.book(tom, visit_at(9))
    gone = factories.book(uma, visit_at(2))
    use_cases.cancel_visit(actor=User.objects.system(), visit_id=gone.pk)
    start, end = visit_at(0, 0), visit_at(7, 0)
    assert [row["id"] for row in visits_between(start, end)] == [mine.pk, theirs.pk]
    only = visits_between(start, end, technician_ids=[uma.pk])
    assert [row["id"] for row in only] == [theirs.pk]


def test_what_waits_for_the_office(cast: Cast, tom: Technician, repair: Repair) -> None:
    wished, released = factories.book(tom, repair=repair), factories.book(tom, visit_at(2))
    factories.book(tom, visit_at(4))
    wish_visit(actor=cast.primary, visit_id=wished.pk, day=visit_at(3).date())
    day = visit_at(2).date()
    use_cases.add_time_off(actor=tom.user, technician_id=tom.pk, first_day=day, last_day=day)
    assert set(visits_to_settle()) == {wished, released}
