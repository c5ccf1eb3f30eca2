"""The demonstration's rewards: what is offered, points, things redeemed, a referral."""

import pgtrigger
from django.db.models import Q

from apps.notifications.models import Notification
from apps.queue_management.use_cases import (
    adjust_points,
    approve_redemption,
    enter_referral_code,
    make_default_rewards,
    redeem_reward,
    referral_code_of,
)
from apps.rewards_referrals.models import (
    Referral,
    ReferralCode,
    Reward,
    RewardEntry,
    RewardOption,
    RewardRedemption,
)
from core.models import Customer
from rs_systems.demo.cast import ADMIN, Cast

POINTS = ((5000, "Welcome to our rewards"), (3000, "For the repairs of last year"))
REDEEMED = ("Donuts", "50 % off a repair", "Pizza")


def open_rewards(cast: Cast) -> None:
    """What is offered, and who brought the other company: it is paid at their first repair."""
    make_default_rewards()
    code = referral_code_of(actor=cast.people["democustomer"])
    enter_referral_code(actor=cast.people[ADMIN], customer_id=cast.other.pk, code=code.code)


def tell_rewards(cast: Cast) -> None:
    """The fleet has points, a discount that waits, and two things of which one is ready."""
    admin, primary = cast.people[ADMIN], cast.people["democustomer"]
    for points, reason in POINTS:
        adjust_points(actor=admin, customer_id=cast.fleet.pk, points=points, reason=reason)
    offered = RewardOption.objects.offered_to(cast.fleet).filter(name__in=REDEEMED)
    made = [redeem_reward(actor=primary, option_id=option.pk) for option in offered]
    ready = next((each for each in made if not each.is_discount), None)
    if ready is not None:
        approve_redemption(actor=admin, redemption_id=ready.pk)


def remove_rewards(customers: list[Customer]) -> None:
    """The accounts of these customers: the one place where a ledger goes, with all of it."""
    referrals = Referral.objects.filter(Q(referrer__in=customers) | Q(referred__in=customers))
    referrals.delete()
    ReferralCode.objects.filter(customer__in=customers).delete()
    accounts = Reward.objects.filter(customer__in=customers)
    redeemed = RewardRedemption.objects.filter(reward__in=accounts)
    told = Notification.objects.filter(target_type=RewardRedemption._meta.label_lower)
    # The office stays, but what it was told of is gone.
    told.filter(target_id__in=list(redeemed.values_list("pk", flat=True))).delete()
    redeemed.delete()
    entries = RewardEntry.objects.filter(reward__in=accounts)
    with pgtrigger.ignore("rewards_referrals.RewardEntry:append_only"):
        entries._raw_delete(entries.db)  # noqa: SLF001 - the model refuses the public way
    accounts.delete()
