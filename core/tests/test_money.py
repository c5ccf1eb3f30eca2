"""Money in cents, rounded half up once, bounded."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from core.money import MAXIMUM, ZERO, MoneyField, cents, money_constraint


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("1.005", "1.01"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("25", "25.00"),
        (40, "40.00"),
        (Decimal("12.5"), "12.50"),
    ],
)
def test_half_a_cent_rounds_away_from_zero(amount: Decimal | int | str, rounded: str) -> None:
    assert str(cents(amount)) == rounded


@given(st.decimals(min_value=-100000, max_value=100000, allow_nan=False, places=5))
def test_rounding_moves_by_at_most_half_a_cent_and_once(amount: Decimal) -> None:
    rounded = cents(amount)
    assert abs(rounded - amount) <= Decimal("0.005")
    assert cents(rounded) == rounded


@pytest.mark.parametrize("amount", ["0", "0.00", "99999.99", "49.9"])
def test_field_takes(amount: str) -> None:
    field = MoneyField()
    assert field.clean(amount, None) == Decimal(amount)


@pytest.mark.parametrize("amount", ["-0.01", "100000", "99999.999", "NaN", "Infinity", "ten"])
def test_field_refuses(amount: str) -> None:
    with pytest.raises(ValidationError):
        MoneyField().clean(amount, None)


def test_field_is_small_in_migrations() -> None:
    _, path, _, kwargs = MoneyField().deconstruct()
    assert path == "core.money.MoneyField"
    assert "validators" not in kwargs


def test_constraint_bounds_are_the_fields() -> None:
    constraint = money_constraint("cost", name="x")
    assert constraint.condition == Q(cost__gte=ZERO, cost__lte=MAXIMUM)
