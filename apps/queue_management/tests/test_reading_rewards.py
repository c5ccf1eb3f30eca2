"""What is read of points, each at a constant number of statements."""

import itertools
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.queue_management import use_cases
from apps.rewards_referrals import queries
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import Referral, RewardEntry, RewardRedemption
from apps.rewards_referrals.review import oddities
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_who_sees_which_rows(cast: Cast) -> None:
    repair = factories.approved_repair(customer=cast.fleet, technician=cast.technician_record)
    chosen = factories.redeem(factories.make_option(), customer=cast.fleet, repair=repair)
    pizza = factories.redeem(
        factories.make_option(kind=RewardKind.MERCHANDISE), customer=cast.fleet
    )
    use_cases.approve_redemption(actor=cast.admin, redemption_id=pizza.pk)
    factories.redeem(factories.make_option(), customer=cast.other_fleet)
    seen = {
        part: RewardRedemption.objects.visible_to(cast.member(part)).count()
        for part in ("admin", "mate", "stranger", "technician", "other_technician", "sales_agent")
    }
    assert seen == {
        "admin": 3,
        "mate": 2,
        "stranger": 1,
        "technician": 2,
        "other_technician": 1,
        "sales_agent": 0,
    }
    assert list(RewardRedemption.objects.to_hand_out()) == [
        RewardRedemption.objects.get(pk=pizza.pk)
    ]
    entries = [RewardEntry.objects.visible_to(cast.member(p)).count() for p in ("mate", "nobody")]
    assert entries == [4, 0]
    assert list(queries.choosable_repairs(cast.primary, cast.fleet.pk)) == []
    use_cases.choose_reward(actor=cast.primary, redemption_id=chosen.pk, repair_id=None)
    assert list(queries.choosable_repairs(cast.primary, cast.fleet.pk)) == [repair]


def test_a_reward_is_told_with_the_price_of_its_repair_only(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet)
    with CaptureQueriesContext(connection) as statements:
        assert queries.reward_for(repair) is None
    assert len(statements) == 1
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet)
    assert queries.reward_for(repair) == redemption
    assert str(queries.charged_now(repair).amount) == "45.00"
    redo_of = factories.completed_repair(customer=cast.fleet)
    assert queries.reward_for(redo_of) is None


def test_the_liability_and_what_was_saved(cast: Cast) -> None:
    factories.redeem(factories.make_option(), customer=cast.fleet)
    factories.completed_repair(customer=cast.fleet)
    factories.give_points(cast.other_fleet, 1000)
    done = factories.completed_repair(customer=factories.make_customer())
    other = factories.primary_of(done.customer)
    use_cases.redeem_reward(actor=other, option_id=factories.make_option(points=50).pk)
    use_cases.void_repair(actor=cast.admin, repair_id=done.pk, reason="Mistake")
    with CaptureQueriesContext(connection) as statements:
        found = queries.liability()
    assert len(statements) == 3
    assert found == queries.Liability(3, 1050, 50, Decimal("10.50"), 1, 50)
    assert queries.saved_by_rewards(cast.fleet.pk) == Decimal(5)


def test_what_looks_odd_about_a_referral_is_told(cast: Cast) -> None:
    street = "1 Main Street"
    one = factories.make_customer("One", email="a@haul.example", phone="+14235550100")
    two = factories.make_customer(
        "Two", email="b@haul.example", phone="+14235550100", billing_address=street.upper()
    )
    factories.make_site(one, address=street, zip_code="")
    for customer, number in ((one, "1"), (two, "2")):
        factories.make_unit(customer, number, vin="1FUJGLDR9CLBP8834")
    odd = factories.refer(one, two)
    plain = factories.refer(cast.fleet, factories.make_customer("Plain", email="x@gmail.com"))
    for _ in range(4):
        factories.refer(cast.fleet, factories.make_customer())
    back = factories.refer(two, cast.other_fleet)
    rows = list(queries.referrals_of(cast.admin).order_by("pk"))
    with CaptureQueriesContext(connection) as statements:
        found = oddities(rows)
    assert len(statements) == 6
    assert found[odd.pk] == [
        "Both have the same e-mail domain",
        "Both have the same phone",
        "Both have the same address",
        "Both have a vehicle with the same VIN",
    ]
    assert plain.pk not in found
    assert found[rows[-2].pk] == ["5 customers by this code within a week"]
    assert found[back.pk] == ["Both have the same e-mail domain"]


def test_a_circle_that_came_by_merging_is_told(cast: Cast) -> None:
    third = factories.make_customer("Third")
    factories.refer(cast.fleet, third)
    factories.refer(third, cast.other_fleet)
    use_cases.merge_customers(
        actor=cast.owner, customer_id=cast.other_fleet.pk, into_id=cast.fleet.pk
    )
    rows = list(queries.referrals_of(cast.admin).order_by("pk"))
    told = ["Both have the same e-mail domain", "The referred customer has referred this one"]
    assert oddities(rows) == {row.pk: told for row in rows}
    use_cases.refuse_referral(actor=cast.admin, referral_id=rows[0].pk, reason="One owner")
    rows = list(queries.referrals_of(cast.admin).order_by("pk"))
    assert oddities(rows) == {row.pk: told[:1] for row in rows}


def ring(cast: Cast, number: int) -> list[Referral]:
    """Each brought the next one and the last the first, as no door lets it come about."""
    code = use_cases.referral_code_of(actor=cast.primary)
    customers = [factories.make_customer() for _ in range(number)]
    return [
        Referral.objects.create(code=code, referrer=one, referred=other, entered_by=cast.admin)
        for one, other in itertools.pairwise([*customers, customers[0]])
    ]


def test_a_circle_of_any_length_is_told_at_the_same_cost(cast: Cast) -> None:
    costs = set()
    for number in (3, 60):
        ids = {row.pk for row in ring(cast, number)}
        ends = factories.refer(factories.make_customer(), factories.make_customer())
        rows = list(queries.referrals_of(cast.admin).filter(pk__in=ids | {ends.pk}))
        with CaptureQueriesContext(connection) as statements:
            found = oddities(rows)
        costs.add(len(statements))
        told = f"One of a circle of {number} customers who brought one another"
        assert {pk for pk, sentences in found.items() if told in sentences} == ids
    assert costs == {6}


def test_who_is_above_a_customer_is_read_at_once_however_far_it_goes(cast: Cast) -> None:
    rows = ring(cast, 70)
    rows[0].delete()
    last, first = rows[0].referrer_id, rows[0].referred_id
    with CaptureQueriesContext(connection) as statements:
        found = queries.referrers_above([last, first])
    assert len(statements) == 1
    assert (len(found[last]), found[first]) == (70, {first})
    with CaptureQueriesContext(connection) as statements:
        assert queries.referrers_above([]) == {}
    assert len(statements) == 0


def test_a_debt_is_missing_too(cast: Cast) -> None:
    done = factories.completed_repair(customer=cast.fleet)
    option = factories.make_option(points=50)
    use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    use_cases.void_repair(actor=cast.admin, repair_id=done.pk, reason="Mistake")
    standing = queries.standing_of(cast.fleet.pk)
    (offer,) = queries.offers_for(cast.fleet, standing)
    assert (standing.balance, standing.available, offer.missing) == (-50, 0, 100)
