import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.rewards_referrals.enums import RedemptionStatus, RewardKind
from apps.rewards_referrals.models import RewardRedemption
from tests.cast import Cast
from tests.factories import completed_repair, make_option, redeem, started_repair
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
PAGES = (
    "office_rewards",
    "office_reward_accounts",
    "office_reward_liability",
    "office_reward_liability_csv",
    "office_reward_offers",
    "office_reward_option_new",
    "office_reward_type_new",
    "office_reward_terms",
    "office_referrals",
)


@pytest.fixture
def pizza(cast: Cast) -> RewardRedemption:
    option = make_option("Pizza", kind=RewardKind.MERCHANDISE, points=250)
    return redeem(option, customer=cast.fleet)


def now(redemption: RewardRedemption) -> str:
    redemption.refresh_from_db()
    return redemption.status


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_there_for_the_office_alone(cast: Cast, name: str) -> None:
    everybody = ("primary", "technician", "sales_agent", "admin")
    found = [visit(cast.member(who), name).status_code for who in everybody]
    assert found == [404, 404, 404, 200]


def test_sales_agents_see_nothing_of_rewards(cast: Cast, pizza: RewardRedemption) -> None:
    half = redeem(make_option("Half off", kind=RewardKind.PERCENTAGE), customer=cast.fleet)
    open_one = started_repair(technician=cast.technician_record, customer=cast.fleet)
    agent = cast.sales_agent
    answers = [
        visit(agent, "office_redemption", pizza.pk),
        visit(agent, "office_reward_account", cast.fleet.pk),
        visit(agent, "office_reward_option", pizza.reward_option_id),
        send(agent, "office_redemption", pizza.pk, reason="No"),
        send(agent, "office_redemption_approve", pizza.pk),
        send(agent, "office_redemption_hand_out", pizza.pk),
        send(agent, "office_redemption_cancel", pizza.pk),
        send(agent, "office_reward_choose", half.pk, repair=open_one.pk),
        send(agent, "office_reward_account", cast.fleet.pk, part="adjust", points=1, reason="x"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 9
    shown = text_of(agent, "office_repair_detail", open_one.pk)
    assert "will be used" not in shown
    assert reverse("office_rewards") not in shown
    customer = text_of(agent, "office_customer_detail", cast.fleet.pk)
    assert "Points and rewards" not in customer
    assert now(pizza) == RedemptionStatus.PENDING


def test_a_thing_is_made_ready_and_handed_out(cast: Cast, pizza: RewardRedemption) -> None:
    shown = text_of(cast.admin, "office_rewards")
    assert ("Pizza" in shown, "The office gets it ready." in shown) == (True, True)
    answer = send(cast.admin, "office_redemption_approve", pizza.pk)
    shown = folded(answer.client.get(answer["Location"]))
    assert "Ready: technicians see it, and the customer is told." in shown
    assert "It is ready" not in shown
    assert now(pizza) == RedemptionStatus.APPROVED
    send(cast.admin, "office_redemption_hand_out", pizza.pk)
    assert now(pizza) == RedemptionStatus.FULFILLED
    assert "Nothing to get ready or to hand out." in text_of(cast.admin, "office_rewards")
    assert "Pizza" in text_of(cast.admin, "office_rewards", show="done")
    detail = text_of(cast.admin, "office_redemption", pizza.pk)
    assert ("Handed out" in detail, "Decline it" in detail) == (True, False)
    again = send(cast.owner, "office_redemption_hand_out", pizza.pk)
    assert "already" in folded(again.client.get(again["Location"]))


def test_declining_asks_why_and_gives_the_points_back(cast: Cast, pizza: RewardRedemption) -> None:
    assert "Reason: This field is required." in folded(
        send(cast.admin, "office_redemption", pizza.pk, reason="")
    )
    too_long = folded(send(cast.admin, "office_redemption", pizza.pk, reason="x" * 301))
    assert "x" * 301 in too_long
    answer = send(cast.admin, "office_redemption", pizza.pk, reason="The oven is cold")
    shown = folded(answer.client.get(answer["Location"]))
    assert "The oven is cold. The 250 points are back." in shown
    assert now(pizza) == RedemptionStatus.REJECTED
    refused = folded(send(cast.admin, "office_redemption", pizza.pk, reason="Again"))
    assert "That was" not in refused
    assert "Pizza" in text_of(cast.admin, "office_rewards", show="ended")
    assert "Declined by the shop" in text_of(cast.admin, "office_redemption", pizza.pk)
    assert "There are none of these." in text_of(cast.admin, "office_rewards", show="done")


def test_what_is_done_is_declined_no_more(cast: Cast, pizza: RewardRedemption) -> None:
    use_cases.fulfil_redemption(actor=cast.admin, redemption_id=pizza.pk)
    refused = folded(send(cast.admin, "office_redemption", pizza.pk, reason="Too late"))
    assert "This reward is “Done” already." in refused
    assert now(pizza) == RedemptionStatus.FULFILLED


def test_the_office_cancels_for_the_customer(cast: Cast, pizza: RewardRedemption) -> None:
    answer = send(cast.admin, "office_redemption_cancel", pizza.pk)
    assert answer["Location"] == reverse("office_redemption", args=[pizza.pk])
    assert now(pizza) == RedemptionStatus.CANCELLED


def test_a_form_sent_twice_hands_out_once(cast: Cast, pizza: RewardRedemption) -> None:
    for _ in range(2):
        answer = send(cast.admin, "office_redemption_hand_out", pizza.pk, idempotency_key="k")
        assert answer.status_code == 303
    assert (now(pizza), pizza.version) == (RedemptionStatus.FULFILLED, 2)


def test_what_is_not_there_is_missing(cast: Cast) -> None:
    steps = ("approve", "hand_out", "cancel")
    answers = [send(cast.admin, f"office_redemption_{step}", 4711) for step in steps]
    answers += [
        send(cast.admin, "office_reward_choose", 4711),
        send(cast.admin, "office_redemption", 4711, reason="No"),
        send(cast.admin, "office_referral_refuse", 4711, reason="No"),
        visit(cast.admin, "office_reward_account", 4711),
        visit(cast.admin, "office_reward_option", 4711),
        visit(cast.admin, "office_reward_type", 4711),
    ]
    assert [answer.status_code for answer in answers] == [404] * 9


def test_a_discount_is_chosen_for_a_repair_and_let_go(cast: Cast) -> None:
    half = redeem(make_option("Half off", kind=RewardKind.PERCENTAGE), customer=cast.fleet)
    redeem(make_option("Five off"), customer=cast.fleet)
    mine = started_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.admin, "office_repair_detail", mine.pk)
    assert "<strong>Half off</strong> will be used" in shown
    assert "Use Five off" in shown
    send(cast.admin, "office_reward_choose", half.pk, repair=mine.pk)
    detail = text_of(cast.admin, "office_redemption", half.pk)
    assert "Use it for the next repair" in detail
    for show in ("discounts", "waiting"):
        listed = text_of(cast.admin, "office_rewards", show=show)
        assert "Comes off the repair of unit" in listed
    answer = send(cast.admin, "office_reward_choose", half.pk, repair="")
    assert answer["Location"] == reverse("office_rewards")
    half.refresh_from_db()
    assert half.applied_to_repair is None


def test_the_lists_cost_the_same_with_one_row_and_with_three(
    cast: Cast, pizza: RewardRedemption
) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    pages: tuple[tuple[str, list[int]], ...] = (
        ("office_rewards", []),
        ("office_redemption", [pizza.pk]),
        ("office_reward_accounts", []),
        ("office_reward_account", [cast.fleet.pk]),
        ("office_reward_offers", []),
        ("office_reward_liability", []),
    )
    before = [statements_of(cast.admin, name, *args) for name, args in pages]
    for customer in (cast.fleet, cast.other_fleet):
        redeem(make_option(kind=RewardKind.MERCHANDISE), customer=customer)
        completed_repair(technician=cast.technician_record, customer=customer)
    after = [statements_of(cast.admin, name, *args) for name, args in pages]
    assert (before, after) == ([5, 6, 5, 10, 6, 8], [5, 6, 5, 10, 6, 8])
