"""The office and technicians change what assignment depends on; assignment follows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.queue_management.models import DamageTypeSkill, PreferredTechnician
from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair
from apps.technicians.models import Skill, Technician, TimeOff
from core.errors import DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.shop import shop_today
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import make_skill, make_technician, repair_in, request

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
EIGHT, NOON, FIVE = dt.time(8), dt.time(12), dt.time(17)
LONG_CRACKS = "Long cracks"


def edit(cast: Cast, part: str = "admin", **values: Any) -> Technician:
    skills = values.pop("skills", None)
    return use_cases.edit_technician(
        actor=cast.member(part),
        technician_id=cast.technician_record.pk,
        version=values.pop("version", None),
        values=values,
        skills=skills,
    )


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("position")


# The profile


def test_the_office_edits_a_profile_with_skills(cast: Cast) -> None:
    before = cast.technician_record.version
    edited = edit(
        cast,
        phone="(206) 555-0123",
        home_zip="98101-1234",
        override_limit=Decimal("25.00"),
        skills=[LONG_CRACKS, "long  CRACKS", "Calibration"],
        version=before,
    )
    edited.refresh_from_db()
    assert (edited.phone, edited.home_zip) == ("+12065550123", "98101")
    assert (edited.override_limit, edited.version) == (Decimal("25.00"), before + 1)
    assert sorted(map(str, edited.expertise.all())) == ["Calibration", LONG_CRACKS]
    entry = last_entry()
    told = {change["field"]: change for change in entry.changes}
    assert entry.verb == "technician.changed"
    assert told["skills"]["new"] == "Calibration, Long cracks"
    assert told["override_limit"]["internal"]


def test_the_same_profile_writes_nothing(cast: Cast) -> None:
    edit(cast, home_zip="98101", skills=[LONG_CRACKS])
    with nothing_written():
        edit(cast, home_zip="98101", skills=[LONG_CRACKS])


def test_technicians_change_their_phone_and_home(cast: Cast) -> None:
    edited = edit(cast, "technician", phone="206 555 0123", home_zip="98101")
    assert (edited.phone, edited.home_zip) == ("+12065550123", "98101")


@pytest.mark.parametrize(
    "values", [{"override_limit": None}, {"skills": []}, {"is_active": False}, {"out_on": None}]
)
def test_technicians_change_nothing_else_of_theirs(cast: Cast, values: dict[str, Any]) -> None:
    with refused(Invalid) as caught:
        edit(cast, "technician", **values)
    assert list(caught.value.errors) == list(values)


def test_nobody_raises_their_own_limit(cast: Cast) -> None:
    own = make_technician(user=cast.admin)
    with refused(Invalid):
        use_cases.edit_technician(
            actor=cast.admin, technician_id=own.pk, version=None, values={"override_limit": None}
        )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"home_zip": "00000"}, "home_zip"),
        ({"override_limit": Decimal(-1)}, "override_limit"),
        ({"skills": [" "]}, "skills"),
        ({"skills": ["x" * 61]}, "skills"),
        ({"skills": ["ﷺ" * 60]}, "skills"),
        ({"skills": ["Good", "Zero\u200bwidth"]}, "skills"),
    ],
)
def test_impossible_values_are_told_by_field(
    cast: Cast, values: dict[str, Any], field: str
) -> None:
    with refused(Invalid) as caught:
        edit(cast, **values)
    assert list(caught.value.errors) == [field]


def test_an_impossible_phone_is_told(cast: Cast) -> None:
    with refused(Invalid, "phone_not_valid"):
        edit(cast, phone="12")


def test_an_old_profile_is_refused(cast: Cast) -> None:
    with refused(PreconditionFailed, "stale"):
        edit(cast, phone="", version=999)


@pytest.mark.parametrize("part", ["other_technician", "sales_agent", "primary", "nobody"])
def test_nobody_else_changes_a_technician(cast: Cast, part: str) -> None:
    actor, pk, today = cast.member(part), cast.technician_record.pk, shop_today()
    span: dict[str, Any] = {"first_day": today, "last_day": today}
    with refused(Forbidden):
        edit(cast, part, phone="")
    with refused(Forbidden):
        use_cases.set_working_hours(actor=actor, technician_id=pk, hours=[])
    with refused(Forbidden):
        use_cases.add_time_off(actor=actor, technician_id=pk, **span)
    with refused(Forbidden):
        use_cases.set_needed_skill(actor=actor, damage_type=DamageType.CRACK, skill_name=None)


def test_a_sleeping_record_is_no_longer_ones_own(cast: Cast) -> None:
    record = cast.technician_record
    record.is_active = False
    record.save()
    with refused(Forbidden):
        edit(cast, "technician", phone="")


def test_an_unknown_technician_is_not_found(cast: Cast) -> None:
    with refused(NotFound):
        use_cases.set_working_hours(actor=cast.admin, technician_id=0, hours=[])


# The week


def set_hours(cast: Cast, *hours: tuple[int, dt.time, dt.time], part: str = "technician") -> None:
    use_cases.set_working_hours(
        actor=cast.member(part), technician_id=cast.technician_record.pk, hours=hours
    )


def test_a_week_replaces_the_one_before(cast: Cast) -> None:
    set_hours(cast, (0, EIGHT, FIVE), (1, NOON, FIVE), (1, EIGHT, NOON))
    assert cast.technician_record.hours.count() == 3
    assert last_entry().changes[0]["new"] == "Mon 08:00-17:00, Tue 08:00-12:00, Tue 12:00-17:00"
    set_hours(cast, (6, EIGHT, NOON), part="admin")
    assert list(cast.technician_record.hours.values_list("weekday", flat=True)) == [6]
    with nothing_written():
        set_hours(cast, (6, EIGHT, NOON))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ((7, EIGHT, NOON), "weekday"),
        ((1, NOON, EIGHT), "ends_at"),
        ((1, NOON, NOON), "ends_at"),
        ((0, EIGHT, NOON), "starts_at"),
    ],
)
def test_a_week_is_saved_whole_or_not_at_all(
    cast: Cast, bad: tuple[int, dt.time, dt.time], field: str
) -> None:
    set_hours(cast, (4, EIGHT, FIVE))
    with refused(Invalid, "hours_not_valid") as caught:
        set_hours(cast, (0, EIGHT, FIVE), bad)
    assert list(caught.value.errors) == [f"rows.1.{field}"]


def test_an_old_week_is_refused(cast: Cast) -> None:
    with refused(PreconditionFailed, "stale"):
        use_cases.set_working_hours(
            actor=cast.admin, technician_id=cast.technician_record.pk, hours=[], version=999
        )


# Days off


def give_days_off(
    cast: Cast, first: int = 0, last: int = 0, part: str = "admin", reason: str = "Dentist"
) -> TimeOff:
    today = shop_today()
    return use_cases.add_time_off(
        actor=cast.member(part),
        technician_id=cast.technician_record.pk,
        first_day=today + first * DAY,
        last_day=today + last * DAY,
        reason=reason,
    )


@pytest.mark.parametrize("part", ["admin", "technician"])
def test_days_off_from_today_give_what_waits_to_others(cast: Cast, part: str) -> None:
    statuses = (QueueStatus.REQUESTED, QueueStatus.APPROVED, QueueStatus.IN_PROGRESS)
    held = [
        repair_in(one, technician=cast.technician_record, customer=cast.fleet) for one in statuses
    ]
    give_days_off(cast, -1, 3, part)
    holders = [Repair.objects.get(pk=repair.pk).technician for repair in held]
    other, own = cast.other_technician_record, cast.technician_record
    assert holders == [other, other, own]
    assert request(customer=cast.fleet, unit_number="NEW").technician == other
    entry = AuditEntry.objects.get(verb="technician.time_off_added")
    assert entry.note == "Dentist"
    assert invariant_violations() == []


def test_days_off_later_leave_todays_work_alone(cast: Cast) -> None:
    repair = repair_in(QueueStatus.APPROVED, technician=cast.technician_record)
    give_days_off(cast, 1, 3)
    assert Repair.objects.get(pk=repair.pk).technician == cast.technician_record


@pytest.mark.parametrize(
    ("first", "last", "field"), [(2, 1, "last_day"), (-3, -1, "last_day"), (3, 4, "first_day")]
)
def test_impossible_days_off_are_refused(cast: Cast, first: int, last: int, field: str) -> None:
    give_days_off(cast, 4, 6)
    with refused(Invalid) as caught:
        give_days_off(cast, first, last)
    assert list(caught.value.errors) == [field]


def test_a_reason_has_bounds(cast: Cast) -> None:
    with refused(Invalid) as caught:
        give_days_off(cast, reason="x" * 201)
    assert list(caught.value.errors) == ["reason"]


def test_days_off_taken_back_let_work_come_again(cast: Cast) -> None:
    days = give_days_off(cast)
    record = cast.technician_record
    use_cases.remove_time_off(actor=cast.technician, technician_id=record.pk, time_off_id=days.pk)
    assert last_entry().verb == "technician.time_off_removed"
    assert request(customer=cast.fleet).technician == record
    with refused(NotFound):
        use_cases.remove_time_off(actor=cast.admin, technician_id=record.pk, time_off_id=days.pk)


def test_days_off_of_another_technician_are_not_found(cast: Cast) -> None:
    days = give_days_off(cast)
    with refused(NotFound):
        use_cases.remove_time_off(
            actor=cast.other_technician,
            technician_id=cast.other_technician_record.pk,
            time_off_id=days.pk,
        )


# Skills that damage asks for


def need(cast: Cast, skill: str | None) -> None:
    use_cases.set_needed_skill(actor=cast.admin, damage_type=DamageType.CRACK, skill_name=skill)


def crack(cast: Cast) -> Technician | None:
    return request(
        customer=cast.fleet, unit_number=f"C{Repair.objects.count()}", damage_type="Crack"
    ).technician


def test_assignment_respects_a_skill_from_then_on(cast: Cast) -> None:
    make_skill(LONG_CRACKS)
    need(cast, LONG_CRACKS.upper())
    assert crack(cast) is None
    use_cases.edit_technician(
        actor=cast.admin,
        technician_id=cast.other_technician_record.pk,
        version=None,
        values={},
        skills=[LONG_CRACKS],
    )
    assert [crack(cast), crack(cast)] == [cast.other_technician_record] * 2
    need(cast, None)
    assert not DamageTypeSkill.objects.exists()
    assert crack(cast) == cast.technician_record


def test_a_needed_skill_is_told_once(cast: Cast) -> None:
    make_skill(LONG_CRACKS)
    make_skill("Calibration")
    need(cast, LONG_CRACKS)
    with nothing_written():
        need(cast, LONG_CRACKS)
    need(cast, "Calibration")
    assert DamageTypeSkill.objects.get().skill == Skill.objects.get(name="Calibration")
    assert last_entry().changes[0]["old_label"] == LONG_CRACKS
    need(cast, None)
    assert last_entry().verb == "damage.skill_cleared"
    with nothing_written():
        need(cast, None)


def test_unknown_skills_and_damages_are_refused(cast: Cast) -> None:
    with refused(Invalid) as caught:
        need(cast, "Welding")
    assert list(caught.value.errors) == ["skill"]
    with refused(Invalid):
        use_cases.set_needed_skill(actor=cast.admin, damage_type="Dent", skill_name=None)


# Whom a customer likes to see


def prefer(cast: Cast, technician: Technician | None, part: str = "admin") -> None:
    use_cases.set_preferred_technician(
        actor=cast.member(part),
        customer_id=cast.fleet.pk,
        technician_id=technician.pk if technician else None,
    )


def test_the_preferred_one_goes_first_until_told_otherwise(cast: Cast) -> None:
    prefer(cast, cast.other_technician_record)
    assert request(customer=cast.fleet, unit_number="1").technician == cast.other_technician_record
    with nothing_written():
        prefer(cast, cast.other_technician_record)
    prefer(cast, cast.technician_record)
    told = last_entry().changes[0]
    assert (told["old"], told["new"]) == ("Uma Other", "Tom Becker")
    prefer(cast, None)
    assert not PreferredTechnician.objects.exists()


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("sales_agent", Forbidden),
        ("primary", Forbidden),
        ("other_sales_agent", NotFound),
        ("nobody", NotFound),
    ],
)
def test_only_the_office_says_whom_a_customer_prefers(
    cast: Cast, part: str, error: type[DomainError]
) -> None:
    with refused(error):
        prefer(cast, cast.technician_record, part)


def test_the_preferred_one_works_here(cast: Cast) -> None:
    Technician.objects.filter(user=cast.technician).update(is_active=False)
    with refused(Invalid, "technician_unknown"):
        prefer(cast, cast.technician_record)
