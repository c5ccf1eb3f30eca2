"""The repair itself."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.repairs.enums import OPEN_STATUSES, DamageType, QueueStatus, ReasonCode, RequestSource
from apps.repairs.models.unit import Unit
from apps.repairs.pricing import DEFAULT_SCHEDULE, tier_amount
from apps.repairs.triggers import frozen_money_trigger, legal_move_trigger
from apps.technicians.models import Technician
from core.clock import now
from core.enums import Role
from core.models import Customer, Site, User
from core.money import ZERO, MoneyField, money_constraint
from core.rules import membership

GUARDED_FIELDS = frozenset({"queue_status", "cost", "discount", "priced_at"})
PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))


class RepairBatch(models.Model):
    """Repairs asked for or found together, decided and assigned together."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="batches")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "repair batches"

    def __str__(self) -> str:
        return f"Batch {self.pk}"


class RepairQuerySet(models.QuerySet["Repair"]):
    """What one may see, and the guard against bulk writes of guarded fields."""

    def visible_to(self, user: User) -> Self:
        """The repairs that this person may see (DOMAIN, "Who sees what")."""
        if not user.is_active and not user.is_system:
            return self.none()
        if user.role == Role.ADMIN:
            return self.all()
        if user.role == Role.TECHNICIAN:
            own = models.Q(technician__user=user)
            return self.filter(own | models.Q(queue_status=QueueStatus.REQUESTED))
        if user.role == Role.SALES_AGENT:
            return self.filter(customer__owner=user)
        member = membership(user)
        return self.filter(customer_id=member.customer_id) if member else self.none()

    def open(self) -> Self:
        """Repairs that count as somebody's active work."""
        return self.filter(queue_status__in=OPEN_STATUSES)

    def revenue(self) -> Self:
        """Repairs whose charge counts: completed and not voided."""
        return self.filter(queue_status=QueueStatus.COMPLETED, voided_at=None)

    def update(self, **kwargs: Any) -> int:
        """Refuse to write status or money around ``workflow.transition``."""
        if guarded := GUARDED_FIELDS & kwargs.keys():
            raise GuardedFieldError(guarded)
        return super().update(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list["Repair"]:
        """Refuse to write status or money of stored repairs by way of an upsert."""
        if guarded := GUARDED_FIELDS & set(kwargs.get("update_fields") or ()):
            raise GuardedFieldError(guarded)
        return super().bulk_create(*args, **kwargs)


class GuardedFieldError(TypeError):
    """Somebody wrote a status or a price directly."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(
            f"{', '.join(sorted(fields))} of a repair is changed only by the use cases of "
            "apps.queue_management (approve_repair, start_repair, complete_repair, ...), "
            "which go through apps.repairs.workflow.transition."
        )


class Repair(models.Model):
    """One repair of one unit, from REQUESTED or PENDING to COMPLETED or DENIED.

    ``cost`` is the price and ``discount`` what a reward takes off; both are written once, at first
    completion. ``asked_amount`` is what it would cost when the customer asked or was asked last,
    ``approved_amount`` what they agreed to at most, ``offered_amount`` what a batch offered for
    this row.
    """

    QUEUE_CHOICES = QueueStatus.choices
    AUDIT_INTERNAL_FIELDS: ClassVar = {
        "internal_notes",
        "technician_notes",
        "override_reason",
        "is_pinned",
        "price_lines",
        "move_reason",
        "void_reason",
    }
    AUDIT_IGNORED_FIELDS: ClassVar = {
        "version",
        "updated_at",
        "moved_by",
        "duplicate_allowed",
        "created_at",
        "created_by",
        "approval_clause",
        "price_lines",
        "offered_lines",
        "requested_at",
        "asked_at",
        "approved_at",
        "started_at",
        "completed_at",
        "denied_at",
        "priced_at",
    }

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="repairs")
    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, null=True, blank=True, related_name="repairs"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="repairs")
    unit_number = models.CharField(max_length=50)
    repair_date = models.DateTimeField(default=now)
    description = models.TextField(max_length=2000, blank=True)
    damage_type = models.CharField(max_length=20, choices=DamageType, default=DamageType.UNKNOWN)
    queue_status = models.CharField(
        max_length=11, choices=QueueStatus, default=QueueStatus.REQUESTED
    )
    is_pinned = models.BooleanField(default=False)

    cost = MoneyField(default=ZERO)
    discount = MoneyField(default=ZERO)
    priced_at = models.DateTimeField(null=True, blank=True, editable=False)
    price_lines = models.JSONField(default=list, editable=False)
    asked_amount = MoneyField(null=True, blank=True, editable=False)
    approved_amount = MoneyField(null=True, blank=True)
    approval_clause = models.CharField(max_length=200, blank=True)
    offered_amount = MoneyField(null=True, blank=True)
    offered_lines = models.JSONField(default=list, editable=False)
    cost_override = MoneyField(null=True, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    preferred_date = models.DateField(null=True, blank=True)
    preferred_window = models.CharField(max_length=50, blank=True)
    contact_name = models.CharField(max_length=100, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    po_number = models.CharField(max_length=50, blank=True)
    external_ref = models.CharField(max_length=100, blank=True)
    customer_notes = models.TextField(max_length=2000, blank=True)
    technician_notes = models.TextField(max_length=2000, blank=True)
    internal_notes = models.TextField(max_length=2000, blank=True)
    damage_x = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )
    damage_y = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )
    glass_temperature = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, help_text="Degrees Fahrenheit"
    )
    resin_viscosity = models.CharField(max_length=30, blank=True)
    drilled_before = models.BooleanField(default=False)

    repair_batch = models.ForeignKey(
        RepairBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="repairs"
    )
    break_number = models.PositiveSmallIntegerField(null=True, blank=True)
    duplicate_allowed = models.BooleanField(default=False, editable=False)
    redo_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="redos"
    )

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_name = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=7, choices=RequestSource, blank=True, editable=False)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    reason_code = models.CharField(max_length=14, choices=ReasonCode, blank=True)
    move_reason = models.CharField(max_length=500, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True)
    # When the customer was asked last.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    denied_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RepairQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-repair_date", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["repair_date", "id"], name="repair_date_idx"),
            models.Index(fields=["queue_status", "repair_date", "id"], name="repair_status_idx"),
            models.Index(
                fields=["technician", "queue_status", "repair_date", "id"],
                name="repair_technician_idx",
            ),
            models.Index(fields=["customer", "repair_date", "id"], name="repair_customer_idx"),
            models.Index(
                fields=["customer", "queue_status", "repair_date"], name="repair_cust_status_idx"
            ),
            # A customer's figures; the condition follows from every range of completed_at.
            models.Index(
                fields=["customer", "completed_at"],
                condition=models.Q(completed_at__isnull=False),
                name="repair_cust_completed_idx",
            ),
            # How much work is open, counted for the office without the rows.
            models.Index(
                fields=["queue_status", "technician"],
                condition=models.Q(queue_status__in=OPEN_STATUSES),
                name="repair_open_idx",
            ),
            models.Index(fields=["customer", "unit_number"], name="repair_unit_number_idx"),
            models.Index(fields=["unit", "repair_date", "id"], name="repair_unit_idx"),
            models.Index(fields=["updated_at", "id"], name="repair_updated_idx"),
        ]
        constraints: ClassVar = [
            money_constraint("cost", name="repair_cost"),
            money_constraint("discount", name="repair_discount"),
            money_constraint("asked_amount", name="repair_asked_amount"),
            money_constraint("approved_amount", name="repair_approved_amount"),
            money_constraint("offered_amount", name="repair_offered_amount"),
            money_constraint("cost_override", name="repair_cost_override"),
            models.CheckConstraint(
                condition=models.Q(discount__lte=models.F("cost")), name="repair_discount_below"
            ),
            models.CheckConstraint(
                condition=models.Q(queue_status__in=QueueStatus.values), name="repair_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(queue_status=QueueStatus.COMPLETED, priced_at__isnull=False)
                | ~models.Q(queue_status=QueueStatus.COMPLETED) & models.Q(priced_at=None, cost=0),
                name="repair_priced_when_completed",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at=None) | models.Q(queue_status=QueueStatus.COMPLETED),
                name="repair_voided_completed",
            ),
            models.CheckConstraint(
                condition=models.Q(cost_override=None) | ~models.Q(override_reason=""),
                name="repair_override_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(damage_x=None) | models.Q(damage_x__gte=0, damage_x__lte=100),
                name="repair_damage_x",
            ),
            models.CheckConstraint(
                condition=models.Q(damage_y=None) | models.Q(damage_y__gte=0, damage_y__lte=100),
                name="repair_damage_y",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(queue_status__in=OPEN_STATUSES, duplicate_allowed=False),
                name="repair_one_open_a_unit",
            ),
            models.UniqueConstraint(
                fields=["customer", "external_ref"],
                condition=~models.Q(external_ref=""),
                name="repair_external_ref_once",
            ),
            models.UniqueConstraint(
                fields=["repair_batch", "break_number"], name="repair_break_number_once"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            legal_move_trigger(),
            frozen_money_trigger(),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guarded = self._guarded_values()
        # Where the running use case moved it from; empty when it was not moved.
        self.moved_from = ""

    def _guarded_values(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in GUARDED_FIELDS if name in self.__dict__}

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """Read again; what was read is no direct write."""
        names = GUARDED_FIELDS if fields is None else frozenset(fields)
        super().refresh_from_db(using, fields, from_queryset)
        self._guarded |= {k: v for k, v in self._guarded_values().items() if k in names}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a direct write of status or money; ``save_guarded`` is the way around."""
        present = self._guarded_values()
        if self._state.adding:
            # A new object with the id of a stored repair must not overwrite it.
            kwargs["force_insert"] = True
        elif changed := present.items() - self._guarded.items():
            raise GuardedFieldError([name for name, _ in changed])
        super().save(*args, **kwargs)
        self._guarded |= present

    def save_guarded(self) -> None:
        """Store the row with its guarded fields; only ``apps.repairs`` calls this."""
        self._guarded = self._guarded_values()
        self.save()

    def __str__(self) -> str:
        return f"Repair {self.pk} of unit {self.unit_number}"

    @staticmethod
    def calculate_cost(repair_count: int) -> Decimal:
        """The shop's original price of the n-th repair of a unit: 50, 40, 35, 30, then 25."""
        return tier_amount(DEFAULT_SCHEDULE, repair_count)

    def get_discounted_cost(self) -> Decimal:
        """What is charged: the price less its discount."""
        return Decimal(self.cost - self.discount)

    @property
    def discounted_cost(self) -> Decimal:
        """What is charged."""
        return self.get_discounted_cost()

    @property
    def is_open(self) -> bool:
        """Whether it counts as active work."""
        return self.queue_status in OPEN_STATUSES
