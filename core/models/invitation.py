"""How somebody joins the shop or a customer (DOMAIN, section 1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.enums import Decision, Role
from core.models.customer import Customer


class Invitation(models.Model):
    """A single-use, expiring way in; only the token's SHA-256 is kept."""

    AUDIT_SECRET_FIELDS: ClassVar = {"token_hash"}

    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role, default=Role.CUSTOMER)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True)
    is_primary_contact = models.BooleanField(default=False)
    can_request = models.BooleanField(default=True)
    can_approve = models.BooleanField(default=False)
    can_redeem = models.BooleanField(default=False)
    can_manage_team = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations_used",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role=Role.CUSTOMER, customer__isnull=False)
                | ~models.Q(role=Role.CUSTOMER) & models.Q(customer__isnull=True),
                name="invitation_customer_by_role",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.email}"


class JoinRequest(models.Model):
    """A signed-in stranger's wish to join a company they can only name.

    ``customer`` is what the name matched, if anything; the asker is never told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="join_requests"
    )
    company_name = models.CharField(max_length=200)
    message = models.CharField(max_length=500, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(decision=Decision.WAITING),
                name="join_request_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} asks to join {self.company_name}"
