"""What tasks need: tools, machines, vehicles, accessories."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from apps.jobs.enums import EquipmentType
from core.enums import Role
from core.keys import serial_key
from core.models import User

M = TypeVar("M", bound=models.Model)


class StaffQuerySet(models.QuerySet[M]):
    """What everybody of the shop sees, and nobody else."""

    def visible_to(self, user: User) -> Self:
        """All of it for the shop's people, none for others."""
        is_staff = user.is_active and user.role != Role.CUSTOMER
        return self.all() if is_staff or user.is_system else self.none()


class EquipmentQuerySet(StaffQuerySet["Equipment"]):
    """Equipment by who sees it."""


class Equipment(models.Model):
    """A tool, machine, vehicle or accessory that tasks need."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"serial_number_key", "version", "created_at", "updated_at"}

    name = models.CharField(max_length=100)
    type = models.CharField(max_length=9, choices=EquipmentType, default=EquipmentType.TOOL)
    serial_number = models.CharField(max_length=60, blank=True)
    # Empty is NULL, so that many may have no number.
    serial_number_key = models.CharField(max_length=120, unique=True, null=True, editable=False)  # noqa: DJ001 - see above
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "equipment"
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="equipment_name_idx"),
            models.Index(fields=["updated_at", "id"], name="equipment_updated_idx"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="equipment_has_name"),
            models.CheckConstraint(
                condition=models.Q(type__in=EquipmentType.values), name="equipment_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(serial_number="", serial_number_key=None)
                | ~models.Q(serial_number="") & models.Q(serial_number_key__isnull=False),
                name="equipment_serial_has_key",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the serial number."""
        self.serial_number_key = serial_key(self.serial_number) or None
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.name} ({self.serial_number})" if self.serial_number else self.name
