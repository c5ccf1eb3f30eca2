import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.rewards_referrals.enums import RedemptionStatus, RewardKind
from apps.rewards_referrals.models import Referral, Reward, RewardRedemption
from core.models import User
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    completed_repair,
    give_points,
    make_option,
    redeem,
    refer,
    request,
)
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
PAGES = ("customer_rewards", "customer_reward_points", "customer_redemptions")


def balance(cast: Cast) -> int:
    return Reward.objects.get(customer=cast.fleet).points


def states() -> list[str]:
    return list(RewardRedemption.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize("name", PAGES)
def test_only_who_belongs_to_a_customer_sees_the_pages(cast: Cast, name: str) -> None:
    everybody = ("primary", "mate", "nobody", "technician", "sales_agent", "admin")
    found = {who: visit(cast.member(who), name).status_code for who in everybody}
    assert found == dict.fromkeys(everybody, 404) | {"primary": 200, "mate": 200}


def test_a_new_account_says_how_points_come(cast: Cast) -> None:
    shown = text_of(cast.primary, "customer_rewards")
    assert "No points yet: the first completed repair brings 50." in shown
    assert "Nothing is on offer right now." in shown
    assert "Nobody came by your company's codes yet." in shown
    assert "0 points: see what they buy" in text_of(cast.primary, "customer_dashboard")
    assert "No points yet." in text_of(cast.primary, "customer_reward_points")
    assert "Nothing was redeemed yet." in text_of(cast.primary, "customer_redemptions")


def test_what_came_what_is_missing_and_what_can_be_had(cast: Cast) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")
    give_points(cast.fleet, 220)
    dear, cheap = make_option("Free windshield", points=500), make_option("Mug", points=200)
    make_option("Not for companies", for_companies=False)
    shown = text_of(cast.primary, "customer_rewards")
    assert "<dt>Points</dt><dd>270</dd>" in shown
    assert ("230 more points" in shown, "Not for companies" in shown) == (True, False)
    assert reverse("customer_reward_redeem", args=[cheap.pk]) in shown
    assert reverse("customer_reward_redeem", args=[dear.pk]) not in shown
    for page in ("customer_rewards", "customer_reward_points"):
        entries = text_of(cast.primary, page)
        assert "Repair of unit 4127" in entries
        assert ">+50</td>" in entries
        assert "Corrected by the shop: A present" in entries
    assert "270 points: see what they buy" in text_of(cast.primary, "customer_dashboard")


def test_two_taps_take_a_discount_for_the_next_repair(cast: Cast) -> None:
    option = make_option("Half off", kind=RewardKind.PERCENTAGE, points=2000)
    give_points(cast.fleet, 2100)
    page = text_of(cast.primary, "customer_reward_redeem", option.pk)
    assert "For my next repair" in page
    answer = send(cast.primary, "customer_reward_redeem", option.pk, repair="")
    assert answer["Location"] == reverse("customer_rewards")
    shown = folded(answer.client.get(answer["Location"]))
    assert "It comes off your next repair when that is completed." in shown
    assert "Comes off the next repair when it is completed." in shown
    assert (balance(cast), states()) == (100, [RedemptionStatus.PENDING])


def test_or_for_a_repair_that_one_chooses(cast: Cast) -> None:
    option = make_option("Half off", kind=RewardKind.PERCENTAGE, points=2000)
    mine = approved_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    give_points(cast.fleet, 4000)
    assert "For unit 4127" in text_of(cast.primary, "customer_reward_redeem", option.pk)
    send(cast.primary, "customer_reward_redeem", option.pk, repair=mine.pk)
    assert "Comes off the repair of unit 4127" in text_of(cast.primary, "customer_rewards")
    detail = text_of(cast.primary, "customer_repair_detail", mine.pk)
    assert "<strong>Half off</strong> will be used when this repair is completed" in detail
    assert "it was chosen for it" in detail
    # One a repair: a second one is refused, and the repair is offered no more.
    assert "For unit 4127" not in text_of(cast.primary, "customer_reward_redeem", option.pk)
    again = send(cast.primary, "customer_reward_redeem", option.pk, repair=mine.pk)
    assert "This repair has a reward already" in folded(again.client.get(again["Location"]))
    assert balance(cast) == 2000


def test_a_thing_is_redeemed_without_a_repair(cast: Cast) -> None:
    option = make_option("Pizza", kind=RewardKind.MERCHANDISE, points=300)
    request(customer=cast.fleet, unit_number="4127")
    give_points(cast.fleet, 300)
    page = text_of(cast.primary, "customer_reward_redeem", option.pk)
    assert ("Redeem it?" in page, "Or choose one" in page) == (True, False)
    answer = send(cast.primary, "customer_reward_redeem", option.pk)
    assert "The shop is told and gets it ready." in folded(answer.client.get(answer["Location"]))
    assert "The office gets it ready." in text_of(cast.primary, "customer_redemptions")


def test_a_form_sent_twice_redeems_once(cast: Cast) -> None:
    option = make_option(points=300)
    give_points(cast.fleet, 900)
    for _ in range(2):
        send(cast.primary, "customer_reward_redeem", option.pk, repair="", idempotency_key="k")
    assert (len(states()), balance(cast)) == (1, 600)


def test_what_is_missing_is_told_instead_of_a_button(cast: Cast) -> None:
    option = make_option(points=300)
    give_points(cast.fleet, 100)
    page = text_of(cast.primary, "customer_reward_redeem", option.pk)
    assert "200 more points are needed. You have 100." in page
    answer = send(cast.primary, "customer_reward_redeem", option.pk, repair="")
    assert "200 more are needed" in folded(answer.client.get(answer["Location"]))
    assert states() == []


@pytest.mark.parametrize("name", ["approver", "mate"])
def test_without_the_right_there_is_no_button_and_no_way(cast: Cast, name: str) -> None:
    user, option = cast.member(name), make_option(points=100)
    waiting = redeem(option, customer=cast.fleet)
    give_points(cast.fleet, 200)
    shown = text_of(user, "customer_rewards")
    assert "A colleague with the right to redeem decides about these." in shown
    assert reverse("customer_reward_redeem", args=[option.pk]) not in shown
    assert reverse("customer_reward_cancel", args=[waiting.pk]) not in shown
    answers = [
        visit(user, "customer_reward_redeem", option.pk),
        send(user, "customer_reward_redeem", option.pk, repair=""),
        send(user, "customer_reward_cancel", waiting.pk),
        send(user, "customer_reward_choose", waiting.pk, repair=""),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert (states(), balance(cast)) == ([RedemptionStatus.PENDING], 200)


def test_what_is_somebody_elses_is_not_there(cast: Cast) -> None:
    option = make_option(points=100)
    theirs = redeem(option, customer=cast.other_fleet)
    strange = request(customer=cast.other_fleet)
    give_points(cast.fleet, 200)
    hidden = make_option("For persons", points=1, for_companies=False)
    answers = [
        send(cast.primary, "customer_reward_cancel", theirs.pk),
        send(cast.primary, "customer_reward_choose", theirs.pk, repair=""),
        send(cast.primary, "customer_reward_redeem", option.pk, repair=strange.pk),
        send(cast.primary, "customer_reward_redeem", option.pk, repair="x"),
        send(cast.primary, "customer_reward_redeem", hidden.pk, repair=""),
        visit(cast.primary, "customer_reward_redeem", 4711),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert (states(), balance(cast)) == ([RedemptionStatus.PENDING], 200)


def test_what_waits_is_cancelled_and_the_points_come_back(cast: Cast) -> None:
    waiting = redeem(make_option("Mug", points=300), customer=cast.fleet)
    assert "Its points come back." in text_of(cast.primary, "customer_rewards")
    answer = send(cast.primary, "customer_reward_cancel", waiting.pk)
    shown = folded(answer.client.get(answer["Location"]))
    assert "Cancelled: the points are back." in shown
    assert "Redeemed before" in shown
    assert "The 300 points are back." in shown
    assert (states(), balance(cast)) == ([RedemptionStatus.CANCELLED], 300)


def test_a_discount_is_moved_to_another_repair_and_back(cast: Cast) -> None:
    first, second = redeem(make_option("A", points=1), customer=cast.fleet), None
    second = redeem(make_option("B", points=1), customer=cast.fleet)
    mine = request(customer=cast.fleet, unit_number="4127")
    detail = text_of(cast.primary, "customer_repair_detail", mine.pk)
    assert "<strong>A</strong> will be used" in detail
    assert "Use B" in detail
    assert "Use B" not in text_of(cast.mate, "customer_repair_detail", mine.pk)
    answer = send(cast.primary, "customer_reward_choose", second.pk, repair=mine.pk)
    assert answer["Location"] == reverse("customer_repair_detail", args=[mine.pk])
    assert "<strong>B</strong> will be used" in folded(answer.client.get(answer["Location"]))
    assert "Use it for the next repair" in text_of(cast.primary, "customer_rewards")
    answer = send(cast.primary, "customer_reward_choose", second.pk, repair="")
    assert answer["Location"] == reverse("customer_rewards")
    assert list(RewardRedemption.objects.filter(applied_to_repair=None)) == [second, first]


def test_what_came_off_is_told_with_the_repair_and_the_savings(cast: Cast) -> None:
    redeem(make_option("Half off", kind=RewardKind.PERCENTAGE, points=10), customer=cast.fleet)
    done = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    shown = text_of(cast.primary, "customer_rewards")
    assert "$25.00 came off the repair of unit 4127." in shown
    assert "<dt>Saved by rewards</dt><dd>$25.00</dd>" in shown
    detail = text_of(cast.primary, "customer_repair_detail", done.pk)
    assert "Reward: Half off" in detail
    assert "will be used" not in detail


def test_a_debt_is_told_as_one(cast: Cast) -> None:
    done = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    option = make_option(points=50)
    use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    use_cases.void_repair(actor=cast.owner, repair_id=done.pk, reason="Wrong unit")
    shown = text_of(cast.primary, "customer_rewards")
    assert "<dt>Points</dt><dd>\N{MINUS SIGN}50</dd>" in shown
    assert "Below zero" in shown
    assert "Taken back: The repair was voided" in shown


def test_the_code_is_there_to_copy_and_to_share(cast: Cast) -> None:
    refer(cast.fleet, cast.other_fleet)
    code = use_cases.referral_code_of(actor=cast.primary).code
    shown = text_of(cast.primary, "customer_rewards")
    assert f'id="code" value="{code}" readonly' in shown
    assert f"{reverse('register')}?code={code}" in shown
    assert ("Other Fleet" in shown, "Waits for the first repair" in shown) == (True, True)
    # The company's referrals are everybody's there; the code is each person's own.
    theirs = text_of(cast.mate, "customer_rewards")
    assert ("Other Fleet" in theirs, code in theirs) == (True, False)
    completed_repair(technician=cast.technician_record, customer=cast.other_fleet)
    shown = text_of(cast.primary, "customer_rewards")
    assert (Referral.objects.get().get_status_display() in shown, balance(cast)) == (True, 500)
    assert "A referred customer had a first repair" in shown
    assert "Welcome by a referral code" in text_of(cast.stranger, "customer_reward_points")


def fill(cast: Cast, user: User) -> None:
    for _ in range(2):
        waiting = redeem(make_option(points=1), customer=cast.fleet)
        use_cases.cancel_redemption(actor=user, redemption_id=waiting.pk)
        redeem(make_option(points=1), customer=cast.fleet)
        completed_repair(technician=cast.technician_record, customer=cast.fleet)


def test_the_pages_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    option = make_option(points=1)
    redeem(option, customer=cast.fleet)
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    request(customer=cast.fleet)
    pages: dict[str, list[int]] = {name: [] for name in PAGES}
    pages["customer_reward_redeem"] = [option.pk]
    before = [statements_of(cast.primary, name, *args) for name, args in pages.items()]
    fill(cast, cast.primary)
    request(customer=cast.fleet)
    after = [statements_of(cast.primary, name, *args) for name, args in pages.items()]
    assert (before, after) == ([15, 5, 5, 8], [15, 5, 5, 8])


def test_the_ledger_is_paged_by_key(cast: Cast) -> None:
    for _ in range(26):
        give_points(cast.fleet, 1)
    client, url = signed_in(cast.primary), reverse("customer_reward_points")
    first = client.get(url)
    assert folded(first).count("A present") == 25
    rest = client.get(url, {"cursor": first.context["page"].next})
    assert folded(rest).count("A present") == 1
