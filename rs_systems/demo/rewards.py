"""The demonstration's points: a referral that was paid, rewards that wait."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection
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
from core.errors import Conflict
from core.models import Customer, User
from rs_systems.demo.cast import ADMIN, Cast

PRESENTS = ((5000, "A welcome to our rewards"), (3000, "For the repairs of last year"))
MOST_REDEEMED = 3
IGNORED = "SELECT set_config('pgtrigger.ignore', %s, true)"


def begin_rewards(cast: Cast) -> None:
    """What is offered, and the other fleet by the first one's code: ahead of its first repair."""
    make_default_rewards()
    code = referral_code_of(actor=cast.people["democustomer"])
    enter_referral_code(actor=cast.people[ADMIN], customer_id=cast.other.pk, code=code.code)


def tell_rewards(cast: Cast) -> None:
    """Points as a present; a discount that waits, and two things of which one is ready."""
    office, primary = User.objects.system(), cast.people["democustomer"]
    for points, reason in PRESENTS:
        adjust_points(actor=office, customer_id=cast.fleet.pk, points=points, reason=reason)
    offered = RewardOption.objects.offered_to(cast.fleet)[:MOST_REDEEMED]
    made = [redeem_reward(actor=primary, option_id=option.pk) for option in offered]
    # None, where the owner offers nothing.
    for ready in [each for each in made if not each.is_discount][:1]:
        approve_redemption(actor=office, redemption_id=ready.pk)


def remove_rewards(customers: Sequence[Customer]) -> None:
    """Delete the accounts of these customers; the one place where a ledger is ever deleted.

    Raises:
        Conflict: ``in_use``: points of somebody else came by them.
    """
    theirs = Q(reward__customer__in=customers)
    brought = Q(repair__customer__in=customers) & ~theirs
    if RewardEntry.objects.filter(brought).exists():
        raise Conflict("Points of other customers came by the demo data.", code="in_use")
    Referral.objects.filter(Q(referrer__in=customers) | Q(referred__in=customers)).delete()
    ReferralCode.objects.filter(customer__in=customers).delete()
    redemptions = RewardRedemption.objects.filter(theirs)
    # The office stays, but what it was told of is gone.
    told = Notification.objects.filter(target_type=RewardRedemption._meta.label_lower)
    told.filter(target_id__in=list(redemptions.values_list("pk", flat=True))).delete()
    redemptions.delete()
    with _guard_off():
        # Reversals first: they refer to what they took back.
        for is_reversal in (True, False):
            some = RewardEntry.objects.filter(theirs, reverses__isnull=not is_reversal)
            some._raw_delete(some.db)  # noqa: SLF001 - its own delete refuses, as it must
    Reward.objects.filter(customer__in=customers).delete()


@contextmanager
def _guard_off() -> Iterator[None]:
    """PostgreSQL's guard of the ledger lets this transaction delete.

    By hand: ``pgtrigger.ignore`` would make two commands of a statement, which none that is
    prepared may have.
    """
    if connection.vendor != "postgresql":
        yield
        return
    ((model, trigger),) = pgtrigger.registered("rewards_referrals.RewardEntry:append_only")
    with connection.cursor() as cursor:
        cursor.execute(IGNORED, [f"{{{trigger.get_pgid(model)}}}"])
        yield
        cursor.execute(IGNORED, ["{}"])
