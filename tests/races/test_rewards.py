"""Points spent by many at once: not one more than there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.db.models import Sum

from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.rewards_referrals.models import Reward, RewardEntry, RewardRedemption
from core.errors import Conflict
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ACCOUNTS, EACH, COST, CALLS = 5, 1000, 7, 960
ENTRIES, ACCOUNT = RewardEntry._meta.db_table, Reward._meta.db_table


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def guards_of_the_database_off() -> Iterator[None]:
    """Without unique places and without triggers; what was written meanwhile is thrown away."""
    run(
        f"ALTER TABLE {ENTRIES} DROP CONSTRAINT reward_entry_position",
        f"ALTER TABLE {ENTRIES} DISABLE TRIGGER USER",
        f"ALTER TABLE {ACCOUNT} DISABLE TRIGGER USER",
    )
    try:
        yield
    finally:
        run(
            f"TRUNCATE {ACCOUNT} CASCADE",
            f"ALTER TABLE {ENTRIES} ADD CONSTRAINT reward_entry_position"
            " UNIQUE (reward_id, position)",
            f"ALTER TABLE {ENTRIES} ENABLE TRIGGER USER",
            f"ALTER TABLE {ACCOUNT} ENABLE TRIGGER USER",
        )


def redeem_together(points: int, calls: int, accounts: int) -> list[RewardRedemption | Exception]:
    option = factories.make_option(points=COST)
    customers = [factories.make_customer() for _ in range(accounts)]
    people = [factories.make_primary(customer) for customer in customers]
    for customer in customers:
        factories.give_points(customer, points)
    return at_once(
        [
            partial(use_cases.redeem_reward, actor=people[call % accounts], option_id=option.pk)
            for call in range(calls)
        ]
    )


def balances() -> list[int]:
    return sorted(Reward.objects.values_list("points", flat=True))


def test_of_960_redemptions_710_are_accepted_and_6_points_stay_on_each_account() -> None:
    outcomes = redeem_together(EACH, CALLS, ACCOUNTS)
    assert (len(succeeded(outcomes)), balances()) == (710, [6] * ACCOUNTS)
    assert {getattr(error, "code", repr(error)) for error in failed(outcomes)} == {
        "not_enough_points"
    }
    assert not RewardEntry.objects.filter(balance_after__lt=0).exists()
    assert invariant_violations() == []


def is_overspent() -> bool:
    redeem_together(COST, CROWD, 1)
    account = Reward.objects.latest("pk")
    total = account.entries.aggregate(total=Sum("points"))["total"]
    return bool(total < 0)


def test_control_without_lock_and_constraint_accounts_are_overspent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Reward)
    with guards_of_the_database_off():
        assert happens(is_overspent)


def test_without_the_lock_the_database_still_lets_nobody_overspend(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Reward)
    outcomes = redeem_together(COST * 4, CROWD, 1)
    assert len(succeeded(outcomes)) <= 4
    assert balances()[0] == COST * (4 - len(succeeded(outcomes)))
    assert invariant_violations() == []


def started(customer: Customer, number: int) -> list[tuple[User, Repair]]:
    technicians = [factories.make_technician() for _ in range(number)]
    return [
        (each.user, factories.started_repair(customer=customer, technician=each))
        for each in technicians
    ]


def test_one_waiting_reward_comes_off_one_of_sixteen_repairs() -> None:
    customer = factories.make_customer()
    redemption = factories.redeem(factories.make_option(), customer=customer)
    factories.refer(factories.make_customer(), customer)
    outcomes = at_once(
        [
            partial(use_cases.complete_repair, actor=actor, repair_id=repair.pk)
            for actor, repair in started(customer, CROWD)
        ]
    )
    discounts = sorted(repair.discount for repair in succeeded(outcomes))
    assert (failed(outcomes), discounts[-2:]) == ([], [0, 5])
    redemption.refresh_from_db()
    assert redemption.status == "FULFILLED"
    account = Reward.objects.get(customer=customer)
    assert (account.completed, account.points) == (CROWD, CROWD * 50 + 250 + 500 + 100)
    assert invariant_violations() == []


def test_two_rewards_chosen_for_one_repair_at_once_are_one() -> None:
    customer = factories.make_customer()
    primary, option = factories.primary_of(customer), factories.make_option(points=COST)
    factories.give_points(customer, EACH)
    repair = factories.request(customer=customer)
    call = partial(use_cases.redeem_reward, actor=primary, option_id=option.pk, repair_id=repair.pk)
    outcomes = at_once([call] * CROWD)
    assert len(succeeded(outcomes)) == 1
    assert {type(error) for error in failed(outcomes)} == {Conflict}
    assert balances() == [EACH - COST]
    assert invariant_violations() == []


def test_denials_of_batches_and_completions_at_once_wait_for_each_other() -> None:
    customer = factories.make_customer()
    primary, option = factories.primary_of(customer), factories.make_option(points=COST)
    factories.give_points(customer, EACH)
    work = started(customer, CROWD // 2)
    waiting = [factories.request(customer=customer) for _ in range(CROWD // 2)]
    for repair in waiting:
        use_cases.redeem_reward(actor=primary, option_id=option.pk, repair_id=repair.pk)
    completing = [
        partial(use_cases.complete_repair, actor=actor, repair_id=repair.pk)
        for actor, repair in work
    ]
    denying = [
        partial(
            use_cases.deny_repairs,
            actor=primary,
            repair_ids=[repair.pk],
            reason=factories.DECLINED,
        )
        for repair in waiting
    ]
    outcomes = at_once([call for pair in zip(completing, denying, strict=True) for call in pair])
    assert failed(outcomes) == []
    assert balances() == [EACH + 8 * 50 + 250]
    assert invariant_violations() == []


def test_a_second_welcome_at_the_same_moment_is_refused() -> None:
    referrers = [factories.make_customer() for _ in range(4)]
    codes = [use_cases.referral_code_of(actor=factories.primary_of(each)) for each in referrers]
    fresh, admin = factories.make_customer(), factories.make_admin()
    outcomes = at_once(
        [
            partial(
                use_cases.enter_referral_code,
                actor=admin,
                customer_id=fresh.pk,
                code=codes[call % 4].code,
            )
            for call in range(CROWD)
        ]
    )
    assert len(succeeded(outcomes)) == 1
    assert {getattr(error, "code", "") for error in failed(outcomes)} == {"already_referred"}
