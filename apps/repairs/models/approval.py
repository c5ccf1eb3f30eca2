"""Decisions about repairs, and pictures of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.photo_storage.models import StoredPhoto
from apps.repairs.enums import ApprovalMethod, PhotoKind
from apps.repairs.models.repair import Repair
from core.money import MoneyField, money_constraint


class RepairApproval(models.Model):
    """Who decided what about a repair, when, how, up to which amount, by which clause."""

    repair = models.ForeignKey(Repair, on_delete=models.PROTECT, related_name="approvals")
    is_approved = models.BooleanField()
    method = models.CharField(max_length=10, choices=ApprovalMethod)
    amount = MoneyField(null=True, blank=True)
    clause = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField(max_length=310)
    decided_at = models.DateTimeField()
    signature = models.ForeignKey(
        StoredPhoto, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [money_constraint("amount", name="approval_amount")]

    def __str__(self) -> str:
        verb = "approved" if self.is_approved else "denied"
        return f"{self.repair} {verb} by {self.decided_by_name}"


class RepairPhoto(models.Model):
    """A stored picture of a repair; the same picture is attached once."""

    repair = models.ForeignKey(Repair, on_delete=models.PROTECT, related_name="photos")
    stored = models.OneToOneField(StoredPhoto, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=PhotoKind)
    is_internal = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["repair", "sha256", "kind"], name="repair_photo_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.repair}"
