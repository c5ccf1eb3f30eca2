"""Money is ``Decimal`` in cents, rounded half up, once (DOMAIN, section 3)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MAXIMUM = Decimal("99999.99")


def cents(amount: Decimal | int | str) -> Decimal:
    """The amount with two decimals, half a cent rounded up (away from zero)."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


class MoneyField(models.DecimalField[Any, Any]):
    """An amount from 0.00 to 99,999.99; pair it with ``money_constraint`` in the model's Meta."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 8)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("validators", [MinValueValidator(ZERO), MaxValueValidator(MAXIMUM)])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave the defaults out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


def money_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """The database's own bound of a ``MoneyField``; empty passes."""
    inside = models.Q(**{f"{field}__gte": ZERO, f"{field}__lte": MAXIMUM})
    return models.CheckConstraint(condition=inside, name=name)
