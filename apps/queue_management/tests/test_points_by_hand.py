"""Corrections by hand, points that expire or wait, and what the owner offers."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.queue_management.use_cases import rewards
from apps.repairs.services import locked_customer
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import (
    Reward,
    RewardEntry,
    RewardOption,
    RewardTerms,
    RewardType,
)
from apps.rewards_referrals.services import redemptions
from core.clock import now, pretending
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _sound(cast: Cast) -> object:
    yield
    assert invariant_violations() == []


def adjust(cast: Cast, points: int, *, actor: User | None = None, **fields: str) -> RewardEntry:
    return use_cases.adjust_points(
        actor=actor or cast.owner,
        customer_id=cast.fleet.pk,
        points=points,
        reason=fields.pop("reason", "Sorry for the wait"),
        **fields,
    )


def set_terms(cast: Cast, **changes: object) -> RewardTerms:
    return use_cases.set_reward_terms(actor=cast.owner, version=None, changes=changes)


def test_points_are_corrected_with_a_reason_and_the_contact_is_told(cast: Cast) -> None:
    entry = adjust(cast, 300)
    assert (entry.balance_after, entry.reason, entry.actor) == (
        300,
        "Sorry for the wait",
        cast.owner,
    )
    assert adjust(cast, -100).balance_after == 200
    told = Notification.objects.filter(recipient=cast.primary).order_by("id")
    assert [notice.text for notice in told] == [
        "300 points for Demo Fleet: Sorry for the wait",
        "100 points of Demo Fleet were taken back: Sorry for the wait",
    ]


def test_a_correction_is_refused_beyond_right_limit_reason_and_balance(cast: Cast) -> None:
    for actor in (cast.admin, cast.primary):
        with refused(Forbidden):
            adjust(cast, 10, actor=actor)
    with refused(NotFound, "not_found"):
        adjust(cast, 10, actor=cast.stranger)
    for points in (0, 5001, -5001):
        with refused(Invalid, "invalid") as caught:
            adjust(cast, points, reason=" ")
        assert sorted(caught.value.errors) == ["points", "reason"]
    with refused(Conflict, "not_enough_points"):
        adjust(cast, -1)


def test_a_correction_of_one_reference_is_written_once(cast: Cast) -> None:
    first = adjust(cast, 10, reference="form-1")
    with nothing_written():
        assert adjust(cast, 10, reference="form-1") == first
    with refused(Conflict, "already_corrected"):
        adjust(cast, 20, reference="form-1")


def test_the_oldest_points_expire_once_a_day_what_was_spent_first(cast: Cast) -> None:
    assert use_cases.expire_points() == 0
    adjust(cast, 1000)
    factories.redeem(factories.make_option(points=300), customer=cast.fleet)
    set_terms(cast, expiry_days=30)
    later = now() + dt.timedelta(days=31)
    assert use_cases.expire_points() == 0
    assert use_cases.expire_points(at=later) == 1000
    with nothing_written():
        assert use_cases.expire_points(at=later) == 0
    adjust(cast, 50)
    assert use_cases.expire_points(at=later) == 0
    assert Reward.objects.get().points == 50


def test_points_on_hold_cannot_be_redeemed_yet(cast: Cast) -> None:
    set_terms(cast, hold_days=7, points_per_repair=500)
    factories.completed_repair(customer=cast.fleet)
    option = factories.make_option()
    with refused(Conflict, "not_enough_points") as caught:
        use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    assert caught.value.extra == {"balance": 500, "available": 0, "missing": 500}
    set_terms(cast, hold_days=0)
    assert use_cases.redeem_reward(actor=cast.primary, option_id=option.pk).points == 500


def test_who_never_had_points_is_refused_with_a_hold_as_without(cast: Cast) -> None:
    set_terms(cast, hold_days=7)
    option = factories.make_option()
    with refused(Conflict, "not_enough_points") as caught:
        use_cases.redeem_reward(actor=cast.primary, option_id=option.pk)
    assert caught.value.extra == {"balance": 0, "available": 0, "missing": 500}


def test_points_that_came_by_merging_and_were_taken_back_do_not_expire_again(cast: Cast) -> None:
    done = factories.completed_repair(customer=cast.other_fleet)
    factories.give_points(cast.other_fleet, 100)
    merge(cast)
    use_cases.void_repair(actor=cast.owner, repair_id=done.pk, reason="Mistake")
    set_terms(cast, expiry_days=30)
    with pretending(now() + dt.timedelta(days=31)):
        adjust(cast, 70)
        assert use_cases.expire_points() == 100


def merge(cast: Cast) -> None:
    use_cases.merge_customers(
        actor=cast.owner, customer_id=cast.other_fleet.pk, into_id=cast.fleet.pk
    )


def test_a_reward_that_moves_while_one_waits_for_its_account_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = factories.redeem(factories.make_option(), customer=cast.other_fleet)
    lock = redemptions.lock_account

    def lock_after_a_merge(account_id: int) -> Reward:
        monkeypatch.setattr(redemptions, "lock_account", lock)
        merge(cast)
        return lock(account_id)

    monkeypatch.setattr(redemptions, "lock_account", lock_after_a_merge)
    use_cases.cancel_redemption(actor=cast.admin, redemption_id=waiting.pk)
    assert Reward.objects.get(customer=cast.fleet).points == 500


def test_a_customer_merged_while_one_waits_for_it_gets_no_correction(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock_after_a_merge(customer_id: int) -> Customer:
        use_cases.merge_customers(
            actor=cast.owner, customer_id=customer_id, into_id=cast.other_fleet.pk
        )
        return locked_customer(customer_id)

    monkeypatch.setattr(rewards, "locked_customer", lock_after_a_merge)
    with refused(NotFound, "not_found"):
        adjust(cast, 20)


def test_terms_are_versioned_and_for_who_manages_prices(cast: Cast) -> None:
    with refused(Forbidden):
        use_cases.set_reward_terms(actor=cast.admin, version=0, changes={"hold_days": 1})
    first = use_cases.set_reward_terms(actor=cast.owner, version=0, changes={"hold_days": 1})
    with nothing_written():
        assert set_terms(cast, hold_days=1) == first
    with refused(PreconditionFailed, "stale"):
        use_cases.set_reward_terms(actor=cast.owner, version=0, changes={"hold_days": 2})
    for wrong in ({"expiry_days": 5}, {"points_per_repair": -1}, {"nothing": 1}):
        with refused(Invalid):
            set_terms(cast, **wrong)
    set_terms(cast, points_per_repair=0, referrer_points=0, referred_points=0)
    factories.refer(cast.other_fleet, cast.fleet)
    factories.completed_repair(customer=cast.fleet)
    assert not RewardEntry.objects.exists()
    assert RewardTerms.objects.count() == 2


def test_what_is_offered_is_kept_by_who_manages_prices(cast: Cast) -> None:
    option = factories.make_option("Mug", kind=RewardKind.MERCHANDISE)
    values = {"name": "Cap", "kind": RewardKind.MERCHANDISE}
    with refused(Forbidden):
        use_cases.create_reward_type(actor=cast.admin, values=values)
    with refused(Conflict, "taken"):
        use_cases.create_reward_type(actor=cast.owner, values=values | {"name": " mug "})
    for kind, value in (
        (RewardKind.PERCENTAGE, 101),
        (RewardKind.PERCENTAGE, 0),
        (RewardKind.FIXED_AMOUNT, 0),
        (RewardKind.FREE_SERVICE, 1),
    ):
        with refused(Invalid) as caught:
            use_cases.create_reward_type(
                actor=cast.owner, values={"name": "X", "kind": kind, "value": Decimal(value)}
            )
        assert list(caught.value.errors) == ["value"]
    with refused(Invalid):
        use_cases.create_reward_option(actor=cast.owner, values={"name": "Y", "other": 1})
    edited = use_cases.edit_reward_option(
        actor=cast.owner, option_id=option.pk, version=1, values={"is_active": False}
    )
    assert (edited.is_active, edited.version) == (False, 2)
    with nothing_written():
        use_cases.edit_reward_option(
            actor=cast.owner, option_id=option.pk, version=2, values={"is_active": False}
        )
    with refused(PreconditionFailed, "stale"):
        use_cases.edit_reward_option(actor=cast.owner, option_id=option.pk, version=1, values={})
    with refused(NotFound, "not_found"):
        use_cases.edit_reward_type(actor=cast.owner, type_id=0, version=None, values={})


def test_a_changed_option_leaves_what_was_redeemed(cast: Cast) -> None:
    option = factories.make_option(value="5.00")
    redemption = factories.redeem(option, customer=cast.fleet)
    use_cases.edit_reward_type(
        actor=cast.owner,
        type_id=option.reward_type_id,
        version=1,
        values={"value": Decimal(9), "name": "$9 off"},
    )
    done = factories.completed_repair(customer=cast.fleet)
    redemption.refresh_from_db()
    assert (str(done.discount), redemption.amount_off) == ("5.00", Decimal(5))


def test_a_new_shop_offers_what_the_domain_says_once(cast: Cast) -> None:
    assert use_cases.make_default_rewards() == 5
    with nothing_written():
        assert use_cases.make_default_rewards() == 0
    persons = RewardOption.objects.offered_to(factories.make_person())
    assert list(persons.values_list("name", "points_required")) == [
        ("$5 off", 500),
        ("Donuts", 1500),
        ("50 % off a repair", 2000),
        ("Pizza", 2500),
        ("Free repair", 3500),
    ]
    assert RewardOption.objects.offered_to(cast.fleet).count() == 4
    assert RewardType.objects.get(name="50 % off a repair").value == 50
