"""Points that were turned into a reward."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from apps.repairs.models import Repair
from apps.rewards_referrals.enums import STANDING, WAITING, RedemptionStatus, RewardKind
from apps.rewards_referrals.models.ledger import Reward
from apps.rewards_referrals.models.options import RewardOption
from core.clock import now
from core.enums import Role
from core.models import CustomerUser, User
from core.money import ZERO, MoneyField, money_constraint
from core.rules import is_admin, is_technician, membership


class RewardRedemptionQuerySet(models.QuerySet["RewardRedemption"]):
    """Which redemptions one may see, and which of them wait."""

    def visible_to(self, user: User) -> Self:
        """Admins all, a customer's people their own, technicians what they hand out or take off.

        A technician sees things that are ready or that they handed out themselves, so that doing
        it again is no error, and discounts chosen for repairs of their own.
        """
        if is_admin(user):
            return self.all()
        if is_technician(user):
            own = models.Q(applied_to_repair__technician__user=user)
            done = models.Q(
                kind=RewardKind.MERCHANDISE, status=RedemptionStatus.FULFILLED, decided_by=user
            )
            return self.filter(own | done | self.HANDED_OUT)
        member = membership(user) if user.role == Role.CUSTOMER else None
        return self.filter(reward__customer_id=member.customer_id) if member else self.none()

    HANDED_OUT = models.Q(kind=RewardKind.MERCHANDISE, status=RedemptionStatus.APPROVED)

    def waiting(self) -> Self:
        """Neither done nor ended."""
        return self.filter(status__in=WAITING)

    def discounts(self) -> Self:
        """What comes off a price."""
        return self.exclude(kind=RewardKind.MERCHANDISE)

    def to_hand_out(self) -> Self:
        """Things that are ready for the customer."""
        return self.filter(self.HANDED_OUT)


class RewardRedemption(models.Model):
    """One reward that was redeemed: what it was then, for how many points, and where it went.

    ``applied_to_repair`` is the repair chosen for it, and in the end the one it came off.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"version", "updated_at", "created_at"}

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="redemptions")
    reward_option = models.ForeignKey(
        RewardOption, on_delete=models.PROTECT, related_name="redemptions"
    )
    status = models.CharField(
        max_length=9, choices=RedemptionStatus, default=RedemptionStatus.PENDING
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=RewardKind)
    value = MoneyField(default=ZERO)
    points = models.PositiveIntegerField()
    applied_to_repair = models.ForeignKey(
        Repair, on_delete=models.PROTECT, null=True, blank=True, related_name="applied_rewards"
    )
    amount_off = MoneyField(default=ZERO)
    customer_user = models.ForeignKey(
        CustomerUser, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RewardRedemptionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "id"], name="redemption_status_idx"),
        ]
        constraints: ClassVar = [
            money_constraint("value", name="redemption_value"),
            money_constraint("amount_off", name="redemption_amount_off"),
            models.UniqueConstraint(
                fields=["applied_to_repair"],
                condition=models.Q(status__in=STANDING),
                name="redemption_one_a_repair",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=RewardKind.MERCHANDISE)
                | models.Q(applied_to_repair=None, amount_off=0),
                name="redemption_thing_off_no_price",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RedemptionStatus.FULFILLED)
                | models.Q(kind=RewardKind.MERCHANDISE, fulfilled_at__isnull=False)
                | models.Q(applied_to_repair__isnull=False, fulfilled_at__isnull=False),
                name="redemption_fulfilled_where",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RedemptionStatus.values),
                name="redemption_status_known",
            ),
            models.CheckConstraint(condition=models.Q(points__gte=1), name="redemption_points"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.points} points"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new object never takes the place of a stored one."""
        if self._state.adding:
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    @property
    def is_discount(self) -> bool:
        """Whether it comes off a price."""
        return self.kind != RewardKind.MERCHANDISE

    @property
    def is_waiting(self) -> bool:
        """Whether it is neither done nor ended."""
        return self.status in WAITING
