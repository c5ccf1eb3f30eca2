"""How many points what brings: the owner's numbers, versioned."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.money import MoneyField, money_constraint

BOUND = [MaxValueValidator(100_000)]
FROM_ONE = [MinValueValidator(1), MaxValueValidator(100_000)]


class RewardTermsManager(models.Manager["RewardTerms"]):
    """Finds the terms in force."""

    def current(self) -> "RewardTerms":
        """The newest version, or the defaults while nobody has saved any."""
        return self.order_by("-id").first() or RewardTerms()


class RewardTerms(models.Model):
    """One version of the numbers; a change adds a row, none is ever edited.

    Attributes:
        first_at: The number of the completed repair that brings ``first_points``; 0 for none.
        second_at: That of ``second_points``.
        every: Every so many repairs bring ``every_points``; 0 for none.
        hold_days: How long earned points wait before they can be redeemed.
        expiry_days: After how many days points expire; empty for never.
        adjustment_limit: The most that one correction by hand may add or take.
        worth_of_100: What a hundred points are worth, for the shop's own reckoning.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at", "created_by"}

    points_per_repair = models.PositiveIntegerField(default=50, validators=BOUND)
    first_at = models.PositiveIntegerField(default=5, validators=BOUND)
    first_points = models.PositiveIntegerField(default=250, validators=BOUND)
    second_at = models.PositiveIntegerField(default=10, validators=BOUND)
    second_points = models.PositiveIntegerField(default=500, validators=BOUND)
    every = models.PositiveIntegerField(default=25, validators=BOUND)
    every_points = models.PositiveIntegerField(default=1000, validators=BOUND)
    referrer_points = models.PositiveIntegerField(default=500, validators=BOUND)
    referred_points = models.PositiveIntegerField(default=100, validators=BOUND)
    hold_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(365)])
    expiry_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(30), MaxValueValidator(3650)]
    )
    adjustment_limit = models.PositiveIntegerField(default=5000, validators=FROM_ONE)
    worth_of_100 = MoneyField(default=Decimal("1.00"))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[RewardTermsManager] = RewardTermsManager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "reward terms"
        constraints: ClassVar = [money_constraint("worth_of_100", name="reward_terms_worth")]

    def __str__(self) -> str:
        return f"Reward terms, version {self.pk}"
