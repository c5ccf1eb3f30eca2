"""What makes a technician, and when they can work."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from apps.technicians.models import Skill, Technician, TimeOff, WorkingHours
from apps.technicians.rules import technician_of
from core.enums import Role
from core.models import User
from tests.cast import Cast
from tests.factories import make_technician, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 6)


def test_record_gives_a_plain_user_the_role() -> None:
    technician = Technician.objects.create(user=User.objects.create_user("tech", "", "pass"))
    assert User.objects.get().role == Role.TECHNICIAN
    assert str(technician) == "tech"


def test_admin_with_a_record_stays_admin(cast: Cast) -> None:
    assert make_technician(user=cast.admin).user.role == Role.ADMIN


@pytest.mark.parametrize("part", ["sales_agent", "primary"])
def test_others_get_no_record(cast: Cast, part: str) -> None:
    with pytest.raises(ValidationError):
        make_technician(user=cast.member(part))


def test_one_record_a_user() -> None:
    technician = make_technician()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_technician(user=technician.user)


def test_people_with_a_record_are_not_deleted() -> None:
    technician = make_technician()
    with pytest.raises(ProtectedError):
        technician.user.delete()


def test_working_leaves_out_who_is_out_off_or_inactive() -> None:
    able, out, off, asleep, gone = (make_technician(f"Tech {number}") for number in range(5))
    Technician.objects.filter(pk=out.pk).update(out_on=DAY)
    TimeOff.objects.create(technician=off, first_day=DAY, last_day=DAY + dt.timedelta(days=2))
    Technician.objects.filter(pk=asleep.pk).update(is_active=False)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    assert list(Technician.objects.working(DAY)) == [able]
    next_day = Technician.objects.working(DAY + dt.timedelta(days=1))
    assert set(next_day) == {able, out}
    assert set(Technician.objects.working(DAY + dt.timedelta(days=3))) == {able, out, off}


@pytest.mark.parametrize(
    ("limit", "difference", "may"),
    [
        (None, "9999.00", True),
        ("10.00", "10.00", True),
        ("10.00", "-10.00", True),
        ("10.00", "10.01", False),
        ("0.00", "0.00", True),
        ("0.00", "0.01", False),
    ],
)
def test_override_limit(limit: str | None, difference: str, *, may: bool) -> None:
    technician = Technician(override_limit=None if limit is None else Decimal(limit))
    assert technician.may_override_by(Decimal(difference)) is may


def test_technician_of_active_people_with_an_active_record() -> None:
    technician = make_technician()
    assert technician_of(technician.user) == technician
    assert technician_of(make_user()) is None
    technician.is_active = False
    assert technician_of(technician.user) is None
    technician.is_active, technician.user.is_active = True, False
    assert technician_of(technician.user) is None


def test_skill_is_one_however_it_is_written() -> None:
    Skill.objects.create(name="Long Cracks")
    with pytest.raises(IntegrityError), transaction.atomic():
        Skill.objects.create(name="long  cracks")


def test_database_refuses_backward_spans_and_unknown_days() -> None:
    technician = make_technician()
    nine, five = dt.time(9), dt.time(17)
    WorkingHours.objects.create(technician=technician, weekday=6, starts_at=nine, ends_at=five)
    for values in (
        {"weekday": 0, "starts_at": five, "ends_at": nine},
        {"weekday": 7, "starts_at": nine, "ends_at": five},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkingHours.objects.create(technician=technician, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeOff.objects.create(
            technician=technician, first_day=DAY, last_day=DAY - dt.timedelta(days=1)
        )


def test_hours_and_days_off_say_whose_and_when() -> None:
    technician = make_technician("Tom Becker")
    hours = WorkingHours(
        technician=technician, weekday=0, starts_at=dt.time(8), ends_at=dt.time(17)
    )
    off = TimeOff(technician=technician, first_day=DAY, last_day=DAY)
    assert str(hours) == "Tom Becker: day 0, 08:00:00 to 17:00:00"
    assert str(off) == "Tom Becker: 2026-07-06 to 2026-07-06"
