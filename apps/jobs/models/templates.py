"""Checklists to make jobs from (DOMAIN, section 6)."""

from typing import Any, ClassVar

from django.db import models

from apps.jobs.enums import Priority
from apps.jobs.models.equipment import Equipment, StaffQuerySet
from apps.repairs.enums import DamageType
from core.keys import name_key


class JobTemplateQuerySet(StaffQuerySet["JobTemplate"]):
    """Templates by who sees them."""


class JobTemplate(models.Model):
    """A checklist, found by its name or by the damage that it is for.

    Approving a repair makes a job of the one that is in use for its damage.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"name_key", "version", "created_at", "updated_at"}

    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=200, unique=True, editable=False)
    damage_type = models.CharField(max_length=20, choices=DamageType, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.MEDIUM)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = JobTemplateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="job_template_name_idx"),
            models.Index(fields=["updated_at", "id"], name="job_template_updated_idx"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="job_template_has_name"),
            models.UniqueConstraint(
                fields=["damage_type"],
                condition=models.Q(is_active=True) & ~models.Q(damage_type=""),
                name="job_template_one_in_use",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the name."""
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name


class JobTemplateItem(models.Model):
    """One task of a checklist."""

    template = models.ForeignKey(JobTemplate, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="template_items")

    class Meta:
        ordering: ClassVar = ["template", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "order"], name="template_order_once"),
            models.CheckConstraint(
                condition=models.Q(order__gte=1), name="template_order_from_one"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="template_item_has_title"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.title}"
