"""What the database itself refuses, who sees which visit, and what always holds."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment, CalendarFeed
from apps.scheduling.queries import visits_between, visits_of_customer, visits_to_settle
from apps.scheduling.services import make_calendar_feed, wish_visit
from apps.scheduling.services.steps import told_clash
from apps.technicians.models import Technician
from core.errors import Conflict
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.cast import PARTS, Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db
SEES = {"primary", "approver", "requester", "mate", "technician", "sales_agent", "admin", "owner"}


@pytest.mark.parametrize("part", PARTS)
def test_who_sees_a_visit(cast: Cast, tom: Technician, repair: Repair, part: str) -> None:
    visit = factories.book(tom, repair=repair)
    seen = Appointment.objects.visible_to(cast.member(part))
    assert list(seen) == ([visit] if part in SEES else [])


def test_the_maker_of_a_job_sees_its_visits(cast: Cast, tom: Technician) -> None:
    job = factories.make_job("A", customer=cast.other_fleet)
    type(job).objects.filter(pk=job.pk).update(created_by=cast.other_sales_agent)
    visit = factories.book(tom, job=job)
    assert list(Appointment.objects.visible_to(cast.other_sales_agent)) == [visit]


def test_who_left_sees_nothing(cast: Cast, tom: Technician) -> None:
    factories.book(tom)
    make_calendar_feed(actor=tom.user)
    User.objects.filter(pk=cast.admin.pk).update(is_active=False)
    gone = User.objects.get(pk=cast.admin.pk)
    assert not Appointment.objects.visible_to(gone).exists()
    assert not CalendarFeed.objects.visible_to(gone).exists()
    assert Appointment.objects.visible_to(User.objects.system()).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": visit_at},
        {"repair": None},
        {"technician": None},
        {"status": VisitStatus.RELEASED},
        {"promised_from": visit_at},
        {"busy_from": lambda: visit_at(2)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_the_database_refuses(tom: Technician, repair: Repair, values: dict[str, Any]) -> None:
    visit = factories.book(tom, repair=repair)
    made = {name: value() if callable(value) else value for name, value in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=visit.pk).update(**made)


@pytest.mark.postgresql
def test_postgresql_refuses_a_clash_and_what_is_too_long(tom: Technician) -> None:
    first, second = factories.book(tom), factories.book(tom, visit_at(2))
    clash = {"starts_at": first.starts_at, "ends_at": first.ends_at, "busy_from": first.busy_from}
    longer = {"ends_at": second.ends_at + dt.timedelta(hours=12)}
    for values in (clash, longer, {"travel_minutes": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=second.pk).update(**values)


def test_invariants_find_what_is_wrong(cast: Cast, tom: Technician, uma: Technician) -> None:
    visits = [factories.book(tom, visit_at(days)) for days in (1, 2, 3)]
    broken: list[dict[str, Any]] = [
        {"technician": uma},
        {"customer": cast.other_fleet},
    ]
    if connection.vendor != "postgresql":
        first = visits[0]
        broken.append(
            {name: getattr(first, name) for name in ("starts_at", "ends_at", "busy_from")}
        )
    for values in broken:
        with transaction.atomic():
            Appointment.objects.filter(pk=visits[1].pk).update(**values)
            assert invariant_violations() != [], values
            transaction.set_rollback(True)
    assert invariant_violations() == []


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
    assert list(visits_of_customer(cast.fleet.pk)) == [wished]


def test_a_visit_names_itself(tom: Technician) -> None:
    visit = factories.book(tom)
    assert str(visit) == f"Visit of {visit.starts_at:%Y-%m-%d %H:%M} UTC"


@pytest.mark.parametrize(
    ("text", "error"), [("visit_no_clash", Conflict), ("something else", IntegrityError)]
)
def test_the_databases_own_refusal_of_a_clash_is_told(
    tom: Technician, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error), told_clash(tom, factories.slot(tom)):
        raise IntegrityError(text)
