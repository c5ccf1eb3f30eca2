"""Technicians and when they can work."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from core.enums import Role
from core.keys import fold_key
from core.money import MoneyField, money_constraint


class Skill(models.Model):
    """Something that not every technician can do, such as long cracks."""

    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the name."""
        self.name_key = fold_key(self.name)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name


class TechnicianQuerySet(models.QuerySet["Technician"]):
    """Who can be given work."""

    def working(self, day: dt.date) -> "TechnicianQuerySet":
        """Active technicians who are neither out nor off on that day of the shop."""
        off = TimeOff.objects.filter(
            technician=models.OuterRef("pk"), first_day__lte=day, last_day__gte=day
        )
        able = self.filter(is_active=True, user__is_active=True)
        return able.exclude(out_on=day).exclude(models.Exists(off))


class Technician(models.Model):
    """What makes a user a technician.

    Creating one for a plain user gives them the role; of the other roles only admins may have one.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"version"}
    AUDIT_INTERNAL_FIELDS: ClassVar = {"override_limit"}

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="technician"
    )
    phone = models.CharField(max_length=20, blank=True)
    expertise = models.ManyToManyField(Skill, blank=True, related_name="technicians")
    is_active = models.BooleanField(default=True)
    override_limit = MoneyField(null=True, blank=True)
    home_zip = models.CharField(max_length=10, blank=True)
    out_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [money_constraint("override_limit", name="technician_limit")]

    def clean(self) -> None:
        """Refuse a record for somebody who is neither technician, admin nor plain user."""
        if self.user.role == Role.SALES_AGENT or hasattr(self.user, "customer_user"):
            raise ValidationError("Only technicians and admins have a technician's record.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a plain user the role with their first record."""
        if self._state.adding:
            self.clean()
            if self.user.role == Role.CUSTOMER:
                self.user.role = Role.TECHNICIAN
                self.user.save(update_fields=["role"])
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return str(self.user)

    def may_override_by(self, difference: Decimal) -> bool:
        """Whether this technician may change a price by that much; no limit means any amount."""
        return self.override_limit is None or abs(difference) <= self.override_limit


class WorkingHours(models.Model):
    """A span of a weekday (Monday is 0), in the shop's local time."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        ordering: ClassVar = ["technician", "weekday", "starts_at"]
        verbose_name_plural = "working hours"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="hours_forward"
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.technician}: day {self.weekday}, {self.starts_at} to {self.ends_at}"


class TimeOff(models.Model):
    """Days on which a technician does not work, both ends included."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="time_off")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["technician", "first_day"]
        verbose_name_plural = "time off"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="time_off_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.technician}: {self.first_day} to {self.last_day}"
