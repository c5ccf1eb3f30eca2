"""The owner's table of resins by temperature of the glass."""

from typing import ClassVar

from django.conf import settings
from django.db import models

RESIN_LENGTH = 30


class ResinTable(models.Model):
    """One version of the table, as ``viscosity.stored`` writes it; rows are never edited."""

    # The trail tells the table in words.
    AUDIT_IGNORED_FIELDS: ClassVar = {"ranges", "created_at", "created_by"}

    ranges = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"Resins, version {self.pk}"
