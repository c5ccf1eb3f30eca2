"""What the database itself refuses, who sees which visit, and what always holds."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment, CalendarFeed
from apps.scheduling.services import make_calendar_feed
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
