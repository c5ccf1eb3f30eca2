"""What the shop owes in points, each figure with what it counts and a way to its rows."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from apps.office_portal.figures import Single
from apps.rewards_referrals.models import RewardTerms
from apps.rewards_referrals.queries import liability
from core.templatetags.ui import money, points


def owed() -> Sequence[Single]:
    """The figures as they are now; four statements."""
    found, terms = liability(), RewardTerms.objects.current()
    accounts = reverse("office_reward_accounts")
    queue = f"{reverse('office_rewards')}?{urlencode({'show': 'waiting'})}"
    below = f"{accounts}?{urlencode({'debt': 'on'})}"
    rate = f"At {money(terms.worth_of_100)} for 100 points, a setting of yours."
    return [
        Single(
            "Points outstanding",
            points(found.points),
            "The sum of all balances above zero: points that customers can still redeem.",
            accounts,
        ),
        Single(
            "What they are worth",
            money(found.worth),
            f"The points outstanding in dollars. {rate}",
            reverse("office_reward_terms"),
        ),
        Single(
            "Accounts with points",
            points(found.accounts),
            "Customers whose balance is not zero.",
            accounts,
        ),
        Single(
            "Owed to the shop",
            points(found.owed_to_shop),
            "Points below zero: spent before a voided repair took them back.",
            below,
        ),
        Single(
            "Redeemed, not given yet",
            points(found.waiting),
            "Rewards that wait for the office, for a technician or for a repair.",
            queue,
        ),
        Single(
            "Points in those rewards",
            points(found.waiting_points),
            "Taken from the balances already; they come back if a reward is cancelled.",
            queue,
        ),
    ]


def as_rows(figures: Sequence[Single]) -> Iterator[Sequence[object]]:
    """The figures as the lines of a file."""
    return ((each.title, each.value, each.definition) for each in figures)
