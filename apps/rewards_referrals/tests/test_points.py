"""Milestones, what comes off a price, and what points are worth."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardTerms
from apps.rewards_referrals.points import amount_off, milestones, next_milestone, worth

pytestmark = pytest.mark.once
TERMS = RewardTerms()
prices = st.decimals(0, 99_999, places=2)


def test_milestones_are_the_5th_the_10th_and_every_25th() -> None:
    assert list(milestones(TERMS, 0, 75)) == [
        (5, 250),
        (10, 500),
        (25, 1000),
        (50, 1000),
        (75, 1000),
    ]
    assert list(milestones(TERMS, 5, 9)) == []
    assert list(milestones(RewardTerms(every=5), 4, 5)) == [(5, 1250)]


@pytest.mark.parametrize(
    ("completed", "expected"), [(0, (5, 250)), (5, (10, 500)), (10, (25, 1000)), (25, (50, 1000))]
)
def test_the_next_milestone(completed: int, expected: tuple[int, int]) -> None:
    assert next_milestone(TERMS, completed) == expected


def test_without_milestones_none_is_next() -> None:
    assert next_milestone(RewardTerms(first_at=0, second_at=0, every=0), 3) is None


@pytest.mark.parametrize(
    ("kind", "value", "cost", "off"),
    [
        (RewardKind.PERCENTAGE, "50", "35.00", "17.50"),
        (RewardKind.PERCENTAGE, "50", "35.01", "17.51"),
        (RewardKind.PERCENTAGE, "100", "35.00", "35.00"),
        (RewardKind.FIXED_AMOUNT, "5", "35.00", "5"),
        (RewardKind.FIXED_AMOUNT, "5", "3.00", "3.00"),
        (RewardKind.FREE_SERVICE, "0", "35.00", "35.00"),
        (RewardKind.MERCHANDISE, "0", "35.00", "0.00"),
    ],
)
def test_what_comes_off(kind: RewardKind, value: str, cost: str, off: str) -> None:
    assert amount_off(kind, Decimal(value), Decimal(cost)) == Decimal(off)


@given(st.sampled_from(RewardKind), st.decimals(0, 100, places=2), prices)
def test_never_more_than_the_price_comes_off(kind: str, value: Decimal, cost: Decimal) -> None:
    assert 0 <= amount_off(kind, value, cost) <= cost


def test_points_are_worth_what_the_terms_say_and_a_debt_nothing() -> None:
    assert [worth(TERMS, points) for points in (1050, 0, -300)] == [Decimal("10.50"), 0, 0]
