"""What points buy: kinds of reward, and the options offered."""

from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.rewards_referrals.enums import RewardKind
from core.enums import CustomerKind
from core.keys import name_key
from core.models import Customer
from core.money import ZERO, MoneyField, money_constraint

MAXIMUM_POINTS = 1_000_000


class RewardType(models.Model):
    """What a reward does: so much percent or so many dollars off, a free repair, or a thing."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"name_key", "version"}

    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=RewardKind)
    value = MoneyField(default=ZERO, help_text="Percent or dollars off; 0 otherwise")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            money_constraint("value", name="reward_type_value"),
            models.CheckConstraint(
                condition=models.Q(kind=RewardKind.PERCENTAGE, value__gt=0, value__lte=100)
                | models.Q(kind=RewardKind.FIXED_AMOUNT, value__gt=0)
                | models.Q(kind__in=[RewardKind.FREE_SERVICE, RewardKind.MERCHANDISE], value=0),
                name="reward_type_value_fits",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the name."""
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    @property
    def is_discount(self) -> bool:
        """Whether it comes off a price."""
        return self.kind != RewardKind.MERCHANDISE


class RewardOptionQuerySet(models.QuerySet["RewardOption"]):
    """Which options somebody is offered."""

    def offered_to(self, customer: Customer) -> Self:
        """Those in force for a company or a person, the cheapest first."""
        wanted = "for_companies" if customer.kind == CustomerKind.COMPANY else "for_persons"
        offered = self.filter(is_active=True, reward_type__is_active=True, **{wanted: True})
        return offered.select_related("reward_type").order_by("points_required", "id")


class RewardOption(models.Model):
    """A reward and how many points it takes; past redemptions keep what they were given."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"name_key", "version"}

    reward_type = models.ForeignKey(RewardType, on_delete=models.PROTECT, related_name="options")
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, unique=True, editable=False)
    description = models.CharField(max_length=300, blank=True)
    points_required = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAXIMUM_POINTS)]
    )
    for_companies = models.BooleanField(default=True)
    for_persons = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RewardOptionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["points_required", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(points_required__gte=1, points_required__lte=MAXIMUM_POINTS),
                name="reward_option_points",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the name."""
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)
