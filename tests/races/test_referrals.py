"""Who brought whom, entered by many at once, and while customers are merged."""

import time
from collections.abc import Callable
from functools import partial
from threading import Thread

import pytest

from apps.queue_management import use_cases
from apps.queue_management.use_cases import customers
from apps.rewards_referrals import services
from apps.rewards_referrals.models import Referral, ReferralCode, Reward
from apps.rewards_referrals.queries import referrals_of, referrers_above
from apps.rewards_referrals.review import oddities
from apps.rewards_referrals.services import referrals
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.races.harness import (
    CROWD,
    PATIENCE_SECONDS,
    at_once,
    failed,
    happens,
    succeeded,
    wait_until_somebody_waits_for_a_lock,
    without_locks_on,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
A_LONG_LOOK_SECONDS = 0.05
LONG_ENOUGH_TO_MERGE_SECONDS = 3


def code_of(customer: Customer) -> str:
    return use_cases.referral_code_of(actor=factories.primary_of(customer)).code


def entering(customer: Customer, code: str) -> Callable[[], Referral]:
    return partial(
        use_cases.enter_referral_code,
        actor=User.objects.system(),
        customer_id=customer.pk,
        code=code,
    )


def look_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look for a circle and what is written upon it there is time for others."""

    def look(ids: list[int]) -> dict[int, set[int]]:
        found = referrers_above(ids)
        time.sleep(A_LONG_LOOK_SECONDS)
        return found

    monkeypatch.setattr(referrals, "referrers_above", look)


def enter_circle(number: int) -> list[Referral | Exception]:
    """Each brings the next one, and the last the first, all at the same moment."""
    ring = [factories.make_customer() for _ in range(number)]
    codes = [code_of(customer) for customer in ring]
    following = [*ring[1:], ring[0]]
    return at_once([entering(*each) for each in zip(following, codes, strict=True)])


def told() -> list[str]:
    """What the office reads of it."""
    rows = list(referrals_of(User.objects.system()))
    words = [sentence for sentences in oddities(rows).values() for sentence in sentences]
    return [each for each in words if "circle" in each]


@pytest.mark.parametrize("number", [2, 4, CROWD])
def test_a_circle_entered_at_one_moment_is_refused_at_its_last_link(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    look_for_long(monkeypatch)
    outcomes = enter_circle(number)
    assert len(succeeded(outcomes)) == number - 1
    (error,) = failed(outcomes)
    assert getattr(error, "code", error) == "referred_in_a_circle"
    assert told() == []
    assert invariant_violations() == []


def test_control_without_the_lock_of_referrals_a_circle_of_four_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_for_long(monkeypatch)
    monkeypatch.setattr(services, "lock_referrals", lambda: None)

    def is_closed() -> bool:
        Referral.objects.all().delete()
        return failed(enter_circle(4)) == []

    assert happens(is_closed)
    assert told() == ["One of a circle of 4 customers who brought one another"] * 4


def merging(customer: Customer, into: Customer) -> Callable[[], Customer]:
    return partial(
        use_cases.merge_customers,
        actor=User.objects.system(),
        customer_id=customer.pk,
        into_id=into.pk,
    )


def enter_while_merged(monkeypatch: pytest.MonkeyPatch) -> tuple[Referral, Customer]:
    """Between the look for the code and the lock of its customer that one is merged."""
    referrer, into, fresh = (factories.make_customer() for _ in range(3))
    code, find = code_of(referrer), services.find_code
    merger = Thread(target=at_once, args=([merging(referrer, into)],))

    def find_while_merged(text: str) -> ReferralCode:
        found = find(text)
        merger.start()
        merger.join(LONG_ENOUGH_TO_MERGE_SECONDS)
        return found

    monkeypatch.setattr(services, "find_code", find_while_merged)
    (outcome,) = at_once([entering(fresh, code)])
    merger.join(PATIENCE_SECONDS)
    assert isinstance(outcome, Referral)
    outcome.refresh_from_db()
    return outcome, into


def test_a_code_entered_while_its_customer_is_merged_counts_for_the_one_that_lives_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    referral, into = enter_while_merged(monkeypatch)
    assert referral.referrer == into


def test_control_without_the_lock_of_referrals_a_merged_customer_brings_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "lock_referrals", lambda: None)
    referral, into = enter_while_merged(monkeypatch)
    assert referral.referrer != into


def points_after_a_merge_of_the_referrer(
    monkeypatch: pytest.MonkeyPatch, *, is_voided: bool
) -> list[int]:
    """The first repair ends, or is voided, while who brought its customer is merged.

    Returns:
        The points of the merged one, and of the one that lives on.
    """
    referrer, into, fresh = (factories.make_customer() for _ in range(3))
    technician, system = factories.make_technician(), User.objects.system()
    factories.refer(referrer, fresh)
    repair = factories.started_repair(customer=fresh, technician=technician)
    end = partial(use_cases.complete_repair, actor=system, repair_id=repair.pk)
    if is_voided:
        end()
        end = partial(use_cases.void_repair, actor=system, repair_id=repair.pk, reason="Mistake")
    ending, move = Thread(target=at_once, args=([end],)), services.move_account

    def move_while_it_ends(*, actor: User, customer: Customer, into: Customer) -> None:
        move(actor=actor, customer=customer, into=into)
        ending.start()
        wait_until_somebody_waits_for_a_lock()

    monkeypatch.setattr(customers, "move_account", move_while_it_ends)
    merging(referrer, into)()
    ending.join(PATIENCE_SECONDS)
    accounts = {each.customer_id: each.points for each in Reward.objects.all()}
    return [accounts[referrer.pk], accounts[into.pk]]


@pytest.mark.parametrize(("is_voided", "points"), [(False, 500), (True, 0)])
def test_a_referral_pays_and_is_taken_back_where_its_referrer_lives_on(
    monkeypatch: pytest.MonkeyPatch, *, is_voided: bool, points: int
) -> None:
    found = points_after_a_merge_of_the_referrer(monkeypatch, is_voided=is_voided)
    assert found == [0, points]
    assert invariant_violations() == []


@pytest.mark.parametrize(("is_voided", "points"), [(False, [500, 0]), (True, [-500, 500])])
def test_control_without_the_lock_of_whom_they_brought_the_merged_one_gets_it(
    monkeypatch: pytest.MonkeyPatch, *, is_voided: bool, points: list[int]
) -> None:
    without_locks_on(monkeypatch, Customer)
    assert points_after_a_merge_of_the_referrer(monkeypatch, is_voided=is_voided) == points
