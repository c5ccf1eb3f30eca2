"""Points: earned by completing, redeemed, taken off a price, taken back."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus, RewardKind
from apps.rewards_referrals.models import Reward, RewardEntry, RewardRedemption
from apps.rewards_referrals.queries import charged_now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

K = EntryKind


def complete(cast: Cast, number: str = "", **fields: object) -> Repair:
    return factories.completed_repair(
        customer=cast.fleet, technician=cast.technician_record, unit_number=number, **fields
    )


def finish(cast: Cast, repair: Repair) -> Repair:
    for step in (use_cases.approve_repair, use_cases.start_repair, use_cases.complete_repair):
        repair = step(actor=cast.technician, repair_id=repair.pk)
    return repair


def entries(customer: Customer) -> list[tuple[str, int]]:
    rows = RewardEntry.objects.filter(reward__customer=customer).order_by("position")
    return list(rows.values_list("kind", "points"))


def balance(customer: Customer) -> int:
    return Reward.objects.get(customer=customer).points


def void(repair: Repair) -> Repair:
    return use_cases.void_repair(
        actor=User.objects.system(), repair_id=repair.pk, reason="Entered twice"
    )


def status(redemption: RewardRedemption) -> tuple[str, int | None]:
    redemption.refresh_from_db()
    return redemption.status, redemption.applied_to_repair_id


@pytest.fixture(autouse=True)
def _sound(cast: Cast) -> object:
    yield
    assert invariant_violations() == []


def test_completing_brings_points_once_and_tells_by_a_notice(cast: Cast) -> None:
    done = complete(cast)
    with nothing_written():
        use_cases.complete_repair(actor=cast.technician, repair_id=done.pk)
    assert entries(cast.fleet) == [(K.REPAIR, 50)]
    notice = Notification.objects.get(kind="points_earned")
    assert notice.text == "50 points for Demo Fleet: a completed repair"


def test_milestones_come_at_the_5th_10th_and_every_25th(cast: Cast) -> None:
    for _ in range(3):
        complete(cast)
    # What was done before the account counts, so that the 25th is near.
    Reward.objects.filter(customer=cast.fleet).write_balance(completed=3, milestone=3)
    complete(cast)
    fifth = complete(cast)
    assert entries(cast.fleet)[-2:] == [(K.REPAIR, 50), (K.MILESTONE, 250)]
    assert fifth.discount == 0
    assert balance(cast.fleet) == 500


def test_a_redo_brings_nothing(cast: Cast) -> None:
    first = complete(cast, "4127")
    redo = factories.request(
        customer=cast.fleet, unit_number="4127", redo_of_id=first.pk, actor=cast.primary
    )
    finish(cast, redo)
    void(redo)
    assert entries(cast.fleet) == [(K.REPAIR, 50)]


@pytest.mark.parametrize(
    ("kind", "charged", "after"),
    [
        (RewardKind.PERCENTAGE, "17.50", RedemptionStatus.FULFILLED),
        (RewardKind.FIXED_AMOUNT, "30.00", RedemptionStatus.FULFILLED),
        (RewardKind.FREE_SERVICE, "0.00", RedemptionStatus.FULFILLED),
        (RewardKind.MERCHANDISE, "35.00", RedemptionStatus.PENDING),
    ],
)
def test_what_waits_comes_off_the_price(
    cast: Cast, kind: RewardKind, charged: str, after: RedemptionStatus
) -> None:
    for _ in range(2):
        complete(cast, "4127")
    redemption = factories.redeem(factories.make_option(kind=kind), customer=cast.fleet)
    waiting = factories.request(customer=cast.fleet, unit_number="4127")
    assert str(charged_now(waiting).amount) == charged
    done = finish(cast, waiting)
    assert (str(done.cost), str(done.discounted_cost)) == ("35.00", charged)
    assert sum(Decimal(line["amount"]) for line in done.price_lines) == done.discounted_cost
    assert charged_now(done).amount == done.discounted_cost
    assert status(redemption)[0] == after


def test_the_chosen_one_comes_first_then_the_oldest_one_a_repair(cast: Cast) -> None:
    option = factories.make_option()
    oldest = factories.redeem(option, customer=cast.fleet)
    newer = factories.redeem(option, customer=cast.fleet)
    first, second = (factories.request(customer=cast.fleet) for _ in range(2))
    chosen = factories.redeem(option, customer=cast.fleet, repair=first)
    finish(cast, first)
    assert (status(chosen), status(oldest)[0]) == (("FULFILLED", first.pk), "PENDING")
    finish(cast, second)
    assert (status(oldest), status(newer)[0]) == (("FULFILLED", second.pk), "PENDING")


def test_of_a_batch_the_dearest_row_gets_it(cast: Cast) -> None:
    complete(cast, "1")
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2", "3"])
    redemption = factories.redeem(
        factories.make_option(kind=RewardKind.FREE_SERVICE), customer=cast.fleet
    )
    rows = list(batch.repairs.order_by("break_number"))
    charged = [str(finish(cast, row).discounted_cost) for row in rows]
    assert charged == ["40.00", "0.00", "50.00"]
    assert status(redemption) == ("FULFILLED", rows[1].pk)


def test_a_repair_that_costs_nothing_takes_no_reward(cast: Cast) -> None:
    first = complete(cast, "4127")
    use_cases.set_customer_pricing(
        actor=cast.owner, customer_id=cast.fleet.pk, values={"first": Decimal(0)}
    )
    repair = factories.request(customer=cast.fleet)
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet, repair=repair)
    assert finish(cast, repair).discount == first.discount == 0
    assert status(redemption) == ("PENDING", None)


def test_a_denied_repair_gives_the_points_of_its_reward_back(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet)
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet, repair=repair)
    assert balance(cast.fleet) == 0
    use_cases.deny_repair(actor=cast.primary, repair_id=repair.pk, reason=factories.DECLINED)
    assert (status(redemption)[0], balance(cast.fleet)) == ("CANCELLED", 500)
    repairs = [factories.request(customer=cast.fleet) for _ in range(2)]
    for each in repairs:
        factories.redeem(redemption.reward_option, customer=cast.fleet, repair=each)
    use_cases.deny_repairs(
        actor=cast.primary, repair_ids=[each.pk for each in repairs], reason=factories.DECLINED
    )
    assert balance(cast.fleet) == 1500


def test_voiding_takes_back_what_it_brought_also_when_it_was_spent(cast: Cast) -> None:
    done = complete(cast)
    option = factories.make_option(points=50)
    spent = use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    void(done)
    assert entries(cast.fleet) == [(K.REPAIR, 50), (K.REDEMPTION, -50), (K.REVERSAL, -50)]
    assert balance(cast.fleet) == -50
    with refused(Conflict, "not_enough_points") as caught:
        use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    assert caught.value.extra == {"balance": -50, "available": -50, "missing": 100}
    assert status(spent) == ("PENDING", None)
    with nothing_written():
        void(done)


def test_voiding_a_milestone_takes_it_back_and_the_next_repair_brings_it(cast: Cast) -> None:
    repairs = [complete(cast) for _ in range(5)]
    void(repairs[1])
    assert balance(cast.fleet) == 450
    complete(cast)
    assert balance(cast.fleet) == 500  # the fifth stands: it comes once
    void(repairs[4])
    assert balance(cast.fleet) == 200
    complete(cast)
    assert balance(cast.fleet) == 500
    void(repairs[0])
    void(repairs[2])
    void(repairs[3])
    complete(cast)
    assert balance(cast.fleet) == 400


def test_voiding_gives_back_the_reward_that_came_off(cast: Cast) -> None:
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet)
    done = complete(cast)
    void(done)
    done.refresh_from_db()
    assert (done.discount, status(redemption)) == (Decimal(5), ("CANCELLED", done.pk))
    assert balance(cast.fleet) == 500
    told = Notification.objects.get(kind="reward_returned")
    assert (told.recipient, told.text) == (
        cast.primary,
        f"500 points are back at Demo Fleet: {redemption.name}",
    )


def test_who_may_redeem_what(cast: Cast) -> None:
    option = factories.make_option()
    only_persons = factories.make_option(for_companies=False)
    factories.give_points(cast.fleet, 5000)
    with refused(Forbidden):
        use_cases.redeem_reward(actor=cast.mate, option_id=option.pk)
    for actor in (cast.nobody, cast.technician, cast.owner):
        with refused(NotFound, "not_found"):
            use_cases.redeem_reward(actor=actor, option_id=option.pk)
    with refused(NotFound, "not_found"):
        use_cases.redeem_reward(actor=cast.primary, option_id=only_persons.pk)
    with refused(Conflict, "not_enough_points"):
        use_cases.redeem_reward(actor=cast.stranger, option_id=option.pk)


def test_which_repair_a_reward_may_be_for(cast: Cast) -> None:
    option, pizza = factories.make_option(), factories.make_option(kind=RewardKind.MERCHANDISE)
    factories.give_points(cast.fleet, 5000)
    done, mine = complete(cast), factories.request(customer=cast.fleet)
    foreign = factories.request(customer=cast.other_fleet)

    def redeem(repair: Repair, what: int = option.pk) -> RewardRedemption:
        return use_cases.redeem_reward(actor=cast.primary, option_id=what, repair_id=repair.pk)

    with refused(NotFound, "not_found"):
        redeem(foreign)
    with refused(Conflict, "repair_not_open"):
        redeem(done)
    with refused(Invalid, "no_discount"):
        redeem(mine, pizza.pk)
    redeem(mine)
    with refused(Conflict, "repair_has_reward"):
        redeem(mine)


def test_the_repair_of_a_reward_is_chosen_later_by_who_may(cast: Cast) -> None:
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet)
    repair = factories.approved_repair(customer=cast.fleet, technician=cast.technician_record)
    other = factories.request(customer=cast.other_fleet)

    def choose(actor: User, repair_id: int | None = repair.pk) -> RewardRedemption:
        return use_cases.choose_reward(
            actor=actor, redemption_id=redemption.pk, repair_id=repair_id
        )

    with refused(Forbidden):
        choose(cast.mate)
    with refused(NotFound, "not_found"):
        choose(cast.stranger)
    with refused(NotFound, "not_found"):
        choose(cast.technician, other.pk)
    assert choose(cast.technician).applied_to_repair_id == repair.pk
    with nothing_written():
        choose(cast.technician)
    assert choose(cast.technician, None).applied_to_repair_id is None
    with refused(NotFound, "not_found"):
        choose(cast.technician, None)
    assert choose(cast.admin).applied_to_repair_id == repair.pk
    use_cases.cancel_redemption(actor=cast.primary, redemption_id=redemption.pk)
    with refused(Conflict, "not_waiting"):
        choose(cast.primary)


def test_things_are_made_ready_and_handed_out(cast: Cast) -> None:
    option = factories.make_option("Pizza", kind=RewardKind.MERCHANDISE)
    pizza = factories.redeem(option, customer=cast.fleet)
    with refused(NotFound, "not_found"):
        use_cases.fulfil_redemption(actor=cast.technician, redemption_id=pizza.pk)
    with refused(Forbidden):
        use_cases.approve_redemption(actor=cast.primary, redemption_id=pizza.pk)
    use_cases.approve_redemption(actor=cast.admin, redemption_id=pizza.pk)
    with nothing_written():
        use_cases.approve_redemption(actor=cast.admin, redemption_id=pizza.pk)
    with refused(Forbidden):
        use_cases.fulfil_redemption(actor=cast.primary, redemption_id=pizza.pk)
    use_cases.fulfil_redemption(actor=cast.technician, redemption_id=pizza.pk)
    with nothing_written():
        use_cases.fulfil_redemption(actor=cast.technician, redemption_id=pizza.pk)
    with refused(NotFound, "not_found"):
        use_cases.fulfil_redemption(actor=cast.other_technician, redemption_id=pizza.pk)
    assert status(pizza) == ("FULFILLED", None)
    with refused(Conflict, "not_waiting"):
        use_cases.cancel_redemption(actor=cast.primary, redemption_id=pizza.pk)
    told = Notification.objects.filter(recipient=cast.primary, kind__startswith="reward_")
    assert sorted(told.values_list("text", flat=True)) == [
        "Handed out to Demo Fleet: Pizza",
        "Ready for Demo Fleet: Pizza",
    ]


def test_the_office_hands_out_in_one_step_and_twice_is_once(cast: Cast) -> None:
    option = factories.make_option(kind=RewardKind.MERCHANDISE)
    donuts, off = (
        factories.redeem(option, customer=cast.fleet),
        factories.redeem(factories.make_option(), customer=cast.fleet),
    )
    use_cases.fulfil_redemption(actor=cast.admin, redemption_id=donuts.pk)
    with nothing_written():
        use_cases.fulfil_redemption(actor=cast.admin, redemption_id=donuts.pk)
    with refused(Conflict, "is_discount"):
        use_cases.fulfil_redemption(actor=cast.admin, redemption_id=off.pk)


def test_rejecting_and_cancelling_give_the_points_back_once(cast: Cast) -> None:
    option = factories.make_option()
    one, two = (factories.redeem(option, customer=cast.fleet) for _ in range(2))
    with refused(Invalid, "reason_required"):
        use_cases.reject_redemption(actor=cast.admin, redemption_id=one.pk, reason=" ")
    for _ in range(2):
        use_cases.reject_redemption(actor=cast.admin, redemption_id=one.pk, reason="Not any more")
        use_cases.cancel_redemption(actor=cast.primary, redemption_id=two.pk)
    assert balance(cast.fleet) == 1000
    with refused(Conflict, "not_waiting"):
        use_cases.cancel_redemption(actor=cast.primary, redemption_id=one.pk)
    with refused(Conflict, "not_waiting"):
        use_cases.reject_redemption(actor=cast.admin, redemption_id=two.pk, reason="Late")


def test_who_may_cancel(cast: Cast) -> None:
    redemption = factories.redeem(factories.make_option(), customer=cast.fleet)
    with refused(Forbidden):
        use_cases.cancel_redemption(actor=cast.mate, redemption_id=redemption.pk)
    for actor in (cast.stranger, cast.technician, cast.sales_agent):
        with refused(NotFound, "not_found"):
            use_cases.cancel_redemption(actor=actor, redemption_id=redemption.pk)
    use_cases.cancel_redemption(actor=cast.admin, redemption_id=redemption.pk)
    assert status(redemption)[0] == "CANCELLED"


def test_completing_costs_a_few_statements_for_points_and_two_more_for_a_reward(
    cast: Cast,
) -> None:
    complete(cast)

    def cost() -> int:
        repair = factories.started_repair(customer=cast.fleet, technician=cast.technician_record)
        with CaptureQueriesContext(connection) as statements:
            use_cases.complete_repair(actor=cast.technician, repair_id=repair.pk)
        return len(statements)

    # Lock the account, read the terms, write entry and balance, two for the notice: 28 before.
    assert cost() == 34
    factories.redeem(factories.make_option(), customer=cast.fleet)
    assert cost() == 36


def test_voiding_what_was_done_before_there_were_points_takes_nothing_back(cast: Cast) -> None:
    use_cases.set_reward_terms(actor=cast.owner, version=None, changes={"points_per_repair": 0})
    done = complete(cast)
    Reward.objects.all().delete()
    void(done)
    assert not Reward.objects.exists()
