"""Ways in without an account: one repair by its link, one unit by its sticker."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.repairs.models.repair import Repair
from apps.repairs.models.unit import Unit

TOKEN_LENGTH = 32


class RepairLink(models.Model):
    """One repair shown to whoever has the link, and decided by them once.

    Only the token's SHA-256 is kept. ``person`` is whose mail it went to, where that is one of the
    customer's people: they decide as themselves, and only while they may.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"token_hash"}

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"Link to {self.repair}"


class UnitSticker(models.Model):
    """The address that a unit's printed sticker leads to; a new sticker ends the old one.

    The token is kept as it is, since the same sticker is printed again and again.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"token"}

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="sticker")
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"Sticker of unit {self.unit}"
