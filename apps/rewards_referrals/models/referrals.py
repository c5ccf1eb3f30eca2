"""Who brought whom."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from apps.repairs.models import Repair
from apps.rewards_referrals.enums import ReferralStatus
from core.clock import now
from core.keys import name_key
from core.models import Customer, CustomerUser, User
from core.rules import is_admin, membership

CODE_LENGTH = 8


class ReferralCode(models.Model):
    """A person's code; what it brings goes to the customer they made it for, whoever leaves."""

    code = models.CharField(max_length=20)
    code_key = models.CharField(max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="referral_codes")
    customer_user = models.ForeignKey(
        CustomerUser,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_codes",
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "owner"],
                condition=models.Q(is_active=True),
                name="referral_code_one_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key beside the code."""
        self.code_key = name_key(self.code)
        super().save(*args, **kwargs)


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Which referrals one may see."""

    def visible_to(self, user: User) -> Self:
        """Admins all, a customer's people those that their company made; others none."""
        if is_admin(user):
            return self.all()
        member = membership(user)
        return self.filter(referrer_id=member.customer_id) if member else self.none()


class Referral(models.Model):
    """A customer came by another one's code, at most once; paid at their first repair."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at"}

    code = models.ForeignKey(ReferralCode, on_delete=models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="referrals_made")
    referred = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="referral")
    status = models.CharField(max_length=7, choices=ReferralStatus, default=ReferralStatus.PENDING)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    first_repair = models.ForeignKey(
        Repair, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(referrer=models.F("referred"))
                | models.Q(status=ReferralStatus.REFUSED),
                name="referral_not_self",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=ReferralStatus.PAID, paid_at__isnull=False, first_repair__isnull=False
                )
                | ~models.Q(status=ReferralStatus.PAID) & models.Q(paid_at=None, first_repair=None),
                name="referral_paid_for_what",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ReferralStatus.values), name="referral_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referred} by {self.code}"
