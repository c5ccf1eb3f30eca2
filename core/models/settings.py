"""What the owner changes while the shop runs: versioned rows, the newest counts."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.clock import validate_zone
from core.closing import validate_days, validate_region
from core.enums import AssignmentMode, SpotRule


class ShopSettingsManager(models.Manager["ShopSettings"]):
    """Finds the settings in force."""

    def current(self) -> "ShopSettings":
        """The newest version, or the defaults while nobody has saved any."""
        return self.order_by("-id").first() or ShopSettings()


class ShopSettings(models.Model):
    """One version of the shop's settings; a change adds a row, none is ever edited."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at", "created_by"}

    time_zone = models.CharField(
        max_length=50, default="America/New_York", validators=[validate_zone]
    )
    require_after_photo = models.BooleanField(default=False)
    assignment_mode = models.CharField(
        max_length=9, choices=AssignmentMode, default=AssignmentMode.AUTOMATIC
    )
    redo_months = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    on_the_spot = models.CharField(max_length=9, choices=SpotRule, default=SpotRule.PERSONS)
    holiday_region = models.CharField(
        max_length=10, default="US", blank=True, validators=[validate_region]
    )
    closing_days = models.TextField(max_length=2000, blank=True, validators=[validate_days])
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[ShopSettingsManager] = ShopSettingsManager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "shop settings"

    def __str__(self) -> str:
        return f"Settings, version {self.pk}"
