"""The account of points, and the ledger that alone makes its balance."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models

from apps.repairs.models import Repair
from apps.rewards_referrals.enums import MAY_OWE, EntryKind
from apps.rewards_referrals.triggers import balance_trigger, chain_trigger
from core.clock import now
from core.enums import Role
from core.models import Customer, CustomerUser, User
from core.rules import membership

LEDGER_FIELDS = frozenset({"points", "entry_count"})


class LedgerWrittenError(TypeError):
    """Somebody wrote a balance, or changed an entry."""

    def __init__(self) -> None:
        super().__init__(
            "Points move only by entries of apps.rewards_referrals.services.ledger, "
            "and an entry is never changed or deleted."
        )


class RewardQuerySet(models.QuerySet["Reward"]):
    """Which accounts one may see, and the guard against written balances."""

    def visible_to(self, user: User) -> Self:
        """Admins see all, a customer's people their own, nobody else any."""
        if user.role == Role.ADMIN and (user.is_active or user.is_system):
            return self.all()
        member = membership(user)
        return self.filter(customer_id=member.customer_id) if member else self.none()

    def update(self, **kwargs: Any) -> int:
        """Refuse to write a balance."""
        if LEDGER_FIELDS & kwargs.keys():
            raise LedgerWrittenError
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable["Reward"], *args: Any, **kwargs: Any) -> list["Reward"]:
        """Refuse: an account is opened by itself, and is refused where there is one."""
        raise LedgerWrittenError

    def write_balance(self, **kwargs: Any) -> int:
        """What the ledger's entries have made of it; only ``services.ledger`` calls this."""
        return super().update(**kwargs)


class Reward(models.Model):
    """A customer's account of points.

    Attributes:
        points: The balance, below zero only by what was taken back after it was spent.
        entry_count: How many entries made it; the last one's position.
        completed: Completed repairs that count: no redo, none voided.
        milestone: Up to which number of repairs milestones were paid.
        waiting: Redemptions that wait for a price to come off.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"entry_count", "completed", "milestone", "waiting"}

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="reward")
    points = models.IntegerField(default=0, editable=False)
    entry_count = models.PositiveIntegerField(default=0, editable=False)
    completed = models.PositiveIntegerField(default=0, editable=False)
    milestone = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = RewardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["customer", "id"]
        indexes: ClassVar = [models.Index(fields=["points", "id"], name="reward_points_idx")]
        triggers: ClassVar = [balance_trigger()]

    def __str__(self) -> str:
        return f"Points of {self.customer}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Open an account; a stored one changes by its ledger only."""
        if not self._state.adding or self.points or self.entry_count:
            raise LedgerWrittenError
        super().save(*args, **kwargs)


class RewardEntryQuerySet(models.QuerySet["RewardEntry"]):
    """Entries are appended and read, on every database."""

    def visible_to(self, user: User) -> Self:
        """Those of the accounts that one sees."""
        return self.filter(reward__in=Reward.objects.visible_to(user))

    def update(self, **kwargs: Any) -> int:
        """Refuse: entries are never changed."""
        raise LedgerWrittenError

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: the ledger is append-only."""
        raise LedgerWrittenError

    def bulk_create(
        self, objs: Iterable["RewardEntry"], *args: Any, **kwargs: Any
    ) -> list["RewardEntry"]:
        """Append, and nothing but that: no insert skips or changes what conflicts."""
        if args or kwargs:
            raise LedgerWrittenError
        return super().bulk_create(objs)


class RewardEntry(models.Model):
    """Points that came or went, once a source, with the balance that they left."""

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=EntryKind)
    points = models.IntegerField()
    balance_after = models.IntegerField()
    source = models.CharField(max_length=80)
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of a milestone: which repair it was"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    repair = models.ForeignKey(
        Repair, on_delete=models.PROTECT, null=True, blank=True, related_name="reward_entries"
    )
    customer_user = models.ForeignKey(
        CustomerUser, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now)

    objects = RewardEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "reward entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reward", "position"], name="reward_entry_position"),
            models.UniqueConstraint(fields=["kind", "source"], name="reward_entry_source_once"),
            models.CheckConstraint(
                condition=models.Q(balance_after__gte=0)
                | models.Q(points__gt=0)
                | models.Q(kind__in=MAY_OWE),
                name="reward_entry_covered",
            ),
            models.CheckConstraint(condition=~models.Q(points=0), name="reward_entry_not_nothing"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1), name="reward_entry_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values), name="reward_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | ~models.Q(kind=EntryKind.REVERSAL) & models.Q(reverses=None),
                name="reward_entry_reverses",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=EntryKind.ADJUSTMENT) | ~models.Q(reason=""),
                name="reward_entry_adjusted_why",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            chain_trigger(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.points:+d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; a stored entry is never changed."""
        if not self._state.adding:
            raise LedgerWrittenError
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the ledger is append-only."""
        raise LedgerWrittenError
