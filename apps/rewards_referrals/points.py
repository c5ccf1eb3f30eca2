"""How many points, and how much off: pure calculations (DOMAIN, section 5)."""

from collections.abc import Iterator
from decimal import Decimal

from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardTerms
from core.money import ZERO, cents


def milestone_points(terms: RewardTerms, number: int) -> int:
    """What the n-th completed repair of a customer brings beyond that of every repair."""
    points = 0
    if number == terms.first_at:
        points += terms.first_points
    if number == terms.second_at:
        points += terms.second_points
    if terms.every and number % terms.every == 0:
        points += terms.every_points
    return points


def milestones(terms: RewardTerms, after: int, upto: int) -> Iterator[tuple[int, int]]:
    """The numbers above ``after`` up to ``upto`` that bring points, with their points."""
    for number in range(after + 1, upto + 1):
        if points := milestone_points(terms, number):
            yield number, points


def next_milestone(terms: RewardTerms, completed: int) -> tuple[int, int] | None:
    """The next number of repairs that brings points, and how many; none when there is none."""
    numbers = {terms.first_at, terms.second_at}
    if terms.every:
        numbers.add((completed // terms.every + 1) * terms.every)
    ahead = sorted(n for n in numbers if n > completed and milestone_points(terms, n))
    return (ahead[0], milestone_points(terms, ahead[0])) if ahead else None


def amount_off(kind: str, value: Decimal, cost: Decimal) -> Decimal:
    """What a reward takes off a price: never more than the price, a thing nothing."""
    if kind == RewardKind.MERCHANDISE:
        return ZERO
    if kind == RewardKind.FREE_SERVICE:
        return cost
    if kind == RewardKind.PERCENTAGE:
        return min(cents(cost * value / 100), cost)
    return min(value, cost)


def worth(terms: RewardTerms, points: int) -> Decimal:
    """What points are worth in dollars, for the shop's own reckoning; a debt counts nothing."""
    return cents(terms.worth_of_100 * max(points, 0) / 100)
