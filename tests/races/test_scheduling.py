"""Sixteen at one hour of a technician: one visit, and the others are told hours that are free."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.queue_management import use_cases
from apps.queue_management.use_cases import Work
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.technicians.models import Technician
from core.errors import Conflict, DomainError
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.races.harness import at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@contextmanager
def without_constraint() -> Iterator[None]:
    """PostgreSQL's second guard is away; what clashed meanwhile is taken away before it is back."""
    table = "ALTER TABLE scheduling_appointment"
    _execute(f"{table} DROP CONSTRAINT visit_no_clash")
    try:
        yield
    finally:
        Appointment.objects.all().delete()
        _execute(
            f"{table} ADD CONSTRAINT visit_no_clash EXCLUDE USING gist (technician_id WITH =, "
            "tstzrange(busy_from, ends_at) WITH &&) WHERE (status = 'booked')"
        )


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def technician_with_hours() -> Technician:
    technician = factories.make_technician()
    factories.set_hours(technician)
    return technician


def requests(number: int) -> list[Repair]:
    """Each of a customer of its own."""
    return [factories.request() for _ in range(number)]


def book(admin: User, technician: Technician, repair: Repair, at: dt.datetime) -> Appointment:
    return use_cases.book_visit(
        actor=admin,
        work=Work(repair_id=repair.pk),
        slot=factories.slot(technician, at, confirm_hours=False),
        tell=False,
    )


def all_at(technician: Technician, number: int = 16) -> list[Any]:
    admin, at = factories.make_admin(), factories.visit_at(1, 10)
    repairs = requests(number)
    return at_once([partial(book, admin, technician, repair, at) for repair in repairs])


def test_sixteen_bookings_of_one_hour_are_one() -> None:
    tom = technician_with_hours()
    outcomes = all_at(tom)
    assert len(succeeded(outcomes)) == 1
    assert Appointment.objects.booked().count() == 1
    refusals = failed(outcomes)
    assert {getattr(error, "code", error) for error in refusals} == {"slot_taken"}
    assert invariant_violations() == []
    _are_free(tom, refusals)


def _are_free(technician: Technician, refusals: list[Exception]) -> None:
    """Each of the three that each was told can really be booked."""
    admin, repair = factories.make_admin(), factories.request()
    for refusal in refusals:
        assert isinstance(refusal, Conflict)
        offered = [slot["starts_at"] for slot in refusal.extra["alternatives"]]
        assert len(offered) == len(set(offered)) == 3
        for start in offered:
            visit = book(admin, technician, repair, dt.datetime.fromisoformat(start))
            use_cases.cancel_visit(actor=admin, visit_id=visit.pk, tell=False)


def test_control_without_the_lock_the_constraint_answers_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Technician, User)
    for _ in range(3):
        tom = technician_with_hours()
        outcomes = all_at(tom)
        assert len(succeeded(outcomes)) == 1
        assert {getattr(error, "code", error) for error in failed(outcomes)} == {"slot_taken"}


def test_control_without_lock_and_constraint_the_hour_is_booked_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Technician, User)

    def violation() -> bool:
        return len(succeeded(all_at(technician_with_hours()))) > 1

    with without_constraint():
        assert happens(violation)


def test_booking_and_moving_into_one_hour_are_one() -> None:
    admin, at = factories.make_admin(), factories.visit_at(1, 10)
    for _ in range(10):
        tom = technician_with_hours()
        first, second = requests(2)
        visit = book(admin, tom, first, factories.visit_at(2, 10))
        outcomes = at_once(
            [
                partial(book, admin, tom, second, at),
                partial(
                    use_cases.move_visit,
                    actor=admin,
                    visit_id=visit.pk,
                    version=visit.version,
                    changes={"starts_at": at},
                ),
            ]
        )
        (loser,) = failed(outcomes)
        assert isinstance(loser, Conflict), loser
        assert loser.code == "slot_taken"
    assert invariant_violations() == []


def test_whoever_takes_days_off_has_no_visit_then() -> None:
    admin, at = factories.make_admin(), factories.visit_at(1, 10)
    for _ in range(10):
        tom, (repair,) = technician_with_hours(), requests(1)
        away = partial(
            use_cases.add_time_off,
            actor=tom.user,
            technician_id=tom.pk,
            first_day=at.date(),
            last_day=at.date(),
        )
        outcomes: list[Any] = at_once([partial(book, admin, tom, repair, at), away])
        for error in failed(outcomes):
            assert isinstance(error, Conflict), error
            assert error.code == "technician_away"
        assert not Appointment.objects.booked().filter(technician=tom).exists()
    assert invariant_violations() == []


def test_whoever_is_deactivated_has_no_visit() -> None:
    owner, at = factories.make_owner(), factories.visit_at(1, 10)
    for _ in range(10):
        tom, (repair,) = technician_with_hours(), requests(1)
        technician_with_hours()
        leave = partial(use_cases.deactivate_person, actor=owner, user_id=tom.user_id)
        outcomes: list[Any] = at_once([partial(book, owner, tom, repair, at), leave])
        for error in failed(outcomes):
            assert isinstance(error, DomainError), error
            assert error.code == "technician_unknown"
        assert not Appointment.objects.booked().filter(technician=tom).exists()
    assert invariant_violations() == []


def test_work_changes_hands_ends_and_is_booked_at_once() -> None:
    """Nothing deadlocks, and the visit is always of whom its work is."""
    admin = factories.make_admin()
    tom, uma = technician_with_hours(), technician_with_hours()
    repairs = requests(4)
    visits = [
        book(admin, tom, repair, factories.visit_at(days))
        for days, repair in enumerate(repairs, start=1)
    ]
    calls: list[Any] = []
    for repair, visit in zip(repairs, visits, strict=True):
        calls += [
            partial(
                use_cases.assign_repair,
                actor=admin,
                repair_id=repair.pk,
                technician_id=uma.pk,
            ),
            partial(
                use_cases.move_visit,
                actor=admin,
                visit_id=visit.pk,
                version=None,
                changes={"starts_at": visit.starts_at + dt.timedelta(hours=2)},
            ),
            partial(
                use_cases.deny_repair,
                actor=admin,
                repair_id=repair.pk,
                reason=factories.DECLINED,
            ),
            partial(
                use_cases.set_technician_out,
                actor=admin,
                technician_id=tom.pk,
                day=visit.starts_at.date(),
            ),
        ]
    for error in failed(at_once(calls)):
        assert isinstance(error, DomainError), error
    assert invariant_violations() == []
    assert not Appointment.objects.filter(status=VisitStatus.BOOKED).exists()
