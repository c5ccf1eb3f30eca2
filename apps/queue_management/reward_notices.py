"""Who is told what about points; each message is written in the transaction of what it tells.

Points of a single repair are a notice without a mail: a mail for each would be noise.
"""

from collections.abc import Iterable

from apps.notifications.services import notify
from apps.queue_management.notices import office
from apps.rewards_referrals.models import Reward, RewardEntry, RewardRedemption
from apps.rewards_referrals.services import Outcome
from core.models import CustomerUser, User


def _primary(customer_id: int) -> list[User]:
    members = CustomerUser.objects.filter(
        customer_id=customer_id, is_primary_contact=True, user__is_active=True
    )
    return [member.user for member in members.select_related("user")]


def _about(account: Reward, points: int, why: str) -> dict[str, object]:
    return {
        "customer": account.customer.name,
        "points": f"{points:,}",
        "balance": f"{account.points:,}",
        "why": why,
    }


def _of(redemption: RewardRedemption) -> dict[str, object]:
    return _about(redemption.reward, redemption.points, redemption.reason) | {
        "reward": redemption.name
    }


def _tell(kind: str, redemption: RewardRedemption, people: Iterable[User], actor: User) -> None:
    notify(
        kind=kind,
        recipients=[user for user in people if user.pk != actor.pk],
        target=redemption,
        fields=_of(redemption),
        key=f"{kind}:{redemption.pk}:{redemption.version}",
    )


def tell_redeemed(redemption: RewardRedemption, actor: User) -> None:
    """Tell the primary contact, and the office of what it has to get ready."""
    people = _primary(redemption.reward.customer_id)
    if not redemption.is_discount:
        people += office()
    _tell("reward_redeemed", redemption, people, actor)


def tell_ready(redemption: RewardRedemption, actor: User) -> None:
    """Tell who redeemed it that it is ready."""
    _tell("reward_ready", redemption, _redeemers(redemption), actor)


def tell_handed_out(redemption: RewardRedemption, actor: User) -> None:
    """Tell who redeemed it that it was handed out."""
    _tell("reward_handed_out", redemption, _redeemers(redemption), actor)


def tell_returned(redemption: RewardRedemption, actor: User) -> None:
    """Tell who redeemed it that it ended, and that its points are back."""
    _tell("reward_returned", redemption, _redeemers(redemption), actor)


def _redeemers(redemption: RewardRedemption) -> list[User]:
    return [*_primary(redemption.reward.customer_id), redemption.redeemed_by]


def tell_adjusted(account: Reward, entry: RewardEntry, actor: User) -> None:
    """Tell the primary contact what the shop has corrected."""
    kind = "points_earned" if entry.points > 0 else "points_taken_back"
    notify(
        kind=kind,
        recipients=[user for user in _primary(account.customer_id) if user.pk != actor.pk],
        target=account,
        fields=_about(account, abs(entry.points), entry.reason),
        key=f"{kind}:entry:{entry.pk}",
    )


def tell_earned(outcome: Outcome, people: Iterable[User], repair_id: int) -> None:
    """Tell the customer's people what a repair brought, and the referrer what it paid.

    Args:
        outcome: What the completion did.
        people: Who hears of the repair itself.
        repair_id: Names the event.
    """
    account, referral = outcome.account, outcome.referral
    if account is not None and outcome.points > 0:
        notify(
            kind="points_earned",
            recipients=people,
            target=account,
            fields=_about(account, outcome.points, _why(outcome)),
            key=f"points_earned:{repair_id}",
        )
    if referral is not None and outcome.referrer_points > 0:
        notify(
            kind="referral_paid",
            recipients=_primary(referral.referrer_id),
            target=referral,
            fields={
                "customer": referral.referred.name,
                "points": f"{outcome.referrer_points:,}",
            },
            key=f"referral_paid:{referral.pk}:{repair_id}",
        )


def _why(outcome: Outcome) -> str:
    told = ["a completed repair"]
    told += [f"{number} repairs completed" for number in outcome.milestones]
    told += ["a welcome by referral"] if outcome.is_welcome else []
    return ", ".join(told)


def tell_taken_back(outcome: Outcome, repair_id: int) -> None:
    """Tell whose points were taken back because a repair was voided."""
    if outcome.account is not None and outcome.points < 0:
        _tell_lost(outcome.account, -outcome.points, f"points_taken_back:{repair_id}")
    referral = outcome.referral
    if referral is not None and outcome.referrer_points < 0:
        account = Reward.objects.select_related("customer").get(customer=referral.referrer_id)
        key = f"points_taken_back:referrer:{repair_id}"
        _tell_lost(account, -outcome.referrer_points, key)


def _tell_lost(account: Reward, points: int, key: str) -> None:
    notify(
        kind="points_taken_back",
        recipients=_primary(account.customer_id),
        target=account,
        fields=_about(account, points, "a repair was voided"),
        key=key,
    )
