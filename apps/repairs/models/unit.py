"""Vehicles and how often each was repaired."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.keys import unit_key
from core.models import Customer

UNIT_NUMBER_LENGTH = 50


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units that take new work."""

    def in_use(self) -> "UnitQuerySet":
        """Neither merged into another one nor withdrawn."""
        return self.filter(merged_into=None, is_active=True)


class Unit(models.Model):
    """A vehicle of a customer, known by its number (DOMAIN, section 2)."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"number_key", "version", "updated_at"}

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="units")
    number = models.CharField(max_length=UNIT_NUMBER_LENGTH)
    number_key = models.CharField(max_length=60, editable=False)
    vin = models.CharField(max_length=17, blank=True)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    make = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    plate = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["customer", "number_key", "id"]
        indexes: ClassVar = [
            models.Index(fields=["customer", "number_key", "id"], name="unit_list_idx"),
            # What a number begins with, looked for among all customers.
            models.Index(
                fields=["number_key"],
                name="unit_number_prefix_idx",
                opclasses=["varchar_pattern_ops"],
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "number_key"], name="unit_number_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="unit_has_number"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the number."""
        self.number_key = unit_key(self.number)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.number


class UnitRepairCount(models.Model):
    """The locked counter behind a unit's price: completed repairs since the last new windshield."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="repair_count")
    count = models.PositiveIntegerField(default=0)
    windshield_replaced_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.unit}: {self.count}"
