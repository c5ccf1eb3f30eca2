import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.rewards_referrals.enums import RedemptionStatus, RewardKind
from apps.rewards_referrals.models import RewardRedemption
from core.models import Customer
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    make_customer,
    make_option,
    make_primary,
    redeem,
    started_repair,
)
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def ready(cast: Cast, name: str, customer: Customer | None = None) -> RewardRedemption:
    """A thing that the office has got ready."""
    option = make_option(name, kind=RewardKind.MERCHANDISE, points=10)
    redemption = redeem(option, customer=customer or cast.fleet)
    return use_cases.approve_redemption(actor=cast.admin, redemption_id=redemption.pk)


def test_who_may_look(cast: Cast) -> None:
    everybody = ("primary", "technician", "sales_agent", "admin")
    found = [visit(cast.member(who), "technician_rewards").status_code for who in everybody]
    assert found == [404, 200, 404, 200]
    assert "Nothing is ready" in text_of(cast.technician, "technician_rewards")
    assert reverse("technician_rewards") in text_of(cast.technician, "technician_profile")


def test_what_is_ready_is_handed_out_by_one_tap(cast: Cast) -> None:
    pizza = ready(cast, "Pizza")
    assert "Pizza" in text_of(cast.technician, "technician_rewards")
    answer = send(cast.technician, "technician_reward_hand_out", pizza.pk)
    assert answer["Location"] == reverse("technician_rewards")
    shown = folded(answer.client.get(answer["Location"]))
    assert ("Handed out." in shown, "Pizza" in shown) == (True, False)
    pizza.refresh_from_db()
    assert (pizza.status, pizza.decided_by) == (RedemptionStatus.FULFILLED, cast.technician)


def test_today_names_it_where_one_goes_anyway(cast: Cast) -> None:
    pizza = ready(cast, "Pizza")
    ready(cast, "Donuts", cast.other_fleet)
    assert "Pizza" not in text_of(cast.technician, "technician_dashboard")
    approved_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.technician, "technician_dashboard")
    assert "To hand out at your stops" in shown
    assert ("Pizza" in shown, "Donuts" in shown) == (True, False)
    answer = send(cast.technician, "technician_reward_hand_out", pizza.pk, **{"from": "today"})
    assert answer["Location"] == reverse("technician_dashboard")


def test_what_is_not_ready_or_comes_off_a_price_is_not_there(cast: Cast) -> None:
    waiting = redeem(make_option(kind=RewardKind.MERCHANDISE, points=10), customer=cast.fleet)
    discount = redeem(make_option(points=10), customer=cast.fleet)
    own = started_repair(technician=cast.other_technician_record, customer=cast.other_fleet)
    answers = [
        *(
            send(cast.technician, "technician_reward_hand_out", each.pk)
            for each in (waiting, discount)
        ),
        send(cast.technician, "technician_reward_choose", discount.pk, repair=own.pk),
        send(cast.other_technician, "technician_reward_choose", discount.pk, repair=own.pk),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_reward_is_chosen_before_completion_and_comes_off(cast: Cast) -> None:
    first = redeem(make_option("Five off", points=10), customer=cast.fleet)
    second = redeem(
        make_option("Half off", kind=RewardKind.PERCENTAGE, points=10), customer=cast.fleet
    )
    repair = started_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.technician, "repair_detail", repair.pk)
    assert "<strong>Five off</strong> will be used when this repair is completed" in shown
    assert "Reward: Five off" in shown
    assert "Use Half off" in shown
    answer = send(cast.technician, "technician_reward_choose", second.pk, repair=repair.pk)
    shown = folded(answer.client.get(answer["Location"]))
    assert "It comes off this repair when it is completed." in shown
    assert "<strong>Half off</strong> will be used" in shown
    assert "Use Five off" not in shown
    done = use_cases.complete_repair(actor=cast.technician, repair_id=repair.pk)
    assert str(done.discounted_cost) == "25.00"
    after = text_of(cast.technician, "repair_detail", repair.pk)
    assert ("Reward: Half off" in after, "will be used" in after) == (True, False)
    first.refresh_from_db()
    assert first.status == RedemptionStatus.PENDING


def test_the_page_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    ready(cast, "One")
    before = statements_of(cast.technician, "technician_rewards")
    for name in ("Two", "Three"):
        customer = make_customer(name)
        make_primary(customer, f"{name} Primary")
        ready(cast, name, customer)
    assert (before, statements_of(cast.technician, "technician_rewards")) == (5, 5)
