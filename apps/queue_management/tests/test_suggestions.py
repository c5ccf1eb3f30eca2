"""Whom the office would best give work to, and what it is told of why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.queue_management.models import Assignment, DamageTypeSkill
from apps.queue_management.suggestions import suggest
from apps.queue_management.use_cases import assign_repair, request_batch, set_preferred_technician
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.models import Customer, User
from core.shop import shop_today
from tests.factories import (
    details,
    field_repair,
    make_customer,
    make_owner,
    make_primary,
    make_site,
    make_skill,
    make_technician,
    request,
    set_shop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    set_shop(assignment_mode="suggest")
    return make_customer("Demo Fleet")


@pytest.fixture
def team() -> list[Technician]:
    return [make_technician(name) for name in ("Tom Becker", "Uma Other", "Vic Third")]


@pytest.fixture
def owner() -> User:
    return make_owner()


def reasons(repair: Repair) -> tuple[str, ...]:
    return suggest([repair])[repair.pk].reasons


def prefer(owner: User, customer: Customer, technician: Technician) -> None:
    set_preferred_technician(actor=owner, customer_id=customer.pk, technician_id=technician.pk)


def test_suggestions_stay_balanced(customer: Customer, team: list[Technician]) -> None:
    repairs = [request(customer=customer) for _ in range(4)]
    suggested = suggest(repairs)
    assert [suggested[repair.pk].technician for repair in repairs] == [*team, team[0]]
    assert suggested[repairs[3].pk].reasons == ("Least work: 1 open",)
    assert suggested[repairs[0].pk].able == tuple(team)


def test_a_skill_is_told_and_who_has_none_is_left_out(
    customer: Customer, team: list[Technician]
) -> None:
    DamageTypeSkill.objects.create(damage_type="Crack", skill=make_skill("Long cracks"))
    repair = request(customer=customer, damage_type="Crack")
    assert reasons(repair) == ("Nobody who works today can do: Long cracks.",)
    team[2].expertise.add(make_skill("Long cracks"))
    suggestion = suggest([repair])[repair.pk]
    assert suggestion.technician == team[2]
    assert suggestion.reasons == ("Least work: 0 open", "Can do: Long cracks")


def test_nobody_works_today(customer: Customer) -> None:
    repair = request(customer=customer)
    suggestion = suggest([repair])[repair.pk]
    assert (suggestion.technician, suggestion.choice, suggestion.able) == (None, None, ())
    assert suggestion.reasons == ("Nobody works today.",)


def test_a_preferred_technician_goes_first_within_the_margin(
    customer: Customer, team: list[Technician], owner: User
) -> None:
    prefer(owner, customer, team[1])
    repair = request(customer=customer)
    for _ in range(2):
        field_repair(technician=team[1], customer=make_customer())
    assert reasons(repair) == ("The customer likes to see them", "2 open")
    field_repair(technician=team[1], customer=make_customer())
    assert reasons(repair) == (
        "Least work: 0 open",
        "Uma Other, whom they like to see, has 3 more open",
    )


def test_a_preferred_technician_who_is_away_or_unable_is_named(
    customer: Customer, team: list[Technician], owner: User
) -> None:
    prefer(owner, customer, team[1])
    repair = request(customer=customer, damage_type="Crack")
    Technician.objects.filter(pk=team[1].pk).update(out_on=shop_today())
    assert reasons(repair)[1:] == ("Uma Other, whom they like to see, is away today",)
    Technician.objects.filter(pk=team[1].pk).update(out_on=None)
    DamageTypeSkill.objects.create(damage_type="Crack", skill=make_skill("Long cracks"))
    team[0].expertise.add(make_skill("Long cracks"))
    assert reasons(repair)[2:] == ("Uma Other, whom they like to see, lacks the skill",)
    Technician.objects.filter(pk=team[1].pk).update(is_active=False)
    assert reasons(repair)[2:] == ()


def test_who_is_at_the_site_with_a_batch_gets_its_other_work(
    customer: Customer, team: list[Technician], owner: User
) -> None:
    site = make_site(customer)
    batch = request_batch(
        actor=make_primary(customer),
        customer_id=customer.pk,
        rows=[details("1", site_id=site.pk), details("2", site_id=site.pk)],
    )
    rows = list(batch.repairs.order_by("pk"))
    suggested = suggest(rows)
    assert {suggested[row.pk].technician for row in rows} == {team[0]}
    assert reasons(rows[0]) == ("Least work: 0 open",)
    assert suggested[rows[0].pk].reasons[1] == "One person for all 2 asked for together"
    for row in rows:
        assign_repair(actor=owner, repair_id=row.pk, technician_id=team[2].pk)
    other = request(customer=customer, site_id=site.pk)
    assert suggest([other])[other.pk].technician == team[2]
    prefer(owner, customer, team[1])
    assert reasons(other) == ("Is at this site today", "2 open")


def test_the_number_of_statements_does_not_depend_on_the_rows(
    customer: Customer, team: list[Technician]
) -> None:
    repairs = [request(customer=customer) for _ in range(3)]
    for rows in (repairs[:1], repairs):
        with CaptureQueriesContext(
            connection,
        ) as told:
            suggest(rows)
        assert len(told) == 6
    assert not Assignment.objects.exists()
    assert len(team) == 3
