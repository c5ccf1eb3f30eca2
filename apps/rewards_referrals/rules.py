"""Who may do what with points; who sees what is ``visible_to`` of the models."""

from apps.rewards_referrals.models import RewardRedemption
from core.models import User
from core.rules import (
    has_customer_right,
    is_admin,
    is_technician,
    manages_prices,
    membership,
)


def may_redeem(user: User, customer_id: int) -> bool:
    """Turn a customer's points into rewards: their people with the right."""
    return has_customer_right(user, customer_id, "can_redeem")


def may_cancel(user: User, customer_id: int) -> bool:
    """Take a waiting redemption back: who may redeem, and the office for them."""
    return is_admin(user) or may_redeem(user, customer_id)


def may_choose(user: User, redemption: RewardRedemption, technician_id: int | None) -> bool:
    """Say which repair a discount comes off: also the technician whose repair it is."""
    if may_cancel(user, redemption.reward.customer_id):
        return True
    own = getattr(user, "technician", None) if is_technician(user) else None
    return own is not None and own.pk == technician_id


def may_decide(user: User) -> bool:
    """Approve and reject redemptions: the office."""
    return is_admin(user)


def may_hand_out(user: User) -> bool:
    """Hand out what is ready: technicians and the office."""
    return is_admin(user) or is_technician(user)


def may_adjust(user: User) -> bool:
    """Correct a balance by hand: who manages prices, for points are money."""
    return manages_prices(user)


def may_set_terms(user: User) -> bool:
    """Change what brings points, and what they buy."""
    return manages_prices(user)


def may_have_code(user: User) -> bool:
    """Have a code of one's own: everybody of a customer."""
    return membership(user) is not None


def may_enter_code(user: User) -> bool:
    """Enter a customer's referral afterwards: the office."""
    return is_admin(user)
