"""Who gets a repair, and why."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.queue_management import assignment
from apps.queue_management.models import (
    Assignment,
    AssignmentRule,
    DamageTypeSkill,
    PreferredTechnician,
)
from apps.repairs.enums import DamageType
from apps.technicians.models import Technician, TimeOff
from core.models import Customer, Site
from core.shop import shop_today
from tests.factories import (
    make_customer,
    make_site,
    make_skill,
    make_technician,
    request,
    request_batch,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer()


@pytest.fixture
def team(db: None) -> list[Technician]:
    return [make_technician(name) for name in ("Ann One", "Bob Two", "Cid Three")]


def holders(customer: Customer, number: int) -> list[str]:
    return [str(request(customer=customer).technician) for _ in range(number)]


def test_ties_go_by_id(customer: Customer, team: list[Technician]) -> None:
    assert holders(customer, 4) == ["Ann One", "Bob Two", "Cid Three", "Ann One"]


def test_off_out_and_inactive_are_passed_over(customer: Customer, team: list[Technician]) -> None:
    today = shop_today()
    TimeOff.objects.create(technician=team[0], first_day=today, last_day=today)
    Technician.objects.filter(pk=team[1].pk).update(out_on=today)
    assert set(holders(customer, 3)) == {"Cid Three"}
    Technician.objects.filter(pk=team[2].pk).update(is_active=False)
    assert request(customer=customer).technician is None


def test_time_off_counts_on_its_days_only(customer: Customer, team: list[Technician]) -> None:
    day = dt.timedelta(days=1)
    tomorrow = shop_today() + day
    TimeOff.objects.create(technician=team[0], first_day=tomorrow, last_day=tomorrow + day)
    Technician.objects.filter(pk=team[1].pk).update(out_on=shop_today() - day)
    assert holders(customer, 2) == ["Ann One", "Bob Two"]


def test_skill_is_asked_for_by_damage(customer: Customer, team: list[Technician]) -> None:
    long_cracks = make_skill("Long cracks")
    DamageTypeSkill.objects.create(damage_type=DamageType.CRACK, skill=long_cracks)
    team[2].expertise.add(long_cracks)
    repair = request(customer=customer, damage_type=DamageType.CRACK)
    assert repair.technician == team[2]
    assert Assignment.objects.get().skill == "Long cracks"
    assert request(customer=customer, damage_type=DamageType.CHIP).technician == team[0]


def test_preferred_goes_first_within_a_margin_of_two(
    customer: Customer, team: list[Technician]
) -> None:
    PreferredTechnician.objects.create(customer=customer, technician=team[1])
    assert holders(customer, 3) == ["Bob Two"] * 3
    assert holders(customer, 1) == ["Ann One"], "three above the least is beyond the margin"
    rules = Assignment.objects.order_by("id").values_list("rule", flat=True)
    assert list(rules) == [AssignmentRule.PREFERRED] * 3 + [AssignmentRule.LEAST_LOAD]


def test_preferred_who_is_away_is_not_waited_for(
    customer: Customer, team: list[Technician]
) -> None:
    PreferredTechnician.objects.create(customer=customer, technician=team[1])
    Technician.objects.filter(pk=team[1].pk).update(out_on=shop_today())
    assert holders(customer, 1) == ["Ann One"]


def test_batch_holder_gets_the_sites_other_requests_of_the_day(
    customer: Customer, team: list[Technician]
) -> None:
    site = make_site(customer)
    batch = request_batch(customer=customer, unit_numbers=["1", "2", "3"])
    batch.repairs.update(site=site)
    assert request(customer=customer, site_id=site.pk).technician == team[0]
    assert Assignment.objects.latest("id").rule == AssignmentRule.SAME_SITE
    assert request(customer=customer).technician == team[1]


def test_load_is_kept_as_it_was_before(customer: Customer, team: list[Technician]) -> None:
    holders(customer, 5)
    assert list(Assignment.objects.order_by("id").values_list("load", flat=True)) == [0, 0, 0, 1, 1]


def test_distance_is_told_as_the_crow_flies() -> None:
    site = Site(latitude=40.7128, longitude=-74.0060)
    miles = assignment.distance_miles("90001", site)
    assert miles is not None
    assert Decimal(2400) < miles < Decimal(2500)


@pytest.mark.parametrize("home_zip", ["", "00000", "nonsense"])
def test_distance_of_an_unknown_home_is_not_told(home_zip: str) -> None:
    assert assignment.distance_miles(home_zip, Site(latitude=40.0, longitude=-74.0)) is None


def test_distance_to_no_known_place_is_not_told() -> None:
    assert assignment.distance_miles("10001", None) is None
    assert assignment.distance_miles("10001", Site()) is None
