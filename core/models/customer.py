"""Customers, their places and their people (DOMAIN, section 1)."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.clock import validate_zone
from core.enums import ApprovalPolicy, CustomerKind, SpotWish
from core.keys import name_key
from core.money import MoneyField, money_constraint


class Customer(models.Model):
    """A fleet (company) or a person whose windshields are repaired."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"name_key", "version", "updated_at"}
    AUDIT_INTERNAL_FIELDS: ClassVar = {"owner", "do_not_service", "do_not_service_reason"}

    kind = models.CharField(max_length=7, choices=CustomerKind, default=CustomerKind.COMPANY)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    is_confirmed = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    billing_address = models.TextField(max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_customers",
    )
    do_not_service = models.BooleanField(default=False)
    do_not_service_reason = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="customer_name_idx"),
            models.Index(fields=["name_key"], name="customer_key_idx"),
            models.Index(fields=["updated_at", "id"], name="customer_updated_idx"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=models.Q(kind=CustomerKind.COMPANY, is_confirmed=True, merged_into=None),
                name="customer_confirmed_company_once",
            ),
            models.CheckConstraint(
                condition=models.Q(do_not_service=False) | ~models.Q(do_not_service_reason=""),
                name="customer_refusal_has_reason",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the name."""
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        """Whether fleet rules (falling prices, approval) hold."""
        return self.kind == CustomerKind.COMPANY


class Site(models.Model):
    """A customer's place, where the truck stands."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"version"}

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=300, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=50, blank=True, validators=[validate_zone])
    access_note = models.CharField(max_length=500, blank=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ["customer", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_default=True),
                name="site_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name


class CustomerUser(models.Model):
    """One user of one customer, with their rights."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="customer_user"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="members")
    is_primary_contact = models.BooleanField(default=False)
    can_request = models.BooleanField(default=True)
    can_approve = models.BooleanField(default=False)
    can_redeem = models.BooleanField(default=False)
    can_manage_team = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["customer", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_primary_contact=True),
                name="customer_one_primary_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.customer})"

    def has_right(self, right: str) -> bool:
        """Whether the named right is theirs; the primary contact has all."""
        return self.is_primary_contact or bool(getattr(self, right))


class CustomerPreference(models.Model):
    """What a customer wants: approval policy, messages, default view."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"version"}

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, related_name="customer_preference"
    )
    approval_policy = models.CharField(
        max_length=20, choices=ApprovalPolicy, default=ApprovalPolicy.REQUIRE_APPROVAL
    )
    units_per_visit = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    price_per_repair = MoneyField(null=True, blank=True)
    price_per_month = MoneyField(null=True, blank=True)
    on_the_spot = models.CharField(max_length=4, choices=SpotWish, default=SpotWish.SHOP)
    email_messages = models.BooleanField(default=True)
    daily_summary = models.BooleanField(default=False)
    default_view = models.CharField(max_length=20, blank=True, default="home")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            money_constraint("price_per_repair", name="preference_price_per_repair"),
            money_constraint("price_per_month", name="preference_price_per_month"),
            models.CheckConstraint(
                condition=models.Q(units_per_visit__gte=1, units_per_visit__lte=50),
                name="preference_units_per_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.customer}"
