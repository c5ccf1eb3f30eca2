"""What the pages of rewards show a customer, read at a constant number of statements."""

from typing import Any

from django.urls import reverse

from apps.queue_management import use_cases
from apps.rewards_referrals.enums import WAITING
from apps.rewards_referrals.models import Reward
from apps.rewards_referrals.queries import (
    entries_of,
    offers_for,
    redemptions_of,
    referrals_of,
    saved_by_rewards,
    standing_of,
)
from apps.rewards_referrals.rules import may_redeem
from apps.rewards_referrals.wording import entry_lines, redemption_lines
from core.mails import address
from core.models import CustomerUser

# Of each the newest; all of them are one tap away.
MOST_WAITING = 20
MOST_SHOWN = 5
MOST_REFERRED = 20


def points_of(customer_id: int) -> int:
    """The balance of a customer; one statement."""
    rows = Reward.objects.filter(customer_id=customer_id)
    return rows.values_list("points", flat=True).first() or 0


def rewards_page(member: CustomerUser) -> dict[str, Any]:
    """The balance, what it buys, what was redeemed, whom the company brought."""
    user, customer = member.user, member.customer
    standing = standing_of(customer.pk)
    redemptions = redemptions_of(user, customer.pk)
    waiting = redemptions.filter(status__in=WAITING)[:MOST_WAITING]
    code = use_cases.referral_code_of(actor=user)
    return {
        "standing": standing,
        "may_redeem": may_redeem(user, customer.pk),
        "offers": offers_for(customer, standing),
        "waiting": redemption_lines(waiting),
        "ended": redemption_lines(redemptions.exclude(status__in=WAITING)[:MOST_SHOWN]),
        "entries": entry_lines(entries_of(user, customer.pk)[:MOST_SHOWN]),
        "saved": saved_by_rewards(customer.pk),
        "code": code,
        "code_url": f"{address(reverse('register'))}?code={code.code}",
        "referrals": referrals_of(user)[:MOST_REFERRED],
    }
