"""The shop's tiers and a customer's own prices."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.models import Customer
from core.money import MoneyField, money_constraint

TIER_FIELDS = ("first", "second", "third", "fourth", "fifth_on")


class ShopPriceList(models.Model):
    """One version of the shop's tiers, in force from an instant on; rows are never edited."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at", "created_by"}

    first = MoneyField()
    second = MoneyField()
    third = MoneyField()
    fourth = MoneyField()
    fifth_on = MoneyField()
    valid_from = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-valid_from", "-id"]
        constraints: ClassVar = [
            money_constraint(field, name=f"shop_price_{field}") for field in TIER_FIELDS
        ]

    def __str__(self) -> str:
        return f"Shop prices, version {self.pk}"


class CustomerPricing(models.Model):
    """A customer's own prices; an empty tier falls back to the shop's, 0.00 is a price."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"version"}

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="pricing")
    first = MoneyField(null=True, blank=True)
    second = MoneyField(null=True, blank=True)
    third = MoneyField(null=True, blank=True)
    fourth = MoneyField(null=True, blank=True)
    fifth_on = MoneyField(null=True, blank=True)
    volume_from = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    volume_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "customer pricing"
        constraints: ClassVar = [
            *(money_constraint(field, name=f"customer_price_{field}") for field in TIER_FIELDS),
            models.CheckConstraint(
                condition=models.Q(volume_percent__gte=0, volume_percent__lte=100),
                name="customer_price_volume_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"Prices of {self.customer}"
